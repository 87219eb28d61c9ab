import { parseIdentityPolicy, parsePolicy } from '../../../lib/audit/policy/document';
import { InvalidPolicy } from '../../../lib/audit/policy/invalid-policy';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';

const STATEMENT = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
const withStatement = (change: object) => ({
  Version: '2012-10-17',
  Statement: [{ ...STATEMENT, ...change }],
});
const without = (...elements: string[]) =>
  Object.fromEntries(Object.entries(STATEMENT).filter(([element]) => !elements.includes(element)));

describe('reading a key policy', () => {
  test('takes every element of a statement', () => {
    const policy = parsePolicy({
      Version: '2012-10-17',
      Id: 'key-policy',
      Statement: [
        STATEMENT,
        {
          Sid: 'Second',
          Effect: 'Deny',
          Principal: {
            AWS: [
              '111122223333',
              'arn:aws:iam::111122223333:root',
              'arn:aws:iam::111122223333:role/a/b',
              '*',
            ],
            Service: 'logs.amazonaws.com',
          },
          NotAction: ['kms:Decrypt', 'kms:List*'],
          NotResource: 'arn:aws:kms:*:*:key/*',
          Condition: {
            'ForAnyValue:StringLikeIfExists': { 'kms:ResourceAliases': ['alias/a', 'alias/b'] },
            NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': 30 },
            Bool: { 'kms:GrantIsForAWSResource': true },
          },
        },
      ],
    });
    expect(policy.statements[1]).toEqual({
      position: 2,
      sid: 'Second',
      effect: 'Deny',
      principals: [
        { kind: 'account', account: '111122223333' },
        { kind: 'account', account: '111122223333', partition: 'aws' },
        { kind: 'arn', arn: 'arn:aws:iam::111122223333:role/a/b' },
        { kind: 'any' },
        { kind: 'service', service: 'logs.amazonaws.com' },
      ],
      actions: { negated: true, patterns: ['kms:Decrypt', 'kms:List*'] },
      resources: { negated: true, patterns: ['arn:aws:kms:*:*:key/*'] },
      conditions: [
        {
          operator: 'StringLike',
          quantifier: 'ForAnyValue',
          ifExists: true,
          key: 'kms:resourcealiases',
          label: 'ForAnyValue:StringLikeIfExists kms:ResourceAliases',
          values: ['alias/a', 'alias/b'],
        },
        {
          operator: 'NumericLessThan',
          ifExists: false,
          key: 'kms:schedulekeydeletionpendingwindowindays',
          label: 'NumericLessThan kms:ScheduleKeyDeletionPendingWindowInDays',
          values: ['30'],
        },
        {
          operator: 'Bool',
          ifExists: false,
          key: 'kms:grantisforawsresource',
          label: 'Bool kms:GrantIsForAWSResource',
          values: ['true'],
        },
      ],
      undecided: [],
    });
  });

  test('takes a statement of no more than it needs', () => {
    expect(parsePolicy({ Statement: [STATEMENT] }).statements).toStrictEqual([
      {
        position: 1,
        sid: undefined,
        effect: 'Allow',
        principals: [{ kind: 'any' }],
        actions: { negated: false, patterns: ['kms:*'], undecided: undefined },
        resources: { negated: false, patterns: ['*'], undecided: undefined },
        conditions: [],
        ineffective: undefined,
        undecided: [],
      },
    ]);
  });

  test('takes a single statement that is not in a list', () => {
    expect(parsePolicy({ Statement: STATEMENT }).statements).toHaveLength(1);
  });

  test.each(['2012-10-17', '2008-10-17'])('takes the version %s', (Version) => {
    expect(parsePolicy({ Version, Statement: STATEMENT }).statements).toHaveLength(1);
  });

  test('leaves a statement about everybody else undecided', () => {
    const [statement] = parsePolicy({
      Statement: { ...without('Principal'), NotPrincipal: { AWS: '111122223333' } },
    }).statements;
    expect(statement.principals).toEqual([
      {
        kind: 'undecided',
        reason: 'a statement with NotPrincipal is not decided',
        source: 'NotPrincipal [{"kind":"account","account":"111122223333"}]',
      },
    ]);
    expect(statement.undecided).toStrictEqual(['a statement with NotPrincipal is not decided']);
  });

  test('takes no statement at all', () => {
    expect(parsePolicy({ Statement: [] }).statements).toEqual([]);
  });

  test.each([
    ['Action', 'actions'],
    ['Resource', 'resources'],
  ])('says that a statement without %s has no effect', (element, nothing) => {
    const [statement] = parsePolicy({ Statement: without(element) }).statements;
    expect(statement).toMatchObject({
      [nothing]: { negated: false, patterns: [] },
      ineffective: `it has no ${element}, so KMS ignores it`,
      undecided: [],
    });
  });

  test('collects the reasons why a statement is undecided, wherever they lie', () => {
    const [statement] = parsePolicy(
      withStatement({
        Principal: { Federated: 'x', AWS: unresolved('parameter Admin') },
        Action: ['kms:${a}'],
        Resource: unresolved('parameter Key'),
        Condition: { StringEquals: { 'aws:x': '${b}' } },
      }),
    ).statements;
    expect(statement?.undecided).toEqual([
      'a principal of the type "Federated" is not decided',
      'the principal "⟨parameter Admin⟩" is not known before the deployment',
      'the pattern "kms:${a}" has a policy variable',
      'the pattern "⟨parameter Key⟩" is not known before the deployment',
      'the value "${b}" has a policy variable',
    ]);
  });

  test('takes an opaque value as a principal and as a resource', () => {
    const [statement] = parsePolicy(
      withStatement({ Principal: { AWS: opaque('Role.Arn') }, Resource: opaque('Key.Arn') }),
    ).statements;
    expect(statement.undecided).toStrictEqual([]);
  });
});

