import {
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateKeyCommand, DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import type { Endpoint } from '../endpoint';
import { attempt } from './actor';
import { arnOf, type Attempt } from './key-proof';
import type { KeyStack } from './key-stacks';
import { createStack, role, roleArn, rolePrefix, type People } from './people';

const Key = 'reading.json';
const Body = '{"celsius":21}';

/**
 * The data path of a platform: a bucket under the common key, a writer that cannot read, a reader that
 * reads through S3 alone, and an outsider.
 */
export async function proveDataPath(endpoint: Endpoint, people: People, stack: KeyStack): Promise<Attempt[]> {
  const { account, region, name } = stack;
  const Bucket = `${rolePrefix(stack)}data-${account}-${region}`;
  await createStack(endpoint, stack, 'data-platform', dataPlatform(stack, Bucket));
  const [writer, reader] = await Promise.all(
    ['writer', 'reader'].map((who) =>
      people.administrator.assume(who, roleArn(stack, `${rolePrefix(stack)}${who}`), region),
    ),
  );
  const commonKey = await arnOf(people, stack);
  const { KeyMetadata } = await people.administrator.kms(region).send(new CreateKeyCommand({}));
  const put = (s3: S3Client, input: Partial<PutObjectCommandInput> = {}): Promise<string> =>
    attempt(() => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...input })));
  const get = (s3: S3Client): Promise<string> =>
    attempt(async () => {
      const {
        Body: body,
        ServerSideEncryption,
        SSEKMSKeyId,
      } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const read = [await body?.transformToString(), ServerSideEncryption, SSEKMSKeyId];
      if (read.join() !== [Body, 'aws:kms', commonKey].join()) {
        throw Object.assign(new Error(), { name: `read ${JSON.stringify(read)}` });
      }
    });
  const rows: [tried: string, expected: string, got: () => Promise<string>][] = [
    ['writer puts an object', 'allowed', () => put(writer.s3(region))],
    ['reader gets it, decrypted by the common key', 'allowed', () => get(reader.s3(region))],
    ['writer gets it', 'AccessDenied', () => get(writer.s3(region))],
    ['reader puts an object', 'AccessDenied', () => put(reader.s3(region))],
    [
      'writer puts under another key',
      'AccessDenied',
      () => put(writer.s3(region), { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyMetadata?.Arn }),
    ],
    [
      'writer puts without KMS',
      'AccessDenied',
      () => put(writer.s3(region), { ServerSideEncryption: 'AES256' }),
    ],
    ['writer puts without TLS', 'AccessDenied', () => put(writer.s3(region, false))],
    [
      'reader calls kms:Decrypt itself',
      'AccessDeniedException',
      async () =>
        attempt(async () => {
          const CiphertextBlob = Buffer.from(await dataKey(people, stack, commonKey));
          await reader.kms(region).send(new DecryptCommand({ CiphertextBlob, EncryptionContext: CONTEXT }));
        }),
    ],
    ['outsider (another account) gets it', 'AccessDenied', () => get(people.foreigner.s3(region))],
    ['outsider (another account) puts an object', 'AccessDenied', () => put(people.foreigner.s3(region))],
    [
      'outsider (same account, no permissions) gets it',
      'AccessDenied',
      () => get(people.stranger.s3(region)),
    ],
  ];
  const attempts: Attempt[] = [];
  for (const [tried, expected, got] of rows) {
    attempts.push({ account: name, tried: `S3: ${tried}`, expected, got: await got() });
  }
  return attempts;
}

const CONTEXT = { purpose: 'proof' };

async function dataKey(people: People, { region }: KeyStack, KeyId: string): Promise<Uint8Array> {
  const { CiphertextBlob = new Uint8Array() } = await people.pma
    .kms(region)
    .send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: CONTEXT }));
  return CiphertextBlob;
}

/** When a request says something else; one that says nothing gets the bucket's own encryption. */
function unless(key: string, value: unknown): object {
  return { Null: { [key]: 'false' }, StringNotEquals: { [key]: value } };
}

function dataPlatform(stack: KeyStack, BucketName: string): object {
  const commonKey = { 'Fn::GetStackOutput': { StackName: stack.stackName, OutputName: 'KeyArn' } };
  const bucket = { 'Fn::GetAtt': ['Bucket', 'Arn'] };
  const objects = { 'Fn::Sub': '${Bucket.Arn}/*' };
  const viaS3 = { StringEquals: { 'kms:ViaService': { 'Fn::Sub': 's3.${AWS::Region}.${AWS::URLSuffix}' } } };
  const deny = (Sid: string, Action: string, Condition: object): object => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource: [bucket, objects],
    Condition,
  });
  return {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName,
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: commonKey },
            },
          ],
        },
      },
    },
    BucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Bucket' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            deny('TlsOnly', 's3:*', { Bool: { 'aws:SecureTransport': 'false' } }),
            deny('NoOtherEncryption', 's3:PutObject', {
              ...unless('s3:x-amz-server-side-encryption', 'aws:kms'),
            }),
            deny('NoOtherKey', 's3:PutObject', {
              ...unless('s3:x-amz-server-side-encryption-aws-kms-key-id', commonKey),
            }),
          ],
        },
      },
    },
    Writer: role(`${rolePrefix(stack)}writer`, [
      { Effect: 'Allow', Action: 's3:PutObject', Resource: objects },
      { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: commonKey, Condition: viaS3 },
    ]),
    Reader: role(`${rolePrefix(stack)}reader`, [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: objects },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: commonKey, Condition: viaS3 },
    ]),
  };
}
