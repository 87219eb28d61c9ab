import type { Expectations } from '../../../lib/audit/check/expectations';
import {
  ACCOUNT,
  checked,
  forRoles,
  key,
  keyWith,
  policy,
  type Resources,
  ROOT,
  rulesOf,
  statement,
} from './checked';

const OTHER = '999900001111';
const USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:DescribeKey'];
const FOR_AWS = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
const ANYBODY = { AWS: '*' };
const role = (name: string, account = ACCOUNT) => ({ AWS: `arn:aws:iam::${account}:role/${name}` });

/** Root, without the power over one action. */
const denied = (Action: string | string[], Condition?: object) =>
  statement({ Effect: 'Deny', Principal: ANYBODY, Action, ...(Condition && { Condition }) });

// Each: what the policy says, the statements, and the rules that find something.
test.each<[string, object[], string[]]>([
  ['the default policy', [ROOT], []],

  ['a policy that nobody can change', [{ ...ROOT, Action: 'kms:Decrypt' }], ['lockout']],
  ['PutKeyPolicy denied to everybody', [ROOT, denied('kms:Put*')], ['lockout']],
  [
    'PutKeyPolicy denied to all but a role',
    [
      ROOT,
      denied('kms:PutKeyPolicy', {
        ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/admin` },
      }),
    ],
    [],
  ],
  [
    'PutKeyPolicy for another account alone',
    [{ ...ROOT, Principal: { AWS: OTHER } }],
    ['cross-account-access', 'lockout'],
  ],
  ['a role alone, by its ARN', [forRoles(['admin'], 'kms:PutKeyPolicy')], []],
  [
    'a role alone, as principal',
    [statement({ Principal: role('admin'), Action: 'kms:PutKeyPolicy' })],
    ['named-principal', 'recovery'],
  ],

  ['everybody', [ROOT, statement({ Principal: '*', Action: USE })], ['public-access']],
  [
    'everybody of the account',
    [
      ROOT,
      statement({
        Principal: ANYBODY,
        Action: USE,
        Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT } },
      }),
    ],
    [],
  ],
  [
    'everybody through one service',
    [
      ROOT,
      statement({
        Principal: '*',
        Action: USE,
        Condition: { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } },
      }),
    ],
    ['public-access'],
  ],
  [
    'everybody of the account, if the key is there',
    [
      ROOT,
      statement({
        Principal: '*',
        Action: USE,
        Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      }),
    ],
    ['public-access'],
  ],
  [
    'another account',
    [ROOT, statement({ Principal: { AWS: OTHER }, Action: USE })],
    ['cross-account-access'],
  ],
  [
    'a role of another account',
    [ROOT, statement({ Principal: role('reader', OTHER), Action: USE })],
    ['cross-account-access', 'named-principal'],
  ],
  [
    'another account, denied again',
    [
      ROOT,
      statement({ Principal: { AWS: OTHER }, Action: USE }),
      denied('kms:*', { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } }),
    ],
    ['dead-statement'],
  ],
  [
    'an organization',
    [
      ROOT,
      statement({
        Principal: '*',
        Action: USE,
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      }),
    ],
    ['cross-account-access'],
  ],
  ['a service', [ROOT, statement({ Principal: { Service: 'logs.amazonaws.com' }, Action: USE })], []],
  [
    'a federated principal',
    [ROOT, statement({ Principal: { Federated: 'cognito-identity.amazonaws.com' }, Action: USE })],
    ['undecided'],
  ],

  [
    'another account that writes the policy',
    [ROOT, forAccount(OTHER, 'kms:PutKeyPolicy')],
    ['cross-account-access'],
  ],
  [
    'a role of another account that writes the policy',
    [ROOT, statement({ Principal: role('admin', OTHER), Action: 'kms:PutKeyPolicy' })],
    ['cross-account-access', 'named-principal', 'policy-escalation'],
  ],
  [
    'a service that writes the policy',
    [ROOT, statement({ Principal: { Service: 'logs.amazonaws.com' }, Action: 'kms:PutKeyPolicy' })],
    ['policy-escalation'],
  ],

  ['grants by a role', [ROOT, forRoles(['app'], 'kms:CreateGrant')], ['grant-escalation']],
  ['grants by a role for AWS', [ROOT, forRoles(['app'], 'kms:CreateGrant', FOR_AWS)], []],
  [
    'grants by a role for AWS, if it is known',
    [ROOT, forRoles(['app'], 'kms:CreateGrant', { BoolIfExists: { 'kms:GrantIsForAWSResource': 'true' } })],
    ['grant-escalation'],
  ],
  [
    'grants by a role through a service',
    [ROOT, forRoles(['app'], 'kms:CreateGrant', { StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' } })],
    [],
  ],
  [
    'grants by a service-linked role',
    [
      ROOT,
      forRoles(
        ['aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'],
        'kms:CreateGrant',
      ),
    ],
    [],
  ],
  ['grants that IAM policies decide', [ROOT], []],

  [
    'access by a tag that anybody can set',
    [ROOT, forRoles(['app'], USE, { StringEquals: { 'aws:ResourceTag/team': 'orders' } })],
    ['attribute-escalation'],
  ],
  [
    'access by an alias that anybody can set',
    [ROOT, forRoles(['app'], USE, { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/orders' } })],
    ['attribute-escalation'],
  ],
  [
    'access by a tag that nobody can set',
    [
      ROOT,
      forRoles(['app'], USE, { StringEquals: { 'aws:ResourceTag/team': 'orders' } }),
      denied(['kms:TagResource', 'kms:UntagResource']),
    ],
    [],
  ],

  [
    'a role that does both',
    [ROOT, forRoles(['app'], ['kms:Decrypt', 'kms:ScheduleKeyDeletion'])],
    ['separation-of-duties'],
  ],
  ['a role for each', [ROOT, forRoles(['app'], USE), forRoles(['admin'], 'kms:ScheduleKeyDeletion')], []],
  [
    'a role that does both, but for a Deny',
    [
      ROOT,
      forRoles(['app'], ['kms:Decrypt', 'kms:ScheduleKeyDeletion']),
      denied('kms:Decrypt', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/app` } }),
    ],
    [],
  ],

  [
    'a statement without Resource',
    [ROOT, { Effect: 'Deny', Principal: ANYBODY, Action: 'kms:Decrypt' }],
    ['ineffective-statement'],
  ],
  [
    'a statement about another key',
    [
      ROOT,
      { ...ROOT, Resource: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555` },
    ],
    ['ineffective-statement'],
  ],
  [
    'a statement about every key of the account',
    [{ ...ROOT, Resource: `arn:aws:kms:*:${ACCOUNT}:key/*` }],
    [],
  ],
  [
    'a statement about every key but this one',
    [ROOT, { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', NotResource: '*' }],
    ['ineffective-statement'],
  ],

  [
    'a key that AWS does not know',
    [ROOT, forRoles(['app'], 'kms:CreateGrant', { Bool: { 'kms:GrantIsForAWSResources': 'true' } })],
    ['grant-escalation', 'unknown-condition-key'],
  ],
  [
    'a key in another case',
    [ROOT, forRoles(['app'], 'kms:CreateGrant', { Bool: { 'KMS:grantisforawsresource': 'true' } })],
    [],
  ],

  [
    'a key by its former name',
    [ROOT, denied('kms:Decrypt', { StringEquals: { 'kms:CustomerMasterKeySpec': 'RSA_2048' } })],
    [],
  ],

  [
    'a Deny by a key that never occurs',
    [ROOT, denied('kms:ScheduleKeyDeletion', { StringEquals: { 'kms:EncryptionContext:app': 'orders' } })],
    ['condition-key', 'dead-statement'],
  ],
  [
    'a Deny by a key that occurs',
    [ROOT, denied('kms:Decrypt', { StringEquals: { 'kms:EncryptionContext:app': 'orders' } })],
    [],
  ],
  [
    'an Allow whose limit never occurs',
    [
      ROOT,
      forRoles(['app'], 'kms:DescribeKey', { StringNotEquals: { 'kms:EncryptionContext:app': 'orders' } }),
    ],
    ['condition-key'],
  ],
  [
    'an Allow whose limit may not occur, if it is there',
    [
      ROOT,
      forRoles(['app'], ['kms:Decrypt', 'kms:DescribeKey'], {
        StringNotEqualsIfExists: { 'kms:EncryptionContext:app': 'orders' },
      }),
    ],
    [],
  ],
  [
    'an action that the condition keeps from being allowed',
    [
      ROOT,
      forRoles(['app'], ['kms:Decrypt', 'kms:DescribeKey'], {
        StringEquals: { 'kms:EncryptionContext:app': 'orders' },
      }),
    ],
    ['unreachable-action'],
  ],
  [
    'all actions, some of which the condition does not fit',
    [ROOT, denied('kms:*', { StringEquals: { 'kms:EncryptionContext:app': 'orders' } })],
    [],
  ],

  [
    'all values without a guard',
    [
      ROOT,
      forRoles(['app'], 'kms:Decrypt', {
        'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['app'] },
      }),
    ],
    ['for-all-values'],
  ],
  [
    'all values with a guard',
    [
      ROOT,
      forRoles(['app'], 'kms:Decrypt', {
        'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['app'] },
        Null: { 'kms:EncryptionContextKeys': 'false' },
      }),
    ],
    [],
  ],
  [
    'all values in a Deny',
    [ROOT, denied('kms:Decrypt', { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['app'] } })],
    [],
  ],
  [
    'all operations of a grant, of which there is always one',
    [
      ROOT,
      forRoles(['app'], 'kms:CreateGrant', {
        ...FOR_AWS,
        'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] },
      }),
    ],
    [],
  ],

  ['a statement twice', [ROOT, { ...ROOT, Sid: 'Again' }], ['dead-statement']],
  ['a role that only has what its account delegates, directly', [ROOT, forRoles(['app'], USE)], []],
  ['less than another statement allows', [ROOT, { ...ROOT, Action: 'kms:Decrypt' }], ['dead-statement']],
  [
    'an Allow that is denied',
    [
      ROOT,
      forRoles(['app'], USE),
      denied(['kms:*crypt*', 'kms:Generate*', 'kms:Describe*'], {
        ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` },
      }),
    ],
    ['dead-statement'],
  ],
  ['a Deny of what nobody is allowed', [forRoles(['admin'], 'kms:PutKeyPolicy'), denied('kms:Decrypt')], []],
  [
    'a Deny that asks for two values of one key at once',
    [
      ROOT,
      denied('kms:Decrypt', {
        StringEquals: { 'kms:ViaService': 'a' },
        StringLike: { 'kms:ViaService': 'b*' },
      }),
    ],
    ['dead-statement'],
  ],
  [
    'a statement with an open value',
    [ROOT, forRoles(['app'], USE, { StringEquals: { 'kms:ViaService': { Ref: 'Unknown' } } })],
    ['undecided'],
  ],

  ['a role as principal', [ROOT, statement({ Principal: role('app'), Action: USE })], ['named-principal']],
])('%s', (_, statements, expected) => {
  expect(rulesOf(checked(keyWith(...statements)))).toEqual(expected);
});

function forAccount(account: string, Action: string): object {
  return statement({ Principal: { AWS: `arn:aws:iam::${account}:root` }, Action });
}

describe('what is expected', () => {
  const roles = { administrators: ['admin-*'], users: ['app', 'arn:aws:iam::*:role/batch/*'] };
  const everything = forRoles(['admin-1'], ['kms:PutKeyPolicy', 'kms:DisableKey', 'kms:ScheduleKeyDeletion']);

  test.each<[string, Partial<Expectations>, object[], string[]]>([
    [
      'administrators and users as declared',
      { roles },
      [everything, forRoles(['app', 'batch/night'], USE)],
      [],
    ],
    ['a user under a path', { roles }, [everything, forRoles(['team/app'], USE)], []],
    ['a user with a longer name', { roles }, [everything, forRoles(['app2'], USE)], ['unexpected-user']],
    [
      'an administrator who uses',
      { roles },
      [everything, forRoles(['admin-1'], 'kms:Decrypt')],
      ['unexpected-user'],
    ],
    [
      'a user who administers',
      { roles },
      [everything, forRoles(['app'], 'kms:DisableKey')],
      ['unexpected-administrator'],
    ],
    [
      'a user who writes the policy',
      { roles },
      [everything, forRoles(['app'], 'kms:PutKeyPolicy')],
      ['policy-escalation'],
    ],
    [
      'a role for both, as declared',
      { roles: { administrators: ['app'], users: ['app'] } },
      [ROOT, forRoles(['app'], ['kms:Decrypt', 'kms:DisableKey'])],
      [],
    ],
    ['what IAM policies decide', { roles }, [ROOT], []],
    ['roles by a wider pattern', { roles }, [everything, forRoles(['*'], USE)], ['unexpected-user']],
    [
      'a service that uses',
      { roles },
      [everything, statement({ Principal: { Service: 'logs.amazonaws.com' }, Action: USE })],
      [],
    ],
    [
      'a service that administers',
      { roles },
      [everything, statement({ Principal: { Service: 'logs.amazonaws.com' }, Action: 'kms:DisableKey' })],
      ['unexpected-administrator'],
    ],
    [
      'a tag that administrators set',
      { roles },
      [
        forRoles(['admin-1'], ['kms:PutKeyPolicy', 'kms:TagResource']),
        forRoles(['app'], USE, { StringEquals: { 'aws:ResourceTag/team': 'a' } }),
      ],
      [],
    ],
    [
      'an account that is trusted',
      { trustedAccounts: [OTHER] },
      [ROOT, forAccount(OTHER, 'kms:Decrypt')],
      [],
    ],
    [
      'another account than is trusted',
      { trustedAccounts: ['222200001111'] },
      [ROOT, forAccount(OTHER, 'kms:Decrypt')],
      ['cross-account-access'],
    ],
    [
      'the organization',
      { organization: 'o-a1b2c3d4e5' },
      [
        ROOT,
        statement({
          Principal: '*',
          Action: USE,
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
        }),
      ],
      [],
    ],
    [
      'the organization, or nobody knows',
      { organization: 'o-a1b2c3d4e5' },
      [
        ROOT,
        statement({
          Principal: '*',
          Action: USE,
          Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
        }),
      ],
      ['public-access'],
    ],
    [
      'another organization',
      { organization: 'o-a1b2c3d4e5' },
      [
        ROOT,
        statement({
          Principal: '*',
          Action: USE,
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' } },
        }),
      ],
      ['cross-account-access'],
    ],
  ])('%s', (_, expectations, statements, expected) => {
    expect(rulesOf(checked(keyWith(...statements), expectations))).toEqual(expected);
  });

  const alias = (AliasName: string): Resources => ({
    Alias: {
      Type: 'AWS::KMS::Alias',
      DeletionPolicy: 'Retain',
      Properties: { AliasName, TargetKeyId: { Ref: 'Key' } },
    },
  });

  test.each([
    ['alias/gwt-atlasdev-cmn-all-kms-sym', 'gwt-atlasdev-iamr-pma', []],
    ['alias/gwt-atlasdev-cmn-all-kms-sym', 'gwt-atlasprod-iamr-pma', ['unexpected-user']],
    ['alias/orders', 'gwt-atlasprod-iamr-pma', []],
  ])('%s, which %s uses', (name, user, expected) => {
    expect(rulesOf(checked({ ...keyWith(ROOT, forRoles([user], USE)), ...alias(name) }))).toEqual(expected);
  });
});

describe('an open account', () => {
  const open = (...statements: object[]) => checked(keyWith(...statements), {}, {});
  const ownRoot = { ...ROOT, Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } } };

  test('is the account of whoever is named by it', () => {
    expect(rulesOf(open(ownRoot))).toEqual([]);
  });

  test('may be any account that is written out', () => {
    expect(open(ROOT).map(({ isUndecided, message }) => [isUndecided, message])).toEqual([
      [true, expect.stringMatching(/is that of the stack is not known: give --account \(lockout\)/)],
      [
        true,
        expect.stringMatching(
          /whether account 111122223333 is the account of the stack.*\(cross-account-access\)/,
        ),
      ],
    ]);
  });
});

describe('a finding', () => {
  const [finding] = checked(keyWith(ROOT, statement({ Sid: 'Everybody', Principal: '*', Action: USE })));

  test('has an example, and the statement that allows it', () => {
    expect(finding.witness).toMatchObject({ level: 'direct', statements: ['2 "Everybody"'] });
    expect(finding.witness?.request).toMatchObject({ action: 'kms:Decrypt', principal: { kind: 'role' } });
  });

  test('has an id that stays when other statements change, and changes when it gets worse', () => {
    const ids = (...statements: object[]) =>
      checked(keyWith(...statements))
        .filter(({ rule }) => rule.id === 'public-access')
        .map(({ id }) => id);
    expect(ids(ROOT, forRoles(['app'], USE), statement({ Principal: '*', Action: USE }))).toEqual([
      finding.id,
    ]);
    expect(ids(ROOT, statement({ Principal: '*', Action: [...USE, 'kms:DisableKey'] }))).not.toEqual([
      finding.id,
    ]);
  });
});

test('the reasons that keep several rules from being decided are told once', () => {
  const Principal = { Federated: 'cognito-identity.amazonaws.com' };
  const findings = checked(keyWith(ROOT, statement({ Principal, Action: 'kms:*' })));
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^a principal of the type "Federated" is not decided \(public-access, cross-account-access, /,
    ),
  ]);
});

test('what a policy of three hundred roles means is decided in time', () => {
  const names = Array.from({ length: 300 }, (_, index) => `role${index}`);
  const started = performance.now();
  expect(rulesOf(checked({ Key: key({ KeyPolicy: policy(ROOT, forRoles(names, USE)) }) }))).toEqual([]);
  expect(performance.now() - started).toBeLessThan(20_000);
});
