import { parsePolicy } from '../../../lib/audit/policy/document';
import { evaluate } from '../../../lib/audit/policy/evaluate';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';
import { parsePrincipal } from '../../../lib/audit/policy/principal';
import type { Level } from '../../../lib/audit/policy/request';

const ACCOUNT = '111122223333';
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/reader`;
const USER = `arn:aws:iam::${ACCOUNT}:user/ann`;
const FOREIGN = 'arn:aws:iam::444455556666:role/team/reader';

interface Asked {
  readonly statement: object;
  readonly action?: string;
  readonly as?: string;
  readonly session?: string;
  readonly context?: Record<string, string[]>;
  readonly resource?: string;
}

/** The level of one request under a policy of one statement, an Allow on everything unless it says more. */
function levelOf({ statement, action = 'kms:Decrypt', as = ROLE, session, context = {}, resource }: Asked) {
  const policy = parsePolicy({
    Statement: { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*', ...statement },
  });
  const decision = evaluate(policy, { action, principal: parsePrincipal(as, session), context, resource });
  for (const { reason } of decision.undecided) {
    expect(reason).toMatch(/../);
  }
  return decision.level;
}

type Row = [name: string, asked: Asked, level: Level | 'undecided'];

describe('the principal of a statement', () => {
  const account = { Principal: { AWS: ROOT } };
  const role = { Principal: { AWS: ROLE } };
  const assumed = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/monday`;

  test.each<Row>([
    ['an account delegates to the IAM policies of its roles', { statement: account }, 'delegated'],
    ['an account delegates to the IAM policies of its users', { statement: account, as: USER }, 'delegated'],
    ['an account grants its own root user directly', { statement: account, as: ROOT }, 'direct'],
    [
      'an account is named by its twelve digits too',
      { statement: { Principal: { AWS: ACCOUNT } } },
      'delegated',
    ],
    ['an account is not another account', { statement: account, as: FOREIGN }, 'none'],
    [
      'an account of one partition is not that of another',
      { statement: account, as: ROLE.replace('aws', 'aws-cn') },
      'none',
    ],
    [
      'twelve digits are an account of any partition',
      { statement: { Principal: { AWS: ACCOUNT } }, as: ROLE.replace('aws', 'aws-cn') },
      'delegated',
    ],
    ['an account does not cover a service', { statement: account, as: 'logs.amazonaws.com' }, 'none'],
    ['an account does not cover an anonymous caller', { statement: account, as: 'anonymous' }, 'none'],
    [
      'an account delegates to a federated user',
      { statement: account, as: `arn:aws:sts::${ACCOUNT}:federated-user/bob` },
      'delegated',
    ],
    ['a role is granted directly', { statement: role }, 'direct'],
    ['a role is not another role that its name begins', { statement: role, as: `${ROLE}s` }, 'none'],
    [
      'a role with a path is not the same name without it',
      { statement: role, as: `arn:aws:iam::${ACCOUNT}:role/reader` },
      'none',
    ],
    ['a role does not cover the root user of its account', { statement: role, as: ROOT }, 'none'],
    ['a role covers all of its sessions', { statement: role, session: 'monday' }, 'direct'],
    [
      'a session is granted directly, without the path of its role',
      { statement: { Principal: { AWS: assumed } }, session: 'monday' },
      'direct',
    ],
    [
      'a session is not another session',
      { statement: { Principal: { AWS: assumed } }, session: 'tuesday' },
      'none',
    ],
    [
      'a session of an unnamed role session is undecided',
      { statement: { Principal: { AWS: assumed } } },
      'undecided',
    ],
    [
      'a session of another role is decided',
      { statement: { Principal: { AWS: assumed.replace('reader', 'readers') } } },
      'none',
    ],
    [
      'a session cannot be that of a user of the same name',
      { statement: { Principal: { AWS: assumed } }, as: `arn:aws:iam::${ACCOUNT}:user/reader` },
      'none',
    ],
    ['a session cannot be that of a user', { statement: { Principal: { AWS: assumed } }, as: USER }, 'none'],
    ['a user is granted directly', { statement: { Principal: { AWS: USER } }, as: USER }, 'direct'],
    [
      'a user may stand behind a federated user of the account',
      { statement: { Principal: { AWS: USER } }, as: `arn:aws:sts::${ACCOUNT}:federated-user/bob` },
      'undecided',
    ],
    [
      'a user cannot stand behind a federated user of another account',
      { statement: { Principal: { AWS: USER } }, as: 'arn:aws:sts::444455556666:federated-user/bob' },
      'none',
    ],
    [
      'a user cannot stand behind a federated user of another partition',
      { statement: { Principal: { AWS: USER } }, as: `arn:aws-cn:sts::${ACCOUNT}:federated-user/bob` },
      'none',
    ],
    ['a user is no role', { statement: { Principal: { AWS: USER } } }, 'none'],
    ['everybody includes other accounts, directly', { statement: { Principal: '*' }, as: FOREIGN }, 'direct'],
    ['everybody under AWS is the same', { statement: { Principal: { AWS: '*' } }, as: FOREIGN }, 'direct'],
    [
      'everybody includes services',
      { statement: { Principal: { AWS: '*' } }, as: 'logs.amazonaws.com' },
      'direct',
    ],
    ['everybody includes anonymous callers', { statement: { Principal: '*' }, as: 'anonymous' }, 'direct'],
    [
      'a service is granted directly',
      { statement: { Principal: { Service: 'logs.amazonaws.com' } }, as: 'logs.amazonaws.com' },
      'direct',
    ],
    [
      'a service is not another one',
      { statement: { Principal: { Service: 'logs.amazonaws.com' } }, as: 'sns.amazonaws.com' },
      'none',
    ],
    ['a service is no role', { statement: { Principal: { Service: 'logs.amazonaws.com' } } }, 'none'],
    [
      'one of several principals suffices',
      { statement: { Principal: { AWS: [USER, ROLE], Service: 'sns.amazonaws.com' } } },
      'direct',
    ],
    ['the stronger of two principals counts', { statement: { Principal: { AWS: [ROOT, ROLE] } } }, 'direct'],
    [
      'an opaque principal equals itself',
      {
        statement: { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/${opaque('Role')}` } },
        as: `arn:aws:iam::${ACCOUNT}:role/${opaque('Role')}`,
      },
      'direct',
    ],
    [
      'an opaque principal differs from another one',
      {
        statement: { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/${opaque('Role')}` } },
        as: `arn:aws:iam::${ACCOUNT}:role/${opaque('Other')}`,
      },
      'none',
    ],
    [
      'an opaque principal differs from every name written out',
      { statement: { Principal: { AWS: opaque('Role.Arn') } } },
      'none',
    ],
    [
      'an opaque name does not hide the partition of a role',
      {
        statement: { Principal: { AWS: ROOT.replace('aws', 'aws-cn') } },
        as: `arn:aws:iam::${ACCOUNT}:role/${opaque('Role')}`,
      },
      'none',
    ],
    [
      'an opaque account delegates to its own roles',
      {
        statement: { Principal: { AWS: `arn:aws:iam::${opaque('Account')}:root` } },
        as: `arn:aws:iam::${opaque('Account')}:role/x`,
      },
      'delegated',
    ],
    [
      'the bare id of an opaque account delegates to its roles, too',
      {
        statement: { Principal: { AWS: opaque('AccountId') } },
        as: `arn:aws:iam::${opaque('AccountId')}:role/x`,
      },
      'delegated',
    ],
    [
      'an opaque id may be that of the role',
      { statement: { Principal: { AWS: opaque('Role.RoleId') } } },
      'undecided',
    ],
    [
      'a session may be that of a role with an opaque name',
      {
        statement: { Principal: { AWS: assumed } },
        as: `arn:aws:iam::${ACCOUNT}:role/${opaque('Role')}`,
        session: 'monday',
      },
      'undecided',
    ],
  ])('%s', (_, asked, level) => {
    expect(levelOf(asked)).toBe(level);
  });
});

