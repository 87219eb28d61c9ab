import { Effect, PolicyStatement, Role, ServicePrincipal, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib/core';
import { CommonKmsKey, type ICommonKmsKey, KeyAlias, type KeyAliasProps } from 'common-kms-key';
import type { Construct } from 'constructs';

/**
 * Whose data path it is: the product, and the account that it runs in.
 */
export interface DataPathStackProps extends StackProps, KeyAliasProps {}

/**
 * The data path of the platform: a bucket under the common key of its Region, a writer that can put
 * data in and not read it back, and a process of the platform that reads it through S3 alone.
 */
export class DataPathStack extends Stack {
  /** The bucket that the data is in. */
  public readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: DataPathStackProps) {
    super(scope, id, props);
    const names = new KeyAlias(props);
    const key = CommonKmsKey.fromConvention(this, 'CommonKey', props);
    // Granted on this, a role reaches the key through S3, and never by itself.
    const keyInS3 = key.viaService('s3');

    this.bucket = this.dataBucket(keyInS3);
    this.refuseOtherEncryption(key);

    const objects = this.bucket.arnForObjects('*');
    const writer = this.role(
      `data-writer-${this.region}`,
      'Writer',
      'Puts data in, and cannot read it',
      names,
    );
    // bucket.grantPut(writer) would let the writer decrypt, as an upload in parts needs.
    writer.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: [objects] }));
    keyInS3.grantEncrypt(writer);

    const platform = this.role(
      `data-reader-${this.region}`,
      'Platform',
      'Reads data through S3 alone',
      names,
    );
    platform.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [objects] }));
    keyInS3.grantDecrypt(platform);
  }

  private role(name: string, id: string, description: string, names: KeyAlias): Role {
    const role = new Role(this, id, {
      roleName: names.roleName(name),
      description,
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    const bucket = this.getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucket}.Arn>/*]`,
      reason: 'Every object of this one bucket is meant.',
    });
    return role;
  }

  private dataBucket(encryptionKey: ICommonKmsKey): Bucket {
    const secure = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    return new Bucket(this, 'Data', {
      ...secure,
      encryption: BucketEncryption.KMS,
      encryptionKey,
      // One data key for many objects: KMS is called, and paid, far less often.
      bucketKeyEnabled: true,
      versioned: true,
      // Access logs cannot be delivered to a bucket that is encrypted with a KMS key.
      serverAccessLogsBucket: new Bucket(this, 'AccessLogs', {
        ...secure,
        encryption: BucketEncryption.S3_MANAGED,
      }),
    });
  }

  /** Every put must name the common key: without a header, or with another key, it is refused. */
  private refuseOtherEncryption(key: ICommonKmsKey): void {
    const refuse = (sid: string, header: string, value: string) =>
      this.bucket.addToResourcePolicy(
        new PolicyStatement({
          sid,
          effect: Effect.DENY,
          principals: [new StarPrincipal()],
          actions: ['s3:PutObject'],
          resources: [this.bucket.arnForObjects('*')],
          // A negated operator also holds when the header is absent.
          conditions: { StringNotEquals: { [header]: value } },
        }),
      );
    refuse('RefuseUnencrypted', 's3:x-amz-server-side-encryption', 'aws:kms');
    refuse('RefuseOtherKeys', 's3:x-amz-server-side-encryption-aws-kms-key-id', key.keyArn);
  }
}
