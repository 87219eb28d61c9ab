import { Authorization } from '../../../local/authorization';
import { callerIn, type Caller } from '../../../local/caller';
import { newId } from '../../../local/iam/entity';
import type { PolicyDocument } from '../../../local/iam/policy-document';
import { Principals } from '../../../local/iam/principals';
import type { Settings } from '../../../local/kms/desk';
import { Kms } from '../../../local/kms/kms';

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

const NO_KMS = 'arn:aws:iam::aws:policy/AWSCloudFormationReadOnlyAccess';

/** KMS and the roles that call it, with a clock that the test moves. */
export class Stage {
  public now = new Date('2026-01-01T00:00:00Z');
  private readonly principals = new Principals();
  private readonly kms: Kms;

  constructor(settings: Partial<Settings> = {}) {
    this.kms = new Kms(new Authorization(this.principals), { clock: () => this.now, ...settings });
  }

  public pass(days: number, seconds = 0): void {
    this.now = new Date(this.now.getTime() + (days * 86_400 + seconds) * 1000);
  }

  /**
   * Makes a role, once more if there is one of this name.
   *
   * @param policy without one it may nothing but what key policies and grants give it
   * @param bounded by a permissions boundary that has nothing of KMS
   */
  public role(name: string, policy?: PolicyDocument, account = ACCOUNT, bounded = false): Caller {
    const arn = `arn:aws:iam::${account}:role/${name}`;
    const id = newId('AROA');
    this.principals.account(account).roles.set(name, {
      name,
      path: '/',
      arn,
      id,
      created: this.now,
      trust: { Statement: [] },
      maxSession: 3600,
      boundary: bounded ? NO_KMS : undefined,
      inline: new Map(policy && [['own', policy]]),
      attached: new Set(),
      tags: new Map(),
    });
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

  public deleteRole({ account, principalArn }: Caller): void {
    this.principals.account(account).roles.delete(principalArn.split('/')[1]);
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
}

/** The same caller in another Region. */
export function inRegion(caller: Caller, region: string): Caller {
  return { ...caller, region };
}

/** An identity policy. */
export function allow(...actions: string[]): PolicyDocument {
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
