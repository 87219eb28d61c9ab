import { administrator, callerIn } from '../../../local/caller';
import { Endpoint } from '../../../local/endpoint';

export const ACCOUNT = '111111111111';
export const OTHER_ACCOUNT = '222222222222';
export const REGION = 'eu-central-1';

interface Described {
  readonly StackStatus: string;
  readonly StackId: string;
  readonly Outputs: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
}

export interface Detail {
  readonly Target: Readonly<Record<string, string>>;
  readonly Evaluation: string;
  readonly ChangeSource: string;
}

export interface Change {
  readonly Action: string;
  readonly PolicyAction?: string;
  readonly LogicalResourceId: string;
  readonly Replacement?: string;
  readonly Scope: readonly string[];
  readonly Details: readonly Detail[];
}

/** One Region of one account of an endpoint, worked on by the account's administrator. */
export class Region {
  public static async start(): Promise<Region> {
    return new Region(await Endpoint.start());
  }

  private constructor(
    public readonly endpoint: Endpoint,
    private readonly account = ACCOUNT,
    private readonly region = REGION,
  ) {}

  /** The same endpoint, elsewhere. */
  public in(account: string, region: string): Region {
    return new Region(this.endpoint, account, region);
  }

  public call<Output = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
  ): Promise<Output> {
    return this.endpoint.cloud.call<Output>(
      service,
      operation,
      input,
      callerIn(administrator(this.account), this.region),
    );
  }

  public create(StackName: string, template: object | string, input: object = {}): Promise<unknown> {
    return this.call('cloudformation', 'CreateStack', { StackName, ...body(template), ...input });
  }

  public update(StackName: string, template: object | string, input: object = {}): Promise<unknown> {
    return this.call('cloudformation', 'UpdateStack', { StackName, ...body(template), ...input });
  }

  public delete(StackName: string): Promise<unknown> {
    return this.call('cloudformation', 'DeleteStack', { StackName });
  }

  public async describe(StackName: string): Promise<Described> {
    const { Stacks } = await this.call<{ Stacks: Described[] }>('cloudformation', 'DescribeStacks', {
      StackName,
    });
    return Stacks[0];
  }

  public async outputs(StackName: string): Promise<Record<string, string>> {
    const { Outputs } = await this.describe(StackName);
    return Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  }

  /** What happened to one resource, first things first. */
  public async history(StackName: string, logicalId: string): Promise<string[]> {
    const { StackEvents } = await this.call<{ StackEvents: Record<string, string>[] }>(
      'cloudformation',
      'DescribeStackEvents',
      { StackName },
    );
    return StackEvents.filter(({ LogicalResourceId }) => LogicalResourceId === logicalId)
      .map(({ ResourceStatus }) => ResourceStatus)
      .reverse();
  }

  public async reasons(StackName: string): Promise<string> {
    const { StackEvents } = await this.call<{ StackEvents: Record<string, string>[] }>(
      'cloudformation',
      'DescribeStackEvents',
      { StackName },
    );
    return StackEvents.map(({ ResourceStatusReason = '' }) => ResourceStatusReason).join('\n');
  }

  /** The changes that a template would make to a stack. */
  public async changes(
    StackName: string,
    template: object,
  ): Promise<{ status: string; reason?: string; changes: Change[] }> {
    const ChangeSetName = `change-${Math.random().toString(36).slice(2)}`;
    await this.call('cloudformation', 'CreateChangeSet', {
      StackName,
      ChangeSetName,
      ChangeSetType: 'UPDATE',
      ...body(template),
    });
    const described = await this.call<{
      Status: string;
      StatusReason?: string;
      Changes: { ResourceChange: Change }[];
    }>('cloudformation', 'DescribeChangeSet', { StackName, ChangeSetName });
    return {
      status: described.Status,
      reason: described.StatusReason,
      changes: described.Changes.map(({ ResourceChange }) => ResourceChange),
    };
  }
}

function body(template: object | string): object {
  return {
    TemplateBody: typeof template === 'string' ? template : JSON.stringify(template),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  };
}

/** A parameter of the Parameter Store: a resource with little to it. */
export function parameter(Value: unknown, more: object = {}, attributes: object = {}): object {
  return { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value, ...more }, ...attributes };
}