describe('a principal whose ARN the deployment makes', () => {
  const made = { kind: 'role', arn: opaque('Role.Arn'), account: ACCOUNT } as const;

  test.each<[string, object, Level]>([
    ['belongs to its account, whatever the partition', { AWS: ROOT }, 'delegated'],
    ['belongs to no other account', { AWS: 'arn:aws:iam::444455556666:root' }, 'none'],
    ['is named by that ARN', { AWS: opaque('Role.Arn') }, 'direct'],
    ['is named by no other ARN', { AWS: ROLE }, 'none'],
  ])('%s', (_, Principal, level) => {
    const policy = parsePolicy({ Statement: { Effect: 'Allow', Principal, Action: '*', Resource: '*' } });
    expect(evaluate(policy, { action: 'kms:Decrypt', principal: made, context: {} }).level).toBe(level);
  });
});

describe('the action of a statement', () => {
  test.each<Row>([
    ['a name matches itself', { statement: { Action: 'kms:Decrypt' } }, 'direct'],
    ['a name matches in any case', { statement: { Action: 'KMS:deCRYPT' } }, 'direct'],
    [
      'a request may be in any case',
      { statement: { Action: 'kms:Decrypt' }, action: 'kms:DECRYPT' },
      'direct',
    ],
    [
      'a name does not match a longer one',
      { statement: { Action: 'kms:Decrypt' }, action: 'kms:DecryptAll' },
      'none',
    ],
    ['a star matches the rest', { statement: { Action: 'kms:De*' } }, 'direct'],
    ['a star matches nothing', { statement: { Action: 'kms:Decrypt*' } }, 'direct'],
    ['a star in the middle matches', { statement: { Action: 'kms:*crypt' } }, 'direct'],
    ['a star does not bend what follows it', { statement: { Action: 'kms:*cryp' } }, 'none'],
    ['a question mark matches one character', { statement: { Action: 'kms:?ecrypt' } }, 'direct'],
    ['a question mark does not match nothing', { statement: { Action: 'kms:Decrypt?' } }, 'none'],
    ['a wildcard matches in any case', { statement: { Action: 'KMS:DE*' } }, 'direct'],
    ['a star alone matches every service', { statement: { Action: '*' } }, 'direct'],
    ['another service does not match', { statement: { Action: 's3:*' } }, 'none'],
    ['one action of a list suffices', { statement: { Action: ['kms:Encrypt', 'kms:Decrypt'] } }, 'direct'],
    [
      'NotAction leaves out what it names',
      { statement: { Action: undefined, NotAction: ['kms:DECRYPT'] } },
      'none',
    ],
    [
      'NotAction is about everything else',
      { statement: { Action: undefined, NotAction: ['kms:Put*', 'kms:Encrypt'] } },
      'direct',
    ],
  ])('%s', (_, { statement, ...asked }, level) => {
    const given = Object.fromEntries(
      Object.entries({ Action: 'kms:*', ...statement }).filter(([, value]) => value !== undefined),
    );
    const policy = parsePolicy({ Statement: [{ Effect: 'Allow', Principal: '*', Resource: '*', ...given }] });
    const request = { action: 'kms:Decrypt', principal: parsePrincipal(ROLE), context: {}, ...asked };
    expect(evaluate(policy, request).level).toBe(level);
  });
});

