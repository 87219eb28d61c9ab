import { AwsError, notImplemented } from '../aws-error';
import type { Caller } from '../caller';
import { taking, type Operations } from '../service';
import { createChangeSet } from './change-set';
import { describeChangeSet } from './description';
import type { Desk } from './desk';
import { findImports, type ImportInput } from './imports';
import {
  checkRollback,
  checkUpdatable,
  notNow,
  SOURCE,
  type ChangeSetRef,
  type SourceInput,
  type StackRef,
} from './request';
import type { SourceReader } from './source-reader';
import { validationError } from './validation-error';

interface CreateInput extends SourceInput, ImportInput {
  readonly ChangeSetName: string;
  readonly ChangeSetType?: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly Description?: string;
  readonly DeploymentMode?: string;
}

interface ExecuteInput extends ChangeSetRef {
  readonly DisableRollback?: string;
  readonly ClientRequestToken?: string;
}

/**
 * Change sets: what would change, looked at before it is done.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
 */
export function changeSetOperations(desk: Desk, reader: SourceReader): Operations {
  return {
    CreateChangeSet: taking<CreateInput>(
      `${SOURCE} ChangeSetName ChangeSetType Description ClientToken IncludeNestedStacks ImportExistingResources ResourcesToImport DeploymentMode`,
      (input, caller) => create(desk, reader, input, caller),
    ),
    DescribeChangeSet: taking<ChangeSetRef>(
      'StackName ChangeSetName IncludePropertyValues',
      (input, caller) => describeChangeSet(desk.changeSet('DescribeChangeSet', input, caller)),
    ),
    ExecuteChangeSet: taking<ExecuteInput>(
      'StackName ChangeSetName ClientRequestToken DisableRollback',
      (input, caller) => execute(desk, input, caller),
    ),
    DeleteChangeSet: taking<ChangeSetRef>('StackName ChangeSetName', (input, caller) => {
      const stack = desk.changeSetStack('DeleteChangeSet', input, caller);
      const changeSet = desk.changeSets.find(input.ChangeSetName, stack);
      if (changeSet !== undefined) {
        desk.changeSets.delete(changeSet);
      }
    }),
    ListChangeSets: taking<StackRef>('StackName', (input, caller) => {
      const changeSets = desk.changeSets.of(desk.stack('ListChangeSets', input.StackName, caller));
      return { Summaries: changeSets.map((each) => ({ ...describeChangeSet(each), Changes: undefined })) };
    }),
    // Both tell what hooks and early validation have to say of a change set; there are none here.
    ListHookResults: taking<{ TargetType: string; TargetId: string }>(
      'TargetType TargetId NextToken',
      (input, caller) => {
        desk.check('ListHookResults', input.TargetId, caller);
        return { TargetType: input.TargetType, TargetId: input.TargetId, HookResults: [] };
      },
    ),
    DescribeEvents: taking<ChangeSetRef>('StackName ChangeSetName Filters NextToken', (input, caller) => {
      desk.changeSet('DescribeEvents', input, caller);
      return { OperationEvents: [] };
    }),
  };
}

async function create(desk: Desk, reader: SourceReader, input: CreateInput, caller: Caller): Promise<object> {
  if (input.DeploymentMode !== undefined) {
    throw notImplemented(`the DeploymentMode ${JSON.stringify(input.DeploymentMode)}`);
  }
  checkRollback(input);
  const existing = desk.findStack('CreateChangeSet', input.StackName, caller, input.RoleARN);
  const imports = input.ChangeSetType === 'IMPORT';
  const creates =
    input.ChangeSetType === 'CREATE' ||
    (imports && (existing === undefined || existing.status === 'REVIEW_IN_PROGRESS'));
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
  if (existing !== undefined && desk.changeSets.find(input.ChangeSetName, existing) !== undefined) {
    throw new AwsError('AlreadyExistsException', `ChangeSet ${input.ChangeSetName} already exists`);
  }
  const parsed = await reader.source(input, existing, caller);
  const execution = desk.execution(caller, input.RoleARN ?? existing?.roleArn);
  const stack = existing ?? desk.stacks.create(input.StackName, caller);
  const environment = desk.environment(stack, execution);
  const source = { ...parsed, imports: await findImports(input, parsed, environment) };
  const { ChangeSetName: name, Description: description } = input;
  const type = imports ? 'IMPORT' : creates ? 'CREATE' : 'UPDATE';
  const changeSet = await createChangeSet({ name, type, source, description }, environment);
  desk.changeSets.add(changeSet);
  if (existing === undefined) {
    stack.setStatus('REVIEW_IN_PROGRESS', 'User Initiated');
  }
  return { Id: changeSet.id, StackId: stack.id };
}

async function execute(desk: Desk, input: ExecuteInput, caller: Caller): Promise<void> {
  checkRollback(input);
  const changeSet = desk.changeSet('ExecuteChangeSet', input, caller);
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
  const execution = desk.execution(caller, stack.roleArn);
  desk.changeSets.of(stack).forEach((each) => desk.changeSets.delete(each));
  const run = { CREATE: 'create', UPDATE: 'update', IMPORT: 'import' } as const;
  await desk.deploy(stack, execution, input, (deployment) => deployment[run[type]](source));
}
