import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { AttributeType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Volume, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Repository, RepositoryEncryption } from 'aws-cdk-lib/aws-ecr';
import { FileSystem } from 'aws-cdk-lib/aws-efs';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Stream, StreamEncryption } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DatabaseInstance, DatabaseInstanceEngine, PostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Size, type Stack } from 'aws-cdk-lib/core';
import { KeyService } from '../lib/key-service';

/** A construct of the CDK that people pass a key to, and what its service does with the key. */
export interface Consumer {
  /** Makes the construct, and lets the role use it. */
  readonly make: (stack: Stack, key: IKey, role: Role) => unknown;

  /** The first word of the service in `kms:ViaService`, when it works on behalf of a caller. */
  readonly via?: string;

  /** What whoever deploys the construct must be allowed. */
  readonly deploying?: readonly string[];

  /** What whoever uses the construct must be allowed. */
  readonly using?: readonly string[];

  /** What else a request of the service says. */
  readonly context?: Record<string, string[]>;

  /** The service as which it calls KMS, when it does not work on behalf of a caller. */
  readonly service?: { readonly name: string; readonly property: string; readonly let: KeyService };

  /** Whether the construct itself lets the account in, through its service alone. */
  readonly letsAccountIn?: boolean;

  /** The page of AWS that says so. */
  readonly see: string;
}

const READ = ['Decrypt'];
const WRITE = ['GenerateDataKey', 'Decrypt'];
const vpc = (stack: Stack) =>
  Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: [`${stack.region}a`, `${stack.region}b`],
    isolatedSubnetIds: ['subnet-1', 'subnet-2'],
    privateSubnetIds: ['subnet-3', 'subnet-4'],
  });

export const CONSUMERS: Record<string, Consumer> = {
  'S3 bucket': {
    make: (stack, encryptionKey, role) =>
      new Bucket(stack, 'Bucket', { encryptionKey, bucketKeyEnabled: true }).grantReadWrite(role),
    via: 's3',
    using: WRITE,
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
  },
  'SQS queue': {
    make: (stack, encryptionMasterKey, role) => {
      const queue = new Queue(stack, 'Queue', { encryptionMasterKey });
      queue.grantSendMessages(role);
      queue.grantConsumeMessages(role);
    },
    via: 'sqs',
    using: WRITE,
    see: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
  },
  'SNS topic': {
    make: (stack, masterKey, role) => new Topic(stack, 'Topic', { masterKey }).grantPublish(role),
    via: 'sns',
    using: WRITE,
    see: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
  },
  'DynamoDB table': {
    make: (stack, key, role) =>
      new TableV2(stack, 'Table', {
        partitionKey: { name: 'id', type: AttributeType.STRING },
        encryption: TableEncryptionV2.customerManagedKey(key),
      }).grantReadWriteData(role),
    via: 'dynamodb',
    deploying: ['CreateGrant', 'DescribeKey', 'Encrypt', 'Decrypt', 'ReEncryptFrom', 'GenerateDataKey'],
    using: READ,
    see: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html',
  },
  'RDS instance': {
    make: (stack, storageEncryptionKey) =>
      new DatabaseInstance(stack, 'Database', {
        engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_17 }),
        vpc: vpc(stack),

        storageEncrypted: true,
        storageEncryptionKey,
      }),
    via: 'rds',
    deploying: ['CreateGrant', 'DescribeKey'],
    see: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html',
  },
  'EBS volume': {
    make: (stack, encryptionKey, role) =>
      new Volume(stack, 'Volume', {
        availabilityZone: `${stack.region}a`,
        size: Size.gibibytes(1),
        encrypted: true,
        encryptionKey,
      }).grantAttachVolume(role),
    via: 'ec2',
    deploying: ['CreateGrant', 'DescribeKey', 'GenerateDataKeyWithoutPlaintext'],
    using: ['CreateGrant'],
    context: { 'kms:GrantConstraintType': ['EncryptionContextSubset'] },
    see: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html',
  },
  'Secrets Manager secret': {
    make: (stack, encryptionKey, role) => {
      const secret = new Secret(stack, 'Secret', { encryptionKey });
      secret.grantRead(role);
      secret.grantWrite(role);
    },
    via: 'secretsmanager',
    letsAccountIn: true,
    deploying: WRITE,
    using: WRITE,
    see: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html',
  },
  'CloudWatch log group': {
    make: (stack, encryptionKey, role) => new LogGroup(stack, 'Logs', { encryptionKey }).grantWrite(role),
    service: {
      name: 'logs.eu-central-1.amazonaws.com',
      property: 'KeyService.cloudWatchLogs()',
      let: KeyService.cloudWatchLogs(),
    },
    see: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
  },
  'Lambda environment': {
    make: (stack, environmentEncryption, role) =>
      new Function(stack, 'Function', {
        runtime: Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: Code.fromInline('exports.handler = async () => {};'),
        environment: { SECRET: 'none' },
        environmentEncryption,
        role,
      }),
    via: 'lambda',
    deploying: ['CreateGrant', 'Encrypt', 'Decrypt'],
    see: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html',
  },
  'ECR repository': {
    make: (stack, encryptionKey, role) =>
      new Repository(stack, 'Repository', {
        encryption: RepositoryEncryption.KMS,
        encryptionKey,
      }).grantPullPush(role),
    via: 'ecr',
    deploying: ['CreateGrant', 'DescribeKey'],
    see: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html',
  },
  'EFS file system': {
    make: (stack, kmsKey, role) =>
      new FileSystem(stack, 'FileSystem', { vpc: vpc(stack), encrypted: true, kmsKey }).grantReadWrite(role),
    via: 'elasticfilesystem',
    deploying: ['CreateGrant', 'DescribeKey', 'GenerateDataKeyWithoutPlaintext'],
    see: 'https://docs.aws.amazon.com/efs/latest/ug/EFSKMS.html',
  },
  'Kinesis stream': {
    make: (stack, encryptionKey, role) =>
      new Stream(stack, 'Stream', { encryption: StreamEncryption.KMS, encryptionKey }).grantReadWrite(role),
    via: 'kinesis',
    using: WRITE,
    see: 'https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html',
  },
  'Backup vault': {
    make: (stack, encryptionKey) => new BackupVault(stack, 'Vault', { encryptionKey }),
    via: 'backup',
    deploying: ['CreateGrant', 'DescribeKey', 'Decrypt', 'GenerateDataKey'],
    see: 'https://repost.aws/knowledge-center/backup-vault-access-denied',
  },
};
