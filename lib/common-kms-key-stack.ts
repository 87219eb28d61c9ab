import { CfnOutput, type Environment, type IStackSynthesizer, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { ICommonKmsKey } from './common-key-base';
import { CommonKmsKey, type CommonKmsKeyProps } from './common-kms-key';
import { CommonKmsReplicaKey } from './common-kms-replica-key';
import { KeyAlias } from './key-alias';

/**
 * The common key of an account, and where its stack is deployed.
 */
export interface CommonKmsKeyStackProps extends CommonKmsKeyProps {
  /**
   * The account and Region of the stack.
   *
   * @default - those of the command line at deployment
   */
  readonly env?: Environment;

  /**
   * The Region of the primary key.
   *
   * @default - the Region of this stack: it holds the primary key
   */
  readonly primaryRegion?: string;

  /**
   * How the stack is deployed.
   *
   * @default - the synthesizer of the app
   */
  readonly synthesizer?: IStackSynthesizer;
}

/**
 * The stack of an account's common key in one Region: the primary key in the primary Region, a
 * related key in every other.
 *
 * It has the same name and the same outputs (`KeyArn`, `KeyId`, `AliasName`) in every Region, so that
 * "the common key of this Region" is one name everywhere. It is protected against termination.
 */
export class CommonKmsKeyStack extends Stack {
  /** The key of this Region. */
  public readonly key: ICommonKmsKey;

  /**
   * @throws Error when a name, a Region, the rotation period or a role is refused
   */
  constructor(scope: Construct, id: string, props: CommonKmsKeyStackProps) {
    const { env, synthesizer, primaryRegion, ...keyProps } = props;
    const alias = new KeyAlias(props);
    super(scope, id, {
      env,
      synthesizer,
      stackName: alias.keyName,
      description: alias.description,
      terminationProtection: true,
    });
    this.key =
      primaryRegion === undefined || primaryRegion === this.region
        ? new CommonKmsKey(this, 'CommonKey', keyProps)
        : new CommonKmsReplicaKey(this, 'CommonKey', { ...keyProps, primaryRegion });
    new CfnOutput(this, 'KeyArn', { value: this.key.keyArn });
    new CfnOutput(this, 'KeyId', { value: this.key.keyId });
    new CfnOutput(this, 'AliasName', { value: this.key.aliasName });
  }
}
