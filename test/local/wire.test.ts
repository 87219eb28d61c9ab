import { request } from 'node:http';
import { PutObjectCommand, S3Client, GetObjectCommand } from '@aws-sdk/client-s3';
import { ListKeysCommand, KMSClient } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { administrator, callerIn } from '../../local/caller';
import { Endpoint } from '../../local/endpoint';
import { parseQuery } from '../../local/wire';
import { toXml } from '../../local/xml';

const ACCOUNT = '111111111111';
const REGION = 'eu-central-1';

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await Endpoint.start();
});
afterAll(() => endpoint.stop());

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function send(headers: Record<string, string>, body = '', path = '/', method = 'POST'): Promise<Answer> {
  return new Promise((done, fail) => {
    const sent = request(`${endpoint.url}${path}`, { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body: text }),
      );
    });
    sent.once('error', fail).end(body);
  });
}

function signed(service: string, key = ACCOUNT): Record<string, string> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  };
}

const json = (operation: string): Record<string, string> => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': `TrentService.${operation}`,
});
const query = { 'content-type': 'application/x-www-form-urlencoded' };

describe('an error has the form of its protocol', () => {
  test('JSON', async () => {
    const { status, type, body } = await send({ ...signed('kms'), ...json('Fly') }, '{}');
    expect([status, type]).toEqual([501, 'application/x-amz-json-1.1']);
    expect(JSON.parse(body)).toMatchObject({
      __type: 'NotImplemented',
      message: 'the local endpoint does not implement kms:Fly',
    });
  });

  test('Query', async () => {
    const { status, type, body } = await send(
      { ...signed('cloudformation'), ...query },
      'Action=DescribeStacks&StackName=a%26b',
    );
    expect([status, type]).toEqual([400, 'text/xml']);
    expect(body).toMatch(
      /^<ErrorResponse><Error><Type>Sender<\/Type><Code>ValidationError<\/Code><Message>Stack with id a&amp;b does not exist<\/Message><\/Error><RequestId>[\w-]+<\/RequestId><\/ErrorResponse>$/,
    );
  });

  test('REST-XML', async () => {
    const { status, body } = await send(signed('s3'), '', '/nobody/key', 'GET');
    expect(status).toBe(404);
    expect(body).toContain('<Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message>');
  });
});

test.each([
  ['a request that nobody signed', {}, 'MissingAuthenticationToken', 403],
  ['an access key that nobody has', signed('kms', 'AKIAIOSFODNN7EXAMPLE'), 'InvalidClientTokenId', 403],
  ['a service that does not exist here', signed('dynamodb'), 'NotImplemented', 501],
] as const)('fails on %s', async (_what, headers, code, status) => {
  const answer = await send({ ...headers, ...json('ListKeys') }, '{}');
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toMatchObject({ __type: code });
});

test('fails on a protocol that is not implemented, naming it', async () => {
  const { status, body } = await send({ ...signed('kms'), 'smithy-protocol': 'rpc-v2-cbor' });
  expect(status).toBe(501);
  expect(body).toContain('the protocol &quot;rpc-v2-cbor&quot;');
});

test('goes on after a path that is no URI, and after a request that breaks off', async () => {
  expect(await send(signed('s3'), '', '/bucket/%E0%A4%A', 'GET')).toMatchObject({
    status: 400,
    body: expect.stringContaining('<Code>InvalidURI</Code>') as unknown,
  });
  await new Promise<void>((broken) => {
    const headers = { ...signed('kms'), ...json('ListKeys'), 'content-length': '100' };
    const sent = request(endpoint.url, { method: 'POST', headers });
    sent.once('error', () => undefined).once('close', () => broken());
    sent.write('{', () => sent.destroy());
  });
  expect(await send({ ...signed('kms'), ...json('ListKeys') }, '{}')).toMatchObject({ status: 200 });
});

test('fails on a body that is no JSON', async () => {
  const { body } = await send({ ...signed('kms'), ...json('ListKeys') }, '{');
  expect(JSON.parse(body)).toMatchObject({ __type: 'SerializationException' });
});

