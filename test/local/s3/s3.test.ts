import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { administrator, callerIn, type Caller } from '../../../local/caller';
import { Endpoint } from '../../../local/endpoint';

const ACCOUNT = '111111111111';
const OTHER_ACCOUNT = '222222222222';
const REGION = 'eu-central-1';
const Bucket = 'data';

let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await Endpoint.start();
  await s3('CreateBucket', { Bucket });
});
afterEach(() => endpoint.stop());

function client(accessKeyId = ACCOUNT, url = endpoint.url): S3Client {
  const credentials = { accessKeyId, secretAccessKey: 'local' };
  return new S3Client({ endpoint: url, region: REGION, credentials, maxAttempts: 1, forcePathStyle: true });
}

/** What CloudFormation does with a bucket, and no SDK here. */
function s3(operation: string, input: object, account = ACCOUNT): Promise<unknown> {
  return endpoint.cloud.call('s3', operation, input, callerIn(administrator(account), REGION));
}

function kms<Output>(
  operation: string,
  input: object,
  caller: Caller = callerIn(administrator(ACCOUNT), REGION),
) {
  return endpoint.cloud.call<Output>('kms', operation, input, caller);
}

async function makeKey(...statements: object[]): Promise<string> {
  const root = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [root, ...statements] });
  const { KeyMetadata } = await kms<{ KeyMetadata: { Arn: string } }>('CreateKey', { Policy });
  return KeyMetadata.Arn;
}

const put = (more: Partial<PutObjectCommandInput> = {}, sender = client()) =>
  sender.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'hello', ...more }));
const get = async (sender = client()) =>
  (await sender.send(new GetObjectCommand({ Bucket, Key: 'a' }))).Body?.transformToString();
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: Error) => error.name,
  );

test('an object is read as it was written, encrypted by S3 unless told otherwise', async () => {
  const { ServerSideEncryption, ETag } = await put({
    ContentType: 'text/plain',
    Metadata: { colour: 'blue' },
  });
  expect([ServerSideEncryption, ETag]).toEqual(['AES256', '"5d41402abc4b2a76b9719d911017c592"']);
  expect(await get()).toBe('hello');
  const head = await client().send(new HeadObjectCommand({ Bucket, Key: 'a' }));
  expect(head).toMatchObject({ ContentLength: 5, ContentType: 'text/plain', Metadata: { colour: 'blue' } });
  const { Contents } = await client().send(new ListObjectsV2Command({ Bucket, Prefix: 'a' }));
  expect(Contents).toMatchObject([{ Key: 'a', Size: 5 }]);
  await client().send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  expect(await refusal(get())).toBe('NoSuchKey');
});

describe('under a KMS key', () => {
  const encryptWith = (KMSMasterKeyID: string, BucketKeyEnabled = false) =>
    s3('PutBucketEncryption', {
      Bucket,
      Encryption: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID, BucketKeyEnabled },
    });

  test('an object of the bucket needs the key to be written and read', async () => {
    const key = await makeKey();
    await encryptWith(key);
    expect(await put()).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key });
    expect(await get()).toBe('hello');
    await kms('DisableKey', { KeyId: key });
    expect([await refusal(get()), await refusal(put())]).toEqual([
      'KMS.DisabledException',
      'KMS.DisabledException',
    ]);
    await kms('EnableKey', { KeyId: key });
    expect(await get()).toBe('hello');
  });

  const onlyWith = (Condition: object) => ({
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: '*',
    Condition,
  });
  test.each<[string, object, boolean, string]>([
    ['S3', { StringNotEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } }, false, 'none'],
    [
      'another service',
      { StringNotEquals: { 'kms:ViaService': `ec2.${REGION}.amazonaws.com` } },
      false,
      'AccessDenied',
    ],
    [
      'the object',
      { StringNotEquals: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::data/a' } },
      false,
      'none',
    ],
    [
      'the bucket, by its bucket key',
      { StringNotEquals: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::data' } },
      true,
      'none',
    ],
    [
      'the bucket, without',
      { StringNotEquals: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::data' } },
      false,
      'AccessDenied',
    ],
  ])('a key that works for %s alone: %j', async (_what, condition, bucketKey, expected) => {
    await encryptWith(await makeKey(onlyWith(condition)), bucketKey);
    expect(await refusal(put())).toBe(expected);
    expect(expected === 'none' ? await get() : 'refused').toBe(expected === 'none' ? 'hello' : 'refused');
  });

  test('an object may name a key of its own', async () => {
    const key = await makeKey();
    expect(await put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key })).toMatchObject({
      SSEKMSKeyId: key,
    });
    expect(await get()).toBe('hello');
  });
});

describe('a bucket policy', () => {
  const policy = (...statements: object[]) =>
    client().send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      }),
    );
  const Resource = `arn:aws:s3:::${Bucket}/*`;

  test('lets another account in', async () => {
    await put();
    expect(await refusal(get(client(OTHER_ACCOUNT)))).toBe('AccessDenied');
    await policy({ Effect: 'Allow', Principal: { AWS: OTHER_ACCOUNT }, Action: 's3:GetObject', Resource });
    expect(await get(client(OTHER_ACCOUNT))).toBe('hello');
    expect(await refusal(put({}, client(OTHER_ACCOUNT)))).toBe('AccessDenied');
  });

  test('keeps out what comes in the clear, or is not to be encrypted as it asks', async () => {
    const Deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource };
    const algorithm = { 's3:x-amz-server-side-encryption': 'aws:kms' };
    await policy(
      { ...Deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { ...Deny, Action: 's3:PutObject', Condition: { StringNotEqualsIfExists: algorithm } },
    );
    expect(await refusal(put({}, client(ACCOUNT, endpoint.plainUrl)))).toBe('AccessDenied');
    expect(await refusal(put({ ServerSideEncryption: 'AES256' }))).toBe('AccessDenied');
    const SSEKMSKeyId = await makeKey();
    expect(await refusal(put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId }))).toBe('none');
  });

  test('fails for a principal that does not exist', async () => {
    const AWS = `arn:aws:iam::${ACCOUNT}:role/missing`;
    expect(await refusal(policy({ Effect: 'Allow', Principal: { AWS }, Action: 's3:*', Resource }))).toBe(
      'MalformedPolicy',
    );
  });
});

test('a versioned bucket keeps what is overwritten or deleted', async () => {
  await s3('PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const { VersionId } = await put();
  await put({ Body: 'again' });
  await client().send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  expect(await refusal(get())).toBe('NoSuchKey');
  const old = await client().send(new GetObjectCommand({ Bucket, Key: 'a', VersionId }));
  expect(await old.Body?.transformToString()).toBe('hello');
  expect(await refusal(client().send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty');
});

test.each<[string, () => Promise<unknown>, string]>([
  ['a bucket twice', () => s3('CreateBucket', { Bucket }), 'BucketAlreadyOwnedByYou'],
  ["another account's bucket", () => s3('CreateBucket', { Bucket }, OTHER_ACCOUNT), 'BucketAlreadyExists'],
  [
    'a bucket that is not there',
    () => client().send(new ListObjectsV2Command({ Bucket: 'missing' })),
    'NoSuchBucket',
  ],
  ['an object that is not there', () => get(), 'NoSuchKey'],
  [
    'an operation that is not known',
    () => client().send(new GetBucketAclCommand({ Bucket })),
    'NotImplemented',
  ],
  ['a parameter that is not known', () => put({ StorageClass: 'GLACIER' }), 'NotImplemented'],
])('fails for %s', async (_what, call, expected) => {
  expect(await refusal(call())).toBe(expected);
});
