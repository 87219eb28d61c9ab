import type { AddToResourcePolicyResult, Grant, IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  CfnAlias,
  type CfnKey,
  type CfnReplicaKey,
  type IKey,
  type KeyReference,
} from 'aws-cdk-lib/aws-kms';
import { CfnDeletionPolicy, RemovalPolicy, Resource, Tags } from 'aws-cdk-lib/core';
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
  protected abstract readonly _policy: KeyPolicyDocument;

  /** @internal */
  public readonly _isImported: boolean = false;

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