describe('reading a malformed policy', () => {
  let cyclic: unknown[] = [];
  cyclic = [cyclic];
  const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as unknown;

  test.each<[what: string, json: unknown, message: string]>([
    ['null', null, 'the policy is null: it must be an object'],
    ['a string', '{}', 'the policy is "{}": it must be an object'],
    ['a list', [STATEMENT], 'the policy is a list: it must be an object'],
    ['no Statement', {}, 'the policy has no Statement: give a list of statements'],
    [
      'an unknown element',
      { Statement: [], Statements: [] },
      'the policy has "Statements", which is none of Version, Id, Statement',
    ],
    [
      'an element named like the prototype',
      JSON.parse('{"Statement": [], "__proto__": {}}'),
      'the policy has "__proto__", which is none of Version, Id, Statement',
    ],
    [
      'an unknown version',
      { Version: '2012-10-18', Statement: [] },
      'Version is "2012-10-18": it must be "2012-10-17" or "2008-10-17"',
    ],
    [
      'a version that is a date',
      { Version: new Date(0), Statement: [] },
      'Version is an object: it must be "2012-10-17" or "2008-10-17"',
    ],
    ['a statement that is a string', { Statement: ['x'] }, 'Statement[0] is "x": it must be an object'],
    ['a deep list', { Statement: deep }, 'Statement[0] is a list: it must be an object'],
    ['a cyclic list', { Statement: [cyclic] }, 'Statement[0] is a list: it must be an object'],
    [
      'no Effect',
      { Statement: [without('Effect')] },
      'Statement[0].Effect is undefined: it must be "Allow" or "Deny"',
    ],
    [
      'an effect in lower case',
      withStatement({ Effect: 'allow' }),
      'Statement[0].Effect is "allow": it must be "Allow" or "Deny"',
    ],
    ['a Sid that is a number', withStatement({ Sid: 7 }), 'Statement[0].Sid is 7: it must be a string'],
    [
      'a misspelt element',
      withStatement({ Actions: 'kms:*' }),
      'Statement[0] has "Actions", which is none of Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition',
    ],
    [
      'a statement with a prototype',
      JSON.parse('{"Statement": [{"__proto__": {"Effect": "Allow"}}]}'),
      'Statement[0] has "__proto__", which is none of Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition',
    ],
    [
      'no Principal',
      { Statement: [without('Principal')] },
      'Statement[0] has no Principal: a key policy must say whom a statement is about',
    ],
    [
      'Principal and NotPrincipal',
      withStatement({ NotPrincipal: '*' }),
      'Statement[0] has Principal and NotPrincipal: keep one of them',
    ],
    [
      'Action and NotAction',
      withStatement({ NotAction: '*' }),
      'Statement[0] has Action and NotAction: keep one of them',
    ],
    [
      'Resource and NotResource',
      withStatement({ NotResource: '*' }),
      'Statement[0] has Resource and NotResource: keep one of them',
    ],
    [
      'a principal that is an ARN alone',
      withStatement({ Principal: 'arn:aws:iam::1:root' }),
      'Statement[0].Principal is "arn:aws:iam::1:root": it must be "*" or an object such as {"AWS": "…"}',
    ],
    [
      'an action without a service',
      withStatement({ Action: ['kms:Decrypt', 'Decrypt'] }),
      'Statement[0].Action has "Decrypt": write an action as <service>:<name> or "*"',
    ],
    [
      'a resource that is a number',
      withStatement({ Resource: [7] }),
      'Statement[0].Resource[0] is 7: it must be a string, so put it in quotes',
    ],
    [
      'a condition value that is null',
      withStatement({ Condition: { Bool: { 'aws:x': null } } }),
      'Statement[0].Condition.Bool.aws:x is null: it must be a string, a number or a boolean',
    ],
    [
      'a very long value',
      withStatement({ Effect: 'x'.repeat(1_000_000) }),
      `Statement[0].Effect is "${'x'.repeat(80)}…": it must be "Allow" or "Deny"`,
    ],
  ])('fails on %s', (_, json, message) => {
    expect(() => parsePolicy(json)).toThrow(new InvalidPolicy(message));
  });

  test('fails with its own kind of error, so that a command can tell it from a defect', () => {
    expect(() => parsePolicy(null)).toThrow(InvalidPolicy);
  });

  test('reads a policy of a megabyte in a moment', () => {
    const Statement = Array.from({ length: 10_000 }, (_, index) => ({
      ...STATEMENT,
      Sid: `Statement${index}`,
    }));
    const json: unknown = JSON.parse(JSON.stringify({ Statement }));
    expect(JSON.stringify(json).length).toBeGreaterThan(800_000);
    const start = Date.now();
    expect(parsePolicy(json).statements).toHaveLength(10_000);
    expect(Date.now() - start).toBeLessThan(2_000);
  });
});

describe('reading an identity policy', () => {
  const identity = without('Principal');

  test('is about whoever it is attached to', () => {
    expect(parseIdentityPolicy({ Statement: identity }).statements[0]?.principals).toEqual([{ kind: 'any' }]);
  });

  test.each<[string, object, string]>([
    ['a principal', STATEMENT, 'Statement[0].Principal stands in an identity policy: remove it'],
    [
      'NotPrincipal',
      { ...identity, NotPrincipal: '*' },
      'Statement[0].NotPrincipal stands in an identity policy: remove it',
    ],
    [
      'no Action',
      without('Principal', 'Action'),
      'Statement[0] has no Action: an identity policy must name it',
    ],
    [
      'no Resource',
      without('Principal', 'Resource'),
      'Statement[0] has no Resource: an identity policy must name it',
    ],
  ])('fails on %s', (_, statement, message) => {
    expect(() => parseIdentityPolicy({ Statement: [statement] })).toThrow(new InvalidPolicy(message));
  });
});
