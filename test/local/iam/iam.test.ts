import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
  type STSServiceException,
} from '@aws-sdk/client-sts';
import { administrator, callerIn, type Caller } from '../../../local/caller';
import { Endpoint } from '../../../local/endpoint';

const ACCOUNT = '111111111111';
const OTHER_ACCOUNT = '222222222222';
const REGION = 'eu-central-1';

let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await Endpoint.start();
});
afterEach(() => endpoint.stop());

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const owner: Keys = { accessKeyId: ACCOUNT, secretAccessKey: 'local' };
const stranger: Keys = { accessKeyId: OTHER_ACCOUNT, secretAccessKey: 'local' };
const document = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const trust = (AWS: string, more: object = {}) =>
  document({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', ...more });
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

function iam(operation: string, input: object, caller: Caller = callerIn(administrator(ACCOUNT), REGION)) {
  return endpoint.cloud.call('iam', operation, input, caller);
}

function makeRole(RoleName: string, more: object = {}) {
  return iam('CreateRole', { RoleName, AssumeRolePolicyDocument: trust(ACCOUNT), ...more });
}

function sts(credentials: Keys): STSClient {
  return new STSClient({ endpoint: endpoint.url, region: REGION, credentials, maxAttempts: 1 });
}

async function assume(name: string, credentials: Keys = owner, more: object = {}): Promise<Keys> {
  const input = { RoleArn: roleArn(name), RoleSessionName: 'test', ...more };
  const { Credentials } = await sts(credentials).send(new AssumeRoleCommand(input));
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken,
  };
}

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    ({ name, message }: STSServiceException) => `${name}: ${message}`,
  );

/** Whether whoever holds these keys may make keys in KMS, or what he is told. */
async function mayCreateKey(credentials: Keys): Promise<string> {
  const identity = endpoint.credentials.identify(credentials.accessKeyId, credentials.sessionToken);
  return refusal(endpoint.cloud.call('kms', 'CreateKey', {}, callerIn(identity, REGION)));
}

describe('a session of a role', () => {
  test('is who it says, and may what the policies of the role allow', async () => {
    await makeRole('maker', { Path: '/team/' });
    await iam('PutRolePolicy', {
      RoleName: 'maker',
      PolicyName: 'own',
      PolicyDocument: document(allow('kms:*')),
    });
    const session = await assume('team/maker');
    const { Account, Arn, UserId } = await sts(session).send(new GetCallerIdentityCommand({}));
    expect([Account, Arn]).toEqual([ACCOUNT, `arn:aws:sts::${ACCOUNT}:assumed-role/maker/test`]);
    expect(UserId).toMatch(/^AROA[0-9A-F]{17}:test$/);
    expect(await mayCreateKey(session)).toBe('none');
  });

  test('needs a trust policy that lets the caller in, and across accounts permission of its own as well', async () => {
    await makeRole('open', { AssumeRolePolicyDocument: trust(OTHER_ACCOUNT) });
    expect(await refusal(assume('open', stranger))).toBe('none');
    expect(await refusal(assume('open', owner))).toMatch(
      /^AccessDenied: .* not authorized to perform: sts:AssumeRole/,
    );
    await makeRole('caller');
    const caller = await assume('caller');
    await makeRole('closed', { AssumeRolePolicyDocument: trust(`arn:aws:iam::${ACCOUNT}:role/caller`) });
    expect(await refusal(assume('closed', caller))).toBe('none');
    expect(await refusal(assume('open', caller))).toMatch(/^AccessDenied/);
    expect(await refusal(assume('missing', owner))).toMatch(/^AccessDenied/);
  });

  test('needs the external id that the trust policy asks for', async () => {
    const Condition = { StringEquals: { 'sts:ExternalId': 'secret' } };
    await makeRole('guarded', { AssumeRolePolicyDocument: trust(ACCOUNT, { Condition }) });
    expect(await refusal(assume('guarded'))).toMatch(/^AccessDenied/);
    expect(await refusal(assume('guarded', owner, { ExternalId: 'secret' }))).toBe('none');
  });

  test('is refused with another token than its own', async () => {
    await makeRole('maker');
    const session = await assume('maker');
    const forged = sts({ ...session, sessionToken: 'forged' }).send(new GetCallerIdentityCommand({}));
    expect(await refusal(forged)).toMatch(/^InvalidClientTokenId/);
  });
});

