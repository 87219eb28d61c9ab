import { AwsError, notImplemented } from '../aws-error';
import type { Authorization } from '../authorization';
import type { Caller } from '../caller';
import type { Cloud } from '../cloud';
import { taking, type Operation, type Service } from '../service';
import type { Sts } from '../sts';
import { createChangeSet, type ChangeSet } from './change-set';
import { Deployment } from './deployment';
import { describeChangeSet, describeResource, describeStack, summarize } from './description';
import { Environment, executionCaller } from './environment';
import { findImports, type ImportInput } from './imports';
import { resolveParameters } from './parameters';
import { plan } from './plan';
import {
  bucketAndKey,
  checkCapabilities,
  checkRollback,
  checkTypesKept,
  checkUpdatable,
  notNow,
  SOURCE,
  type SourceInput,
} from './request';
import type { Source, Stack } from './stack';
import { Stacks } from './stacks';
import { parseTemplate, type Template } from './template';
import { validationError } from './validation-error';

interface StackRef {
  readonly StackName: string;
}

interface ChangeSetRef {
  readonly StackName?: string;
  readonly ChangeSetName: string;
}

interface ChangeSetInput extends SourceInput, ImportInput {
  readonly ChangeSetName: string;
  readonly ChangeSetType?: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly Description?: string;
  readonly DeploymentMode?: string;
}

/** How long an answer waits for the end of what it started. */
const PATIENCE = 1000;

/**
 * AWS CloudFormation: stacks and change sets.
 *
 * AWS answers a request at once and works on. So does this, but for a moment's wait: most operations
 * here end within milliseconds, and whoever asks next finds them finished.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
 */
export class CloudFormation implements Service {
  public readonly name = 'cloudformation';

