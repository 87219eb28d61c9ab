import { App, BootstraplessSynthesizer } from 'aws-cdk-lib/core';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { CommonKmsKeyStack, type CommonKmsKeyStackProps } from '../../lib/common-kms-key-stack';
import { Account } from '../../lib/key-alias';
import { administrator, callerIn, type Caller } from '../../local/caller';
import { Endpoint } from '../../local/endpoint';

export const ACCOUNT = '111111111111';
export const PRIMARY = 'eu-central-1';
export const REPLICA = 'eu-west-1';
export const NAME = 'gwt-atlasdev-cmn-all-kms-sym';
export const ALIAS = `alias/${NAME}`;

/** How a deployment ended: the status of the stack, and what was said of failures, first things first. */
export interface Outcome {
  readonly status: string;
  readonly reasons: readonly string[];
}

interface StackEvent {
  readonly EventId: string;
  readonly LogicalResourceId: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}

interface KeyMetadata {
  readonly KeyId: string;
  readonly KeyState: string;
}

/** One bootstrapped account of an endpoint, and stacks of the common key deployed there by its execution role. */
export class Site {
  /** @param pace milliseconds that CloudFormation takes over each resource */
  public static async start(pace = 0): Promise<Site> {
    const site = new Site(await Endpoint.start({ pace }));
    for (const region of [PRIMARY, REPLICA, 'eu-north-1']) {
      await site.role(executionRole(region).split('/')[1], 'arn:aws:iam::aws:policy/AdministratorAccess');
    }
    return site;
  }

  private constructor(private readonly endpoint: Endpoint) {}

  /** The environment in which a child process speaks to the endpoint as the account's administrator. */
  public environment(region: string): Record<string, string> {
    return this.endpoint.environment(ACCOUNT, region);
  }

  public stop(): Promise<void> {
    return this.endpoint.stop();
  }

