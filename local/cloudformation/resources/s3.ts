import type { Json, JsonObject } from '../../../lib/audit/template/json';
import { AwsError } from '../../aws-error';
import { flag, text } from '../text';
import { acceptOnly, same, type Handlers, type ResourceType } from '../resource-type';

/** Which S3 operation puts which property, and under which name. */
const SETTINGS: readonly (readonly [property: string, operation: string, input: string])[] = [
  ['BucketEncryption', 'PutBucketEncryption', 'Encryption'],
  ['PublicAccessBlockConfiguration', 'PutPublicAccessBlock', 'PublicAccessBlockConfiguration'],
  ['VersioningConfiguration', 'PutBucketVersioning', 'VersioningConfiguration'],
  ['LifecycleConfiguration', 'PutBucketLifecycleConfiguration', 'LifecycleConfiguration'],
  ['OwnershipControls', 'PutBucketOwnershipControls', 'OwnershipControls'],
  ['LoggingConfiguration', 'PutBucketLogging', 'LoggingConfiguration'],
  ['Tags', 'PutBucketTagging', 'Tagging'],
];

/**
 * A bucket.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
 */
export const s3Bucket: ResourceType = {
  properties: {
    AccessControl: 'in-place',
    BucketEncryption: 'in-place',
    BucketName: 'replace',
    LifecycleConfiguration: 'in-place',
    LoggingConfiguration: 'in-place',
    OwnershipControls: 'in-place',
    PublicAccessBlockConfiguration: 'in-place',
    Tags: 'in-place',
    VersioningConfiguration: 'in-place',
  },
  required: [],
  taggable: true,
  identifier: 'BucketName',
  find: (id, aws) => aws.call('s3', 'HeadBucket', { Bucket: id }),

  async create(properties, aws, created) {
    const Bucket = (properties.BucketName as string | undefined) ?? aws.newName(63).toLowerCase();
    await aws.call('s3', 'CreateBucket', { Bucket, ACL: accessControl(properties.AccessControl) });
    created(Bucket);
    await putSettings(Bucket, properties, {}, aws);
  },

  update: (id, properties, previous, aws) => putSettings(id, properties, previous, aws),

  async delete(id, _properties, aws) {
    await aws.call('s3', 'DeleteBucket', { Bucket: id });
  },

  attributes: (id, _properties, { caller }) =>
    Promise.resolve({
      Arn: `arn:${caller.partition}:s3:::${id}`,
      DomainName: `${id}.s3.amazonaws.com`,
      RegionalDomainName: `${id}.s3.${caller.region}.amazonaws.com`,
    }),
};

async function putSettings(
  Bucket: string,
  next: JsonObject,
  previous: JsonObject,
  aws: Handlers,
): Promise<void> {
  for (const [property, operation, input] of SETTINGS) {
    if (!same(next[property], previous[property])) {
      const value = property === 'BucketEncryption' ? encryption(next[property]) : next[property];
      await aws.call('s3', operation, { Bucket, [input]: value });
    }
  }
}

/** The one rule that a bucket can have. */
function encryption(property: Json | undefined): object | undefined {
  if (property === undefined) {
    return undefined;
  }
  const { ServerSideEncryptionConfiguration: rules, ...rest } = property as JsonObject;
  acceptOnly('BucketEncryption', rest, []);
  const [rule, ...others] = rules as JsonObject[];
  if (rule === undefined || others.length > 0) {
    throw new AwsError('MalformedXML', 'BucketEncryption takes exactly one rule');
  }
  acceptOnly('ServerSideEncryptionConfiguration', rule, [
    'BucketKeyEnabled',
    'ServerSideEncryptionByDefault',
  ]);
  const byDefault = rule.ServerSideEncryptionByDefault as JsonObject;
  acceptOnly('ServerSideEncryptionByDefault', byDefault, ['SSEAlgorithm', 'KMSMasterKeyID']);
  return { ...byDefault, BucketKeyEnabled: flag(rule.BucketKeyEnabled) ?? false };
}

function accessControl(value: Json | undefined): string | undefined {
  return value === undefined
    ? undefined
    : text(value)
        .replace(/(?<!^)([A-Z])/g, '-$1')
        .toLowerCase();
}

/**
 * The policy of a bucket.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html
 */
export const s3BucketPolicy: ResourceType = {
  properties: { Bucket: 'replace', PolicyDocument: 'in-place' },
  required: ['Bucket', 'PolicyDocument'],

  async create(properties, aws, created) {
    await putPolicy(properties.Bucket as string, properties, aws);
    created(properties.Bucket as string);
  },

  update: (id, properties, _previous, aws) => putPolicy(id, properties, aws),

  async delete(id, _properties, aws) {
    await aws.call('s3', 'DeleteBucketPolicy', { Bucket: id });
  },

  attributes: () => Promise.resolve({}),
};

async function putPolicy(Bucket: string, properties: JsonObject, aws: Handlers): Promise<void> {
  await aws.call('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify(properties.PolicyDocument) });
}