describe('what a role may', () => {
  const attach = (PolicyArn: string) => iam('AttachRolePolicy', { RoleName: 'maker', PolicyArn });
  const put = (...statements: object[]) =>
    iam('PutRolePolicy', { RoleName: 'maker', PolicyName: 'own', PolicyDocument: document(...statements) });
  const may = async () =>
    (await mayCreateKey(await assume('maker'))).replace(/Exception: .* because/, ' because');

  beforeEach(() => makeRole('maker'));

  test('is nothing at first', async () => {
    expect(await may()).toBe('AccessDenied because no identity-based policy allows the kms:CreateKey action');
  });

  test('comes from inline policies, managed policies of the account and managed policies of AWS', async () => {
    await put(allow('kms:Create*'));
    expect(await may()).toBe('none');
    await iam('DeleteRolePolicy', { RoleName: 'maker', PolicyName: 'own' });
    const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/makers`;
    await iam('CreatePolicy', { PolicyName: 'makers', PolicyDocument: document(allow('kms:CreateKey')) });
    await attach(PolicyArn);
    expect(await may()).toBe('none');
    await iam('DetachRolePolicy', { RoleName: 'maker', PolicyArn });
    expect(await may()).toMatch(/^AccessDenied/);
    await attach('arn:aws:iam::aws:policy/AdministratorAccess');
    expect(await may()).toBe('none');
  });

  test('ends where one of its policies denies', async () => {
    await attach('arn:aws:iam::aws:policy/AdministratorAccess');
    await put({ ...allow('kms:CreateKey'), Effect: 'Deny' });
    expect(await may()).toMatch(/^AccessDenied/);
  });

  test('ends at its permissions boundary', async () => {
    await put(allow('kms:*'));
    const PermissionsBoundary = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
    await iam('CreatePolicy', { PolicyName: 'boundary', PolicyDocument: document(allow('s3:*')) });
    await iam('PutRolePermissionsBoundary', { RoleName: 'maker', PermissionsBoundary });
    expect(await may()).toMatch(/^AccessDenied/);
    await iam('DeleteRolePermissionsBoundary', { RoleName: 'maker' });
    expect(await may()).toBe('none');
  });

  test('ends at the policy of the session', async () => {
    await put(allow('kms:*'));
    const narrow = (Action: string) => assume('maker', owner, { Policy: document(allow(Action)) });
    expect(await mayCreateKey(await narrow('kms:CreateKey'))).toBe('none');
    expect(await mayCreateKey(await narrow('kms:Encrypt'))).toMatch(/^AccessDenied/);
  });

  test('changes for sessions that there are already', async () => {
    const session = await assume('maker');
    await put(allow('kms:*'));
    expect(await mayCreateKey(session)).toBe('none');
    await iam('DeleteRolePolicy', { RoleName: 'maker', PolicyName: 'own' });
    await iam('DeleteRole', { RoleName: 'maker' });
    expect(await mayCreateKey(session)).toMatch(/^AccessDenied/);
  });
});

describe('fails', () => {
  test.each<[string, string, object, RegExp]>([
    [
      'a role twice',
      'CreateRole',
      { RoleName: 'a', AssumeRolePolicyDocument: trust(ACCOUNT) },
      /^EntityAlreadyExists/,
    ],
    [
      'a trust in nobody',
      'CreateRole',
      { RoleName: 'b', AssumeRolePolicyDocument: trust(roleArn('x')) },
      /^MalformedPolicyDocument: Invalid principal in policy: "AWS":/,
    ],
    [
      'a name with spaces',
      'CreateRole',
      { RoleName: 'a b', AssumeRolePolicyDocument: trust(ACCOUNT) },
      /^ValidationError.*"a b"/,
    ],
    [
      'a role that is not there',
      'GetRole',
      { RoleName: 'x' },
      /^NoSuchEntity: The role with name x cannot be found\.$/,
    ],
    [
      'no JSON',
      'PutRolePolicy',
      { RoleName: 'a', PolicyName: 'p', PolicyDocument: '{' },
      /^MalformedPolicyDocument/,
    ],
    [
      'a principal in an identity policy',
      'PutRolePolicy',
      { RoleName: 'a', PolicyName: 'p', PolicyDocument: trust(ACCOUNT) },
      /^MalformedPolicyDocument/,
    ],
    [
      'a policy that is not there',
      'AttachRolePolicy',
      { RoleName: 'a', PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/x` },
      /^NoSuchEntity/,
    ],
    [
      'a policy of AWS that is not known',
      'AttachRolePolicy',
      { RoleName: 'a', PolicyArn: 'arn:aws:iam::aws:policy/Odd' },
      /^NotImplemented: .*Odd/,
    ],
    [
      'an input that is not known',
      'GetRole',
      { RoleName: 'a', Colour: 'red' },
      /^NotImplemented: .*"Colour"/,
    ],
    ['an operation that is not known', 'CreateUser', {}, /^NotImplemented: .*iam:CreateUser/],
  ])('for %s', async (_what, operation, input, message) => {
    await makeRole('a');
    expect(await refusal(iam(operation, input))).toMatch(message);
  });

  test('to delete a role that still has policies', async () => {
    await makeRole('a');
    await iam('PutRolePolicy', { RoleName: 'a', PolicyName: 'p', PolicyDocument: document(allow('kms:*')) });
    expect(await refusal(iam('DeleteRole', { RoleName: 'a' }))).toMatch(/^DeleteConflict/);
  });

  test('for whoever may not administer IAM', async () => {
    await makeRole('nobody');
    const session = await assume('nobody');
    const identity = endpoint.credentials.identify(session.accessKeyId, session.sessionToken);
    expect(await refusal(iam('GetRole', { RoleName: 'nobody' }, callerIn(identity, REGION)))).toMatch(
      /^AccessDenied: User: arn:aws:sts::111111111111:assumed-role\/nobody\/test is not authorized to perform: iam:GetRole on resource: arn:aws:iam::111111111111:role\/nobody because no identity-based policy allows the iam:GetRole action$/,
    );
  });
});