  public readonly operations: Readonly<Record<string, Operation>> = {
    CreateStack: taking<SourceInput>(`${SOURCE} EnableTerminationProtection`, (input, caller) =>
      this.createStack(input, caller),
    ),
    UpdateStack: taking<SourceInput>(SOURCE, (input, caller) => this.updateStack(input, caller)),
    DeleteStack: taking<
      StackRef & { RoleARN?: string; RetainResources?: readonly string[]; ClientRequestToken?: string }
    >('StackName RoleARN RetainResources ClientRequestToken DeploymentConfig', (input, caller) =>
      this.deleteStack(input, caller),
    ),
    UpdateTerminationProtection: taking<StackRef & { EnableTerminationProtection: string }>(
      'StackName EnableTerminationProtection',
      (input, caller) => {
        const stack = this.stack('UpdateTerminationProtection', input.StackName, caller);
        stack.terminationProtection = input.EnableTerminationProtection === 'true';
        return { StackId: stack.id };
      },
    ),
    CreateChangeSet: taking<ChangeSetInput>(
      `${SOURCE} ChangeSetName ChangeSetType Description ClientToken IncludeNestedStacks ImportExistingResources ResourcesToImport DeploymentMode`,
      (input, caller) => this.createChangeSet(input, caller),
    ),
    DescribeChangeSet: taking<ChangeSetRef>(
      'StackName ChangeSetName IncludePropertyValues',
      (input, caller) => describeChangeSet(this.changeSet('DescribeChangeSet', input, caller)),
    ),
    ExecuteChangeSet: taking<ChangeSetRef & { DisableRollback?: string; ClientRequestToken?: string }>(
      'StackName ChangeSetName ClientRequestToken DisableRollback',
      (input, caller) => this.executeChangeSet(input, caller),
    ),
    DeleteChangeSet: taking<ChangeSetRef>('StackName ChangeSetName', (input, caller) => {
      const stack = this.changeSetStack('DeleteChangeSet', input, caller);
      const changeSet = this.findChangeSet(input, stack);
      if (changeSet !== undefined) {
        this.changeSets.delete(changeSet.id);
      }
    }),
    ListChangeSets: taking<StackRef>('StackName', (input, caller) => {
      const stack = this.stack('ListChangeSets', input.StackName, caller);
      const own = [...this.changeSets.values()].filter((each) => each.stack === stack);
      return { Summaries: own.map((each) => ({ ...describeChangeSet(each), Changes: undefined })) };
    }),
    DescribeStacks: taking<Partial<StackRef>>('StackName NextToken', (input, caller) => ({
      Stacks: this.describeStacks(input, caller),
    })),
    ListStacks: taking<{ StackStatusFilter?: readonly string[] }>(
      'StackStatusFilter NextToken',
      (input, caller) => {
        this.check('ListStacks', '*', caller);
        const wanted = input.StackStatusFilter ?? [];
        const found = this.stacks
          .in(caller)
          .filter(({ status }) => wanted.length === 0 || wanted.includes(status));
        return { StackSummaries: found.map(describeStack) };
      },
    ),
    DescribeStackEvents: taking<StackRef>('StackName NextToken', (input, caller) => {
      const stack = this.stacks.find(input.StackName, caller);
      this.check('DescribeStackEvents', stack?.id ?? stackArn(input.StackName, caller), caller);
      if (stack === undefined) {
        throw validationError(`Stack [${input.StackName}] does not exist`);
      }
      return { StackEvents: stack.events };
    }),
    DescribeStackResources: taking<StackRef & { LogicalResourceId?: string }>(
      'StackName LogicalResourceId',
      (input, caller) => {
        const stack = this.stack('DescribeStackResources', input.StackName, caller);
        const wanted = [...stack.resources].filter(
          ([id]) => input.LogicalResourceId === undefined || id === input.LogicalResourceId,
        );
        return { StackResources: wanted.map((each) => describeResource(stack, ...each)) };
      },
    ),
    ListStackResources: taking<StackRef>('StackName NextToken', (input, caller) => {
      const stack = this.stack('ListStackResources', input.StackName, caller);
      return { StackResourceSummaries: [...stack.resources].map((each) => describeResource(stack, ...each)) };
    }),
    // Both tell what hooks and early validation have to say of a change set; there are none here.
    ListHookResults: taking<{ TargetType: string; TargetId: string }>(
      'TargetType TargetId NextToken',
      (input, caller) => {
        this.check('ListHookResults', input.TargetId, caller);
        return { TargetType: input.TargetType, TargetId: input.TargetId, HookResults: [] };
      },
    ),
    DescribeEvents: taking<ChangeSetRef>('StackName ChangeSetName Filters NextToken', (input, caller) => {
      this.changeSet('DescribeEvents', input, caller);
      return { OperationEvents: [] };
    }),
    GetTemplate: taking<StackRef & { ChangeSetName?: string }>(
      'StackName ChangeSetName TemplateStage',
      (input, caller) => {
        const stack = this.stack('GetTemplate', input.StackName, caller);
        const changeSet =
          input.ChangeSetName === undefined
            ? undefined
            : this.changeSet('GetTemplate', { ...input, ChangeSetName: input.ChangeSetName }, caller);
        const source = changeSet?.source ?? stack.source;
        return { TemplateBody: source?.template.body ?? '{}', StagesAvailable: ['Original', 'Processed'] };
      },
    ),
    GetTemplateSummary: taking<Partial<SourceInput>>(
      'StackName TemplateBody TemplateURL',
      async (input, caller) => {
        const template =
          input.StackName === undefined
            ? await this.template(input as SourceInput, undefined, caller)
            : this.stack('GetTemplateSummary', input.StackName, caller).source?.template;
        return summarize(template ?? parseTemplate('{}'));
      },
    ),
    ValidateTemplate: taking<SourceInput>('TemplateBody TemplateURL', async (input, caller) => {
      this.check('ValidateTemplate', '*', caller);
      return summarize(await this.template(input, undefined, caller));
    }),
    ListExports: taking('NextToken', (_input, caller) => {
      this.check('ListExports', '*', caller);
      const exports = [...this.stacks.exports(caller)];
      return {
        Exports: exports.map(([Name, { stack, value }]) => ({
          ExportingStackId: stack.id,
          Name,
          Value: value,
        })),
      };
    }),
  };

  private readonly stacks = new Stacks();
  private readonly changeSets = new Map<string, ChangeSet>();

  /** @param pace milliseconds that every resource takes to be made, changed or deleted */
  constructor(
    private readonly cloud: Cloud,
    private readonly sts: Sts,
    private readonly authorization: Authorization,
    private readonly pace: () => number,
  ) {}

  private async createStack(input: SourceInput, caller: Caller): Promise<object> {
    this.checkSource('CreateStack', input, caller);
    if (this.stacks.find(input.StackName, caller) !== undefined) {
      throw new AwsError('AlreadyExistsException', `Stack [${input.StackName}] already exists`);
    }
    const source = await this.source(input, undefined, caller);
    const execution = executionCaller(caller, input.RoleARN, this.sts);
    const stack = this.stacks.create(input.StackName, caller);
    stack.roleArn = input.RoleARN;
    stack.terminationProtection = input.EnableTerminationProtection === 'true';
    await this.start(this.deployment(stack, execution, input).create(source));
    return { StackId: stack.id };
  }