describe('the resource of a statement', () => {
  const key = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/mrk-1`;
  const anyKey = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/*`;

  test.each<Row>([
    ['a star is this key even when its ARN is not given', { statement: { Resource: '*' } }, 'direct'],
    ['the ARN of the key is this key', { statement: { Resource: key }, resource: key }, 'direct'],
    ['the ARN of another key is not', { statement: { Resource: `${key}2` }, resource: key }, 'none'],
    ['a pattern of ARNs matches', { statement: { Resource: anyKey }, resource: key }, 'direct'],
    [
      'ARNs are compared in their case',
      { statement: { Resource: anyKey.replace('key/', 'KEY/') }, resource: key },
      'none',
    ],
    ['an ARN is undecided when that of the key is not given', { statement: { Resource: key } }, 'undecided'],
    ['a star beside such an ARN decides', { statement: { Resource: [key, '*'] } }, 'direct'],
    [
      'the id of a key before its deployment is matched by a star',
      { statement: { Resource: anyKey }, resource: anyKey.replace('*', opaque('Key')) },
      'direct',
    ],
    [
      'NotResource leaves out what it names',
      { statement: { NotResource: key, Resource: undefined }, resource: key },
      'none',
    ],
    [
      'NotResource is about everything else',
      { statement: { NotResource: 'arn:aws:s3:::*', Resource: undefined }, resource: key },
      'direct',
    ],
  ])('%s', (_, { statement, resource }, level) => {
    const given = Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined));
    const policy = parsePolicy({ Statement: { Effect: 'Allow', Principal: '*', Action: 'kms:*', ...given } });
    expect(
      evaluate(policy, { action: 'kms:Decrypt', principal: parsePrincipal(ROLE), context: {}, resource })
        .level,
    ).toBe(level);
  });

  test('an ARN says why it is undecided', () => {
    const policy = parsePolicy({
      Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: key },
    });
    const request = { action: 'kms:Decrypt', principal: parsePrincipal(ROLE), context: {} };
    expect(evaluate(policy, request).undecided.map(({ reason }) => reason)).toEqual([
      `whether the resource "${key}" is this key is not known`,
    ]);
  });

  test.each(['Resource', 'Action'])(
    'a statement without %s has no effect, whether it allows or denies',
    (element) => {
      const complete = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
      const lacking = Object.fromEntries(Object.entries(complete).filter(([name]) => name !== element));
      const policy = (...statements: object[]) => parsePolicy({ Statement: statements });
      const request = { action: 'kms:Decrypt', principal: parsePrincipal(ROLE), context: {} };
      expect(evaluate(policy(lacking), request).level).toBe('none');
      expect(evaluate(policy(complete, { ...lacking, Effect: 'Deny' }), request).level).toBe('direct');
    },
  );
});

