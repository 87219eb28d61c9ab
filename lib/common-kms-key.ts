import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { Arn, ArnFormat, Duration, Fn, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { AccountTrust } from './account-trust';
import { CommonKeyBase, type ICommonKmsKey, PENDING_WINDOW_IN_DAYS } from './common-key-base';
import { ImportedKey } from './imported-key';
import { KeyAlias, type KeyAliasProps } from './key-alias';
import { keyEnvironment } from './key-environment';
import type { KeyAccessProps } from './key-access';
import { keyPolicy } from './key-policy';
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

/**
 * A common key that is made elsewhere: its names, and what its owner has set.
 *
 * Whatever the owner sets is repeated here, best from an object that both share. Grants are decided
 * by it, so that none is without effect.
 */
export interface CommonKmsKeyImportProps extends KeyAliasProps, KeyAccessProps {}

/**
 * A common key that is found by the names of the convention.
 */
export interface CommonKmsKeyConventionProps extends CommonKmsKeyImportProps {
  /**
   * The ARN of a role in the account of the key that may describe the key's stack, and that the
   * deployment role of this stack may assume.
   *
   * @default - the key is of the account of this stack, and the deployment role of this stack reads it
   */
  readonly outputRoleArn?: string;
}

/**
 * What the alias of a common key does not tell: where to read its ARN, and what its owner has set.
 */
export interface CommonKmsKeyAliasOptions extends KeyAccessProps {
  /**
   * The ARN of a role in the account of the key that may describe the key's stack, and that the
   * deployment role of this stack may assume.
   *
   * @default - the key is of the account of this stack, and the deployment role of this stack reads it
   */
  readonly outputRoleArn?: string;
}

const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;
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
  /**
   * The common key of the stack's own Region, from names alone.
   *
   * CloudFormation reads the key's ARN at deployment, from the output of the stack that the convention
   * names: no lookup, no export, and the related key of each Region in that Region.
   *
   * @throws Error when a name is refused; at synth, when this app makes the key and not in this Region
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
   */
  public static fromConvention(
    scope: Construct,
    id: string,
    props: CommonKmsKeyConventionProps,
  ): ICommonKmsKey {
    const alias = new KeyAlias(props);
    const { region } = Stack.of(scope);
    const read = (output: string) =>
      Fn.getStackOutput(
        alias.keyName,
        output,
        Token.isUnresolved(region) ? undefined : region,
        props.outputRoleArn,
      );
    return new ImportedKey(scope, id, {
      alias,
      keyArn: read('KeyArn'),
      keyId: read('KeyId'),
      env: {
        account: props.outputRoleArn && Arn.split(props.outputRoleArn, ArnFormat.SLASH_RESOURCE_NAME).account,
      },
      access: props,
      stackName: alias.keyName,
    });
  }

  /**
   * The common key that an alias of the convention names, in the stack's own Region.
   *
   * The alias is taken apart into the names that it is made of, since an alias in an IAM policy would
   * grant nothing.
   *
   * @param aliasName for example `alias/gwt-atlasdev-cmn-all-kms-sym`
   * @throws Error when the alias does not follow the convention
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
   */
  public static fromAliasName(
    scope: Construct,
    id: string,
    aliasName: string,
    options: CommonKmsKeyAliasOptions = {},
  ): ICommonKmsKey {
    const { organization, product, account } = KeyAlias.parse(aliasName);
    return CommonKmsKey.fromConvention(scope, id, { ...options, organization, product, account });
  }

  /**
   * A common key of which the ARN is known.
   *
   * @param keyArn the ARN of the key itself, not of an alias
   * @throws Error when that is no key ARN, or when a name is refused
   */
  public static fromKeyArn(
    scope: Construct,
    id: string,
    keyArn: string,
    props: CommonKmsKeyImportProps,
  ): ICommonKmsKey {
    if (!Token.isUnresolved(keyArn) && !KEY_ARN.test(keyArn)) {
      throw new Error(
        `key ARN ${JSON.stringify(keyArn)} is refused: it must read like arn:aws:kms:eu-central-1:111111111111:key/mrk-…; for an alias, use fromAliasName`,
      );
    }
    const { account, region, resourceName } = Arn.split(keyArn, ArnFormat.SLASH_RESOURCE_NAME);
    return new ImportedKey(scope, id, {
      alias: new KeyAlias(props),
      keyArn,
      keyId: resourceName ?? keyArn,
      env: { account, region },
      access: props,
    });
  }

  public readonly keyArn: string;
  public readonly keyId: string;
  public readonly aliasName: string;
  public readonly trust: AccountTrust;
  /** @internal */
  public readonly _policy: KeyPolicyDocument;

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
    this._protect(key, alias, regions);
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
