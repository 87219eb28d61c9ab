import { networkInterfaces } from 'node:os';
import { administrator } from '../../local/caller';
import { Endpoint } from '../../local/endpoint';

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await Endpoint.start();
});
afterAll(() => endpoint.stop());

interface Sent {
  readonly body?: string;
  readonly service?: string;
  readonly accessKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** A request as it stands on the wire, with a signature that nobody checks. */
async function send({ body, service = 'kms', accessKey = '111111111111', headers = {}, path = '/' }: Sent) {
  const scope = `${accessKey}/20260101/eu-central-1/${service}/aws4_request`;
  const Authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=x`;
  const response = await fetch(endpoint.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    body,
    headers: { Authorization, ...headers },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const json = (target: string) => ({ 'X-Amz-Target': target, 'Content-Type': 'application/x-amz-json-1.1' });
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

test('JSON services answer in JSON, with dates in seconds and without what is absent', async () => {
  const { status, headers, text } = await send({ body: '{}', headers: json('TrentService.CreateKey') });
  const { KeyMetadata } = JSON.parse(text) as { KeyMetadata: Record<string, unknown> };
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-amz-json-1.1']);
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(Math.abs(Number(KeyMetadata.CreationDate) - Date.now() / 1000)).toBeLessThan(60);
  expect(Object.keys(KeyMetadata)).not.toContain('DeletionDate');
});

test('Query services answer in XML, and say whose fault it is', async () => {
  const known = await send({
    service: 'sts',
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    headers: form,
  });
  expect(known.text).toContain('<GetCallerIdentityResult><UserId>');
  const failed = await send({ service: 'iam', body: 'Action=GetRole&RoleName=x', headers: form });
  expect([failed.status, failed.text]).toEqual([
    404,
    expect.stringContaining('<Type>Sender</Type><Code>NoSuchEntity</Code>'),
  ]);
});

test.each<[string, Sent, number, string]>([
  ['no JSON', { body: '{', headers: json('TrentService.ListKeys') }, 400, 'SerializationException'],
  ['an operation that is not known', { body: '{}', headers: json('TrentService.Sign') }, 501, 'kms:Sign'],
  [
    'a service that is not known',
    { service: 'dynamodb', body: '{}', headers: json('X.ListTables') },
    501,
    'dynamodb',
  ],
  ['no operation', { service: 'kms', path: '/keys' }, 404, 'UnknownOperationException'],
  [
    'a stranger',
    { accessKey: 'AKIASTRANGER', body: '{}', headers: json('TrentService.ListKeys') },
    403,
    'InvalidClientTokenId',
  ],
  [
    'nobody',
    { headers: { Authorization: '', ...json('TrentService.ListKeys') }, body: '{}' },
    403,
    'MissingAuthenticationToken',
  ],
  [
    'a name that every object has',
    { body: '{}', headers: json('TrentService.constructor') },
    501,
    'kms:constructor',
  ],
])('fails for %s', async (_what, sent, status, message) => {
  const answer = await send(sent);
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(message)]);
});

test('fails for a session that is over', async () => {
  const { AccessKeyId, SessionToken } = endpoint.credentials.issue(administrator('111111111111'), 0);
  const headers = { ...json('TrentService.ListKeys'), 'X-Amz-Security-Token': SessionToken };
  const answer = await send({ accessKey: AccessKeyId, body: '{}', headers });
  expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('ExpiredToken')]);
});

test('nobody reaches it but from this machine', async () => {
  expect(new URL(endpoint.url).hostname).toBe('127.0.0.1');
  const outside = Object.values(networkInterfaces())
    .flat()
    .filter((each) => each?.internal === false && each.family === 'IPv4');
  for (const address of outside) {
    const url = endpoint.url.replace('127.0.0.1', address?.address ?? '');
    await expect(fetch(url, { signal: AbortSignal.timeout(2000) })).rejects.toThrow();
  }
});