describe('the condition keys that follow from the principal', () => {
  const on = (operator: string, key: string, value: string) => ({
    statement: { Condition: { [operator]: { [key]: value } } },
  });
  const service = { as: 'logs.amazonaws.com' };

  test.each<Row>([
    ['the ARN of a role', on('ArnEquals', 'aws:PrincipalArn', ROLE), 'direct'],
    ['the ARN of another role', on('ArnEquals', 'aws:PrincipalArn', FOREIGN), 'none'],
    [
      'the ARN of the role, for its sessions',
      { ...on('ArnEquals', 'aws:PrincipalArn', ROLE), session: 'monday' },
      'direct',
    ],
    ['the account', on('StringEquals', 'aws:PrincipalAccount', ACCOUNT), 'direct'],
    ['the account of the caller', on('StringEquals', 'kms:CallerAccount', ACCOUNT), 'direct'],
    ['another account', on('StringEquals', 'kms:CallerAccount', '444455556666'), 'none'],
    ['a key in any case', on('StringEquals', 'AWS:principalACCOUNT', ACCOUNT), 'direct'],
    ['no service', on('Bool', 'aws:PrincipalIsAWSService', 'false'), 'direct'],
    ['a service', { ...on('Bool', 'aws:PrincipalIsAWSService', 'true'), ...service }, 'direct'],
    ['the name of a user', { ...on('StringEquals', 'aws:username', 'ann'), as: USER }, 'direct'],
    ['no name of a user, of a role', on('Null', 'aws:username', 'true'), 'direct'],
    [
      'no ARN, of an anonymous caller',
      { ...on('Null', 'aws:PrincipalArn', 'true'), as: 'anonymous' },
      'direct',
    ],
    [
      'a service is no role, whatever its ARN is',
      { ...on('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/*'), ...service },
      'none',
    ],
    [
      'a service is none but a role, whatever its ARN is',
      { ...on('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/*'), ...service },
      'direct',
    ],
    [
      'a service may have an ARN or none',
      { ...on('Null', 'aws:PrincipalArn', 'true'), ...service },
      'undecided',
    ],
    [
      'a service is of no account written out',
      { ...on('StringEquals', 'aws:PrincipalAccount', ACCOUNT), ...service },
      'none',
    ],
    [
      'a service may be of an account that a pattern matches',
      { ...on('StringLike', 'aws:PrincipalAccount', '1*'), ...service },
      'undecided',
    ],
    [
      'a service may be of any type',
      { ...on('StringEquals', 'aws:PrincipalType', 'AssumedRole'), ...service },
      'undecided',
    ],
  ])('%s', (_, asked, level) => {
    expect(levelOf(asked)).toBe(level);
  });

  test.each<Row>([
    [
      'a key of the request',
      { ...on('StringEquals', 'kms:ViaService', 's3'), context: { 'kms:ViaService': ['s3'] } },
      'direct',
    ],
    [
      'a key of the request in another case',
      { ...on('StringEquals', 'kms:ViaService', 's3'), context: { 'KMS:viaservice': ['s3'] } },
      'direct',
    ],
    ['a key that the request does not have', on('StringEquals', 'kms:ViaService', 's3'), 'none'],
    ['a key that only every object has', on('Null', 'aws:constructor', 'true'), 'direct'],
    ['a key that is absent, negated', on('StringNotEquals', 'kms:ViaService', 's3'), 'direct'],
    [
      'all of several conditions',
      {
        statement: { Condition: { StringEquals: { 'aws:a': '1', 'aws:b': '2' } } },
        context: { 'aws:a': ['1'] },
      },
      'none',
    ],
  ])('beside them, %s', (_, asked, level) => {
    expect(levelOf(asked)).toBe(level);
  });

  test('an unknown key says why it is', () => {
    const policy = parsePolicy({
      Statement: {
        Effect: 'Allow',
        Principal: '*',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } },
      },
    });
    const request = { action: 'kms:Decrypt', principal: parsePrincipal('logs.amazonaws.com'), context: {} };
    expect(evaluate(policy, request).undecided.map(({ reason }) => reason)).toEqual([
      'AWS does not document the type of the service logs.amazonaws.com',
    ]);
  });
});

