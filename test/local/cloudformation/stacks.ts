import { administrator, callerIn, type Identity } from '../../../local/caller';
import { Endpoint } from '../../../local/endpoint';

export const ACCOUNT = '111111111111';
export const OTHER_ACCOUNT = '222222222222';
export const REGION = 'eu-central-1';

export interface Detail {
  readonly Target: Readonly<Record<string, string | undefined>>;
  readonly Evaluation: string;
  readonly CausingEntity?: string;
}

export interface Change {
  readonly ResourceChange: {
    readonly Action: string;
    readonly PolicyAction?: string;
    readonly LogicalResourceId: string;
    readonly Replacement?: string;
    readonly Scope?: readonly string[];
    readonly Details: readonly Detail[];
  };
}

/** What the operations answer, each of them some of it. */
export interface Answer {
  readonly Stacks: readonly {
    readonly StackId: string;
    readonly StackStatus: string;
    readonly Outputs: readonly Output[];
  }[];
  readonly StackEvents: readonly StackEvent[];
  readonly StackResources: readonly {
    readonly LogicalResourceId: string;
    readonly PhysicalResourceId: string;
  }[];
  readonly Changes: readonly Change[];
  readonly Status: string;
  readonly StatusReason?: string;
  readonly Value: string;
  readonly Parameter: { readonly Value: string };
  readonly KeyMetadata: { readonly KeyId: string; readonly KeyState: string };
  readonly Keys: readonly object[];
  readonly TemplateBody: string;
  readonly Credentials: { readonly AccessKeyId: string; readonly SessionToken: string };
}

interface Output {
  readonly OutputKey: string;
  readonly OutputValue: string;
}

interface StackEvent {
  readonly LogicalResourceId: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}

/** Where a call goes, and who makes it, when it is not the account's administrator. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
  readonly identity?: Identity;
}

/** Stacks on an endpoint, deployed in its process by the administrators of accounts. */
export class StackTests {
  public static async start(): Promise<StackTests> {
    return new StackTests(await Endpoint.start());
  }

  private constructor(private readonly endpoint: Endpoint) {}

  public stop(): Promise<void> {
    return this.endpoint.stop();
  }

  /** Somebody of the account who may nothing but what is given to this role. */
  public async session(RoleName: string): Promise<Identity> {
    const statement = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
    await this.aws('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
    const { Credentials } = await this.aws('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'session' });
    return this.endpoint.credentials.identify(Credentials.AccessKeyId, Credentials.SessionToken);
  }

  public aws(service: string, operation: string, input: object, place: Place = {}): Promise<Answer> {
    const { account = ACCOUNT, region = REGION, identity = administrator(account) } = place;
    return this.endpoint.cloud.call<Answer>(service, operation, input, callerIn(identity, region));
  }

  public call(operation: string, input: object, place?: Place): Promise<Answer> {
    return this.aws('cloudformation', operation, { StackName: 'test', ...input }, place);
  }

  /** Makes or updates the stack, and says what became of it. */
  public deploy(template: object | string, place?: Place, more: object = {}): Promise<string> {
    return this.deployAs('test', template, place, more);
  }

  /** Makes or updates another stack, and says what became of it. */
  public async deployAs(
    StackName: string,
    template: object | string,
    place?: Place,
    more: object = {},
  ): Promise<string> {
    const exists = await this.status(place, StackName);
    const TemplateBody = typeof template === 'string' ? template : JSON.stringify(template);
    const input = { StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'], ...more };
    await this.call(exists === 'none' ? 'CreateStack' : 'UpdateStack', input, place);
    return this.status(place, StackName);
  }

  public async status(place?: Place, StackName = 'test'): Promise<string> {
    const answer = await this.call('DescribeStacks', { StackName }, place).catch(() => undefined);
    return answer?.Stacks[0].StackStatus ?? 'none';
  }

  public async outputs(place?: Place): Promise<Record<string, string>> {
    const { Stacks } = await this.call('DescribeStacks', {}, place);
    return Object.fromEntries(
      Stacks[0].Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    );
  }

  /** `resource status` of every event, oldest first, without those of the stack itself. */
  public async events(): Promise<string[]> {
    const { StackEvents } = await this.call('DescribeStackEvents', {});
    return StackEvents.filter(({ LogicalResourceId }) => LogicalResourceId !== 'test')
      .map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`)
      .reverse();
  }

  /** Why a resource failed last. */
  public async reason(logicalId: string): Promise<string | undefined> {
    const { StackEvents } = await this.call('DescribeStackEvents', {});
    return StackEvents.find(
      (each) => each.LogicalResourceId === logicalId && each.ResourceStatus.endsWith('_FAILED'),
    )?.ResourceStatusReason;
  }

  /** All that was said of failures, of resources and of the stack. */
  public async reasons(place?: Place): Promise<string> {
    const answer = await this.call('DescribeStackEvents', {}, place).catch(() => undefined);
    return (answer?.StackEvents ?? [])
      .map(({ ResourceStatusReason }) => ResourceStatusReason ?? '')
      .filter((reason) => reason !== '')
      .join('\n');
  }

  /** The value of an SSM parameter, or `none`. */
  public async parameter(Name: string, place?: Place): Promise<string> {
    const answer = await this.aws('ssm', 'GetParameter', { Name }, place).catch(() => undefined);
    return answer?.Parameter.Value ?? 'none';
  }

  /** What a change set of a template says that it would do. */
  public async changes(template: object, ChangeSetType = 'UPDATE', more: object = {}): Promise<Answer> {
    const TemplateBody = JSON.stringify(template);
    const input = { TemplateBody, ChangeSetName: 'changes', ChangeSetType, ...more };
    await this.call('DeleteChangeSet', { ChangeSetName: 'changes' }).catch(() => undefined);
    await this.call('CreateChangeSet', input);
    return this.call('DescribeChangeSet', { ChangeSetName: 'changes' });
  }
}

/** A resource that costs nothing: an SSM parameter. */
export function parameter(Name: string, Value: unknown, more: object = {}): object {
  return { Type: 'AWS::SSM::Parameter', Properties: { Name, Type: 'String', Value }, ...more };
}

/** A resource that cannot be made, once what it refers to is there. */
export function impossible(after: string): object {
  return {
    Type: 'AWS::KMS::Alias',
    DependsOn: after,
    Properties: { AliasName: 'no-alias', TargetKeyId: 'no-key' },
  };
}

/** The `Code: message` that a call fails with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}
