import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { Duration, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { AccountTrust } from './account-trust';
import { CommonKeyBase, PENDING_WINDOW_IN_DAYS } from './common-key-base';
import { KeyAlias, type KeyAliasProps } from './key-alias';
import { keyEnvironment } from './key-environment';
import { type KeyAccessProps, keyPolicy } from './key-policy';
import type { KeyPolicyDocument } from './key-policy-document';

/**
 * The common key of an account, in the Region that it is administered from.
 */
export interface CommonKmsKeyProps extends KeyAliasProps, KeyAccessProps {
  /**
   * The Regions that a related key may be made in, without that of this key.
   *
   * @default - none
   */
  readonly replicaRegions?: string[];

  /**
   * How often KMS makes new key material: 90 to 2560 whole days. Old material keeps decrypting.
   *
   * @default Duration.days(365)
   */
  readonly rotationPeriod?: Duration;
}

const ROTATION_PERIOD_MIN_DAYS = 90;
const ROTATION_PERIOD_MAX_DAYS = 2560;
const ROTATION_PERIOD_DEFAULT = Duration.days(365);

/**
 * The common KMS key of an account: customer managed, symmetric, for encrypting and decrypting, made
 * by KMS, multi-Region, rotated, retained, and named by the alias convention.
 *
 * The key is usable wherever the CDK takes an `IKey`. Its child ids are part of the contract: another
 * id is another logical id, which CloudFormation answers with another key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 */
export class CommonKmsKey extends CommonKeyBase {
  public readonly keyArn: string;
  public readonly keyId: string;
  public readonly aliasName: string;
  public readonly trust: AccountTrust;
  /** @internal */
  protected readonly _policy: KeyPolicyDocument;

  /**
   * @throws Error when a name, a Region, the rotation period or a role is refused
   */
  constructor(scope: Construct, id: string, props: CommonKmsKeyProps) {
    super(scope, id);
    const alias = new KeyAlias(props);
    const regions = [this.stack.region, ...(props.replicaRegions ?? [])];
    this.aliasName = alias.aliasName;
    this.trust = props.trust ?? AccountTrust.USE;
    this._policy = keyPolicy(props, keyEnvironment(this.stack, alias, regions));

    const key = new CfnKey(this, 'Resource', {
      description: alias.description,
      enabled: true,
      enableKeyRotation: true,
      keyPolicy: this._policy,
      keySpec: 'SYMMETRIC_DEFAULT',
      keyUsage: 'ENCRYPT_DECRYPT',
      multiRegion: true,
      origin: 'AWS_KMS',
      pendingWindowInDays: PENDING_WINDOW_IN_DAYS,
      rotationPeriodInDays: rotationPeriodInDays(props.rotationPeriod ?? ROTATION_PERIOD_DEFAULT),
    });
    this.keyArn = key.attrArn;
    this.keyId = key.ref;
    this._protect(key, this._policy, alias);
  }
}

function rotationPeriodInDays(period: Duration): number {
  const days = period.toDays({ integral: false });
  if (
    !Token.isUnresolved(days) &&
    (!Number.isInteger(days) || days < ROTATION_PERIOD_MIN_DAYS || days > ROTATION_PERIOD_MAX_DAYS)
  ) {
    throw new Error(
      `rotation period of ${days} days is refused: it must be ${ROTATION_PERIOD_MIN_DAYS} to ${ROTATION_PERIOD_MAX_DAYS} whole days`,
    );
  }
  return days;
}
