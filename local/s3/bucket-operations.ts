import { AwsError, notImplemented } from '../aws-error';
import type { Caller } from '../caller';
import { parsePolicy } from '../iam/policy-document';
import type { Principals } from '../iam/principals';
import { taking, type Operation, type Operations } from '../service';
import type { Encryption } from './bucket';
import { BUCKET, type BucketInput, type Desk } from './desk';

interface CreateInput extends BucketInput {
  readonly ACL?: string;
}

const DEFAULT_ENCRYPTION: Encryption = { SSEAlgorithm: 'AES256' };

/**
 * Buckets, with their encryption, versioning and policy.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingBucket.html
 */
export function bucketOperations(desk: Desk, principals: Principals): Operations {
  return {
    CreateBucket: taking<CreateInput>(`${BUCKET} ACL`, (input, caller) => createBucket(desk, input, caller)),
    DeleteBucket: taking<BucketInput>(BUCKET, (input, caller) => {
      const bucket = desk.bucket('s3:DeleteBucket', input, caller);
      if ([...bucket.objects.values()].some((versions) => versions.length > 0)) {
        throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
      }
      desk.buckets.delete(bucket.name);
    }),
    HeadBucket: taking<BucketInput>(BUCKET, (input, caller) => ({
      BucketRegion: desk.bucket('s3:ListBucket', input, caller).region,
    })),
    GetBucketLocation: taking<BucketInput>(BUCKET, (input, caller) => {
      const { region } = desk.bucket('s3:GetBucketLocation', input, caller);
      return { LocationConstraint: region === 'us-east-1' ? undefined : region };
    }),
    GetBucketEncryption: taking<BucketInput>(BUCKET, (input, caller) => {
      const { encryption } = desk.bucket('s3:GetEncryptionConfiguration', input, caller);
      const { BucketKeyEnabled = false, ...ApplyServerSideEncryptionByDefault } = encryption;
      return { Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled }] };
    }),
    PutBucketEncryption: taking<BucketInput & { Encryption?: Encryption }>(
      `${BUCKET} Encryption`,
      (input, caller) => {
        desk.bucket('s3:PutEncryptionConfiguration', input, caller).encryption =
          input.Encryption ?? DEFAULT_ENCRYPTION;
      },
    ),
    PutBucketVersioning: taking<BucketInput & { VersioningConfiguration?: { Status: string } }>(
      `${BUCKET} VersioningConfiguration`,
      (input, caller) => {
        const bucket = desk.bucket('s3:PutBucketVersioning', input, caller);
        bucket.versioned = input.VersioningConfiguration?.Status === 'Enabled';
      },
    ),
    PutPublicAccessBlock: setting(desk, 'PublicAccessBlockConfiguration', 's3:PutBucketPublicAccessBlock'),
    PutBucketLifecycleConfiguration: setting(desk, 'LifecycleConfiguration', 's3:PutLifecycleConfiguration'),
    PutBucketOwnershipControls: setting(desk, 'OwnershipControls', 's3:PutBucketOwnershipControls'),
    PutBucketLogging: setting(desk, 'LoggingConfiguration', 's3:PutBucketLogging'),
    PutBucketTagging: setting(desk, 'Tagging', 's3:PutBucketTagging'),
    PutBucketPolicy: taking<BucketInput & { Policy: string }>(`${BUCKET} Policy`, (input, caller) => {
      const bucket = desk.bucket('s3:PutBucketPolicy', input, caller);
      const policy = parsePolicy(input.Policy, 'resource');
      if (principals.missingFrom(policy) !== undefined) {
        throw new AwsError('MalformedPolicy', 'Invalid principal in policy');
      }
      bucket.policy = policy;
    }),
    GetBucketPolicy: taking<BucketInput>(BUCKET, (input, caller) => {
      const { policy } = desk.bucket('s3:GetBucketPolicy', input, caller);
      if (policy === undefined) {
        throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
      }
      return { Policy: JSON.stringify(policy) };
    }),
    DeleteBucketPolicy: taking<BucketInput>(BUCKET, (input, caller) => {
      delete desk.bucket('s3:DeleteBucketPolicy', input, caller).policy;
    }),
  };
}

function createBucket(desk: Desk, { Bucket: name, ACL }: CreateInput, caller: Caller): object {
  const arn = `arn:${caller.partition}:s3:::${name}`;
  desk.authorization.check({ caller, action: 's3:CreateBucket', resource: arn });
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
    throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${JSON.stringify(name)}`);
  }
  if (ACL !== undefined && ACL !== 'private') {
    throw notImplemented(`the bucket ACL ${JSON.stringify(ACL)}`);
  }
  const known = desk.buckets.get(name);
  if (known !== undefined) {
    throw known.account === caller.account
      ? new AwsError('BucketAlreadyOwnedByYou', `${name} already exists`, 409)
      : new AwsError('BucketAlreadyExists', `${name} already exists`, 409);
  }
  desk.buckets.set(name, {
    name,
    arn,
    account: caller.account,
    region: caller.region,
    objects: new Map(),
    encryption: DEFAULT_ENCRYPTION,
    versioned: false,
  });
  return { Location: `/${name}` };
}

/** A setting that has no effect here: nobody is anonymous, no time passes, and there are no ACLs or logs. */
function setting(desk: Desk, name: string, action: string): Operation {
  return taking<BucketInput>(`${BUCKET} ${name}`, (input, caller) => {
    desk.bucket(action, input, caller);
  });
}
