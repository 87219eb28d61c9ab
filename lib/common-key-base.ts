import {
  type AddToResourcePolicyResult,
  type Grant,
  type IGrantable,
  type PolicyStatement,
  PrincipalWithConditions,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  CfnAlias,
  type CfnKey,
  type CfnReplicaKey,
  type IKey,
  type KeyReference,
} from 'aws-cdk-lib/aws-kms';
import { CfnDeletionPolicy, RemovalPolicy, Resource, Tags, Token } from 'aws-cdk-lib/core';
import type { AccountTrust } from './account-trust';
import { grantOnKey } from './key-grant';
import type { KeyPolicyDocument } from './key-policy-document';
import { KeysOfApp } from './keys-of-app';
import type { KeyAlias } from './key-alias';
import { DECRYPT_ACTIONS, ENCRYPT_ACTIONS } from './kms-actions';

/**
 * A common key: a key of the CDK that also knows its alias and its trust.
 */
export interface ICommonKmsKey extends IKey {
  /** The alias name of the key, with its prefix. */
  readonly aliasName: string;

  /** How far IAM policies of the account decide about the key. */
  readonly trust: AccountTrust;

  /**
   * This key as one AWS service uses it: what is granted on it holds only for requests that the service
   * makes on behalf of the grantee, never for calls of its own.
   *
   * @param service the first word of the service's endpoint, for example `s3`
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
   */
  viaService(service: string): ICommonKmsKey;
}

/** The days between scheduling a key's deletion and losing everything encrypted under it: the most that KMS takes. */
export const PENDING_WINDOW_IN_DAYS = 30;

/**
 * What every common key is to the rest of the CDK, whether made here, replicated, or imported.
 *
 * Its grants differ from those of `kms.Key` in two ways: encrypting never includes
 * `kms:ReEncryptFrom`, with which ciphertext can be read, and a grant that the key policy would leave
 * without effect is an error.
 *
 * @internal
 */
export abstract class CommonKeyBase extends Resource implements ICommonKmsKey {
  public abstract readonly keyArn: string;
  public abstract readonly keyId: string;

  public abstract readonly trust: AccountTrust;
  public abstract readonly aliasName: string;

  /**
   * The key policy: written here, or what the owner of an imported key is said to have written.
   *
   * @internal
   */
  public abstract readonly _policy: KeyPolicyDocument;

  /** @internal */
  public readonly _isImported: boolean = false;

  /** @internal */
  public _admits(_statement: PolicyStatement): boolean {
    return false;
  }

  public get keyRef(): KeyReference {
    return { keyArn: this.keyArn, keyId: this.keyId };
  }

  /** Adds a further alias, in the key's own Region. */
  public addAlias(aliasName: string): Alias {
    return new Alias(this, `Alias${aliasName}`, { aliasName, targetKey: this });
  }

  /** Adds a statement to the key policy, with a Sid that tells what it is if it has none. */
  public addToResourcePolicy(statement: PolicyStatement, _allowNoOp?: boolean): AddToResourcePolicyResult {
    this._policy.addStatements(statement);
    return { statementAdded: true, policyDependable: this };
  }

  public grant(grantee: IGrantable, ...actions: string[]): Grant {
    return grantOnKey(this, this._policy, grantee, actions);
  }

  public viaService(service: string): ICommonKmsKey {
    const id = `Via-${service}`;
    return (this.node.tryFindChild(id) as KeyViaService | undefined) ?? new KeyViaService(this, id, service);
  }

  /** Lets the grantee decrypt, and move ciphertext from this key to another. */
  public grantDecrypt(grantee: IGrantable): Grant {
    return this.grant(grantee, ...DECRYPT_ACTIONS);
  }

  /** Lets the grantee encrypt and make data keys, and nothing with which ciphertext could be read. */
  public grantEncrypt(grantee: IGrantable): Grant {
    return this.grant(grantee, ...ENCRYPT_ACTIONS);
  }

  /** Lets the grantee encrypt and decrypt. */
  public grantEncryptDecrypt(grantee: IGrantable): Grant {
    return this.grant(grantee, ...DECRYPT_ACTIONS, ...ENCRYPT_ACTIONS);
  }