describe('the deciding statements', () => {
  const allow = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
  const policy = parsePolicy({
    Statement: [
      { ...allow, Sid: 'Account', Principal: { AWS: ROOT } },
      { ...allow, Sid: 'Reader', Principal: { AWS: ROLE }, Action: 'kms:Decrypt' },
      { ...allow, Sid: 'NoPolicy', Effect: 'Deny', Principal: '*', Action: 'kms:PutKeyPolicy' },
      { ...allow, Effect: 'Deny', Principal: { AWS: ROLE }, Action: ['kms:PutKeyPolicy', 'kms:Encrypt'] },
      {
        ...allow,
        Principal: { AWS: USER },
        Action: 'kms:Sign',
        Condition: { StringEquals: { 'aws:SourceVpc': '${x}' } },
      },
      {
        ...allow,
        Effect: 'Deny',
        Principal: '*',
        Action: 'kms:Verify',
        Condition: { BinaryEquals: { 'kms:X': 'AA==' } },
      },
    ],
  });
  const decide = (action: string, as = ROLE) =>
    evaluate(policy, { action, principal: parsePrincipal(as), context: {} });
  const positions = (statements: readonly { position: number; sid?: string }[]) =>
    statements.map(({ position, sid }) => [position, sid]);

  test('are the Allow statements of the level that counts', () => {
    const { level, allows, denies } = decide('kms:Decrypt');
    expect(level).toBe('direct');
    expect(positions(allows)).toEqual([[2, 'Reader']]);
    expect(denies).toEqual([]);
  });

  test('are the Allow statements of the lower level where there is no higher one', () => {
    const { level, allows } = decide('kms:Decrypt', USER);
    expect(level).toBe('delegated');
    expect(positions(allows)).toEqual([[1, 'Account']]);
  });

  test('are all Deny statements that apply', () => {
    const { level, atLeast, atMost, allows, denies } = decide('kms:PutKeyPolicy');
    expect([level, atLeast, atMost]).toEqual(['none', 'none', 'none']);
    expect(allows).toHaveLength(0);
    expect(positions(denies)).toEqual([
      [3, 'NoPolicy'],
      [4, undefined],
    ]);
  });

  test('are none where nothing mentions the request', () => {
    expect(decide('kms:Decrypt', FOREIGN)).toMatchObject({
      level: 'none',
      allows: [],
      denies: [],
      undecided: [],
    });
  });

  test('are named with their reasons where an Allow is open', () => {
    const decision = decide('kms:Sign', USER);
    expect([decision.level, decision.atLeast, decision.atMost]).toEqual(['undecided', 'delegated', 'direct']);
    expect(positions(decision.allows)).toEqual([
      [1, 'Account'],
      [5, undefined],
    ]);
    expect(decision.undecided.map(({ statement, reason }) => [statement.position, reason])).toEqual([
      [5, 'the value "${x}" has a policy variable'],
    ]);
  });

  test('are named with their reasons where a Deny is open', () => {
    const decision = decide('kms:Verify', USER);
    expect([decision.level, decision.atLeast, decision.atMost]).toEqual(['undecided', 'none', 'delegated']);
    expect(positions(decision.denies)).toEqual([[6, undefined]]);
    expect(decision.undecided.map(({ statement, reason }) => [statement.position, reason])).toEqual([
      [6, 'the condition operator "BinaryEquals" is not decided'],
    ]);
  });

  test('are those of the stronger level, wherever they stand', () => {
    const statements = [ROOT, ROLE, ROOT].map((AWS) => ({ ...allow, Principal: { AWS } }));
    const request = { action: 'kms:Decrypt', principal: parsePrincipal(ROLE), context: {} };
    const { level, allows } = evaluate(parsePolicy({ Statement: statements }), request);
    expect([level, positions(allows)]).toEqual(['direct', [[2, undefined]]]);
  });

  test('are named as open only where they can tip it', () => {
    const open = { Condition: { BinaryEquals: { 'aws:x': 'AA==' } } };
    const statements = [
      { ...allow, Principal: { AWS: ROLE } },
      { ...allow, ...open, Principal: { AWS: ROLE } },
      { ...allow, ...open, Principal: { AWS: ROOT } },
      { ...allow, ...open, Effect: 'Deny', Principal: '*' },
    ];
    const request = { action: 'kms:Decrypt', principal: parsePrincipal(ROLE), context: {} };
    const { level, undecided } = evaluate(parsePolicy({ Statement: statements }), request);
    expect([level, undecided.map(({ statement }) => statement.position)]).toEqual(['undecided', [4]]);
  });

  test('an open Deny of what nobody allows changes nothing', () => {
    expect(decide('kms:Verify', FOREIGN)).toMatchObject({ level: 'none', undecided: [] });
  });
});

