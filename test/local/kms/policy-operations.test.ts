import { ACCOUNT, allow, keyPolicy, OTHER_ACCOUNT, ROOT, Stage } from './stage';

const roleArn = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;
const INVALID_PRINCIPALS =
  'MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.';
const LOCKOUT =
  'MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.';

async function put(
  Policy: string,
  more: object = {},
  stage = new Stage(),
  caller = stage.admin(),
): Promise<string> {
  const KeyId = await stage.createKey(stage.admin());
  return stage.refusal('PutKeyPolicy', { KeyId, Policy, ...more }, caller);
}

test('a policy is answered as it was put', async () => {
  const stage = new Stage();
  const admin = stage.admin();
  const Policy = keyPolicy(ROOT).replace('{', '{\n  ');
  const KeyId = await stage.createKey(admin, { Policy });
  expect(await stage.call('GetKeyPolicy', { KeyId }, admin)).toEqual({ Policy, PolicyName: 'default' });
  expect(await stage.call('ListKeyPolicies', { KeyId }, admin)).toMatchObject({ PolicyNames: ['default'] });
});

test('a key without a policy of its own leaves everything to the account', async () => {
  const stage = new Stage();
  const admin = stage.admin();
  const { Policy } = await stage.call('GetKeyPolicy', { KeyId: await stage.createKey(admin) }, admin);
  expect(JSON.parse(Policy)).toEqual({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [{ Sid: 'Enable IAM User Permissions', Effect: 'Allow', ...ROOT, Resource: '*' }],
  });
});

test.each<[string, object]>([
  ['everybody', { AWS: '*' }],
  ['an account by its number', { AWS: OTHER_ACCOUNT }],
  ['an account by its root', { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` }],
  ['a role that exists', { AWS: [roleArn('Admin'), roleArn('Admin')] }],
  ['a service', { Service: 'logs.eu-central-1.amazonaws.com' }],
])('a policy may name %s', async (_who, Principal) => {
  expect(await put(keyPolicy(ROOT, { Principal, Action: 'kms:Encrypt' }))).toBe('none');
});

test('a policy of 32,768 bytes is accepted', async () => {
  const padding = 32_768 - keyPolicy({ ...ROOT, Sid: '' }).length;
  expect(await put(keyPolicy({ ...ROOT, Sid: 'x'.repeat(padding) }))).toBe('none');
});

test('the lockout check can be bypassed', async () => {
  const Policy = keyPolicy({ ...ROOT, Action: 'kms:Encrypt' });
  expect(await put(Policy, { BypassPolicyLockoutSafetyCheck: true })).toBe('none');
});

describe('fails', () => {
  test.each([
    ['a role that does not exist', roleArn('Missing')],
    ['a role of another account that does not exist', roleArn('Admin', OTHER_ACCOUNT)],
    ['a unique id that a deleted role left', 'AROAEXAMPLEEXAMPLE123'],
    ['a wildcard', `arn:aws:iam::${ACCOUNT}:role/*`],
    ['another partition', `arn:aws-cn:iam::${ACCOUNT}:root`],
    ['no principal at all', 'somebody'],
  ])('when the policy names %s', async (_what, AWS) => {
    const statement = { Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:root`, AWS] }, Action: 'kms:*' };
    expect(await put(keyPolicy(statement))).toBe(INVALID_PRINCIPALS);
    expect(await put(keyPolicy(statement), { BypassPolicyLockoutSafetyCheck: true })).toBe(
      INVALID_PRINCIPALS,
    );
  });

  const mine = (more: object) =>
    keyPolicy({ Principal: { AWS: roleArn('Admin') }, Action: 'kms:*', ...more });
  test.each([
    ['grants the caller no kms:PutKeyPolicy', mine({ Action: 'kms:Put*Alias' })],
    ['names somebody else alone', keyPolicy({ Principal: { AWS: roleArn('Other') }, Action: 'kms:*' })],
    ['has no Resource', keyPolicy({ ...ROOT, Resource: undefined })],
    ['denies it', keyPolicy(ROOT, { ...ROOT, Effect: 'Deny', Action: 'kms:PutKeyPolicy' })],
    [
      'allows it under a condition that does not hold',
      mine({ Condition: { Bool: { 'kms:MultiRegion': 'true' } } }),
    ],
    [
      'allows it with a bypass alone',
      mine({ Condition: { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } } }),
    ],
  ])('when the policy %s, for it would lock its author out', async (_why, Policy) => {
    const stage = new Stage();
    stage.role('Other');
    expect(await put(Policy, {}, stage)).toBe(LOCKOUT);
    expect(await put(mine({}), {}, stage)).toBe('none');
  });

  test.each<[string, string, RegExp]>([
    ['too large', keyPolicy({ ...ROOT, Sid: 'x'.repeat(32_768) }), /^LimitExceededException: .*32768 bytes/],
    ['not JSON', '{', /^MalformedPolicyDocumentException: .*not valid JSON/],
    ['not an object', '[]', /^MalformedPolicyDocumentException/],
    ['without statements', '{"Version":"2012-10-17"}', /^MalformedPolicyDocumentException: .*Statement/],
    ['without a principal', keyPolicy({ Action: 'kms:*' }), /^MalformedPolicyDocumentException: .*Principal/],
    [
      'of a strange effect',
      keyPolicy({ ...ROOT, Effect: 'allow' }),
      /^MalformedPolicyDocumentException: .*Effect/,
    ],
    ['with characters beyond Latin-1', keyPolicy({ ...ROOT, Sid: '√' }), /^ValidationException: .*policy/],
    [
      'with a policy variable',
      keyPolicy({ ...ROOT, Resource: '${aws:username}' }),
      /^NotImplemented: .*aws:username/,
    ],
  ])('when the policy is %s', async (_what, Policy, message) => {
    expect(await put(Policy)).toMatch(message);
  });

  test('for a policy of any name but default', async () => {
    const stage = new Stage();
    const admin = stage.admin();
    const KeyId = await stage.createKey(admin);
    const input = { KeyId, PolicyName: 'mine' };
    expect(await stage.refusal('GetKeyPolicy', input, admin)).toBe(
      'NotFoundException: No such policy exists',
    );
    expect(await put(keyPolicy(ROOT), { PolicyName: 'mine' })).toBe(
      'NotFoundException: No such policy exists',
    );
  });

  test('and keeps the policy that was in force', async () => {
    const stage = new Stage();
    const admin = stage.admin();
    const KeyId = await stage.createKey(admin);
    const before = await stage.call('GetKeyPolicy', { KeyId }, admin);
    await stage.refusal(
      'PutKeyPolicy',
      { KeyId, Policy: keyPolicy({ ...ROOT, Action: 'kms:Encrypt' }) },
      admin,
    );
    expect(await stage.call('GetKeyPolicy', { KeyId }, admin)).toEqual(before);
  });

  test('for a caller who may not', async () => {
    const stage = new Stage();
    const reader = stage.role('Reader', allow('kms:GetKeyPolicy'));
    expect(await put(keyPolicy(ROOT), {}, stage, reader)).toMatch(
      /^AccessDeniedException: .*kms:PutKeyPolicy/,
    );
  });
});