  private async updateStack(input: SourceInput, caller: Caller): Promise<object> {
    const stack = this.stacks.get(input.StackName, caller);
    this.checkSource('UpdateStack', input, caller, stack);
    checkUpdatable(stack, input);
    const source = await this.source(input, stack, caller);
    const execution = executionCaller(caller, input.RoleARN ?? stack.roleArn, this.sts);
    const { changes, outputsChange } = await plan(source, this.environment(stack, execution));
    if (changes.length === 0 && !outputsChange) {
      throw validationError('No updates are to be performed.');
    }
    stack.roleArn = input.RoleARN ?? stack.roleArn;
    await this.start(this.deployment(stack, execution, input).update(source));
    return { StackId: stack.id };
  }

  private async deleteStack(
    input: StackRef & { RoleARN?: string; RetainResources?: readonly string[]; ClientRequestToken?: string },
    caller: Caller,
  ): Promise<void> {
    const stack = this.stacks.find(input.StackName, caller);
    this.check('DeleteStack', stack?.id ?? stackArn(input.StackName, caller), caller, input.RoleARN);
    if (stack === undefined || stack.deleted !== undefined) {
      return;
    }
    if (stack.terminationProtection) {
      throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
    }
    if (stack.inProgress) {
      throw validationError(`Stack ${stack.id} is in ${stack.status} state and can not be deleted`);
    }
    if (input.RetainResources !== undefined && stack.status !== 'DELETE_FAILED') {
      throw validationError(
        'Invalid operation on stack. Specify a list of resources to retain only when the stack is in the DELETE_FAILED state.',
      );
    }
    this.stacks.checkNotImported(stack);
    const execution = executionCaller(caller, input.RoleARN ?? stack.roleArn, this.sts);
    await this.start(this.deployment(stack, execution, input).delete(input.RetainResources));
  }

  private async createChangeSet(input: ChangeSetInput, caller: Caller): Promise<object> {
    if (input.DeploymentMode !== undefined) {
      throw notImplemented(`the DeploymentMode ${JSON.stringify(input.DeploymentMode)}`);
    }
    const existing = this.stacks.find(input.StackName, caller);
    const imports = input.ChangeSetType === 'IMPORT';
    const creates =
      input.ChangeSetType === 'CREATE' ||
      (imports && (existing === undefined || existing.status === 'REVIEW_IN_PROGRESS'));
    this.checkSource('CreateChangeSet', input, caller, existing);
    if (existing === undefined ? !creates : creates && existing.status !== 'REVIEW_IN_PROGRESS') {
      throw validationError(
        existing === undefined
          ? `Stack [${input.StackName}] does not exist`
          : `Stack [${input.StackName}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`,
      );
    }
    if (existing !== undefined && !creates) {
      checkUpdatable(existing, { DisableRollback: 'true' });
    }
    if (existing !== undefined && this.findChangeSet(input, existing) !== undefined) {
      throw new AwsError('AlreadyExistsException', `ChangeSet ${input.ChangeSetName} already exists`);
    }
    const parsed = await this.source(input, existing, caller);
    const execution = executionCaller(caller, input.RoleARN ?? existing?.roleArn, this.sts);
    const stack = existing ?? this.stacks.create(input.StackName, caller);
    const source = {
      ...parsed,
      imports: await findImports(input, parsed, this.environment(stack, execution)),
    };
    const { ChangeSetName: name, Description: description } = input;
    const type = imports ? 'IMPORT' : creates ? 'CREATE' : 'UPDATE';
    const changeSet = await createChangeSet(
      { name, type, source, description },
      this.environment(stack, execution),
    );
    this.changeSets.set(changeSet.id, changeSet);
    if (existing === undefined) {
      stack.setStatus('REVIEW_IN_PROGRESS', 'User Initiated');
    }
    return { Id: changeSet.id, StackId: stack.id };
  }

  private async executeChangeSet(
    input: ChangeSetRef & { DisableRollback?: string; ClientRequestToken?: string },
    caller: Caller,
  ): Promise<void> {
    checkRollback(input);
    const changeSet = this.changeSet('ExecuteChangeSet', input, caller);
    const { stack, source, type } = changeSet;
    if (changeSet.status !== 'CREATE_COMPLETE' || changeSet.executed) {
      throw new AwsError(
        'InvalidChangeSetStatus',
        `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${changeSet.executed ? 'EXECUTE_COMPLETE' : changeSet.status}]`,
      );
    }
    if (stack.inProgress) {
      throw notNow(stack);
    }
    if (type === 'UPDATE') {
      checkUpdatable(stack, input);
    }
    changeSet.executed = true;
    stack.roleArn = source.roleArn ?? stack.roleArn;
    const execution = executionCaller(caller, stack.roleArn, this.sts);
    const deployment = this.deployment(stack, execution, input);
    for (const [id, other] of this.changeSets) {
      if (other.stack === stack) {
        this.changeSets.delete(id);
      }
    }
    const run = { CREATE: 'create', UPDATE: 'update', IMPORT: 'import' } as const;
    await this.start(deployment[run[type]](source));
  }