describe('what cannot be decided', () => {
  const construct: [string, object][] = [
    ['NotPrincipal', { Principal: undefined, NotPrincipal: { AWS: USER } }],
    ['a federated principal', { Principal: { Federated: 'cognito-identity.amazonaws.com' } }],
    [
      'a canonical user',
      { Principal: { CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' } },
    ],
    ['an unknown type of principal', { Principal: { Robot: 'r2' } }],
    ['a principal with a wildcard', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/*` } }],
    ['a service with a wildcard', { Principal: { Service: '*' } }],
    ['the unique id of a deleted role', { Principal: { AWS: 'AROAEXAMPLEID1234567' } }],
    ['a principal of no known form', { Principal: { AWS: 'ann' } }],
    ['a principal that somebody chooses later', { Principal: { AWS: unresolved('parameter Admin') } }],
    [
      'an account that somebody chooses later',
      { Principal: { AWS: `arn:aws:iam::${unresolved('parameter Account')}:root` } },
    ],
    ['a service that somebody chooses later', { Principal: { Service: unresolved('parameter Service') } }],
    ['an action that somebody chooses later', { Action: unresolved('parameter Action') }],
    ['an action known after the deployment', { Action: `kms:${opaque('Name')}` }],
    ['an action with a policy variable', { Action: 'kms:${aws:username}' }],
    ['an empty list of actions', { Action: [] }],
    ['an empty list of resources', { Resource: [] }],
    ['a resource with a policy variable', { Resource: 'arn:aws:kms:*:*:key/${aws:username}' }],
    ['a resource that somebody chooses later', { Resource: unresolved('parameter Key') }],
    ['BinaryEquals', { Condition: { BinaryEquals: { 'aws:x': 'AA==' } } }],
    ['an unknown operator', { Condition: { StringMatches: { 'aws:x': 'a' } } }],
    ['an operator named like a property of every object', { Condition: { constructor: { 'aws:x': 'a' } } }],
    ['an operator in another case', { Condition: { stringequals: { 'aws:x': 'a' } } }],
    ['an unknown quantifier', { Condition: { 'ForSomeValues:StringEquals': { 'aws:x': 'a' } } }],
    ['a policy variable', { Condition: { StringEquals: { 'aws:x': '${aws:username}' } } }],
    ['a policy variable under a wildcard', { Condition: { StringLike: { 'aws:x': '*${*}' } } }],
    [
      'a value that somebody chooses later',
      { Condition: { StringEquals: { 'aws:x': unresolved('parameter X') } } },
    ],
    ['no values', { Condition: { StringEquals: { 'aws:x': [] } } }],
    ['Null with IfExists', { Condition: { NullIfExists: { 'aws:x': 'true' } } }],
    ['Null with a quantifier', { Condition: { 'ForAnyValue:Null': { 'aws:x': 'true' } } }],
    ['Null of neither true nor false', { Condition: { Null: { 'aws:x': 'maybe' } } }],
    ['Bool of neither true nor false', { Condition: { Bool: { 'aws:x': 'TRUE' } } }],
    ['a number that is none', { Condition: { NumericEquals: { 'aws:x': 'ten' } } }],
    ['a number with too many digits', { Condition: { NumericEquals: { 'aws:x': '9007199254740993' } } }],
    ['a date that is none', { Condition: { DateLessThan: { 'aws:x': 'tomorrow' } } }],
    ['a date of four digits', { Condition: { DateLessThan: { 'aws:x': '2026' } } }],
    ['an address that is none', { Condition: { IpAddress: { 'aws:x': '10.0.0.256' } } }],
    ['an ARN of fewer than six parts', { Condition: { ArnLike: { 'aws:x': 'arn:aws:iam:*' } } }],
    ['several values without a quantifier', { Condition: { StringEquals: { 'aws:many': 'a' } } }],
    ['an empty value', { Condition: { StringEquals: { 'aws:empty': '' } } }],
  ];

  test.each(construct)('%s is undecided, whether it allows or denies', (_, change) => {
    const complete = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
    const changed = Object.fromEntries(
      Object.entries({ ...complete, ...change }).filter(([, value]) => value !== undefined),
    );
    const context = { 'aws:x': ['b'], 'aws:many': ['a', 'b'], 'aws:empty': [''] };
    const request = {
      action: 'kms:Decrypt',
      principal: parsePrincipal(ROLE),
      context,
      resource: 'arn:aws:kms:r:1:key/k',
    };
    const allowing = evaluate(parsePolicy({ Statement: [changed] }), request);
    expect([allowing.level, allowing.atLeast, allowing.atMost]).toEqual(['undecided', 'none', 'direct']);
    expect(allowing.undecided.map(({ reason }) => reason)).toEqual([expect.stringMatching(/../)]);
    const denying = evaluate(parsePolicy({ Statement: [complete, { ...changed, Effect: 'Deny' }] }), request);
    expect([denying.level, denying.atLeast, denying.atMost]).toEqual(['undecided', 'none', 'direct']);
    expect(denying.undecided).toHaveLength(1);
  });

  test.each(construct)('%s changes nothing where another part of the statement rules it out', (_, change) => {
    const elements = { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*', ...change };
    const changed = Object.fromEntries(Object.entries(elements).filter(([, value]) => value !== undefined));
    const allow = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
    const condition = { ...(changed.Condition as unknown as object), NumericLessThan: { 'aws:days': '30' } };
    const policy = parsePolicy({ Statement: [allow, { ...changed, Condition: condition }] });
    const context = { 'aws:x': ['b'], 'aws:many': ['a', 'b'], 'aws:empty': [''], 'aws:days': ['30'] };
    const request = { action: 'kms:Decrypt', principal: parsePrincipal(ROLE), context };
    expect(evaluate(policy, request)).toMatchObject({ level: 'direct', undecided: [] });
  });

  test('a Deny that is certain ends it whatever else is undecided', () => {
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*' };
    const open = { ...deny, Condition: { BinaryEquals: { 'aws:x': 'AA==' } } };
    const policy = parsePolicy({ Statement: [open, { ...open, Effect: 'Allow' }, deny] });
    const decision = evaluate(policy, {
      action: 'kms:Decrypt',
      principal: parsePrincipal(ROLE),
      context: {},
    });
    expect(decision).toMatchObject({ level: 'none', undecided: [] });
    expect(decision.denies.map(({ position }) => position)).toEqual([3]);
  });
});
