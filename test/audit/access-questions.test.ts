import {
  accessFromOutside,
  accessUnder,
  compareBothWays,
  deadStatements,
  keeps,
} from '../../lib/audit/access-questions';
import { parsePolicy, type Policy } from '../../lib/audit/policy/document';

const HOME = '111122223333';
const FRIEND = '444455556666';
const iam = (name: string): string => `arn:aws:iam::${HOME}:${name}`;

function policy(...statements: object[]): Policy {
  const defaults = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
  return parsePolicy({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ ...defaults, ...statement })),
  });
}

const ROOT = { Sid: 'Root', Principal: { AWS: iam('root') } };
const ADMIN = {
  Sid: 'Admin',
  Principal: { AWS: iam('role/admin') },
  Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'],
};

describe('accessUnder', () => {
  test('lists who can do what, each kind of request once', () => {
    const { witnesses, unknown } = accessUnder(policy(ADMIN));
    expect(unknown).toEqual([]);
    expect(witnesses).toMatchObject([
      {
        actions: ['kms:DescribeKey', 'kms:PutKeyPolicy'],
        principals: [{ arn: iam('role/admin') }],
        newLevel: 'direct',
      },
    ]);
  });

  test('answers for a part of the requests', () => {
    expect(accessUnder(policy(ADMIN), { actions: ['kms:Decrypt'] }).witnesses).toEqual([]);
  });
});

describe('accessFromOutside', () => {
  test.each([
    ['the account and its friends', { Principal: { AWS: [iam('root'), FRIEND] } }, 0],
    ['a stranger', { Principal: { AWS: '999988887777' } }, 1],
    ['everybody', {}, 1],
    [
      'everybody in trusted accounts',
      { Condition: { StringEquals: { 'aws:PrincipalAccount': [HOME, FRIEND] } } },
      0,
    ],
    [
      'everybody whose account looks like one',
      { Condition: { StringLike: { 'kms:CallerAccount': '1111*' } } },
      1,
    ],
    ['a service', { Principal: { Service: 'logs.amazonaws.com' } }, 0],
    ['everybody in the organization', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }, 1],
  ])('of a key that is open to %s', (_, statement, found) => {
    const { witnesses, unknown } = accessFromOutside(policy(statement), [HOME, FRIEND]);
    expect([Math.min(witnesses.length, 1), unknown]).toEqual([found, []]);
    for (const { principals } of witnesses) {
      for (const principal of principals)
        expect([HOME, FRIEND]).not.toContain('account' in principal && principal.account);
    }
  });

  test('is none where a Deny shuts everybody else out', () => {
    const deny = { Effect: 'Deny', Condition: { StringNotEquals: { 'aws:PrincipalAccount': [HOME] } } };
    expect(accessFromOutside(policy({}, deny), [HOME])).toEqual({ witnesses: [], unknown: [] });
  });
});

describe('keeps', () => {
  const required = policy({ Principal: { AWS: iam('role/admin') }, Action: 'kms:PutKeyPolicy' });

  test('holds while the required access is there', () => {
    expect(keeps(policy(ROOT, ADMIN), required).kind).toBe('contained');
  });

  test('fails with an example once it is only delegated, or denied', () => {
    expect(keeps(policy(ROOT), required)).toMatchObject({
      witness: { oldLevel: 'delegated', newLevel: 'direct' },
    });
    const denied = policy(ROOT, ADMIN, { Effect: 'Deny', Action: 'kms:Put*', Sid: 'Stop' });
    expect(keeps(denied, required)).toMatchObject({
      witness: { oldLevel: 'none', oldStatements: [{ sid: 'Stop' }] },
    });
  });
});

describe('compareBothWays', () => {
  test('finds two policies equal that say the same in other words', () => {
    const [first, second] = ADMIN.Action.map((Action) => ({ ...ADMIN, Action }));
    expect(compareBothWays(policy(ROOT, ADMIN), policy(second, ROOT, first)).kind).toBe('contained');
  });

  test('finds the difference in either direction', () => {
    expect(compareBothWays(policy(ROOT), policy(ROOT, ADMIN)).kind).toBe('witness');
    expect(compareBothWays(policy(ROOT, ADMIN), policy(ROOT)).kind).toBe('witness');
  });
});

describe('deadStatements', () => {
  const sids = (...statements: object[]) =>
    deadStatements(policy(...statements)).map(({ statement, unknown }) => [statement.sid, unknown.length]);

  test('finds none where each statement counts', () => {
    expect(sids(ROOT, ADMIN, { Sid: 'Stop', Effect: 'Deny', Action: 'kms:ScheduleKeyDeletion' })).toEqual([]);
  });

  test('finds an Allow that another one covers, and both of two that say the same', () => {
    expect(sids(ADMIN, { ...ADMIN, Sid: 'Less', Action: 'kms:DescribeKey' })).toEqual([['Less', 0]]);
    expect(sids(ADMIN, { ...ADMIN, Sid: 'Same' })).toEqual([
      ['Admin', 0],
      ['Same', 0],
    ]);
  });

  test('finds an Allow that a Deny undoes, and a Deny that stops nobody', () => {
    expect(
      sids(ROOT, { Sid: 'Undone', Action: 'kms:Sign' }, { Sid: 'Stop', Effect: 'Deny', Action: 'kms:Sign' }),
    ).toEqual([['Undone', 0]]);
    const nobody = { Sid: 'Idle', Effect: 'Deny', Principal: { Service: 'logs.amazonaws.com' } };
    expect(sids(ROOT, nobody)).toEqual([['Idle', 0]]);
  });

  test('finds a Deny under a key that its action never has', () => {
    const idle = {
      Sid: 'Idle',
      Effect: 'Deny',
      Action: 'kms:Decrypt',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'false' } },
    };
    expect(sids(ROOT, idle)).toEqual([['Idle', 0]]);
  });

  test('says where it is not certain', () => {
    expect(sids({ Sid: 'Open', Principal: { Federated: 'accounts.google.com' } })).toEqual([['Open', 1]]);
  });
});
