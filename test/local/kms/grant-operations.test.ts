import type { Caller } from '../../../local/caller';
import { via } from '../../../local/caller';
import { ACCOUNT, allow, base64, OTHER_ACCOUNT, REGION, Stage } from './stage';

const Plaintext = base64('x');

async function granting(Operations: string[], more: object = {}, account = ACCOUNT) {
  const stage = new Stage();
  const admin = stage.admin();
  const user = stage.role('User', undefined, account);
  const id = await stage.createKey(admin);
  const KeyId = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
  const input = { KeyId, GranteePrincipal: user.principalArn, Operations, ...more };
  const { GrantId, GrantToken } = await stage.call('CreateGrant', input, admin);
  const ask = (operation: string, given: object, caller: Caller = user) =>
    stage.refusal(operation, { KeyId, ...given }, caller);
  return { stage, admin, user, KeyId, input, ask, GrantId, GrantToken };
}

test('a grant allows its grantee its operations, and nobody else anything', async () => {
  const { stage, ask } = await granting(['Encrypt', 'DescribeKey']);
  expect(await ask('Encrypt', { Plaintext })).toBe('none');
  expect(await ask('DescribeKey', {})).toBe('none');
  expect(await ask('GenerateDataKey', { KeySpec: 'AES_256' })).toMatch(/^AccessDeniedException/);
  expect(await ask('Encrypt', { Plaintext }, stage.role('Other'))).toMatch(/^AccessDeniedException/);
});

test('a grant reaches into another account without a policy there', async () => {
  const { ask } = await granting(['Encrypt'], {}, OTHER_ACCOUNT);
  expect(await ask('Encrypt', { Plaintext })).toBe('none');
});

test('a grant to an account leaves it to the policies of its principals', async () => {
  const root = { GranteePrincipal: `arn:aws:iam::${OTHER_ACCOUNT}:root` };
  const { stage, ask, user } = await granting(['Encrypt'], root, OTHER_ACCOUNT);
  expect(await ask('Encrypt', { Plaintext }, user)).toMatch(/^AccessDeniedException/);
  const allowed = stage.role('Allowed', allow('kms:Encrypt'), OTHER_ACCOUNT);
  expect(await ask('Encrypt', { Plaintext }, allowed)).toBe('none');
});

test('a grant is listed as it was made', async () => {
  const { stage, admin, KeyId, input, GrantId, user } = await granting(['Encrypt'], {
    Name: 'mine',
    RetiringPrincipal: `arn:aws:iam::${ACCOUNT}:role/Admin`,
    Constraints: { EncryptionContextEquals: { a: 'b' } },
  });
  const { Operations, Constraints, GranteePrincipal, RetiringPrincipal } = {
    RetiringPrincipal: '',
    Constraints: {},
    ...input,
  };
  const listed = {
    KeyId,
    GrantId,
    Name: 'mine',
    CreationDate: stage.now,
    IssuingAccount: `arn:aws:iam::${ACCOUNT}:root`,
    Operations,
    Constraints,
    GranteePrincipal,
    RetiringPrincipal,
  };
  const list = async (filter: object) => (await stage.call('ListGrants', { KeyId, ...filter }, admin)).Grants;
  expect(await list({})).toEqual([listed]);
  expect(await list({ GrantId, GranteePrincipal: user.principalArn })).toEqual([listed]);
  expect(await list({ GranteePrincipal: admin.principalArn })).toEqual([]);
  const retirable = (RetiringPrincipal: string) =>
    stage.call('ListRetirableGrants', { RetiringPrincipal }, admin);
  expect((await retirable(admin.principalArn)).Grants).toEqual([listed]);
  expect((await retirable(user.principalArn)).Grants).toEqual([]);
});

test('a repeated request with a name finds its grant, one without makes another', async () => {
  const { stage, admin, input, GrantId, GrantToken } = await granting(['Encrypt'], { Name: 'mine' });
  const again = await stage.call('CreateGrant', input, admin);
  expect(again.GrantId).toBe(GrantId);
  expect(again.GrantToken).not.toBe(GrantToken);
  const other = await stage.call('CreateGrant', { ...input, Operations: ['Decrypt'] }, admin);
  expect(other.GrantId).not.toBe(GrantId);
  const unnamed = { ...input, Name: undefined };
  const first = await stage.call('CreateGrant', unnamed, admin);
  expect((await stage.call('CreateGrant', unnamed, admin)).GrantId).not.toBe(first.GrantId);
});