  private environment(stack: Stack, execution: Caller): Environment {
    return new Environment(stack, execution, this.stacks, this.cloud, this.sts);
  }

  private deployment(
    stack: Stack,
    execution: Caller,
    { ClientRequestToken, DisableRollback }: { ClientRequestToken?: string; DisableRollback?: string },
  ): Deployment {
    const environment = this.environment(stack, execution);
    return new Deployment(environment, this.pace(), ClientRequestToken, DisableRollback !== 'true');
  }

  /** Waits for the end of an operation, but not for long. */
  private async start(operation: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE);
    });
    await Promise.race([operation, patience]);
    clearTimeout(timer);
  }

  private async source(input: SourceInput, stack: Stack | undefined, caller: Caller): Promise<Source> {
    const template = await this.template(input, stack, caller);
    checkCapabilities(template, input.Capabilities ?? []);
    checkTypesKept(template, stack);
    const readSsm = async (Names: readonly string[]): Promise<Record<string, string>> => {
      const { Parameters } = await this.cloud.call<{ Parameters: { Name: string; Value: string }[] }>(
        'ssm',
        'GetParameters',
        { Names },
        caller,
      );
      return Object.fromEntries(Parameters.map(({ Name, Value }) => [Name, Value]));
    };
    const previous = stack?.source?.given ?? [];
    const { parameters, given } = await resolveParameters(
      template,
      input.Parameters ?? [],
      previous,
      readSsm,
    );
    return {
      template,
      parameters,
      given,
      tags: input.Tags ?? stack?.source?.tags ?? [],
      roleArn: input.RoleARN,
    };
  }

  private async template(input: SourceInput, stack: Stack | undefined, caller: Caller): Promise<Template> {
    if (input.UsePreviousTemplate === 'true' && stack?.source !== undefined) {
      return stack.source.template;
    }
    if (input.TemplateURL === undefined) {
      return parseTemplate(input.TemplateBody ?? '');
    }
    const { Bucket, Key } = bucketAndKey(input.TemplateURL);
    const { Body } = await this.cloud.call<{ Body: Buffer }>('s3', 'GetObject', { Bucket, Key }, caller);
    return parseTemplate(Body.toString());
  }

  private describeStacks({ StackName }: Partial<StackRef>, caller: Caller): object[] {
    if (StackName !== undefined) {
      return [describeStack(this.stack('DescribeStacks', StackName, caller))];
    }
    this.check('DescribeStacks', '*', caller);
    return this.stacks
      .in(caller)
      .filter(({ deleted }) => deleted === undefined)
      .map(describeStack);
  }

  private stack(operation: string, name: string, caller: Caller): Stack {
    const known = this.stacks.find(name, caller);
    this.check(operation, known?.id ?? stackArn(name, caller), caller);
    return this.stacks.get(name, caller);
  }

  private changeSetStack(
    operation: string,
    { StackName, ChangeSetName }: ChangeSetRef,
    caller: Caller,
  ): Stack {
    const stack = StackName === undefined ? this.changeSets.get(ChangeSetName)?.stack.id : StackName;
    if (stack === undefined) {
      throw changeSetNotFound(ChangeSetName);
    }
    return this.stack(operation, stack, caller);
  }

  private findChangeSet({ ChangeSetName }: ChangeSetRef, stack: Stack): ChangeSet | undefined {
    return [...this.changeSets.values()].find(
      (each) => each.stack === stack && (each.name === ChangeSetName || each.id === ChangeSetName),
    );
  }

  private changeSet(operation: string, ref: ChangeSetRef, caller: Caller): ChangeSet {
    const changeSet = this.findChangeSet(ref, this.changeSetStack(operation, ref, caller));
    if (changeSet === undefined) {
      throw changeSetNotFound(ref.ChangeSetName);
    }
    return changeSet;
  }

  private checkSource(operation: string, input: SourceInput, caller: Caller, stack?: Stack): void {
    checkRollback(input);
    this.check(operation, stack?.id ?? stackArn(input.StackName, caller), caller, input.RoleARN);
  }

  /** The caller may do this, and hand CloudFormation the role that it is to do it with. */
  private check(operation: string, resource: string, caller: Caller, roleArn?: string): void {
    this.authorization.check({ caller, action: `cloudformation:${operation}`, resource });
    if (roleArn !== undefined) {
      this.authorization.check({
        caller,
        action: 'iam:PassRole',
        resource: roleArn,
        context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
      });
    }
  }
}

function changeSetNotFound(name: string): AwsError {
  return new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
}

function stackArn(name: string, { partition, region, account }: Caller): string {
  return name.startsWith('arn:')
    ? name
    : `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/*`;
}
