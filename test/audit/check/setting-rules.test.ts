import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_RULES } from '../../../lib/audit/check/rules';
import { checked, key, type Resources, ROOT, rulesOf, policy } from './checked';

const parameter = { Ref: 'Unknown' };

function alias(
  properties: object = {},
  attributes: object = { DeletionPolicy: 'RetainExceptOnCreate' },
): Resources {
  return {
    Alias: {
      Type: 'AWS::KMS::Alias',
      ...attributes,
      Properties: { AliasName: 'alias/orders', TargetKeyId: 'key', ...properties },
    },
  };
}

function replica(attributes: object): Resources {
  const { Key } = { Key: key({ MultiRegion: true }) };
  return {
    Key,
    Replica: {
      Type: 'AWS::KMS::ReplicaKey',
      ...attributes,
      Properties: { PrimaryKeyArn: { 'Fn::GetAtt': ['Key', 'Arn'] }, KeyPolicy: policy(ROOT) },
    },
  };
}

const RETAINED = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

// Each: what the template says, the resources, and the rules that find something.
test.each<[string, Resources, string[]]>([
  ['a key without fault', { Key: key() }, []],

  ['rotation off', { Key: key({ EnableKeyRotation: false }) }, ['rotation']],
  ['rotation left out', { Key: key({ EnableKeyRotation: undefined }) }, ['rotation']],
  ['rotation as text', { Key: key({ EnableKeyRotation: 'true' }) }, []],
  ['rotation by a parameter', { Key: key({ EnableKeyRotation: parameter }) }, ['undecided']],
  ['an RSA key without rotation', { Key: key({ EnableKeyRotation: false, KeySpec: 'RSA_4096' }) }, []],
  ['an HMAC key without rotation', { Key: key({ EnableKeyRotation: false, KeySpec: 'HMAC_256' }) }, []],
  ['imported material without rotation', { Key: key({ EnableKeyRotation: false, Origin: 'EXTERNAL' }) }, []],
  [
    'an open spec without rotation',
    { Key: key({ EnableKeyRotation: false, KeySpec: parameter }) },
    ['undecided'],
  ],
  ['an open spec with rotation', { Key: key({ KeySpec: parameter, KeyUsage: 'SIGN_VERIFY' }) }, []],

  ['rotation each year', { Key: key({ RotationPeriodInDays: 365 }) }, []],
  ['rotation every other year', { Key: key({ RotationPeriodInDays: 730 }) }, ['rotation-period']],
  [
    'a period without rotation',
    { Key: key({ EnableKeyRotation: false, RotationPeriodInDays: 730 }) },
    ['rotation'],
  ],
  ['an open period', { Key: key({ RotationPeriodInDays: parameter }) }, ['undecided']],

  ['a key that goes with its stack', { Key: key({}, { DeletionPolicy: 'Delete' }) }, ['key-retention']],
  ['a key without DeletionPolicy', { Key: key({}, { DeletionPolicy: undefined }) }, ['key-retention']],
  ['a key kept once it is made', { Key: key({}, { DeletionPolicy: 'RetainExceptOnCreate' }) }, []],
  ['a key whose update would fail anyway', { Key: key({}, { UpdateReplacePolicy: 'Delete' }) }, []],
  ['a replica that is kept', replica(RETAINED), []],
  ['a replica that goes with its stack', replica({ UpdateReplacePolicy: 'Retain' }), ['key-retention']],
  ['a replica that goes when replaced', replica({ DeletionPolicy: 'Retain' }), ['key-retention']],

  ['an alias that is kept', alias(), []],
  ['an alias that goes with its stack', alias({}, {}), ['alias-retention']],

  ['a window of 30 days', { Key: key({ PendingWindowInDays: 30 }) }, []],
  ['a window of 29 days', { Key: key({ PendingWindowInDays: 29 }) }, ['pending-window']],
  ['an open window', { Key: key({ PendingWindowInDays: parameter }) }, ['undecided']],

  ['a key that is enabled', { Key: key({ Enabled: true }) }, []],
  ['a key that is disabled', { Key: key({ Enabled: false }) }, ['enabled']],
  ['a key that may be enabled', { Key: key({ Enabled: parameter }) }, ['undecided']],

  ['the lockout check on', { Key: key({ BypassPolicyLockoutSafetyCheck: false }) }, []],
  ['the lockout check bypassed', { Key: key({ BypassPolicyLockoutSafetyCheck: true }) }, ['lockout-check']],

  ['RSA of 2048 bits that encrypts', { Key: key({ KeySpec: 'RSA_2048' }) }, ['rsa-key-length']],
  ['RSA of 2048 bits that signs', { Key: key({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }) }, []],
  ['RSA of 3072 bits that encrypts', { Key: key({ KeySpec: 'RSA_3072' }) }, []],
  ['RSA of 2048 bits of open use', { Key: key({ KeySpec: 'RSA_2048', KeyUsage: parameter }) }, ['undecided']],

  ['a name that KMS takes', alias({ AliasName: 'alias/a/b_c-1' }), []],
  ['a name with a colon', alias({ AliasName: 'alias/a:b' }), ['alias-name']],
  ['a name without prefix', alias({ AliasName: 'orders' }), ['alias-name']],
  ['a name of AWS', alias({ AliasName: 'alias/aws/s3' }), ['alias-name']],
  ['a name by a parameter', alias({ AliasName: parameter }), ['undecided']],
  ['a name with the Region in it', alias({ AliasName: { 'Fn::Sub': 'alias/orders-${AWS::Region}' } }), []],

  [
    'a policy that is too long',
    { Key: key({ KeyPolicy: policy({ ...ROOT, Sid: 'x'.repeat(32_768) }) }) },
    ['policy-size', 'valid-policy'],
  ],
  [
    'a policy that is long enough',
    { Key: key({ KeyPolicy: policy({ ...ROOT, Sid: 'x'.repeat(32_500) }) }) },
    [],
  ],
  [
    'a policy that is none',
    { Key: key({ KeyPolicy: { Statement: [{ Effect: 'allow' }] } }) },
    ['valid-policy'],
  ],
  ['a policy by a parameter', { Key: key({ KeyPolicy: parameter }) }, ['undecided']],
])('%s', (_, resources, expected) => {
  expect(rulesOf(checked(resources))).toEqual(expected);
});