describe('an encryption context constraint', () => {
  const cases = [
    ['EncryptionContextEquals', { a: 'b' }, 'none'],
    ['EncryptionContextEquals', { a: 'b', c: 'd' }, 'denied'],
    ['EncryptionContextEquals', { a: 'B' }, 'denied'],
    ['EncryptionContextEquals', {}, 'denied'],
    ['EncryptionContextSubset', { a: 'b', c: 'd' }, 'none'],
    ['EncryptionContextSubset', { c: 'd' }, 'denied'],
  ] as const;
  test.each(cases)('%s of { a: b } meets %j: %s', async (kind, EncryptionContext, expected) => {
    const { ask } = await granting(['Encrypt', 'DescribeKey'], { Constraints: { [kind]: { a: 'b' } } });
    const refusal = await ask('Encrypt', { Plaintext, EncryptionContext });
    expect(refusal.startsWith('AccessDenied') ? 'denied' : refusal).toBe(expected);
    expect(await ask('DescribeKey', {})).toBe('none');
  });
});

describe('a grantee that may create grants', () => {
  const Constraints = { EncryptionContextSubset: { a: 'b' } };
  const grantee = (Operations: string[], given?: object) => ({ Operations, Constraints: given });
  const cases: [string, string[], object | undefined, string][] = [
    ['the same', ['Encrypt'], Constraints, 'none'],
    ['stricter', ['Encrypt'], { EncryptionContextSubset: { a: 'b', c: 'd' } }, 'none'],
    ['exact', ['Encrypt'], { EncryptionContextEquals: { a: 'b' } }, 'none'],
    ['unconstrained', ['Encrypt'], undefined, 'denied'],
    ['differently constrained', ['Encrypt'], { EncryptionContextSubset: { c: 'd' } }, 'denied'],
    ['wider', ['Encrypt', 'Decrypt'], Constraints, 'denied'],
  ];
  test.each(cases)('makes one that is %s: %s %j %s', async (_what, operations, given, expected) => {
    const { stage, ask } = await granting(['Encrypt', 'CreateGrant'], { Constraints });
    const { principalArn: GranteePrincipal } = stage.role('Third');
    const refusal = await ask('CreateGrant', { GranteePrincipal, ...grantee(operations, given) });
    expect(refusal.startsWith('AccessDenied') ? 'denied' : refusal).toBe(expected);
  });
});

test.each<[object, string]>([
  [{ EncryptionContextEquals: { a: 'b' } }, 'none'],
  [{ EncryptionContextEquals: { a: 'b', c: 'd' } }, 'denied'],
  [{ EncryptionContextSubset: { a: 'b' } }, 'denied'],
  [{}, 'denied'],
])('a grantee bound to one exact context makes a grant of %j: %s', async (Constraints, expected) => {
  const bound = { Constraints: { EncryptionContextEquals: { a: 'b' } } };
  const { stage, ask } = await granting(['Encrypt', 'CreateGrant'], bound);
  const { principalArn: GranteePrincipal } = stage.role('Third');
  const refusal = await ask('CreateGrant', { GranteePrincipal, Operations: ['Encrypt'], Constraints });
  expect(refusal.startsWith('AccessDenied') ? 'denied' : refusal).toBe(expected);
});

describe('a grant ends', () => {
  test('when it is revoked', async () => {
    const { stage, admin, KeyId, GrantId, ask } = await granting(['Encrypt']);
    expect(await ask('RevokeGrant', { GrantId })).toMatch(/^AccessDeniedException/);
    await stage.call('RevokeGrant', { KeyId, GrantId }, admin);
    expect(await ask('Encrypt', { Plaintext })).toMatch(/^AccessDeniedException/);
    expect(await ask('RevokeGrant', { GrantId }, admin)).toBe(
      `NotFoundException: Grant ID ${GrantId} not found`,
    );
  });

  test('when its grantee is deleted, also if a role of that name is made again', async () => {
    const { stage, user, ask } = await granting(['Encrypt']);
    stage.deleteRole(user);
    expect(await ask('Encrypt', { Plaintext }, stage.role('User'))).toMatch(/^AccessDeniedException/);
  });

  test.each<[string, object, string]>([
    ['its retiring principal', { RetiringPrincipal: `arn:aws:iam::${ACCOUNT}:role/Admin` }, 'Admin'],
    ['a grantee that may', { Operations: ['Encrypt', 'RetireGrant'] }, 'User'],
  ])('when %s retires it', async (_who, more, name) => {
    const { stage, admin, user, GrantToken, ask } = await granting(['Encrypt'], more);
    const caller = name === 'User' ? user : admin;
    expect(await stage.refusal('RetireGrant', { GrantToken }, stage.role('Other'))).toMatch(/^AccessDenied/);
    expect(await stage.refusal('RetireGrant', { GrantToken }, caller)).toBe('none');
    expect(await ask('Encrypt', { Plaintext })).toMatch(/^AccessDeniedException/);
    expect(await stage.refusal('RetireGrant', { GrantToken }, caller)).toMatch(/^InvalidGrantTokenException/);
  });

  test('when somebody retires it whom IAM lets, in the account that made it alone', async () => {
    const { stage, KeyId, GrantId, ask } = await granting(['Encrypt']);
    const outsider = stage.role('Retirer', allow('kms:RetireGrant'), OTHER_ACCOUNT);
    const insider = stage.role('Retirer', allow('kms:RetireGrant'));
    expect(await stage.refusal('RetireGrant', { KeyId, GrantId }, outsider)).toMatch(/^AccessDenied/);
    expect(await ask('RetireGrant', { GrantId }, insider)).toBe('none');
  });
});

