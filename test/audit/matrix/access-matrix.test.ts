import { accessOf, type KeyAccess } from '../../../lib/audit/matrix/access-matrix';
import { cellWord, noteOf } from '../../../lib/audit/matrix/note';
import { describeOpaque } from '../../../lib/audit/policy/opaque';
import { inventoryOf } from '../template/inventory-of';

const ACCOUNT = '111122223333';
const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/admin`;
const allow = (principal: unknown, action: unknown, condition?: object, more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: action,
  Resource: '*',
  ...(condition && { Condition: condition }),
  ...more,
});
const deny = (principal: unknown, action: unknown, condition?: object) => ({
  ...allow(principal, action, condition),
  Effect: 'Deny',
});

function matrixOf(statements: unknown[], properties: object = {}): KeyAccess {
  const KeyPolicy = { Version: '2012-10-17', Statement: statements };
  const resources = { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy, ...properties } } };
  return accessOf(inventoryOf(resources, { account: ACCOUNT, region: 'eu-central-1' }).keys[0], []);
}

/** Each row as its name and the words of its cells. */
function words({ rows }: KeyAccess): Record<string, string> {
  return Object.fromEntries(rows.map(({ principals, cells }) => [principals, cells.map(cellWord).join(' ')]));
}

const OTHERS = { 'another account': '– – – – – – –' };
const NOBODY = { 'any other role or user': '– – – – – – –', ...OTHERS };
const EVERYTHING_BY_IAM = { 'any other role or user': 'IAM IAM IAM IAM IAM IAM IAM', ...OTHERS };

test.each<[string, unknown[], Record<string, string>]>([
  ['a policy that allows nothing', [deny('*', 'kms:*')], NOBODY],
  ["AWS's default", [allow(ROOT, 'kms:*')], EVERYTHING_BY_IAM],
  [
    'a role that may do everything',
    [allow({ AWS: ROLE }, 'kms:*')],
    { admin: 'yes yes yes! yes yes yes! yes', ...NOBODY },
  ],
  ['a role that may decrypt', [allow({ AWS: ROLE }, 'kms:Decrypt')], { admin: '– yes – – – – –', ...NOBODY }],
  [
    'the same role, named in a condition',
    [allow(ROOT, 'kms:Decrypt', { ArnEquals: { 'aws:PrincipalArn': ROLE } })],
    { admin: '– IAM – – – – –', ...NOBODY },
  ],
  [
    'everybody of the account, in a condition',
    [allow('*', 'kms:Decrypt', { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } })],
    { 'any other role or user': '– yes – – – – –', ...OTHERS },
  ],
  [
    'a role that is denied what the account may',
    [allow(ROOT, 'kms:*'), deny({ AWS: ROLE }, 'kms:*')],
    { admin: '– – – – – – –', ...EVERYTHING_BY_IAM },
  ],
  [
    'a service',
    [allow({ Service: 'logs.eu-central-1.amazonaws.com' }, ['kms:Encrypt*', 'kms:Decrypt'])],
    { 'logs.eu-central-1.amazonaws.com': 'yes yes – – – – –', ...NOBODY },
  ],
  [
    'a role that makes grants for AWS services only',
    [allow({ AWS: ROLE }, 'kms:CreateGrant', { Bool: { 'kms:GrantIsForAWSResource': 'true' } })],
    { admin: '– – yes – – – –', ...NOBODY },
  ],
  [
    'two services',
    [
      allow({ Service: 'logs.amazonaws.com' }, 'kms:Encrypt'),
      allow({ Service: 'sns.amazonaws.com' }, 'kms:Decrypt'),
    ],
    {
      'logs.amazonaws.com': 'yes – – – – – –',
      'sns.amazonaws.com': '– yes – – – – –',
      ...NOBODY,
    },
  ],
  [
    'another account',
    [allow({ AWS: 'arn:aws:iam::999988887777:root' }, 'kms:Decrypt')],
    {
      'any other role or user': '– – – – – – –',
      'account 999988887777': '– IAM – – – – –',
      'any other account': '– – – – – – –',
    },
  ],
  [
    'everybody',
    [allow({ AWS: '*' }, 'kms:*')],
    {
      'any other role or user': 'yes yes yes! yes yes yes! yes',
      'another account': 'yes yes yes! yes yes yes! yes',
      'AWS services': 'yes yes yes! yes yes yes! yes',
    },
  ],
  [
    'a permission set',
    [
      allow('*', 'kms:Decrypt', {
        ArnLike: {
          'aws:PrincipalArn': [
            `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_????????????????`,
            `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Ops_????????????????`,
          ],
        },
      }),
    ],
    { Ops: '– yes – – – – –', ...NOBODY },
  ],
])('shows %s', (_, statements, expected) => {
  expect(words(matrixOf(statements))).toEqual(expected);
});

const DECRYPT = ['kms:Decrypt', 'kms:ReEncryptFrom'];
const GRANT = ['kms:CreateGrant', 'kms:RevokeGrant'];

test.each<[string, unknown[], string, number, string]>([
  [
    'a condition',
    [allow({ AWS: ROLE }, DECRYPT, { StringLike: { 'kms:ViaService': 's3.*.amazonaws.com' } })],
    'yes',
    1,
    'if kms:ViaService is like s3.*.amazonaws.com',
  ],
  [
    'two ways',
    [
      allow({ AWS: ROLE }, GRANT, { Bool: { 'kms:GrantIsForAWSResource': true } }),
      allow({ AWS: ROLE }, GRANT, { StringEquals: { 'kms:ViaService': ['a', 'b'] } }),
    ],
    'yes!',
    2,
    'if kms:GrantIsForAWSResource is true, or if kms:ViaService is a or b',
  ],
  [
    'a Deny',
    [
      allow({ AWS: ROLE }, 'kms:ScheduleKeyDeletion'),
      deny('*', 'kms:*', { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } }),
    ],
    'yes',
    6,
    'not if kms:ScheduleKeyDeletionPendingWindowInDays < 30',
  ],
  [
    'a Deny with a negated operator',
    [
      allow({ AWS: ROLE }, DECRYPT),
      deny('*', 'kms:*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } }),
    ],
    'yes',
    1,
    'only if aws:PrincipalOrgID is o-1234567890',
  ],
  [
    'a Deny with two conditions',
    [
      allow({ AWS: ROLE }, DECRYPT),
      deny('*', 'kms:*', { StringNotEquals: { 'kms:ViaService': 'a' }, Null: { 'kms:ViaService': 'false' } }),
    ],
    'yes',
    1,
    'not if kms:ViaService is not a and kms:ViaService is present',
  ],
  [
    'IAM policies, else',
    [allow(ROOT, 'kms:*'), allow({ AWS: ROLE }, DECRYPT, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })],
    'yes',
    1,
    'if aws:MultiFactorAuthPresent is true; else as IAM policies decide',
  ],
  [
    'IAM policies under a condition',
    [
      allow(ROOT, DECRYPT, { StringEquals: { 'kms:EncryptionContext:app': 'x' } }),
      deny({ AWS: ROLE }, 'kms:Encrypt'),
    ],
    'IAM',
    1,
    'if kms:EncryptionContext:app is x',
  ],
  [
    'itself or IAM policies, each under a condition,',
    [
      allow(ROOT, DECRYPT, { StringEquals: { 'kms:ViaService': 'x' } }),
      allow({ AWS: ROLE }, DECRYPT, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    ],
    'yes',
    1,
    'if aws:MultiFactorAuthPresent is true; else as IAM policies decide if kms:ViaService is x',
  ],
  [
    'IAM policies under two conditions, one of which always holds,',
    [
      allow(ROOT, DECRYPT, { Bool: { 'kms:RecipientAttestation:X': 'true' } }),
      allow(ROOT, DECRYPT, { BoolIfExists: { 'kms:RecipientAttestation:X': 'false' } }),
      deny({ AWS: ROLE }, 'kms:Encrypt'),
    ],
    'IAM',
    1,
    '',
  ],
  [
    'a quantifier',
    [
      allow({ AWS: ROLE }, DECRYPT, {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/x' },
      }),
    ],
    'yes',
    1,
    'if a value of kms:ResourceAliases is alias/x',
  ],
  [
    'a key that may be absent',
    [allow({ AWS: ROLE }, DECRYPT, { StringEqualsIfExists: { 'kms:ViaService': 'x' } })],
    'yes',
    1,
    'if kms:ViaService is x, if present',
  ],
  [
    'a part of the actions',
    [allow({ AWS: ROLE }, 'kms:Decrypt')],
    'yes',
    1,
    'Decrypt: yes. ReEncryptFrom: –',
  ],
])('says in words what %s asks for', (_, statements, word, column, note) => {
  const [row] = matrixOf(statements).rows;
  expect(row.principals).toBe('admin');
  expect(cellWord(row.cells[column])).toBe(word);
  expect(noteOf(row.cells[column])).toBe(note);
});

test.each<[string, unknown]>([
  [
    'a policy variable',
    allow({ AWS: ROLE }, 'kms:Decrypt', { StringEquals: { 'aws:PrincipalTag/a': '${aws:username}' } }),
  ],
  ['a parameter without a value', allow({ AWS: { Ref: 'Open' } }, 'kms:Decrypt')],
  ['NotPrincipal', { Effect: 'Allow', NotPrincipal: { AWS: ROLE }, Action: 'kms:Decrypt', Resource: '*' }],
])('fails to decide a cell on %s, with the reason', (_, statement) => {
  const cells = matrixOf([statement]).rows.flatMap((row) => row.cells);
  const open = cells.filter((cell) => cell.undecided.length > 0);
  expect(open.length).toBeGreaterThan(0);
  expect(open.every((cell) => cellWord(cell) === '?' && noteOf(cell).startsWith('undecided: '))).toBe(true);
});

test('fails to decide on patterns that overlap without end, in bounded time', () => {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const patterns = letters.flatMap((one, index) => [`*${one}*${index}*`, `*${index}*${one}*`]);
  const started = performance.now();
  const { rows } = matrixOf([
    allow('*', 'kms:Decrypt', {
      StringEquals: { 'aws:PrincipalAccount': ACCOUNT },
      ArnLike: { 'aws:PrincipalArn': patterns.map((each) => `arn:aws:iam::${ACCOUNT}:role/${each}`) },
    }),
  ]);
  expect(rows.flatMap(({ cells }) => cells).some(({ undecided }) => undecided.length > 0)).toBe(true);
  expect(performance.now() - started).toBeLessThan(30_000);
}, 60_000);

test('fails to make a matrix of a policy over the limit of KMS, at once', () => {
  const statements = Array.from({ length: 2000 }, (_, index) =>
    allow({ AWS: ROLE }, `kms:${'x'.repeat(100)}${index}`),
  );
  expect(matrixOf(statements)).toMatchObject({
    rows: [],
    undecided: expect.stringMatching(/^the policy has \d+ bytes: KMS takes at most 32768$/) as unknown,
  });
});

test('fails to make a matrix of a policy that is none', () => {
  expect(matrixOf([{ Effect: 'Maybe' }])).toMatchObject({
    rows: [],
    undecided: expect.stringMatching(/Effect/) as unknown,
  });
});

test('does not speak of IAM policies for a role of an account to which the policy leaves nothing', () => {
  const [row] = matrixOf([
    allow({ AWS: 'arn:aws:iam::999988887777:role/guest' }, DECRYPT, {
      StringEquals: { 'kms:ViaService': 'x' },
    }),
  ]).rows;
  expect(row.principals).toBe('guest of account 999988887777');
  expect(noteOf(row.cells[1])).toBe('if kms:ViaService is x');
});

test('names the columns after what the key is for', () => {
  expect(matrixOf([], { KeyUsage: 'SIGN_VERIFY', KeySpec: 'RSA_2048' }).columns.slice(0, 3)).toEqual([
    'sign',
    'verify',
    'grant',
  ]);
  expect(matrixOf([], { KeyUsage: 'KEY_AGREEMENT' }).columns.slice(0, 2)).toEqual(['derive', 'grant']);
  expect(matrixOf([], { KeyUsage: { Ref: 'Open' } }).columns.slice(0, 2)).toEqual(['encrypt', 'decrypt']);
});

test('decides for the account of the deployment, whichever it is', () => {
  const resources = {
    Role: { Type: 'AWS::IAM::Role' },
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Statement: [
            allow(
              { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
              'kms:Describe*',
            ),
            allow({ AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } }, 'kms:Encrypt'),
          ],
        },
      },
    },
  };
  const matrix = accessOf(inventoryOf(resources, {}).keys[0], []);
  const rows = Object.entries(words(matrix)).map(([name, cells]) => [describeOpaque(name), cells]);
  expect(Object.fromEntries(rows)).toEqual({
    '⟨Role.RoleName⟩': 'yes – – IAM – – –',
    'any other role or user': '– – – IAM – – –',
    'another account': '– – – – – – –',
  });
});
