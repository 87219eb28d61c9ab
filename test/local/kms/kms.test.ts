import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  KMSServiceException,
  ListKeysCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { administrator, callerIn } from '../../../local/caller';
import { Endpoint } from '../../../local/endpoint';
import { keyPolicy, ROOT } from './stage';

const ACCOUNT = '111122223333';
const [HERE, THERE] = ['eu-central-1', 'eu-west-1'];

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await Endpoint.start();
});
afterAll(() => endpoint.stop());

const signedBy = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: 'local' });

function client(region: string, credentials: object = signedBy(ACCOUNT)): KMSClient {
  const options = { endpoint: endpoint.url, region, maxAttempts: 1 };
  return new KMSClient({ ...options, credentials: credentials as ReturnType<typeof signedBy> });
}

/** A client that calls as a role with an inline policy. */
async function asRole(name: string, ...Action: string[]): Promise<KMSClient> {
  const admin = callerIn(administrator(ACCOUNT), HERE);
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const trust = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' };
  await endpoint.cloud.call(
    'iam',
    'CreateRole',
    { RoleName: name, AssumeRolePolicyDocument: document(trust) },
    admin,
  );
  if (Action.length > 0) {
    const PolicyDocument = document({ Effect: 'Allow', Action, Resource: '*' });
    await endpoint.cloud.call(
      'iam',
      'PutRolePolicy',
      { RoleName: name, PolicyName: 'own', PolicyDocument },
      admin,
    );
  }
  const sts = new STSClient({ endpoint: endpoint.url, region: HERE, credentials: signedBy(ACCOUNT) });
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  return client(HERE, {
    accessKeyId: Credentials?.AccessKeyId,
    secretAccessKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
  });
}

async function errorOf(call: Promise<unknown>): Promise<KMSServiceException> {
  return call.then(
    () => Promise.reject(new Error('the call succeeded')),
    (error: KMSServiceException) => error,
  );
}

test('the SDK reads dates, bytes and nested answers', async () => {
  const kms = client(HERE);
  const before = Date.now();
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ MultiRegion: true, Description: 'ä' }));
  expect(KeyMetadata).toMatchObject({
    Description: 'ä',
    MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY' },
  });
  expect(Math.abs((KeyMetadata?.CreationDate?.getTime() ?? 0) - before)).toBeLessThan(10_000);
  const KeyId = KeyMetadata?.KeyId;
  const { Plaintext, CiphertextBlob } = await kms.send(
    new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }),
  );
  expect(Plaintext).toHaveLength(32);
  expect((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toEqual(Plaintext);
});

test('what is encrypted in the primary Region decrypts in the Region of the replica', async () => {
  const [here, there] = [client(HERE), client(THERE)];
  const { KeyMetadata } = await here.send(new CreateKeyCommand({ MultiRegion: true }));
  const KeyId = KeyMetadata?.KeyId;
  await here.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: THERE }));
  const EncryptionContext = { tenant: 'blue' };
  const Plaintext = Buffer.from('secret');
  const { CiphertextBlob } = await here.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
  const opened = await there.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext);
  expect(opened.KeyId).toBe(`arn:aws:kms:${THERE}:${ACCOUNT}:key/${KeyId}`);
});

test('a role uses the key as the key policy and its own policies say', async () => {
  const kms = client(HERE);
  const reader = await asRole('Reader', 'kms:DescribeKey');
  const user = await asRole('User');
  const Policy = keyPolicy(ROOT, {
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/User` },
    Action: 'kms:Encrypt',
  });
  const KeyId = (await kms.send(new CreateKeyCommand({ Policy }))).KeyMetadata?.KeyId;
  const Plaintext = Buffer.from('x');
  expect((await user.send(new EncryptCommand({ KeyId, Plaintext }))).CiphertextBlob).toBeDefined();
  expect((await reader.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyId).toBe(KeyId);
  const denied = await errorOf(reader.send(new EncryptCommand({ KeyId, Plaintext })));
  expect(denied).toMatchObject({
    name: 'AccessDeniedException',
    message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/Reader/test is not authorized to perform: kms:Encrypt on resource: arn:aws:kms:${HERE}:${ACCOUNT}:key/${KeyId} because no identity-based policy allows the kms:Encrypt action`,
    $metadata: { httpStatusCode: 400 },
  });
  const GranteePrincipal = `arn:aws:iam::${ACCOUNT}:role/Reader`;
  await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ['Encrypt'] }));
  expect((await reader.send(new EncryptCommand({ KeyId, Plaintext }))).CiphertextBlob).toBeDefined();
});

test('the SDK knows the errors by their classes', async () => {
  const kms = client(HERE);
  const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
  const Plaintext = Buffer.from('x');
  const { CiphertextBlob = new Uint8Array() } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
  CiphertextBlob[CiphertextBlob.length - 1] ^= 1;
  const missing = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/Missing` }, Action: 'kms:*' };
  const malformed = new PutKeyPolicyCommand({ KeyId, Policy: keyPolicy(ROOT, missing) });
  const sign = new SignCommand({ KeyId, Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' });
  const errors = [
    await errorOf(kms.send(new DescribeKeyCommand({ KeyId: 'alias/missing' }))),
    await errorOf(kms.send(new DecryptCommand({ CiphertextBlob }))),
    await errorOf(kms.send(malformed)),
    await errorOf(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(4097) }))),
    await errorOf(kms.send(sign)),
  ];
  await kms.send(new DisableKeyCommand({ KeyId }));
  errors.push(await errorOf(kms.send(new EncryptCommand({ KeyId, Plaintext }))));
  const scheduled = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  expect(scheduled.DeletionDate).toBeInstanceOf(Date);
  errors.push(await errorOf(kms.send(new EncryptCommand({ KeyId, Plaintext }))));
  expect(errors.map(({ name }) => name)).toEqual([
    'NotFoundException',
    'InvalidCiphertextException',
    'MalformedPolicyDocumentException',
    'ValidationException',
    'NotImplemented',
    'DisabledException',
    'KMSInvalidStateException',
  ]);
  expect(errors[4].message).toBe('the local endpoint does not implement kms:Sign');
  expect(errors.every((error) => error instanceof KMSServiceException)).toBe(true);
  expect((await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy).toBe(Policy);
});

test('accounts do not see each other', async () => {
  const other = client(HERE, signedBy('444455556666'));
  await client(HERE).send(new CreateKeyCommand({}));
  expect((await other.send(new ListKeysCommand({}))).Keys).toEqual([]);
});