test('a policy may be too long with what is not known yet', () => {
  const Principal = { AWS: { 'Fn::GetAtt': ['Other', 'Arn'] } };
  const resources = {
    Other: { Type: 'AWS::Lambda::Function' },
    Key: key({ KeyPolicy: policy(ROOT, { ...ROOT, Principal, Sid: 'x'.repeat(31_000) }) }),
  };
  expect(checked(resources).map(({ message }) => message)).toContainEqual(
    expect.stringContaining('31225 bytes beside a value that is not known'),
  );
});

test('an open account and Region in a name are characters that KMS takes', () => {
  const AliasName = { 'Fn::Sub': 'alias/orders-${AWS::AccountId}-${AWS::Region}' };
  expect(rulesOf(checked(alias({ AliasName }), {}, {}))).toEqual([]);
});

test.each([
  ['alias/gwt-atlasdev-cmn-all-kms-sym', []],
  ['alias/orders', ['alias-convention']],
])('%s is held to the convention where it is expected', (AliasName, expected) => {
  expect(rulesOf(checked(alias({ AliasName }), { aliasConvention: true }))).toEqual(expected);
});

describe('every rule', () => {
  test('has an id of its own', () => {
    const ids = ALL_RULES.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test.each(ALL_RULES.map((rule) => [rule.id, rule] as const))(
    '%s says what is expected, why, and what to do',
    (_, { id, title, explanation, remedy, see }) => {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(title.length).toBeLessThan(75);
      expect([explanation, remedy]).toEqual([
        expect.stringMatching(/^[A-Z].*\.$/s),
        expect.stringMatching(/\.$/),
      ]);
      expect(see).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    },
  );
});

test('the page lists every rule with its severity', () => {
  const page = readFileSync(join(__dirname, '../../../docs/checks.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z-]+)` *\| (\w+) *\| \[(.*?)\]\((.*?)\) *\|$/gm)].map(
    ([, id, severity, title, see]) => ({ id, severity, title, see }),
  );
  expect(listed).toEqual(ALL_RULES.map(({ id, severity, title, see }) => ({ id, severity, title, see })));
});