test('fails on S3 requests that are not implemented, naming them', async () => {
  const tagging = await send(signed('s3'), '', '/bucket/key?tagging', 'PUT');
  expect(tagging).toMatchObject({
    status: 501,
    body: expect.stringContaining('PUT of an object with &quot;tagging&quot;') as unknown,
  });
  const header = await send(
    { ...signed('s3'), 'x-amz-object-lock-mode': 'GOVERNANCE' },
    '',
    '/bucket/key',
    'PUT',
  );
  expect(header.body).toContain('the S3 request header x-amz-object-lock-mode');
});

test('a session works with its token alone, and ends when it expires', async () => {
  const call = (service: string, operation: string, input: object) =>
    endpoint.cloud.call(service, operation, input, callerIn(administrator(ACCOUNT), REGION));
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: ACCOUNT } };
  await call('iam', 'CreateRole', {
    RoleName: 'r',
    AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }),
  });
  await call('iam', 'AttachRolePolicy', {
    RoleName: 'r',
    PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  });
  const settings = { endpoint: endpoint.url, region: REGION, maxAttempts: 1 };
  const administratorKeys = { accessKeyId: ACCOUNT, secretAccessKey: 'local' };
  const sts = new STSClient({ ...settings, credentials: administratorKeys });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
      RoleSessionName: 'test',
      DurationSeconds: 900,
    }),
  );
  const keys = (sessionToken?: string) =>
    new KMSClient({
      ...settings,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken,
      },
    }).send(new ListKeysCommand({}));
  await expect(keys(Credentials?.SessionToken)).resolves.toMatchObject({ Keys: [] });
  await expect(keys('another')).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  jest.useFakeTimers({ now: Date.now() + 901_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
  try {
    expect(() =>
      endpoint.credentials.identify(Credentials?.AccessKeyId ?? '', Credentials?.SessionToken),
    ).toThrow('The security token included in the request is expired');
  } finally {
    jest.useRealTimers();
  }
});

test('an object survives the way there and back, whatever is in its key and body', async () => {
  const s3 = new S3Client({
    endpoint: endpoint.url,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'local' },
  });
  await endpoint.cloud.call(
    's3',
    'CreateBucket',
    { Bucket: 'round-trip' },
    callerIn(administrator(ACCOUNT), REGION),
  );
  await fc.assert(
    fc.asyncProperty(
      fc
        .string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' })
        .filter((key) => !/^[./]|\/[./]|\/$/.test(key)),
      fc.uint8Array({ maxLength: 200 }),
      async (Key, Body) => {
        await s3.send(
          new PutObjectCommand({ Bucket: 'round-trip', Key, Body, Metadata: { purpose: 'test' } }),
        );
        const read = await s3.send(new GetObjectCommand({ Bucket: 'round-trip', Key }));
        expect(await read.Body?.transformToByteArray()).toEqual(Body);
        expect(read.Metadata).toEqual({ purpose: 'test' });
      },
    ),
    { numRuns: 40 },
  );
});

describe('the Query protocol', () => {
  test('reads members in their order, and leaves out what is empty', () => {
    expect(
      parseQuery(
        'Action=A&Version=1&L.member.2=b&L.member.1=a&L.member.10=c&E=&P.member.1.K=k&P.member.1.V=',
      ),
    ).toEqual({
      Action: 'A',
      L: ['a', 'b', 'c'],
      P: [{ K: 'k', V: '' }],
    });
  });

  test('reads back every flat input', () => {
    const name = fc.stringMatching(/^[A-Z][a-zA-Z]{0,8}$/).filter((each) => each !== 'Version');
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ minLength: 1 })), (input) => {
        expect(parseQuery(new URLSearchParams(input).toString())).toEqual({ ...input });
      }),
    );
  });

  test('is not led astray by names that every object inherits', () => {
    expect(parseQuery('constructor=a&toString.member.1=b')).toEqual({ constructor: 'a', toString: ['b'] });
    expect(parseQuery('__proto__.polluted=yes')).not.toHaveProperty('polluted', 'yes');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

test('XML escapes what would be markup, and repeats or wraps the entries of lists', () => {
  const value = { A: '<&">', B: [1, true], C: undefined, D: new Date(0), E: [] };
  expect(toXml(value)).toBe(
    '<A>&lt;&amp;&quot;&gt;</A><B><member>1</member><member>true</member></B><D>1970-01-01T00:00:00.000Z</D><E></E>',
  );
  expect(toXml({ B: [{ X: 1 }, { X: 2 }] }, null)).toBe('<B><X>1</X></B><B><X>2</X></B>');
});
