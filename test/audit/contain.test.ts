import { Comparison, compare, type Containment } from '../../lib/audit/contain';
import { BudgetExceeded } from '../../lib/audit/containment/budget';
import type { Question, RequestSpace, Rise } from '../../lib/audit/containment/request-space';
import type { Policy } from '../../lib/audit/policy/document';
import { opaque, unresolved } from '../../lib/audit/policy/opaque';
import { parsePrincipal, type Principal } from '../../lib/audit/policy/principal';
import { ACCOUNT, NOBODY, iam, isContained, policy, reasonsOf, when } from './containment/policy';

const ROOT = { Principal: { AWS: iam('root') } };
const PMA = { Principal: { AWS: iam('role/PMA') } };

function contextOf(containment: Containment): object {
  if (containment.kind !== 'witness') throw new Error(`the answer is ${containment.kind}`);
  return containment.witness.request.context;
}

describe('compare', () => {
  test('finds the request that a new statement lets through, with the statements that decide', () => {
    const next = policy(ROOT, { ...PMA, Sid: 'Delete', Action: 'kms:ScheduleKeyDeletion' });
    expect(compare(policy(ROOT), next)).toMatchObject({
      kind: 'witness',
      witness: {
        request: {
          action: 'kms:ScheduleKeyDeletion',
          principal: { kind: 'role', arn: iam('role/PMA') },
          context: {},
        },
        actions: ['kms:ScheduleKeyDeletion'],
        principals: [{ arn: iam('role/PMA') }],
        oldLevel: 'delegated',
        newLevel: 'direct',
        oldStatements: [{ position: 1 }],
        newStatements: [{ position: 2, sid: 'Delete' }],
      },
    });
  });

  test('has nothing in its request but what matters', () => {
    const found = compare(NOBODY, policy({ ...PMA, Action: 'kms:Decrypt' }));
    expect(found.kind === 'witness' && found.witness.request).toEqual({
      action: 'kms:Decrypt',
      principal: { kind: 'role', arn: iam('role/PMA'), account: ACCOUNT },
      context: {},
    });
  });

  test('looks at several condition keys at once', () => {
    const both = when({ StringEquals: { 'aws:PrincipalTag/a': 'x', 'aws:PrincipalTag/b': 'y' } });
    const one = when({ StringEquals: { 'aws:PrincipalTag/b': 'y' } });
    expect(contextOf(compare(NOBODY, both))).toEqual({
      'aws:PrincipalTag/a': ['x'],
      'aws:PrincipalTag/b': ['y'],
    });
    expect(contextOf(compare(both, one))).toEqual({ 'aws:PrincipalTag/b': ['y'] });
    expect(isContained(one, both)).toBe(true);
  });

  test('knows whom a Deny is about', () => {
    const deny = { Effect: 'Deny', Principal: { AWS: iam('role/other') } };
    expect(compare(NOBODY, policy(PMA, deny))).toMatchObject({
      witness: { request: { principal: { arn: iam('role/PMA') } } },
    });
  });

  test('names the Deny that stood in the way', () => {
    const deny = { Sid: 'Stop', Effect: 'Deny', Action: 'kms:Decrypt' };
    expect(compare(policy({}, deny), policy({}))).toMatchObject({
      witness: { request: { action: 'kms:Decrypt' }, oldLevel: 'none', oldStatements: [{ sid: 'Stop' }] },
    });
  });

  test('tells a wildcard from the list of all actions that there are today', () => {
    const describe = policy({ Action: ['kms:DescribeKey'] });
    expect(isContained(policy({ Action: 'kms:Describe*' }), describe)).toBe(true);
    expect(compare(describe, policy({ Action: 'kms:Describe*' }))).toMatchObject({
      witness: { request: { action: 'kms:DescribeAnActionOfTheFuture' } },
    });
  });

  test('takes an action that KMS does not have for one that it may add, whatever its case', () => {
    expect(compare(NOBODY, policy({ Action: 'KMS:Foo' })).kind).toBe('witness');
    expect(isContained(policy({ Action: 'kms:f*' }), policy({ Action: 'KMS:Foo' }))).toBe(true);
    expect(isContained(policy({ Action: 'KMS:Foo' }), policy({ Action: 'kms:fOO' }))).toBe(true);
  });

  test.each(['kms:CreateKey', 'kms:ListKeys', 's3:GetObject', 'KMS:listaliases'])(
    'sees no access in %s, which takes no key',
    (action) => {
      expect(
        isContained(policy({ Action: 'kms:Decrypt' }), policy({ Action: ['kms:Decrypt', action] })),
      ).toBe(true);
    },
  );

  test('counts the root user as direct under its account, and everybody else there as delegated', () => {
    const direct = policy({
      Principal: { AWS: [iam('root')] },
      Condition: { ArnEquals: { 'aws:PrincipalArn': iam('root') } },
    });
    expect(isContained(policy(ROOT), direct)).toBe(true);
    expect(compare(policy(ROOT), policy({ Principal: { AWS: iam('role/a') } })).kind).toBe('witness');
  });

  test.each([
    ['StringLike', 'kms:ViaService', 's3.*.amazonaws.com', 's3*.amazonaws.com', 's3example.amazonaws.com'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:s3:::a', 'arn:aws:s3:::a*', undefined],
    ['NumericLessThan', 'kms:RotationPeriodInDays', '90', '91', '90'],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/8', '10.0.0.0/7', '11.0.0.0'],
    ['DateLessThan', 'aws:CurrentTime', '2026-01-01', '2026-01-02', '2026-01-01T00:00:00.000Z'],
    ['StringEqualsIgnoreCase', 'aws:PrincipalTag/t', 'A', 'B', undefined],
  ])('knows a wider %s from a narrower one', (operator, key, narrow, wide, value) => {
    const [narrower, wider] = [narrow, wide].map((each) => when({ [operator]: { [key]: each } }));
    const found = compare(narrower, wider);
    expect(found.kind).toBe('witness');
    if (value !== undefined) expect(contextOf(found)).toEqual({ [key]: [value] });
    const both = when({ [operator]: { [key]: [narrow, wide] } });
    expect(isContained(both, narrower) && isContained(both, wider)).toBe(true);
  });

  test('finds the sets of values that tell ForAnyValue from ForAllValues', () => {
    const [any, all] = ['ForAnyValue', 'ForAllValues'].map((quantifier) =>
      when({ [`${quantifier}:StringEquals`]: { 'kms:ResourceAliases': ['alias/a', 'alias/b'] } }),
    );
    expect(contextOf(compare(any, all))).toEqual({});
    expect(contextOf(compare(all, any))).toEqual({ 'kms:ResourceAliases': ['alias/a', 'alias/example'] });
  });

  test('prefers values that readers know', () => {
    const next = when({
      ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' },
      StringLike: { 'kms:ViaService': '*.eu-central-1.amazonaws.com' },
    });
    expect(compare(policy(PMA), next)).toMatchObject({
      witness: {
        request: {
          action: 'kms:Decrypt',
          principal: { arn: 'arn:aws:iam::111122223333:role/example' },
          context: { 'kms:ViaService': ['s3.eu-central-1.amazonaws.com'] },
        },
      },
    });
  });

  test('knows which keys a request can have, and says when the answer rests on it', () => {
    const grants = when({ Bool: { 'kms:GrantIsForAWSResource': 'true' } });
    const decrypt = policy({
      Action: 'kms:Decrypt',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    });
    expect(compare(NOBODY, decrypt)).toEqual({
      kind: 'contained',
      restsOn: ["a role's requests for kms:Decrypt never have kms:GrantIsForAWSResource"],
    });
    expect(compare(grants, decrypt)).toEqual({ kind: 'contained', restsOn: [] });
    const tagged = {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
      StringEquals: { 'aws:PrincipalTag/a': 'x' },
    };
    expect(compare(NOBODY, policy({ Action: 'kms:Decrypt', Condition: tagged }))).toEqual({
      kind: 'contained',
      restsOn: ["a role's requests for kms:Decrypt never have kms:GrantIsForAWSResource"],
    });
    expect(
      compare(
        NOBODY,
        policy({ Action: 'kms:Decrypt', Condition: { Null: { 'aws:SecureTransport': 'true' } } }),
      ),
    ).toEqual({
      kind: 'contained',
      restsOn: ["a role's requests for kms:Decrypt always have aws:SecureTransport"],
    });
  });

  test('looks at the ARN that the key can have in its environment', () => {
    const here = policy({ Resource: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/*` });
    const there = policy({ Resource: `arn:aws:kms:us-east-1:${ACCOUNT}:key/*` });
    const environment = { partition: 'aws', account: ACCOUNT, region: 'eu-central-1' };
    expect(compare(here, policy({}), { environment }).kind).toBe('contained');
    expect(compare(here, policy({})).kind).toBe('witness');
    expect(compare(NOBODY, there, { environment }).kind).toBe('contained');
    expect(compare(NOBODY, there)).toMatchObject({
      witness: { request: { resource: `arn:aws:kms:us-east-1:${ACCOUNT}:key/example` } },
    });
    const away = policy({ Resource: 'arn:aws:kms:*:444455556666:key/*' });
    expect(compare(NOBODY, away, { environment }).kind).toBe('contained');
    const one = policy({ Resource: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1` });
    expect(compare(one, here, { environment })).toMatchObject({
      witness: { request: { resource: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/example` } },
    });
    expect(compare(here, one, { environment }).kind).toBe('contained');
    expect(
      isContained(policy({ Resource: 'alias/a' }), policy({ Resource: 'arn:aws:kms:r:1:alias/a' })),
    ).toBe(true);
  });

  test('believes what a team pins', () => {
    const inside = when({
      StringEquals: { 'aws:PrincipalOrgID': 'o-1' },
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
    });
    const account = policy({ Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } } });
    expect(compare(inside, account).kind).toBe('witness');
    expect(compare(inside, account, { organization: { id: 'o-1', accounts: [ACCOUNT] } }).kind).toBe(
      'contained',
    );
    expect(compare(inside, account, { organization: { id: 'o-2', accounts: [ACCOUNT] } }).kind).toBe(
      'witness',
    );
    const tagged = when({ StringEquals: { 'aws:PrincipalTag/t': 'x' } });
    expect(compare(tagged, policy(PMA), { pinned: { 'aws:PrincipalTag/t': ['x'] } }).kind).toBe('contained');
    expect(compare(NOBODY, tagged, { pinned: { 'aws:PrincipalTag/t': [] } }).kind).toBe('contained');
    const known = { pinned: { 'aws:PrincipalAccount': [ACCOUNT] } };
    expect(contextOf(compare(NOBODY, account, known))).toEqual({});
  });

  test('names the principals that it is told to tell apart', () => {
    const known = [parsePrincipal(iam('role/ops')), parsePrincipal('arn:aws:iam::444455556666:role/ops')];
    expect(compare(NOBODY, policy({}), { principals: known })).toMatchObject({
      witness: { request: { principal: known[0] } },
    });
  });
});

describe('compare, on values that are unlike what they are compared with', () => {
  test('knows a text from the flag that another statement takes it for', () => {
    const flag = policy({ Action: 'kms:Encrypt', Condition: { Bool: { 'aws:PrincipalTag/a': 'true' } } });
    const text = policy({ Condition: { StringEquals: { 'aws:PrincipalTag/a': 'yes' } } });
    expect(contextOf(compare(flag, text))).toEqual({ 'aws:PrincipalTag/a': ['yes'] });
  });

  test('finds the number between one that is too low and another', () => {
    const key = 'kms:RotationPeriodInDays';
    const few = when({ NumericGreaterThan: { [key]: -5 }, NumericLessThan: { [key]: 3 } });
    expect(contextOf(compare(NOBODY, few))).toEqual({ [key]: ['0'] });
    expect(contextOf(compare(NOBODY, when({ NumericGreaterThan: { [key]: -5 } })))).toEqual({ [key]: ['0'] });
  });

  test.each([
    ['StringEqualsIgnoreCase', 'aws:PrincipalArn', iam('role/*')],
    ['StringEquals', 'aws:username', 'admin-*'],
    ['StringEquals', 'aws:username', '?'],
  ])('takes the wildcard in %s %s %j for no name', (operator, key, value) => {
    expect(isContained(NOBODY, when({ [operator]: { [key]: value } }))).toBe(true);
  });

  test('knows the services of China', () => {
    const china = when({ StringLike: { 'aws:PrincipalServiceName': '*.cn' } });
    expect(compare(NOBODY, china)).toMatchObject({
      witness: { request: { principal: { service: 'x.amazonaws.com.cn' } } },
    });
  });

  test('knows that whoever is not of one partition is of another', () => {
    const others = when({ ArnNotLike: { 'aws:PrincipalArn': 'arn:aws-cn:*:*:*:*' } });
    expect(compare(NOBODY, others).kind).toBe('witness');
    const environment = { partition: 'aws-cn' };
    const part = { principals: ({ kind }: Principal) => kind !== 'service' };
    expect(new Comparison(NOBODY, others, { environment }).first(part).kind).toBe('contained');
  });

  test('leaves open what a flag makes of the organization of an account', () => {
    const flag = policy(
      { Action: 'kms:Decrypt' },
      { Action: 'kms:Encrypt', Condition: { Bool: { 'aws:PrincipalOrgID': 'true' } } },
    );
    const { witnesses, unknown } = new Comparison(NOBODY, flag, {
      organization: { id: 'o-1', accounts: [ACCOUNT] },
    }).all({ principals: ({ kind }) => kind === 'role' });
    expect(witnesses.map(({ request }) => request.context)).toEqual([
      { 'aws:PrincipalOrgID': ['o-1'] },
      {},
      { 'aws:PrincipalOrgID': ['true'] },
    ]);
    expect(unknown.join()).toContain('whether Bool aws:PrincipalOrgID ["true"] holds is not known');
  });
});

describe('compare, on what is not decided', () => {
  test.each<[string, object, string]>([
    [
      'a policy variable',
      { Condition: { StringEquals: { 'aws:PrincipalTag/a': '${aws:userid}' } } },
      'policy variable',
    ],
    ['NotPrincipal', { Principal: undefined, NotPrincipal: { AWS: iam('role/a') } }, 'NotPrincipal'],
    ['a federated principal', { Principal: { Federated: 'accounts.google.com' } }, 'type "Federated"'],
    ['a canonical principal', { Principal: { CanonicalUser: '79a5' } }, 'type "CanonicalUser"'],
    ['a principal of a deleted role', { Principal: { AWS: 'AROAEXAMPLEEXAMPLE123' } }, 'unique id'],
    ['a principal with a wildcard', { Principal: { AWS: iam('role/*') } }, 'has a wildcard'],
    ['BinaryEquals', { Condition: { BinaryEquals: { 'aws:x': 'YQ==' } } }, 'BinaryEquals'],
    [
      'an action that waits for a parameter',
      { Action: unresolved('Action') },
      'not known before the deployment',
    ],
    [
      'a Resource that waits for a parameter',
      { Resource: unresolved('Arn') },
      'not known before the deployment',
    ],
    [
      'a principal that waits for a parameter',
      { Principal: { AWS: unresolved('Role') } },
      'not known before the deployment',
    ],
    [
      'a value that waits for a parameter',
      { Condition: { StringEquals: { 'aws:x': unresolved('P') } } },
      'not known before',
    ],
    [
      'a Resource with a wildcard in an opaque ARN',
      { Resource: `arn:aws:kms:r:1:key/${opaque('K')}*` },
      'whether Resource ["arn:aws:kms:r:1:key/⟨K⟩*"] is meant is not known',
    ],
    [
      'a key compared as of two types',
      { Condition: { NumericEquals: { 'aws:x': 5 }, StringEquals: { 'aws:x': '5' } } },
      'holds is not known',
    ],
    [
      'several values without a quantifier',
      {
        Condition: {
          StringNotEquals: { 'kms:ResourceAliases': 'a' },
          Null: { 'kms:ResourceAliases': 'false' },
          StringEquals: { 'kms:ResourceAliases': 'a' },
        },
      },
      'holds is not known',
    ],
  ])('fails closed on %s', (_, statement, reason) => {
    const undecided = policy(statement);
    expect(reasonsOf(compare(NOBODY, undecided)).join()).toContain(reason);
    const denied = policy({}, { ...statement, Effect: 'Deny' });
    expect(reasonsOf(compare(denied, policy({}))).join()).toContain(reason);
  });

  test('fails closed on a role made by the deployment against a pattern of roles', () => {
    const made = policy({ Principal: { AWS: opaque('Role.Arn') } });
    const pattern = when({ ArnLike: { 'aws:PrincipalArn': iam('role/app-*') } });
    expect(reasonsOf(compare(pattern, made)).join()).toContain('holds is not known');
    expect(isContained(made, made)).toBe(true);
    expect(compare(policy(PMA), made)).toMatchObject({
      witness: { request: { principal: { arn: opaque('Role.Arn') } } },
    });
  });

  test('knows the account of a role made by the deployment only from the environment of the key', () => {
    const made = policy({ ...ROOT, Condition: { ArnEquals: { 'aws:PrincipalArn': opaque('Role.Arn') } } });
    expect(reasonsOf(compare(NOBODY, made)).join()).toContain('the account of "⟨Role.Arn⟩" is not known');
    expect(compare(NOBODY, made, { environment: { account: ACCOUNT } })).toMatchObject({
      witness: { newLevel: 'delegated' },
    });
  });

  test('knows the partition of a role of which the deployment makes the name', () => {
    const made = { Principal: { AWS: iam(`role/${opaque('Role.RoleName')}`) } };
    const deny = { Effect: 'Deny', Principal: { AWS: `arn:aws-cn:iam::${ACCOUNT}:root` } };
    expect(compare(NOBODY, policy(made, deny))).toMatchObject({ witness: { newLevel: 'direct' } });
  });

  test.each(['arn:aws:iam::1*:role/longname', 'arn:aws:iam::??????*:user/longname'])(
    'fails closed on an account that is not known against %s',
    (pattern) => {
      const account = opaque('AccountId');
      const root = { AWS: `arn:aws:iam::${account}:root` };
      const condition = { StringLike: { 'aws:PrincipalArn': pattern } };
      expect(
        reasonsOf(
          compare(NOBODY, policy({ Principal: root, Condition: condition }), {
            environment: { partition: 'aws', account, region: 'eu-central-1' },
          }),
        ).join(),
      ).toContain('holds is not known');
    },
  );

  test('fails closed on a caller who may speak for a user', () => {
    const user = policy({ Principal: { AWS: iam('user/u') } });
    const denied = { Effect: 'Deny', Condition: { StringEquals: { 'aws:PrincipalType': 'User' } } };
    const denyUsers = policy({ Principal: { AWS: iam('user/u') } }, denied);
    expect(reasonsOf(compare(NOBODY, denyUsers)).join()).toContain('federated the caller');
    expect(isContained(user, denyUsers)).toBe(true);
  });

  test('is not disturbed by what stays the same', () => {
    const variable = { ...PMA, Condition: { StringEquals: { 'aws:PrincipalTag/a': '${aws:userid}' } } };
    expect(isContained(policy(variable, ROOT), policy(ROOT, variable))).toBe(true);
    expect(isContained(policy(variable, ROOT), policy(variable))).toBe(true);
    const other = { ...PMA, NotPrincipal: { AWS: iam('role/a') }, Principal: undefined };
    expect(isContained(policy(other), policy({ ...other, Action: 'kms:Decrypt' }))).toBe(true);
    const users = { StringEquals: { 'aws:userid': '${aws:userid}' } };
    const denied = (name: string) => ({ Effect: 'Deny', Principal: { AWS: iam(name) }, Condition: users });
    expect(isContained(policy(PMA, denied('role/PMA')), policy(PMA, denied('root')))).toBe(true);
    const waiting = policy({ Condition: { StringEquals: { 'aws:x': unresolved('P') } } });
    expect(
      reasonsOf(compare(waiting, policy({ Condition: { StringEquals: { 'aws:x': unresolved('P') } } }))),
    ).toHaveLength(1);
    const principal = { Principal: { AWS: unresolved('P') } };
    expect(reasonsOf(compare(policy(principal), policy(principal)))).toHaveLength(1);
  });

  test('takes what is not decided for the same only where it is', () => {
    const [one, other] = ['accounts.google.com', 'graph.facebook.com'].map((Federated) =>
      policy({ Principal: { Federated } }),
    );
    expect(isContained(one, one)).toBe(true);
    expect(compare(one, other).kind).toBe('unknown');
  });

  test('finds a certain witness beside what is not decided', () => {
    const open = { Principal: { Federated: 'accounts.google.com' } };
    expect(compare(NOBODY, policy(open, PMA))).toMatchObject({
      witness: { request: { principal: { arn: iam('role/PMA') } } },
    });
    const { witnesses, unknown } = new Comparison(NOBODY, policy(open, PMA)).all();
    expect(witnesses.map(({ request }) => request.principal)).toMatchObject([{ arn: iam('role/PMA') }]);
    expect(unknown.join()).toContain('type "Federated"');
  });

  test('ignores a statement that KMS ignores', () => {
    expect(isContained(NOBODY, policy({ Resource: undefined }))).toBe(true);
    expect(isContained(policy({}), policy({}, { Effect: 'Deny', Resource: undefined }))).toBe(true);
    expect(
      compare(policy({}, { Effect: 'Deny' }), policy({}, { Effect: 'Deny', Resource: undefined })).kind,
    ).toBe('witness');
  });
});

describe('Comparison', () => {
  test('answers for a part of the requests', () => {
    const comparison = new Comparison(policy(ROOT), policy(ROOT, { ...PMA, Action: 'kms:Decrypt' }));
    expect(comparison.first({ actions: ['kms:Encrypt'] }).kind).toBe('contained');
    expect(comparison.all({ actions: ['KMS:decrypt'] }).witnesses).toHaveLength(1);
    expect(comparison.first({ principals: ({ kind }) => kind === 'user' }).kind).toBe('contained');
    expect(comparison.first({ principals: ({ kind }) => kind === 'role' }).kind).toBe('witness');
  });

  test('does not answer for an action that nobody knows', () => {
    const comparison = new Comparison(NOBODY, policy({ Action: ['kms:*', 'kms:Later'] }));
    expect(comparison.all({ actions: ['KMS:later'] })).toMatchObject({
      witnesses: [{ actions: ['kms:Later'] }],
      unknown: [],
    });
    expect(comparison.first({ actions: ['kms:ListKeys'] }).kind).toBe('contained');
    expect(reasonsOf(comparison.first({ actions: ['kms:Latest'] }))).toEqual([
      '"kms:Latest" is no action of KMS, and no statement names it',
    ]);
  });

  test('answers for other policies of the same statements', () => {
    const whole = policy(ROOT, PMA);
    const comparison = new Comparison(whole, whole);
    const part: Policy = { statements: [whole.statements[0]] };
    expect(comparison.between(part, whole).first()).toMatchObject({
      witness: { newStatements: [{ position: 2 }] },
    });
    expect(comparison.between(whole, part).first().kind).toBe('contained');
    expect(comparison.first().kind).toBe('contained');
    expect(() => comparison.between(part, policy(ROOT)).first()).toThrow(
      'statement 1 is none of those that the request space is built from',
    );
  });

  test('reports what could not be decided again for each question that it concerns', () => {
    const open = policy({ Principal: { Federated: 'accounts.google.com' }, Action: 'kms:Decrypt' });
    const comparison = new Comparison(NOBODY, open);
    for (let i = 0; i < 2; i += 1) {
      expect(comparison.first({ actions: ['kms:Decrypt'] }).kind).toBe('unknown');
      expect(comparison.first({ actions: ['kms:Encrypt'] }).kind).toBe('contained');
    }
  });

  test('remembers that its policies cannot be cut', () => {
    const { statements } = policy({
      Condition: { StringLike: { 'aws:PrincipalTag/a': ['*a*b*', '*b*a*', '*c*d*', '*d*c*'] } },
    });
    let cuts = 0;
    const hard: Policy = {
      get statements() {
        cuts += 1;
        return statements;
      },
    };
    const comparison = new Comparison(NOBODY, hard, { limit: 100 });
    expect(reasonsOf(comparison.first())).toEqual(reasonsOf(comparison.first()));
    expect(comparison.all()).toEqual({ witnesses: [], unknown: reasonsOf(comparison.first()) });
    expect(cuts).toBe(1);
  });

  test('gives each question its own bound', () => {
    const comparison = new Comparison(policy(ROOT), policy(ROOT, PMA), { limit: 20_000 });
    for (let i = 0; i < 50; i += 1)
      expect(comparison.first({ actions: ['kms:Decrypt'] }).kind).toBe('witness');
  });
});

describe('Comparison, on what its search says', () => {
  const [before, after] = [policy(ROOT), policy(ROOT, PMA)];
  const rise: Rise = {
    actions: ['kms:Decrypt'],
    principals: [parsePrincipal(iam('role/PMA'))],
    request: { action: 'kms:Decrypt', principal: parsePrincipal(iam('role/PMA')), context: {} },
    before: { low: 1, high: 1 },
    after: { low: 2, high: 2 },
    unlikely: [],
  };
  const comparing = (old: Policy, next: Policy, rises: (question: Question) => Iterable<Rise>) =>
    new Comparison(old, next, {}, () => ({ rises }) as unknown as RequestSpace);

  test('asks for no more than it needs', () => {
    const comparison = comparing(before, after, function* () {
      yield rise;
      throw new Error('asked for more');
    });
    expect(comparison.first().kind).toBe('witness');
  });

  test.each<[string, Partial<Rise>, Policy]>([
    ['the old level too low', { before: { low: 0, high: 0 } }, after],
    ['the old level too high', { before: { low: 2, high: 2 } }, after],
    ['the new level too low', { after: { low: 1, high: 1 } }, after],
    ['the new level too high', { after: { low: 2, high: 2 } }, before],
  ])('fails loudly when the search puts %s', (_, wrong, next) => {
    const claimed = { ...rise, ...wrong };
    const comparison = comparing(before, next, () => [claimed]);
    const bounds = JSON.stringify([claimed.before, claimed.after]);
    const levels = JSON.stringify(['delegated', next === after ? 'direct' : 'delegated']);
    expect(() => comparison.first()).toThrow(
      `the search and the evaluator disagree about ${JSON.stringify(rise.request)}: ${bounds} against ${levels}`,
    );
  });

  test('reports what the evaluator leaves open, on either side', () => {
    const open = policy({ Condition: { StringEquals: { 'aws:x': '${aws:userid}' } } });
    const reason = expect.stringContaining('policy variable') as string;
    const any = { low: 0, high: 2 } as const;
    const inNew = comparing(NOBODY, open, () => [{ ...rise, before: any, after: any }]);
    expect(reasonsOf(inNew.first())).toEqual([reason]);
    const inOld = comparing(open, policy({}), () => [{ ...rise, before: any, after: any }]);
    expect(inOld.all()).toEqual({ witnesses: [], unknown: [reason] });
  });

  test('rests on all that is known of condition keys when it cannot tell what on', () => {
    const comparison = comparing(before, after, ({ anyKeys }) => {
      if (anyKeys === true) throw new BudgetExceeded(1);
      return [];
    });
    expect(comparison.first()).toEqual({
      kind: 'contained',
      restsOn: ['which condition keys occur in which requests'],
    });
  });

  test.each([true, undefined])('hides no other error (with any keys: %s)', (when) => {
    const comparison = comparing(before, after, ({ anyKeys }) => {
      if (anyKeys === when) throw new TypeError('a mistake');
      return [];
    });
    expect(() => comparison.first()).toThrow(new TypeError('a mistake'));
  });

  test('hides no other error of building the space', () => {
    const broken: Policy = {
      get statements(): never {
        throw new TypeError('a mistake');
      },
    };
    expect(() => new Comparison(broken, broken).first()).toThrow(new TypeError('a mistake'));
  });
});
