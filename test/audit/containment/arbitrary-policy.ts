import fc from 'fast-check';
import { parsePolicy, type Policy } from '../../../lib/audit/policy/document';
import type { Principal } from '../../../lib/audit/policy/principal';
import type { Request } from '../../../lib/audit/policy/request';

/** Small policies that touch every kind of condition, and all requests of a small universe to try on them. */

const HOME = '111111111111';
const AWAY = '222222222222';
const arn = (account: string, name: string): string => `arn:aws:iam::${account}:${name}`;

/** Texts over a small alphabet: short enough that all of them can be tried. */
const TEXTS = ['a', 'b', 'A', 'aa', 'ab', 'ba', 'bb', 'aab', 'aba', 'abc', 'baab', 'xaby'];
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 4 });
const text = fc.constantFrom(...TEXTS, 'AB');

const some = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.array(value, { minLength: 1, maxLength: 2 });

const suffix = fc.constantFrom('', '', 'IfExists');
const quantifier = fc.constantFrom('ForAnyValue:', 'ForAllValues:');

const conditionOn = (
  key: string,
  operators: readonly string[],
  values: fc.Arbitrary<unknown[]>,
  prefix: fc.Arbitrary<string> = fc.constant(''),
): fc.Arbitrary<readonly [string, Record<string, unknown>]> =>
  fc
    .tuple(prefix, fc.constantFrom(...operators), suffix, values)
    .map(([before, operator, after, list]) => [`${before}${operator}${after}`, { [key]: list }] as const);

const TAG = 'aws:PrincipalTag/team';
const ALIASES = 'kms:ResourceAliases';
const AGE = 'aws:MultiFactorAuthAge';
const ADDRESS = 'aws:SourceIp';
const TIME = 'aws:TokenIssueTime';
const FLAG = 'aws:MultiFactorAuthPresent';
const ARN = 'aws:SourceIdentity';

const principalArn = fc.constantFrom(
  arn(HOME, 'role/a'),
  arn(HOME, 'role/x/a'),
  arn('*', 'role/a'),
  arn(HOME, 'role/*'),
  arn(HOME, '*/a'),
  arn(HOME, 'role/*/a'),
  arn(HOME, 'role/x*'),
  arn('11*', 'user/?'),
  arn(AWAY, 'root'),
  'arn:aws*:sts::*:federated-user/*',
);

/** A value that one operator takes for a pattern is a plain text to another. */
const userName = fc.oneof(fc.constantFrom('a', 'A', 'x', 'qq'), pattern);

