import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Token } from 'aws-cdk-lib/core';
import { USE_ACTIONS } from './kms-actions';

/**
 * Where a service is let in: the environment of the key.
 *
 * @internal
 */
export interface KeyServiceContext {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly urlSuffix: string;
}

const GENERATE_AND_DECRYPT = ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'];

/**
 * The path and name of the role with which EC2 Auto Scaling launches instances.
 *
 * @internal
 */
export const AUTO_SCALING_ROLE = 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';

/** The first word of the service principals that have a method of their own here. */
const METHODS: Record<string, string | undefined> = {
  cloudtrail: 'cloudTrail',
  events: 'eventBridge',
  logs: 'cloudWatchLogs',
  s3: 's3EventNotifications',
  sns: 'sns',
};

/**
 * An AWS service that calls KMS as itself, not on behalf of a caller, and so must be named in the
 * key policy.
 *
 * Each comes with the conditions that its documentation asks for, so that it acts for the key's own
 * account only. Services that act on behalf of their caller (S3, EBS, RDS, DynamoDB, …) need none
 * of this: the caller's access decides.
 */
export class KeyService {
  /**
   * CloudWatch Logs, to encrypt log groups of the account in the key's Region.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  public static cloudWatchLogs(): KeyService {
    return new KeyService(({ partition, account, region, urlSuffix }) => [
      new PolicyStatement({
        sid: 'CloudWatchLogsMayUse',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal(`logs.${region}.${urlSuffix}`)],
        actions: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        resources: ['*'],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:*` },
        },
      }),
    ]);
  }

  /**
   * CloudTrail, to encrypt the log files of trails of the account.
   *
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
   */
  public static cloudTrail(): KeyService {
    return new KeyService(({ partition, account }) => {
      const trails = `arn:${partition}:cloudtrail:*:${account}:trail/*`;
      const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
      return [
        new PolicyStatement({
          sid: 'CloudTrailMayEncrypt',
          effect: Effect.ALLOW,
          principals,
          actions: ['kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'],
          resources: ['*'],
          conditions: {
            ArnLike: { 'aws:SourceArn': trails },
            StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': trails },
          },
        }),
        new PolicyStatement({
          sid: 'CloudTrailMayDescribe',
          effect: Effect.ALLOW,
          principals,
          actions: ['kms:DescribeKey'],
          resources: ['*'],
          conditions: { ArnLike: { 'aws:SourceArn': trails } },
        }),
      ];
    });
  }

  /**
   * S3, to send event notifications to encrypted queues and topics.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
   */
  public static s3EventNotifications(): KeyService {
    return KeyService.sender('S3MayNotify', 's3', ({ partition }) => `arn:${partition}:s3:::*`);
  }

  /**
   * SNS, to deliver to encrypted queues.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
   */
  public static sns(): KeyService {
    return KeyService.sender(
      'SnsMayDeliver',
      'sns',
      ({ partition, region, account }) => `arn:${partition}:sns:${region}:${account}:*`,
    );
  }

  /**
   * EventBridge, to deliver to encrypted queues and topics.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
   */
  public static eventBridge(): KeyService {
    return KeyService.sender(
      'EventBridgeMayDeliver',
      'events',
      ({ partition, region, account }) => `arn:${partition}:events:${region}:${account}:rule/*`,
    );
  }

  /**
   * EC2 Auto Scaling, to launch instances with encrypted volumes in the account of the key.
   *
   * @param customSuffix the suffix of the service-linked role, if it is not the default one
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
   */
  public static ec2AutoScaling(customSuffix?: string): KeyService {
    const roleName = customSuffix === undefined ? AUTO_SCALING_ROLE : `${AUTO_SCALING_ROLE}_${customSuffix}`;
    return new KeyService(({ partition, account }) => {
      // By its ARN, since the role need not exist until the first Auto Scaling group does.
      const role = new AnyPrincipal().withConditions({
        StringEquals: { 'aws:PrincipalAccount': account },
        ArnLike: {
          'aws:PrincipalArn': `arn:${partition}:iam::${account}:role/${roleName}`,
        },
      });
      const may = (sid: string, actions: readonly string[], conditions?: Record<string, unknown>) =>
        new PolicyStatement({
          sid,
          principals: [role],
          actions: [...actions],
          resources: ['*'],
          conditions,
        });
      return [
        may('AutoScalingMayUse', USE_ACTIONS),
        may('AutoScalingMayGrantToAwsServices', ['kms:CreateGrant'], {
          Bool: { 'kms:GrantIsForAWSResource': 'true' },
        }),
      ];
    });
  }

  /**
   * Any other service that works for the account of the key, for example `cloudwatch.amazonaws.com`,
   * whose alarms publish to encrypted topics.
   *
   * @param servicePrincipal the principal that the documentation of the service names
   * @param actions what the service does with the key; without any, it decrypts and makes data keys
   * @throws Error when that is no service principal
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
   */
  public static fromServicePrincipal(servicePrincipal: string, ...actions: string[]): KeyService {
    if (
      !Token.isUnresolved(servicePrincipal) &&
      !/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(servicePrincipal)
    ) {
      throw new Error(
        `service principal ${JSON.stringify(servicePrincipal)} is refused: it must read like "cloudwatch.amazonaws.com"`,
      );
    }
    return new KeyService(({ account }) => [
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal(servicePrincipal)],
        actions: actions.length > 0 ? actions : GENERATE_AND_DECRYPT,
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    ]);
  }

  /**
   * How the code of a key's owner lets a service in.
   *
   * @param servicePrincipal the service principal, or its first word
   * @internal
   */
  public static _named(servicePrincipal: string): string {
    const method = METHODS[servicePrincipal.split('.')[0]];
    return method === undefined
      ? `KeyService.fromServicePrincipal(${JSON.stringify(servicePrincipal)})`
      : `KeyService.${method}()`;
  }

  private static sender(
    sid: string,
    service: string,
    sources: (context: KeyServiceContext) => string,
  ): KeyService {
    return new KeyService((context) => [
      new PolicyStatement({
        sid,
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
        actions: GENERATE_AND_DECRYPT,
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': context.account },
          ArnLike: { 'aws:SourceArn': sources(context) },
        },
      }),
    ]);
  }

  private constructor(private readonly statements: (context: KeyServiceContext) => PolicyStatement[]) {}

  /** @internal */
  public _statements(context: KeyServiceContext): PolicyStatement[] {
    return this.statements(context);
  }
}