  public async role(RoleName: string, PolicyArn?: string): Promise<void> {
    const trust = { Service: 'cloudformation.amazonaws.com' };
    const statement = { Effect: 'Allow', Principal: trust, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
    await this.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument });
    if (PolicyArn !== undefined) {
      await this.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
    }
  }

  public call<Output = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
    region = PRIMARY,
    caller: Caller = callerIn(administrator(ACCOUNT), region),
  ): Promise<Output> {
    return this.endpoint.cloud.call<Output>(service, operation, input, caller);
  }

  /**
   * Deploys the stack of a Region as the CDK command line does: makes it, makes it again after a failure, or updates it.
   *
   * @param rollback what `cdk deploy --rollback` or `--no-rollback` says
   * @param terminationProtection what the stack says; the command line switches it on before it deploys
   */
  public async deploy(
    region: string,
    template: object,
    { rollback = true, terminationProtection = false } = {},
  ): Promise<Outcome> {
    if ((await this.status(region)) === 'ROLLBACK_COMPLETE') {
      try {
        await this.destroy(region);
      } catch (error) {
        return { status: 'refused', reasons: [(error as Error).message] };
      }
    }
    const operation = (await this.status(region)) === undefined ? 'CreateStack' : 'UpdateStack';
    const RoleARN = executionRole(region);
    const before = (await this.events(region)).map(({ EventId }) => EventId);
    try {
      const input = { StackName: NAME, TemplateBody: JSON.stringify(template), RoleARN };
      const EnableTerminationProtection =
        operation === 'CreateStack' ? String(terminationProtection) : undefined;
      const options = { DisableRollback: String(!rollback), EnableTerminationProtection };
      await this.call('cloudformation', operation, { ...input, ...options }, region);
    } catch (error) {
      return { status: 'refused', reasons: [(error as Error).message] };
    }
    const events = (await this.events(region)).filter(({ EventId }) => !before.includes(EventId));
    const failed = events.filter(({ ResourceStatus }) =>
      /_FAILED$|ROLLBACK_IN_PROGRESS$/.test(ResourceStatus),
    );
    return {
      status: (await this.status(region)) ?? 'none',
      reasons: failed.map(({ ResourceStatusReason }) => ResourceStatusReason ?? '').reverse(),
    };
  }

  public async destroy(region: string): Promise<void> {
    await this.call('cloudformation', 'DeleteStack', { StackName: NAME }, region);
  }

  public async status(region: string): Promise<string | undefined> {
    const { Stacks } = await this.call<{ Stacks: { StackName: string; StackStatus: string }[] }>(
      'cloudformation',
      'DescribeStacks',
      {},
      region,
    );
    return Stacks.find(({ StackName }) => StackName === NAME)?.StackStatus;
  }

  /** The keys of a Region, with their states. */
  public async keys(region: string): Promise<KeyMetadata[]> {
    const { Keys } = await this.call<{ Keys: { KeyId: string }[] }>('kms', 'ListKeys', {}, region);
    return Promise.all(Keys.map(({ KeyId }) => this.describe(KeyId, region)));
  }

  public async describe(KeyId: string, region: string): Promise<KeyMetadata> {
    const described = await this.call<{ KeyMetadata: KeyMetadata }>('kms', 'DescribeKey', { KeyId }, region);
    return described.KeyMetadata;
  }

  /** What the alias of a Region names, if there is one. */
  public async aliased(region: string): Promise<string | undefined> {
    const { Aliases } = await this.call<{ Aliases: { TargetKeyId: string }[] }>(
      'kms',
      'ListAliases',
      {},
      region,
    );
    return Aliases.at(0)?.TargetKeyId;
  }

  public async encrypt(region: string): Promise<string> {
    const input = { KeyId: ALIAS, Plaintext: Buffer.from('secret').toString('base64') };
    return (await this.call<{ CiphertextBlob: string }>('kms', 'Encrypt', input, region)).CiphertextBlob;
  }

  public async decrypt(CiphertextBlob: string, region: string): Promise<string> {
    const { Plaintext } = await this.call<{ Plaintext: string }>(
      'kms',
      'Decrypt',
      { CiphertextBlob },
      region,
    );
    return Buffer.from(Plaintext, 'base64').toString();
  }

  private async events(region: string): Promise<readonly StackEvent[]> {
    try {
      const input = { StackName: NAME };
      return (
        await this.call<{ StackEvents: StackEvent[] }>('cloudformation', 'DescribeStackEvents', input, region)
      ).StackEvents;
    } catch {
      return [];
    }
  }
}

/** The app of one account's common key, synthesized. */
export function synthesize(
  props: Partial<CommonKmsKeyStackProps> = {},
  regions: readonly string[] = [PRIMARY, REPLICA],
  outdir?: string,
): { assembly: CloudAssembly; stacks: CommonKmsKeyStack[] } {
  const app = new App({ outdir });
  const replicaRegions = regions.filter((region) => region !== PRIMARY);
  const stacks = regions.map(
    (region) =>
      new CommonKmsKeyStack(app, region, {
        product: 'atlas',
        account: Account.DEV,
        env: { account: ACCOUNT, region },
        primaryRegion: PRIMARY,
        replicaRegions,
        synthesizer: new BootstraplessSynthesizer({ cloudFormationExecutionRoleArn: executionRole(region) }),
        ...props,
      }),
  );
  return { assembly: app.synth(), stacks };
}

/** The templates of the common key by Region. */
export function templates(...parameters: Parameters<typeof synthesize>): Record<string, Template> {
  const { assembly, stacks } = synthesize(...parameters);
  return Object.fromEntries(
    stacks.map(({ artifactId, region }) => [
      region,
      assembly.getStackArtifact(artifactId).template as Template,
    ]),
  );
}

function executionRole(region: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${region}`;
}

export interface Template {
  readonly Resources: Record<
    string,
    { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string }
  >;
}
