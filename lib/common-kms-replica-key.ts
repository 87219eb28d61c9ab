import { CfnReplicaKey } from 'aws-cdk-lib/aws-kms';
import { Fn } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { AccountTrust } from './account-trust';
import { CommonKeyBase, PENDING_WINDOW_IN_DAYS } from './common-key-base';
import { KeyAlias, type KeyAliasProps } from './key-alias';
import { keyEnvironment } from './key-environment';
import type { KeyAccessProps } from './key-access';
import { keyPolicy } from './key-policy';
import type { KeyPolicyDocument } from './key-policy-document';

/**
 * The related key of a common key, in a further Region of the same account.
 */
export interface CommonKmsReplicaKeyProps extends KeyAliasProps, KeyAccessProps {
  /** The Region of the primary key. */
  readonly primaryRegion: string;

  /**
   * Every Region that a related key may be made in, this one among them.
   *
   * @default - the Region of this key alone
   */
  readonly replicaRegions?: string[];

  /**
   * The ARN of the primary key.
   *
   * @default - the output `KeyArn` of the stack that the convention names, in the primary Region
   */
  readonly primaryKeyArn?: string;
}

/**
 * A related key of the common key: the same key id and key material in another Region, with a policy,
 * an alias and tags of its own.
 *
 * The ARN of the primary key is read at deployment from the output of its stack, so the primary must
 * be deployed first.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-replicate.html
 */
export class CommonKmsReplicaKey extends CommonKeyBase {
  public readonly keyArn: string;
  public readonly keyId: string;
  public readonly aliasName: string;
  public readonly trust: AccountTrust;
  /** @internal */
  public readonly _policy: KeyPolicyDocument;

  /**
   * @throws Error when a name, a Region or a role is refused
   */
  constructor(scope: Construct, id: string, props: CommonKmsReplicaKeyProps) {
    super(scope, id);
    const alias = new KeyAlias(props);
    const replicaRegions = props.replicaRegions ?? [this.stack.region];
    if (!replicaRegions.includes(this.stack.region)) {
      throw new Error(
        `Region ${JSON.stringify(this.stack.region)} of replica ${JSON.stringify(this.node.path)} is not one of replicaRegions ${JSON.stringify(replicaRegions)}: add it, or move the stack`,
      );
    }
    this.aliasName = alias.aliasName;
    this.trust = props.trust ?? AccountTrust.USE;
    const regions = [props.primaryRegion, ...replicaRegions];
    this._policy = keyPolicy(props, keyEnvironment(this.stack, alias, regions));

    const key = new CfnReplicaKey(this, 'Resource', {
      description: alias.description,
      enabled: true,
      keyPolicy: this._policy,
      pendingWindowInDays: PENDING_WINDOW_IN_DAYS,
      primaryKeyArn: props.primaryKeyArn ?? Fn.getStackOutput(alias.keyName, 'KeyArn', props.primaryRegion),
    });
    this.keyArn = key.attrArn;
    this.keyId = key.ref;
    this._protect(key, alias, regions);
  }
}
