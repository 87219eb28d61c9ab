import { parseIdentityPolicy } from '../../../lib/audit/policy/document';
import { evaluate } from '../../../lib/audit/policy/evaluate';
import { callerIn, type Caller } from '../../../local/caller';
import type { ConditionContext, Identities, IdentityDecision } from '../../../local/kms/identities';
import { Kms } from '../../../local/kms/kms';
import type { Settings } from '../../../local/kms/desk';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const REGION = 'eu-central-1';
export const REPLICA_REGION = 'eu-west-1';

interface Metadata {
  readonly KeyId: string;
  readonly Arn: string;
  readonly KeyState: string;
  readonly Description: string;
  readonly CurrentKeyMaterialId: string;
}

interface ListedGrant {
  readonly GrantId: string;
  readonly GranteePrincipal: string;
}

/** What the operations answer, each of them some of it. */
export interface Answer {
  readonly KeyMetadata: Metadata;
  readonly ReplicaKeyMetadata: Metadata;
  readonly ReplicaPolicy: string;
  readonly ReplicaTags: object[];
  readonly Policy: string;
  readonly CiphertextBlob: string;
  readonly Plaintext: string;
  readonly PrivateKeyCiphertextBlob: string;
  readonly PrivateKeyPlaintext: string;
  readonly PublicKey: string;
  readonly KeyMaterialId: string;
  readonly KeyId: string;
  readonly GrantId: string;
  readonly GrantToken: string;
  readonly Grants: readonly ListedGrant[];
  readonly Keys: readonly object[];
  readonly Aliases: readonly { readonly AliasName: string; readonly TargetKeyId: string }[];
  readonly Tags: readonly object[];
  readonly Rotations: readonly { readonly KeyMaterialId: string; readonly RotationType: string }[];
  readonly NextMarker?: string;
  readonly Truncated: boolean;
}

/** KMS with roles whose own policies the test gives, and a clock that it moves. */
export class Stage implements Identities {
  public now = new Date('2026-01-01T00:00:00Z');
  private readonly roles = new Map<string, { id: string; policy?: object; withheld: boolean }>();
  private readonly kms: Kms;
  private made = 0;

  constructor(settings: Partial<Settings> = {}) {
    this.kms = new Kms(this, { clock: () => this.now, ...settings });
  }

  public pass(days: number, seconds = 0): void {
    this.now = new Date(this.now.getTime() + (days * 86_400 + seconds) * 1000);
  }

  /** A role that calls in a Region; without a policy of its own it may nothing but what key policies and grants give it. */
  public role(name: string, policy?: object, account = ACCOUNT, withheld = false): Caller {
    const arn = `arn:aws:iam::${account}:role/${name}`;
    const id = `AROA${String(++this.made).padStart(17, '0')}`;
    this.roles.set(arn, { id, policy, withheld });
    return callerIn(
      {
        account,
        arn: `arn:aws:sts::${account}:assumed-role/${name}/session`,
        principalArn: arn,
        userId: `${id}:session`,
        session: { name: 'session' },
      },
      REGION,
    );
  }

  public admin(name = 'Admin', account = ACCOUNT): Caller {
    return this.role(name, allow('kms:*'), account);
  }

  public deleteRole({ principalArn }: Caller): void {
    this.roles.delete(principalArn);
  }

  public get operations(): string[] {
    return Object.keys(this.kms.operations);
  }

  public async call(operation: string, input: object, caller: Caller): Promise<Answer> {
    return (await this.kms.operations[operation](input, caller)) as Answer;
  }

  /** `Code: message` of the error that a call ends in, or `none`. */
  public async refusal(operation: string, input: object, caller: Caller): Promise<string> {
    try {
      await this.call(operation, input, caller);
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
    return 'none';
  }

  public async createKey(caller: Caller, input: object = {}): Promise<string> {
    const { KeyMetadata } = (await this.call('CreateKey', input, caller)) as {
      KeyMetadata: { KeyId: string };
    };
    return KeyMetadata.KeyId;
  }

  public uniqueId(arn: string): string | undefined {
    return arn.endsWith(':root') ? arn : this.roles.get(arn)?.id;
  }

  public contextOf(caller: Caller): ConditionContext {
    return { 'aws:SecureTransport': [String(caller.secure)] };
  }

  public decide(
    caller: Caller,
    action: string,
    resource: string,
    context: ConditionContext,
  ): IdentityDecision {
    const { policy, withheld } = this.roles.get(caller.principalArn) ?? { withheld: false };
    if (withheld || policy === undefined) {
      return withheld ? 'withheld' : 'silent';
    }
    const statements = parseIdentityPolicy(policy).statements.map((each) => ({
      ...each,
      principals: [{ kind: 'any' as const }],
    }));
    const principal = { kind: 'role' as const, arn: caller.principalArn, account: caller.account };
    const { level, denies } = evaluate({ statements }, { action, resource, context, principal });
    return denies.length > 0 ? 'denied' : level === 'none' ? 'silent' : 'allowed';
  }
}

/** The same caller in another Region. */
export function inRegion(caller: Caller, region: string): Caller {
  return { ...caller, region };
}

/** An identity policy. */
export function allow(...actions: string[]): object {
  return { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: actions, Resource: '*' } };
}

/** A key policy of these statements, as text; every one is about the key itself. */
export function keyPolicy(...statements: object[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((each) => ({ Effect: 'Allow', Resource: '*', ...each })),
  });
}

/** The account's IAM policies decide. */
export const ROOT = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*' };

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
