import { randomBytes } from 'node:crypto';
import { AwsError, notImplemented } from '../aws-error';
import type { Authorization, ConditionContext } from '../authorization';
import { callerIn, via, type Caller } from '../caller';
import type { Cloud } from '../cloud';
import { parsePolicy } from '../iam/policy-document';
import type { Principals } from '../iam/principals';
import { taking, type Operation, type RestRequest, type RestResponse, type RestService } from '../service';
import { etagOf, open, seal, type Bucket, type Encryption, type ObjectVersion, type Sealed } from './bucket';
import { answerRest } from './rest';

interface BucketInput {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string;
}

interface ObjectInput extends BucketInput {
  readonly Key: string;
  readonly VersionId?: string;
}

interface PutObjectInput extends ObjectInput {
  readonly Body: Buffer;
  readonly ContentType?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly SSEKMSEncryptionContext?: string;
  readonly BucketKeyEnabled?: boolean;
}

const BUCKET = 'Bucket ExpectedBucketOwner';
const OBJECT = `${BUCKET} Key VersionId`;
const DEFAULT_ENCRYPTION: Encryption = { SSEAlgorithm: 'AES256' };

/**
 * Amazon S3: buckets, their policies and objects, encrypted at rest by S3 or through KMS.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
 */
export class S3 implements RestService {
  public readonly name = 's3';

