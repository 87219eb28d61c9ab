import { exampleOf } from '../../../lib/audit/diff/example';
import type { Change } from '../../../lib/audit/diff/change';
import { ACCOUNT, assembly, changesBetween, commonKeys, edited, folderWith, PRIMARY } from './version';

interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal: unknown;
  Action: string | string[];
  Resource?: string;
  Condition?: Record<string, Record<string, unknown>>;
}

const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const ADMIN = `arn:aws:iam::${ACCOUNT}:role/gwt-atlasprod-iamr-gso`;
const USER = `arn:aws:iam::${ACCOUNT}:role/gwt-atlasprod-iamr-pma`;

function allow(Principal: unknown, Action: string | string[], Condition?: Statement['Condition']): Statement {
  return { Effect: 'Allow', Principal, Action, Resource: '*', ...(Condition && { Condition }) };
}

/** The changes from one key policy to another. */
function between(before: readonly Statement[], after: readonly Statement[]): readonly Change[] {
  const [old, next] = [before, after].map((statements) =>
    folderWith({
      Resources: {
        Key: {
          Type: 'AWS::KMS::Key',
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Properties: { KeyPolicy: { Version: '2012-10-17', Statement: statements } },
        },
      },
    }),
  );
  return changesBetween(old, next);
}

function messages(changes: readonly Change[]): string[] {
  return changes.map(({ rule, message }) => `${rule.id}: ${message.replace(' in t.template.json', '')}`);
}

const BASE = [
  allow(ROOT, ['kms:DescribeKey', 'kms:PutKeyPolicy']),
  allow({ AWS: ADMIN }, ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion']),
  allow({ AWS: USER }, ['kms:Encrypt', 'kms:Decrypt']),
];

describe('what somebody gains', () => {
  const rows: [string, Statement, string][] = [
    [
      'a role by name',
      allow({ AWS: USER }, 'kms:ScheduleKeyDeletion'),
      'access-gained: PMA gains kms:ScheduleKeyDeletion',
    ],
    [
      'a role by a condition',
      allow({ AWS: '*' }, 'kms:ScheduleKeyDeletion', { ArnLike: { 'aws:PrincipalArn': USER } }),
      'access-gained: PMA gains kms:ScheduleKeyDeletion',
    ],
    [
      'a permission set',
      allow({ AWS: '*' }, 'kms:Decrypt', {
        ArnLike: {
          'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Operators_????????????????`,
        },
        StringEquals: { 'aws:PrincipalAccount': ACCOUNT },
      }),
      'access-gained: Operators gains kms:Decrypt',
    ],
    [
      'a role of another account',
      allow({ AWS: 'arn:aws:iam::999988887777:role/partner' }, 'kms:Decrypt'),
      'access-opened: partner gains kms:Decrypt',
    ],
    [
      'an AWS service',
      allow({ Service: 'logs.amazonaws.com' }, 'kms:Encrypt'),
      'access-gained: the service logs.amazonaws.com gains kms:Encrypt',
    ],
    [
      'a role that could do it by an IAM policy only',
      allow({ AWS: USER }, 'kms:DescribeKey'),
      'access-gained: PMA gains kms:DescribeKey without an IAM policy',
    ],
  ];
  test.each(rows)('%s', (_, statement, message) => {
    expect(messages(between(BASE, [...BASE, statement]))).toEqual([message]);
  });

  test('everybody of the account, as far as its IAM policies allow it', () => {
    const found = messages(between(BASE, [...BASE, allow(ROOT, 'kms:Decrypt')]));
    expect(found).toContain(
      `access-gained: GSO and any other principal of account ${ACCOUNT} gain kms:Decrypt, as far as IAM policies of the account allow it`,
    );
  });

  test('everybody in the world, which is worse', () => {
    const found = between(BASE, [...BASE, allow('*', 'kms:Decrypt')]);
    expect(found.some(({ rule }) => rule.id === 'access-opened' && rule.severity === 'critical')).toBe(true);
  });

  test('with an example, the statements that decide, and the place', () => {
    const folder = assembly((app) => commonKeys(app));
    const after = edited(folder, (template, file) => {
      if (!file.startsWith(PRIMARY.replaceAll('-', '')) && !file.includes(PRIMARY)) return;
      for (const { Type, Properties } of Object.values(template.Resources)) {
        if (Type !== 'AWS::KMS::Key') continue;
        const statements = (Properties.KeyPolicy as { Statement: Statement[] }).Statement;
        const deny = statements.find(({ Sid }) => Sid === 'UsersMayNotAdminister');
        if (deny)
          deny.Action = (deny.Action as string[]).filter((action) => action !== 'kms:CancelKeyDeletion');
      }
    });
    const [change, ...others] = changesBetween(folder, after);
    expect(others).toEqual([]);
    expect(change.message).toBe(
      `PMA gains kms:CancelKeyDeletion in ${PRIMARY}, as far as IAM policies of the account allow it`,
    );
    expect(change.access && exampleOf(change.access)).toBe(
      `arn:aws:iam::${ACCOUNT}:role/gwt-atlasdev-iamr-pma calls kms:CancelKeyDeletion: before none by UsersMayNotAdminister, after delegated by AccountMayRecover`,
    );
  });

  test('in different circumstances, which are kept apart', () => {
    const viaS3 = { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } };
    const found = between(BASE, [
      ...BASE,
      allow({ AWS: USER }, 'kms:Sign'),
      allow({ AWS: USER }, 'kms:Verify', viaS3),
    ]);
    expect(found.map(({ access }) => access && exampleOf(access))).toEqual([
      `${USER} calls kms:Sign: before none, after direct by statement 4`,
      `${USER} calls kms:Verify with kms:ViaService s3.eu-central-1.amazonaws.com: before none, after direct by statement 5`,
    ]);
  });

  test('tells roles apart that are called the same', () => {
    const [one, other] = ['one', 'other'].map(
      (product) => `arn:aws:iam::${ACCOUNT}:role/gwt-${product}prod-iamr-psa`,
    );
    const found = messages(between(BASE, [...BASE, allow({ AWS: [one, other] }, 'kms:Decrypt')]));
    expect(found).toEqual([
      'access-gained: gwt-oneprod-iamr-psa and gwt-otherprod-iamr-psa gain kms:Decrypt',
    ]);
  });
});

