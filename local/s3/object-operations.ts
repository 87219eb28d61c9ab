import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import { taking, type Operations } from '../service';
import type { Bucket, Encryption, ObjectVersion, Sealed } from './bucket';
import { BUCKET, type BucketInput, type Desk } from './desk';
import type { ServerSideEncryption } from './server-side-encryption';

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

interface ListInput extends BucketInput {
  readonly Prefix?: string;
  readonly MaxKeys?: string;
}

/** A version that is not a delete marker. */
type StoredVersion = ObjectVersion & { readonly sealed: Sealed };

const OBJECT = `${BUCKET} Key VersionId`;

/**
 * Objects and their versions.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/uploading-downloading-objects.html
 */
export function objectOperations(desk: Desk, encryption: ServerSideEncryption): Operations {
  return {
    PutObject: taking<PutObjectInput>(
      `${BUCKET} Key Body ContentType Metadata ServerSideEncryption SSEKMSKeyId SSEKMSEncryptionContext BucketKeyEnabled`,
      (input, caller) => putObject(desk, encryption, input, caller),
    ),
    GetObject: taking<ObjectInput>(OBJECT, async (input, caller) => {
      const { bucket, version } = find(desk, 's3:GetObject', input, caller);
      return { ...describeObject(version), Body: await encryption.open(bucket, version.sealed, caller) };
    }),
    HeadObject: taking<ObjectInput>(OBJECT, (input, caller) =>
      describeObject(find(desk, 's3:GetObject', input, caller).version),
    ),
    DeleteObject: taking<BucketInput & { Key: string }>(`${BUCKET} Key`, (input, caller) =>
      deleteObject(desk.bucket('s3:DeleteObject', input, caller, input.Key), input.Key),
    ),
    ListObjectsV2: taking<ListInput>(`${BUCKET} Prefix MaxKeys`, (input, caller) => {
      const { Prefix = '', MaxKeys = '1000' } = input;
      const bucket = desk.bucket('s3:ListBucket', input, caller, undefined, { 's3:prefix': Prefix });
      return listObjects(bucket, Prefix, Number(MaxKeys));
    }),
  };
}

async function putObject(
  desk: Desk,
  encryption: ServerSideEncryption,
  input: PutObjectInput,
  caller: Caller,
): Promise<object> {
  const { Key, Body, ServerSideEncryption, SSEKMSKeyId } = input;
  const bucket = desk.bucket('s3:PutObject', input, caller, Key, {
    ...(ServerSideEncryption !== undefined && { 's3:x-amz-server-side-encryption': ServerSideEncryption }),
    ...(SSEKMSKeyId !== undefined && { 's3:x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId }),
  });
  const how: Encryption =
    ServerSideEncryption === undefined
      ? bucket.encryption
      : {
          SSEAlgorithm: ServerSideEncryption,
          KMSMasterKeyID: SSEKMSKeyId,
          BucketKeyEnabled: input.BucketKeyEnabled ?? bucket.encryption.BucketKeyEnabled,
        };
  const version: StoredVersion = {
    ...(bucket.versioned && { versionId: newVersionId() }),
    modified: new Date(),
    etag: `"${createHash('md5').update(Body).digest('hex')}"`,
    size: Body.length,
    contentType: input.ContentType,
    metadata: input.Metadata ?? {},
    sealed: await encryption.seal(bucket, input, how, caller),
  };
  const former = bucket.versioned ? (bucket.objects.get(Key) ?? []) : [];
  bucket.objects.set(Key, [version, ...former]);
  return describeObject(version);
}

function deleteObject(bucket: Bucket, key: string): object {
  const versions = bucket.objects.get(key);
  if (!bucket.versioned || versions === undefined) {
    bucket.objects.delete(key);
    return {};
  }
  const versionId = newVersionId();
  versions.unshift({ versionId, modified: new Date(), etag: '', size: 0, metadata: {} });
  return { DeleteMarker: true, VersionId: versionId };
}

function listObjects(bucket: Bucket, prefix: string, most: number): object {
  const found = [...bucket.objects]
    .filter(([key, [latest]]) => key.startsWith(prefix) && isStored(latest))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const page = found.slice(0, most);
  return {
    Name: bucket.name,
    Prefix: prefix,
    MaxKeys: most,
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

function find(
  desk: Desk,
  action: string,
  input: ObjectInput,
  caller: Caller,
): { bucket: Bucket; version: StoredVersion } {
  const bucket = desk.bucket(action, input, caller, input.Key);
  const versions = bucket.objects.get(input.Key) ?? [];
  const version =
    input.VersionId === undefined
      ? versions.at(0)
      : versions.find(({ versionId }) => versionId === input.VersionId);
  if (!isStored(version)) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  }
  return { bucket, version };
}

function isStored(version: ObjectVersion | undefined): version is StoredVersion {
  return version?.sealed !== undefined;
}

function newVersionId(): string {
  return randomBytes(16).toString('hex');
}

function describeObject({ sealed, ...version }: StoredVersion): object {
  const { versionId, modified, etag, size, contentType, metadata } = version;
  return {
    VersionId: versionId,
    LastModified: modified,
    ETag: etag,
    ContentLength: size,
    ContentType: contentType,
    Metadata: metadata,
    ServerSideEncryption: sealed.algorithm,
    SSEKMSKeyId: sealed.keyArn,
    BucketKeyEnabled: sealed.bucketKey || undefined,
  };
}