  /** @throws Error always: a symmetric encryption key does not sign */
  public grantSign(grantee: IGrantable): Grant {
    return this.grant(grantee, 'kms:Sign');
  }

  /** @throws Error always: a symmetric encryption key does not verify signatures */
  public grantVerify(grantee: IGrantable): Grant {
    return this.grant(grantee, 'kms:Verify');
  }

  /** @throws Error always: a symmetric encryption key does not sign */
  public grantSignVerify(grantee: IGrantable): Grant {
    return this.grant(grantee, 'kms:Sign', 'kms:Verify');
  }

  /** @throws Error always: a symmetric encryption key makes no MACs */
  public grantGenerateMac(grantee: IGrantable): Grant {
    return this.grant(grantee, 'kms:GenerateMac');
  }

  /** @throws Error always: a symmetric encryption key verifies no MACs */
  public grantVerifyMac(grantee: IGrantable): Grant {
    return this.grant(grantee, 'kms:VerifyMac');
  }

  /**
   * Gives a key that is made here its alias, its tags, and what keeps it from being lost.
   *
   * Key and alias stay when their stack or their place in it goes. The one exception is an alias whose
   * first deployment fails: left behind, it would make every further attempt fail. A key is left
   * behind even then, because its policy lets no deployment schedule its deletion; it holds no data.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
   * @param regions every Region of the key
   * @internal
   */
  protected _protect(key: CfnKey | CfnReplicaKey, alias: KeyAlias, regions: string[]): void {
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const name = new CfnAlias(this, 'Alias', { aliasName: alias.aliasName, targetKeyId: key.ref });
    name.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
    name.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    Tags.of(this).add('product', alias.product);
    Tags.of(this).add('account', alias.account);
    this.node.addValidation({ validate: () => this._policy.sizeProblems(this.stack) });
    KeysOfApp.of(this).addMade(this, this._policy, regions);
  }
}

/** A common key as one AWS service uses it. */
class KeyViaService extends CommonKeyBase {
  public readonly keyArn: string;
  public readonly keyId: string;
  public readonly aliasName: string;
  public readonly trust: AccountTrust;
  public readonly _policy: KeyPolicyDocument;
  public override readonly _isImported: boolean;

  constructor(
    private readonly key: CommonKeyBase,
    id: string,
    private readonly service: string,
  ) {
    super(key, id, key.env);
    this.keyArn = key.keyArn;
    this.keyId = key.keyId;
    this.aliasName = key.aliasName;
    this.trust = key.trust;
    this._policy = key._policy;
    this._isImported = key._isImported;
    if (!Token.isUnresolved(service) && !/^[a-z0-9-]+$/.test(service)) {
      throw new Error(
        `service ${JSON.stringify(service)} is refused: it must be the first word of the service's endpoint, such as "s3"`,
      );
    }
  }

  public override addAlias(aliasName: string): Alias {
    return this.key.addAlias(aliasName);
  }

  public override addToResourcePolicy(
    statement: PolicyStatement,
    allowNoOp?: boolean,
  ): AddToResourcePolicyResult {
    return this.key.addToResourcePolicy(statement, allowNoOp);
  }

  public override grant(grantee: IGrantable, ...actions: string[]): Grant {
    const principal = grantee.grantPrincipal;
    // A service that calls as itself is nobody's behalf.
    return principal instanceof ServicePrincipal
      ? this.key.grant(grantee, ...actions)
      : this.key.grant(
          new PrincipalWithConditions(principal, { StringEquals: { 'kms:ViaService': this.endpoints } }),
          ...actions,
        );
  }

  public override _admits(statement: PolicyStatement): boolean {
    return this.key._admits(statement);
  }

  public override viaService(service: string): ICommonKmsKey {
    return this.key.viaService(service);
  }

  /** Both spellings in China, where the ending of a service's name differs. */
  private get endpoints(): string | string[] {
    const { region } = this.env;
    const endpoint = `${this.service}.${region}.amazonaws.com`;
    return region.startsWith('cn-') ? [endpoint, `${endpoint}.cn`] : endpoint;
  }
}
