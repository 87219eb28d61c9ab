import type { Authorization, ConditionContext } from '../authorization';
import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import type { Bucket } from './bucket';

/** How a request names a bucket. */
export interface BucketInput {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string;
}

/** The inputs of `BucketInput`, for `taking`. */
export const BUCKET = 'Bucket ExpectedBucketOwner';

/** What every operation asks before it does anything: which bucket, and may the caller. */
export class Desk {
  /** Of every account: the name of a bucket is its own in the world. */
  public readonly buckets = new Map<string, Bucket>();

  constructor(public readonly authorization: Authorization) {}

  /** The bucket, if the caller may do this to it or to its object. */
  public bucket(
    action: string,
    { Bucket: name, ExpectedBucketOwner }: BucketInput,
    caller: Caller,
    key?: string,
    context: ConditionContext = {},
  ): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) {
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    }
    if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== bucket.account) {
      throw new AwsError('AccessDenied', 'Access Denied', 403);
    }
    this.authorization.check({
      caller,
      action,
      resource: key === undefined ? bucket.arn : `${bucket.arn}/${key}`,
      account: bucket.account,
      resourcePolicy: bucket.policy,
      context: { ...tls(caller), 's3:ResourceAccount': bucket.account, ...context },
    });
    return bucket;
  }
}

/** What comes in over what stands for TLS here counts as the newest version of it. */
function tls({ secure }: Caller): ConditionContext {
  return secure ? { 's3:TlsVersion': '1.3' } : {};
}