describe('what a role loses that the policy names', () => {
  test('altogether', () => {
    expect(messages(between(BASE, BASE.slice(0, 2)))).toEqual([
      'access-lost: PMA loses kms:Decrypt and kms:Encrypt',
    ]);
  });

  test('unless an IAM policy gives it back', () => {
    const before = [...BASE, allow(ROOT, 'kms:Decrypt')];
    const after = [...BASE.slice(0, 2), allow({ AWS: USER }, 'kms:Encrypt'), allow(ROOT, 'kms:Decrypt')];
    expect(messages(between(before, after))).toEqual([
      'access-lost: PMA loses kms:Decrypt unless an IAM policy of the account allows it',
    ]);
  });

  test('by a Deny', () => {
    const deny: Statement = {
      Effect: 'Deny',
      Principal: { AWS: USER },
      Action: 'kms:Decrypt',
      Resource: '*',
    };
    expect(messages(between(BASE, [...BASE, deny]))).toEqual(['access-lost: PMA loses kms:Decrypt']);
  });
});

describe('what raises nothing', () => {
  const rows: [string, Statement[]][] = [
    ['statements in another order', [...BASE].reverse()],
    [
      'a statement that is split',
      [...BASE.slice(0, 2), allow({ AWS: USER }, 'kms:Encrypt'), allow({ AWS: USER }, 'kms:Decrypt')],
    ],
    ['a renamed Sid', BASE.map((statement, index) => ({ ...statement, Sid: `Renamed${index}` }))],
    ['a statement twice', [...BASE, BASE[2]]],
    ['an action in other letters', [BASE[0], BASE[1], allow({ AWS: USER }, ['KMS:encrypt', 'kms:DECRYPT'])]],
    [
      'a role by a condition instead of by its name',
      [
        BASE[0],
        BASE[1],
        allow({ AWS: '*' }, ['kms:Encrypt', 'kms:Decrypt'], { ArnEquals: { 'aws:PrincipalArn': USER } }),
      ],
    ],
    [
      'a condition more',
      [
        BASE[0],
        BASE[1],
        allow({ AWS: USER }, ['kms:Encrypt', 'kms:Decrypt'], { Bool: { 'aws:SecureTransport': 'true' } }),
      ],
    ],
    ['less trust in the account', [allow(ROOT, 'kms:PutKeyPolicy'), ...BASE.slice(1)]],
    [
      'a Deny for strangers',
      [
        ...BASE,
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'kms:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } },
        },
      ],
    ],
  ];
  test.each(rows)('%s', (_, after) => expect(messages(between(BASE, after))).toEqual([]));
});

describe('a statement that cannot be decided', () => {
  const open = allow({ AWS: USER }, ['kms:Verify', 'kms:Sign'], {
    StringLike: { 'aws:PrincipalTag/team': '${aws:username}' },
  });

  test('raises nothing as long as it stays as it is', () => {
    const renamed = { ...open, Sid: 'Renamed', Action: ['kms:Sign', 'kms:Verify'] };
    expect(messages(between([...BASE, open], [renamed, ...BASE]))).toEqual([]);
  });

  test('fails when it becomes another', () => {
    const other = { ...open, Action: 'kms:GetPublicKey' };
    expect(between([...BASE, open], [...BASE, other]).some(({ isUndecided }) => isUndecided)).toBe(true);
  });
});

describe('what cannot be decided', () => {
  const rows: [string, Statement][] = [
    [
      'a policy variable',
      allow({ AWS: USER }, 'kms:Verify', { StringLike: { 'aws:PrincipalTag/team': '${aws:username}' } }),
    ],
    ['a federated principal', allow({ Federated: 'cognito-identity.amazonaws.com' }, 'kms:Verify')],
    [
      'an unknown operator',
      allow({ AWS: USER }, 'kms:Verify', { StringMatches: { 'aws:PrincipalTag/team': 'a' } }),
    ],
  ];
  test.each(rows)('fails for %s', (_, statement) => {
    const changes = between(BASE, [...BASE, statement]);
    expect(changes.filter(({ isUndecided }) => isUndecided).length).toBeGreaterThan(0);
  });

  test('fails for a policy that AWS would refuse', () => {
    const [change] = between(BASE, [{ ...BASE[0], Effect: 'Permit' as never }]);
    expect(change).toMatchObject({ isUndecided: true, message: expect.stringContaining('Permit') as string });
  });
});
