import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CreateKeyCommand, DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import {
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Endpoint } from '../endpoint';
import { Actor, attempt } from './actor';
import type { DataStack } from './data-platform';
import { arnOf, type Attempt } from './key-proof';
import type { KeyStack } from './key-stacks';
import { roleArn, type People } from './people';

const Key = 'reading.json';
const Body = '{"celsius":21}';
/** Who runs the writer and the reader. */
const TASKS = 'ecs-tasks.amazonaws.com';

/**
 * The data path of the example: its writer puts and cannot read, its reader reads through S3 alone, and
 * everybody else is kept out.
 *
 * @param keyStack the stack of the common key of the same account and Region
 */
export async function proveDataPath(
  endpoint: Endpoint,
  people: People,
  stack: DataStack,
  keyStack: KeyStack,
): Promise<Attempt[]> {
  const { region } = stack;
  const { Bucket, writerRole, readerRole } = await partsOf(people, stack);
  const [writer, reader] = [writerRole, readerRole].map(
    (name) => new Actor(endpoint, name, endpoint.serviceSession(TASKS, roleArn(stack, name), region)),
  );
  const commonKey = await arnOf(people, keyStack);
  const { KeyMetadata } = await people.administrator.kms(region).send(new CreateKeyCommand({}));
  const named: Partial<PutObjectCommandInput> = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: commonKey };
  const put =
    (s3: S3Client, input = named) =>
    (): Promise<string> =>
      attempt(() => s3.send(new PutObjectCommand({ Bucket, Key, Body, ...input })));
  const get = (s3: S3Client) => (): Promise<string> =>
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
  const decryptDirectly = (actor: Actor) => (): Promise<string> =>
    attempt(async () => {
      const { CiphertextBlob } = await people.pma
        .kms(region)
        .send(new GenerateDataKeyCommand({ KeyId: commonKey, KeySpec: 'AES_256' }));
      await actor.kms(region).send(new DecryptCommand({ CiphertextBlob }));
    });
  const rows: readonly [tried: string, expected: string, got: () => Promise<string>][] = [
    ['writer puts an object', 'allowed', put(writer.s3(region))],
    ['reader gets it, decrypted by the common key', 'allowed', get(reader.s3(region))],
    ['writer gets it', 'AccessDenied', get(writer.s3(region))],
    ['reader puts an object', 'AccessDenied', put(reader.s3(region))],
    [
      'writer puts under another key',
      'AccessDenied',
      put(writer.s3(region), { ...named, SSEKMSKeyId: KeyMetadata?.Arn }),
    ],
    ['writer puts without KMS', 'AccessDenied', put(writer.s3(region), { ServerSideEncryption: 'AES256' })],
    ['writer puts without naming a key', 'AccessDenied', put(writer.s3(region), {})],
    ['writer puts without TLS', 'AccessDenied', put(writer.s3(region, false))],
    ['writer calls kms:Decrypt itself', 'AccessDeniedException', decryptDirectly(writer)],
    ['reader calls kms:Decrypt itself', 'AccessDeniedException', decryptDirectly(reader)],
    ['outsider of another account gets it', 'AccessDenied', get(people.foreigner.s3(region))],
    ['outsider of another account puts one', 'AccessDenied', put(people.foreigner.s3(region))],
    ['outsider without permissions gets it', 'AccessDenied', get(people.stranger.s3(region))],
    ['outsider without permissions puts one', 'AccessDenied', put(people.stranger.s3(region))],
  ];
  const attempts: Attempt[] = [];
  for (const [tried, expected, got] of rows) {
    attempts.push({ account: keyStack.name, tried: `S3 in ${region}: ${tried}`, expected, got: await got() });
  }
  return attempts;
}

/** The names that CloudFormation gave to the bucket and the roles of the example. */
async function partsOf(
  people: People,
  { stackName: StackName, region }: DataStack,
): Promise<{ Bucket: string; writerRole: string; readerRole: string }> {
  const client = new CloudFormationClient(people.administrator.settings(region));
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
  client.destroy();
  const named = (type: string, prefix: string): string =>
    StackResources.find(
      ({ ResourceType, LogicalResourceId }) => ResourceType === type && LogicalResourceId?.startsWith(prefix),
    )?.PhysicalResourceId ?? '';
  return {
    Bucket: named('AWS::S3::Bucket', 'Data'),
    writerRole: named('AWS::IAM::Role', 'Writer'),
    readerRole: named('AWS::IAM::Role', 'Platform'),
  };
}