test('kms:GrantIsForAWSResource is true of a grant that a service makes', async () => {
  const { stage, admin, KeyId, user } = await granting(['Encrypt']);
  const Policy = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Principal: { AWS: admin.principalArn }, Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { AWS: user.principalArn },
        Action: 'kms:CreateGrant',
        Resource: '*',
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ],
  });
  await stage.call('PutKeyPolicy', { KeyId, Policy }, admin);
  const input = { KeyId, GranteePrincipal: admin.principalArn, Operations: ['Decrypt'] };
  expect(await stage.refusal('CreateGrant', input, user)).toMatch(/^AccessDenied/);
  expect(await stage.refusal('CreateGrant', input, via(user, 'ec2'))).toBe('none');
});

test('a dry run is checked and makes nothing', async () => {
  const { stage, admin, KeyId, input, user, GrantId } = await granting(['Encrypt']);
  const dry = 'DryRunOperationException: The request would have succeeded, but the DryRun option is set.';
  expect(await stage.refusal('CreateGrant', { ...input, DryRun: true }, admin)).toBe(dry);
  expect(await stage.refusal('CreateGrant', { ...input, DryRun: true }, user)).toMatch(/^AccessDenied/);
  expect(await stage.refusal('RevokeGrant', { KeyId, GrantId, DryRun: true }, admin)).toBe(dry);
  expect((await stage.call('ListGrants', { KeyId }, admin)).Grants).toHaveLength(1);
});

describe('fails', () => {
  test.each<[string, object, RegExp]>([
    [
      'an operation of another kind of key',
      { Operations: ['Sign'] },
      /^ValidationException: .*enum value set/,
    ],
    ['no operation', { Operations: [] }, /^ValidationException: .*operations/],
    [
      'nobody',
      { GranteePrincipal: `arn:aws:iam::${ACCOUNT}:role/Missing` },
      /^InvalidArnException: .*Missing/,
    ],
    [
      'a retiring principal that does not exist',
      { RetiringPrincipal: `arn:aws:iam::${ACCOUNT}:role/Missing` },
      /^InvalidArnException: .*Missing/,
    ],
    [
      'a service',
      { GranteeServicePrincipal: 'ec2.amazonaws.com' },
      /^NotImplemented: .*GranteeServicePrincipal/,
    ],
    [
      'a resource',
      { Constraints: { SourceArn: 'arn:aws:s3:::x' } },
      /^NotImplemented: .*"SourceArn" of constraints/,
    ],
    [
      'two constraints',
      { Constraints: { EncryptionContextEquals: {}, EncryptionContextSubset: {} } },
      /^ValidationException: .*one of them/,
    ],
  ])('to make a grant for %s', async (_what, more, message) => {
    const { stage, admin, input } = await granting(['Encrypt']);
    expect(await stage.refusal('CreateGrant', { ...input, ...more }, admin)).toMatch(message);
  });

  test('for a grant token that was never given out, or a grant that is named in two ways', async () => {
    const { stage, admin, ask, GrantId, GrantToken } = await granting(['Encrypt']);
    expect(await ask('Encrypt', { Plaintext, GrantTokens: [GrantToken] })).toBe('none');
    expect(await ask('Encrypt', { Plaintext, GrantTokens: ['x'] })).toMatch(/^InvalidGrantTokenException/);
    expect(await ask('RetireGrant', { GrantId, GrantToken }, admin)).toMatch(/^ValidationException/);
    expect(await stage.refusal('RetireGrant', {}, admin)).toMatch(/^ValidationException/);
  });
});