const condition = fc.oneof(
  conditionOn(TAG, ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase'], some(text)),
  conditionOn(TAG, ['StringLike', 'StringNotLike'], some(pattern)),
  conditionOn(ALIASES, ['StringLike', 'StringNotLike', 'StringEquals'], some(pattern), quantifier),
  conditionOn(
    ARN,
    ['ArnLike', 'ArnNotEquals'],
    some(fc.tuple(pattern, pattern).map(([one, two]) => `arn:aws:${one}:r:1:${two}`)),
  ),
  conditionOn(
    AGE,
    [
      'NumericLessThan',
      'NumericEquals',
      'NumericNotEquals',
      'NumericGreaterThanEquals',
      'NumericLessThanEquals',
    ],
    some(fc.constantFrom(-2, 1, 2, 4)),
  ),
  conditionOn(
    TIME,
    ['DateLessThan', 'DateGreaterThan', 'DateNotEquals', 'DateGreaterThanEquals'],
    some(fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-03')),
  ),
  conditionOn(
    ADDRESS,
    ['IpAddress', 'NotIpAddress'],
    some(fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', '::/1', '2001:db8::/32')),
  ),
  conditionOn(FLAG, ['Bool'], some(fc.boolean())),
  conditionOn(TAG, ['Bool'], some(fc.boolean())),
  fc
    .tuple(fc.constantFrom(TAG, ALIASES, FLAG, 'aws:username', 'aws:PrincipalServiceName'), fc.boolean())
    .map(([key, absent]) => ['Null', { [key]: absent }] as const),
  conditionOn(
    'aws:PrincipalArn',
    ['ArnLike', 'StringNotLike', 'StringEquals', 'StringNotEqualsIgnoreCase'],
    some(principalArn),
  ),
  conditionOn(
    'aws:PrincipalAccount',
    ['StringEquals', 'StringNotLike'],
    some(fc.constantFrom(HOME, '2*', AWAY)),
  ),
  conditionOn(
    'aws:username',
    ['StringLike', 'StringNotLike', 'StringEquals', 'StringEqualsIgnoreCase'],
    some(userName),
    fc.oneof(fc.constant(''), quantifier),
  ),
  conditionOn(
    'aws:PrincipalServiceName',
    ['StringLike', 'StringNotEquals'],
    some(fc.constantFrom('s3*', '*.cn', 'ec2.amazonaws.com')),
  ),
  conditionOn(
    'aws:PrincipalType',
    ['StringEquals'],
    some(fc.constantFrom('User', 'AssumedRole', 'Account', 'FederatedUser')),
  ),
  conditionOn('aws:PrincipalIsAWSService', ['Bool'], some(fc.boolean())),
);

const principal = fc.constantFrom(
  '*',
  { AWS: arn(HOME, 'root') },
  { AWS: AWAY },
  { AWS: arn(HOME, 'role/a') },
  { AWS: [arn(HOME, 'role/x/a'), arn(HOME, 'user/b')] },
  { AWS: `arn:aws:sts::${HOME}:assumed-role/a/s` },
  { AWS: [`arn:aws:sts::${HOME}:assumed-role/b/other`, `arn:aws:sts::${HOME}:federated-user/a`] },
  { Service: 's3.amazonaws.com' },
  { AWS: [arn(HOME, 'root'), arn(HOME, 'role/a')], Service: 'sns.amazonaws.com' },
);

const actions = fc.oneof(
  fc.record({
    Action: some(fc.constantFrom('kms:*', 'kms:Decrypt', 'kms:De*', 'KMS:encrypt', 'kms:?ncrypt', '*')),
  }),
  fc.record({ NotAction: some(fc.constantFrom('kms:Decrypt', 'kms:E*')) }),
);

const resource = fc.constantFrom(
  '*',
  '*',
  '*',
  'arn:aws:kms:*:111111111111:key/*',
  'arn:aws:kms:eu-central-1:*:key/k',
);

const statement = fc
  .tuple(
    fc.constantFrom('Allow', 'Allow', 'Deny'),
    principal,
    actions,
    resource,
    fc.array(condition, { maxLength: 3 }),
  )
  .map(([Effect, Principal, which, Resource, conditions]) => ({
    Effect,
    Principal,
    ...which,
    Resource,
    Condition: merged(conditions),
  }));

/** The same operator can ask about several keys. */
function merged(
  conditions: readonly (readonly [string, Record<string, unknown>])[],
): Record<string, unknown> {
  const all: Record<string, Record<string, unknown>> = {};
  for (const [operator, keys] of conditions) all[operator] = { ...all[operator], ...keys };
  return all;
}

const statements = fc.array(statement, { minLength: 1, maxLength: 4 });

const policyOf = (Statement: readonly object[]): Policy => parsePolicy({ Version: '2012-10-17', Statement });

/** A policy of a few statements. */
export const arbitraryPolicy: fc.Arbitrary<Policy> = statements.map(policyOf);

/** A policy and what a small change makes of it: one condition or statement more, or less. */
export const arbitraryChange: fc.Arbitrary<readonly [Policy, Policy]> = fc
  .tuple(
    statements,
    fc.nat(),
    condition,
    statement,
    fc.constantFrom('drop', 'add', 'condition', 'swap', 'twist'),
  )
  .map(([all, index, extra, added, kind]) => {
    const at = index % all.length;
    const changed = {
      drop: all.filter((_, i) => i !== at),
      add: [...all, added],
      swap: [added, ...all.slice(1)],
      condition: all.map((each, i) =>
        i === at
          ? {
              ...each,
              Condition: merged([
                ...(Object.entries(each.Condition) as [string, Record<string, unknown>][]),
                extra,
              ]),
            }
          : each,
      ),
      twist: all.map((each, i) => (i === at ? { ...each, Condition: merged([extra]) } : each)),
    }[kind];
    return [policyOf(all), policyOf(changed)] as const;
  });

const PRINCIPALS: readonly Principal[] = [
  ...[HOME, AWAY, '333333333333', '211111111111'].flatMap((account): Principal[] => [
    { kind: 'root', arn: arn(account, 'root'), account },
    ...['a', 'b', 'x/a', 'xy/a', 'q', 'qq'].flatMap((name): Principal[] => [
      { kind: 'role', arn: arn(account, `role/${name}`), account, session: 's' },
      { kind: 'role', arn: arn(account, `role/${name}`), account, session: 'other' },
      { kind: 'user', arn: arn(account, `user/${name}`), account },
    ]),
    { kind: 'user', arn: arn(account, 'user/A'), account },
    { kind: 'federated-user', arn: `arn:aws:sts::${account}:federated-user/a`, account },
  ]),
  ...['s3.amazonaws.com', 'sns.amazonaws.com', 'ec2.amazonaws.com', 'ec2.amazonaws.com.cn'].map(
    (service): Principal => ({
      kind: 'service',
      service,
    }),
  ),
];

const single = (values: readonly string[]): (readonly string[])[] => [[], ...values.map((value) => [value])];

const VALUES: Record<string, readonly (readonly string[])[]> = {
  [TAG]: single([...TEXTS, 'AB', 'c', 'zzzzz', 'true', 'false']),
  [ALIASES]: [...single([...TEXTS, 'c']), ...TEXTS.slice(0, 6).map((one) => [one, 'ab']), ['a', 'b', 'c']],
  [ARN]: single([
    'a',
    'arn:aws:a:r:1:b',
    'arn:aws:ab:r:1:ab',
    'arn:aws:b:r:1:a:b',
    'arn:aws:aa:r:1:c',
    'arn:aws:b:r:1:bb',
  ]),
  [AGE]: single(['0', '1', '2', '3', '4', '5']),
  [ADDRESS]: single([
    '9.9.9.9',
    '10.0.0.1',
    '10.1.0.0',
    '10.1.2.3',
    '11.0.0.0',
    '::1',
    '2001:db8::1',
    'ffff::',
  ]),
  [TIME]: single([
    '2025-12-31T00:00:00Z',
    '2026-01-01T00:00:00Z',
    '2026-01-02T00:00:00Z',
    '2026-01-03T00:00:00Z',
    '2026-01-04T00:00:00Z',
  ]),
  [FLAG]: single(['true', 'false']),
};

/** A request of the universe. */
export const arbitraryRequest: fc.Arbitrary<Request> = fc
  .tuple(
    fc.constantFrom(
      'kms:Decrypt',
      'kms:Encrypt',
      'kms:DescribeKey',
      'kms:CreateGrant',
      'kms:Zzz',
      'kms:Dezz',
    ),
    fc.constantFrom(...PRINCIPALS),
    fc.constantFrom('eu-central-1:111111111111', 'us-east-1:111111111111', 'eu-central-1:222222222222'),
    fc.constantFrom('k', 'kk'),
    fc.tuple(
      ...Object.entries(VALUES).map(([key, values]) =>
        fc.constantFrom(...values).map((value) => [key, value] as const),
      ),
    ),
  )
  .map(([action, caller, place, id, context]) => ({
    action,
    principal: caller,
    resource: `arn:aws:kms:${place}:key/${id}`,
    context: Object.fromEntries(
      context.filter(([key, values]) => values.length > 0 && !(caller.kind === 'service' && key === TAG)),
    ),
  }));

/** The condition keys that the policies ask about and that do not follow from the principal. */
export const KEYS = Object.keys(VALUES);