  public readonly operations: Readonly<Record<string, Operation>> = {
    CreateBucket: taking<BucketInput & { ACL?: string }>(`${BUCKET} ACL`, (input, caller) =>
      this.createBucket(input, caller),
    ),
    DeleteBucket: taking<BucketInput>(BUCKET, (input, caller) => this.deleteBucket(input, caller)),
    HeadBucket: taking<BucketInput>(BUCKET, (input, caller) => ({
      BucketRegion: this.bucket('s3:ListBucket', input, caller).region,
    })),
    GetBucketLocation: taking<BucketInput>(BUCKET, (input, caller) => {
      const { region } = this.bucket('s3:GetBucketLocation', input, caller);
      return { LocationConstraint: region === 'us-east-1' ? undefined : region };
    }),
    GetBucketEncryption: taking<BucketInput>(BUCKET, (input, caller) => {
      const { encryption } = this.bucket('s3:GetEncryptionConfiguration', input, caller);
      const { BucketKeyEnabled = false, ...ApplyServerSideEncryptionByDefault } = encryption;
      return { Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled }] };
    }),
    PutBucketEncryption: taking<BucketInput & { Encryption?: Encryption }>(
      `${BUCKET} Encryption`,
      (input, caller) => {
        this.bucket('s3:PutEncryptionConfiguration', input, caller).encryption =
          input.Encryption ?? DEFAULT_ENCRYPTION;
      },
    ),
    PutBucketVersioning: taking<BucketInput & { VersioningConfiguration?: { Status: string } }>(
      `${BUCKET} VersioningConfiguration`,
      (input, caller) => {
        const bucket = this.bucket('s3:PutBucketVersioning', input, caller);
        bucket.versioned = input.VersioningConfiguration?.Status === 'Enabled';
      },
    ),
    PutPublicAccessBlock: this.setting('PublicAccessBlockConfiguration', 's3:PutBucketPublicAccessBlock'),
    PutBucketLifecycleConfiguration: this.setting('LifecycleConfiguration', 's3:PutLifecycleConfiguration'),
    PutBucketOwnershipControls: this.setting('OwnershipControls', 's3:PutBucketOwnershipControls'),
    PutBucketLogging: this.setting('LoggingConfiguration', 's3:PutBucketLogging'),
    PutBucketTagging: this.setting('Tagging', 's3:PutBucketTagging'),
    PutBucketPolicy: taking<BucketInput & { Policy: string }>(`${BUCKET} Policy`, (input, caller) =>
      this.putPolicy(input, caller),
    ),
    GetBucketPolicy: taking<BucketInput>(BUCKET, (input, caller) => {
      const { policy } = this.bucket('s3:GetBucketPolicy', input, caller);
      if (policy === undefined) {
        throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
      }
      return { Policy: JSON.stringify(policy) };
    }),
    DeleteBucketPolicy: taking<BucketInput>(BUCKET, (input, caller) => {
      delete this.bucket('s3:DeleteBucketPolicy', input, caller).policy;
    }),
    PutObject: taking<PutObjectInput>(
      `${BUCKET} Key Body ContentType Metadata ServerSideEncryption SSEKMSKeyId SSEKMSEncryptionContext BucketKeyEnabled`,
      (input, caller) => this.putObject(input, caller),
    ),
    GetObject: taking<ObjectInput>(OBJECT, async (input, caller) => {
      const { bucket, version } = this.object('s3:GetObject', input, caller);
      return { ...describeObject(version), Body: await this.read(bucket, version, caller) };
    }),
    HeadObject: taking<ObjectInput>(OBJECT, (input, caller) =>
      describeObject(this.object('s3:GetObject', input, caller).version),
    ),
    DeleteObject: taking<BucketInput & { Key: string }>(`${BUCKET} Key`, (input, caller) =>
      this.deleteObject(input, caller),
    ),
    ListObjectsV2: taking<BucketInput & { Prefix?: string; MaxKeys?: string }>(
      `${BUCKET} Prefix MaxKeys`,
      (input, caller) => this.listObjects(input, caller),
    ),
  };

  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly cloud: Cloud,
    private readonly principals: Principals,
    private readonly authorization: Authorization,
  ) {}

  public rest(request: RestRequest, caller: Caller): Promise<RestResponse> {
    return answerRest(request, (operation, input) => this.cloud.call('s3', operation, input, caller));
  }

  private createBucket({ Bucket: name, ACL }: BucketInput & { ACL?: string }, caller: Caller): object {
    const arn = `arn:${caller.partition}:s3:::${name}`;
    this.authorization.check({ caller, action: 's3:CreateBucket', resource: arn });
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${JSON.stringify(name)}`);
    }
    if (ACL !== undefined && ACL !== 'private') {
      throw notImplemented(`the bucket ACL ${JSON.stringify(ACL)}`);
    }
    const known = this.buckets.get(name);
    if (known !== undefined) {
      throw known.account === caller.account
        ? new AwsError('BucketAlreadyOwnedByYou', `${name} already exists`, 409)
        : new AwsError('BucketAlreadyExists', `${name} already exists`, 409);
    }
    this.buckets.set(name, {
      name,
      arn,
      account: caller.account,
      region: caller.region,
      created: new Date(),
      objects: new Map(),
      settings: new Map(),
      encryption: DEFAULT_ENCRYPTION,
      versioned: false,
    });
    return { Location: `/${name}` };
  }

  private deleteBucket(input: BucketInput, caller: Caller): void {
    const bucket = this.bucket('s3:DeleteBucket', input, caller);
    if ([...bucket.objects.values()].some((versions) => versions.length > 0)) {
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    }
    this.buckets.delete(bucket.name);
  }

  /** A setting that is kept and has no effect here: nobody is anonymous, no time passes, and there are no ACLs or logs. */
  private setting(name: string, action: string): Operation {
    return taking<BucketInput & Record<string, unknown>>(`${BUCKET} ${name}`, (input, caller) => {
      this.bucket(action, input, caller).settings.set(name, input[name]);
    });
  }

  private putPolicy(input: BucketInput & { Policy: string }, caller: Caller): void {
    const bucket = this.bucket('s3:PutBucketPolicy', input, caller);
    const policy = parsePolicy(input.Policy, 'resource');
    if (this.principals.missingFrom(policy) !== undefined) {
      throw new AwsError('MalformedPolicy', 'Invalid principal in policy');
    }
    bucket.policy = policy;
  }

  private async putObject(input: PutObjectInput, caller: Caller): Promise<object> {
    const { Key, Body, ServerSideEncryption, SSEKMSKeyId } = input;
    const bucket = this.bucket('s3:PutObject', input, caller, Key, {
      ...(ServerSideEncryption !== undefined && { 's3:x-amz-server-side-encryption': ServerSideEncryption }),
      ...(SSEKMSKeyId !== undefined && { 's3:x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId }),
    });
    const encryption: Encryption =
      ServerSideEncryption === undefined
        ? bucket.encryption
        : {
            SSEAlgorithm: ServerSideEncryption,
            KMSMasterKeyID: SSEKMSKeyId,
            BucketKeyEnabled: input.BucketKeyEnabled ?? bucket.encryption.BucketKeyEnabled,
          };
    const version: ObjectVersion = {
      ...(bucket.versioned && { versionId: randomBytes(16).toString('hex') }),
      modified: new Date(),
      etag: etagOf(Body),
      size: Body.length,
      contentType: input.ContentType,
      metadata: input.Metadata ?? {},
      sealed: await this.seal(bucket, input, encryption, caller),
    };
    const former = bucket.versioned ? (bucket.objects.get(Key) ?? []) : [];
    bucket.objects.set(Key, [version, ...former]);
    return describeObject(version);
  }

  /**
   * Encrypts an object under a data key, which KMS makes for the caller when the object is to be under a KMS key.
   *
   * The encryption context is the ARN of the object, or of the bucket when a bucket key is used. The
   * AWS managed key `aws/s3` is S3's own here and cannot be seen in KMS.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
   */
  private async seal(
    bucket: Bucket,
    input: PutObjectInput,
    encryption: Encryption,
    caller: Caller,
  ): Promise<Sealed> {
    const { SSEAlgorithm: algorithm, KMSMasterKeyID, BucketKeyEnabled = false } = encryption;
    if (algorithm !== 'AES256' && algorithm !== 'aws:kms') {
      throw notImplemented(`the server-side encryption ${JSON.stringify(algorithm)}`);
    }
    if (algorithm === 'AES256' || KMSMasterKeyID === undefined) {
      const dataKey = randomBytes(32);
      return { ...seal(input.Body, dataKey), dataKey, algorithm, bucketKey: false, context: {} };
    }
    const given = input.SSEKMSEncryptionContext;
    const context = {
      ...(given === undefined
        ? {}
        : (JSON.parse(Buffer.from(given, 'base64').toString()) as Record<string, string>)),
      'aws:s3:arn': BucketKeyEnabled ? bucket.arn : `${bucket.arn}/${input.Key}`,
    };
    const { Plaintext, CiphertextBlob, KeyId } = await this.kms<Record<string, string>>(
      bucket,
      caller,
      'GenerateDataKey',
      {
        KeyId: KMSMasterKeyID,
        KeySpec: 'AES_256',
        EncryptionContext: context,
      },
    );
    return {
      ...seal(input.Body, Buffer.from(Plaintext, 'base64')),
      dataKey: CiphertextBlob,
      algorithm,
      keyArn: KeyId,
      bucketKey: BucketKeyEnabled,
      context,
    };
  }

  private async read(bucket: Bucket, { sealed }: ObjectVersion, caller: Caller): Promise<Buffer> {
    if (sealed === undefined) {
      return Buffer.alloc(0);
    }
    if (typeof sealed.dataKey !== 'string') {
      return open(sealed, sealed.dataKey);
    }
    const { Plaintext } = await this.kms<{ Plaintext: string }>(bucket, caller, 'Decrypt', {
      CiphertextBlob: sealed.dataKey,
      EncryptionContext: sealed.context,
    });
    return open(sealed, Buffer.from(Plaintext, 'base64'));
  }

  /** Calls KMS in the bucket's Region as the caller, by way of S3 (`kms:ViaService`). */
  private async kms<Output>(
    bucket: Bucket,
    caller: Caller,
    operation: string,
    input: object,
  ): Promise<Output> {
    try {
      return await this.cloud.call<Output>(
        'kms',
        operation,
        input,
        via(callerIn(caller, bucket.region, caller.secure), 's3'),
      );
    } catch (error) {
      if (error instanceof AwsError && error.status < 500) {
        const denied = error.code === 'AccessDeniedException';
        throw new AwsError(denied ? 'AccessDenied' : `KMS.${error.code}`, error.message, denied ? 403 : 400);
      }
      throw error;
    }
  }

  private deleteObject(input: BucketInput & { Key: string }, caller: Caller): object {
    const bucket = this.bucket('s3:DeleteObject', input, caller, input.Key);
    const versions = bucket.objects.get(input.Key);
    if (!bucket.versioned || versions === undefined) {
      bucket.objects.delete(input.Key);
      return {};
    }
    const versionId = randomBytes(16).toString('hex');
    versions.unshift({ versionId, modified: new Date(), etag: '', size: 0, metadata: {} });
    return { DeleteMarker: true, VersionId: versionId };
  }

  private listObjects(input: BucketInput & { Prefix?: string; MaxKeys?: string }, caller: Caller): object {
    const { Prefix = '', MaxKeys = '1000' } = input;
    const bucket = this.bucket('s3:ListBucket', input, caller, undefined, { 's3:prefix': Prefix });
    const found = [...bucket.objects]
      .filter(([key, [latest]]) => key.startsWith(Prefix) && latest?.sealed !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1));
    const page = found.slice(0, Number(MaxKeys));
    return {
      Name: bucket.name,
      Prefix,
      MaxKeys: Number(MaxKeys),
      KeyCount: page.length,
      IsTruncated: found.length > page.length,
      Contents: page.map(([Key, [{ modified, etag, size }]]) => ({
        Key,
        LastModified: modified,
        ETag: etag,
        Size: size,
        StorageClass: 'STANDARD',
      })),
    };
  }

  private object(
    action: string,
    input: ObjectInput,
    caller: Caller,
  ): { bucket: Bucket; version: ObjectVersion } {
    const bucket = this.bucket(action, input, caller, input.Key);
    const versions = bucket.objects.get(input.Key) ?? [];
    const version =
      input.VersionId === undefined
        ? versions.at(0)
        : versions.find(({ versionId }) => versionId === input.VersionId);
    if (version?.sealed === undefined) {
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    }
    return { bucket, version };
  }

  /** The bucket, if the caller may do this to it or to its object. */
  private bucket(
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

function describeObject({
  versionId,
  modified,
  etag,
  size,
  contentType,
  metadata,
  sealed,
}: ObjectVersion): object {
  return {
    VersionId: versionId,
    LastModified: modified,
    ETag: etag,
    ContentLength: size,
    ContentType: contentType,
    Metadata: metadata,
    ServerSideEncryption: sealed?.algorithm,
    SSEKMSKeyId: sealed?.keyArn,
    BucketKeyEnabled: sealed?.bucketKey === true ? true : undefined,
  };
}
