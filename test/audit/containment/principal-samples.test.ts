import { Budget } from '../../../lib/audit/containment/budget';
import type { Options } from '../../../lib/audit/containment/options';
import { samplePrincipals } from '../../../lib/audit/containment/principal-samples';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';
import { parsePrincipal, type Principal } from '../../../lib/audit/policy/principal';
import { parsePrincipals, type PrincipalPattern } from '../../../lib/audit/policy/principal-pattern';
import { conditionOf } from './condition';

const HOME = '111122223333';
const AWAY = '444455556666';
const PARTITIONS = ['', '-cn', '-us-gov', '-eusc', '-iso', '-iso-b', '-iso-e', '-iso-f'].map(
  (each) => `aws${each}`,
);
const iam = (name: string, account = HOME): string => `arn:aws:iam::${account}:${name}`;

type Written = readonly [operator: string, values: unknown, key: string];

function sample(principals: unknown, written: readonly Written[] = [], options: Options = {}): Principal[] {
  const patterns: PrincipalPattern[] = parsePrincipals(principals, 'Principal');
  const conditions = written.map(([operator, values, key]) => conditionOf(operator, values, key));
  return samplePrincipals(patterns, conditions, options, new Budget(1e6));
}

const arnsIn = (all: readonly Principal[]): string[] =>
  all.flatMap((each) => ('arn' in each ? [each.arn] : []));
const accountsIn = (all: readonly Principal[]): Set<string> =>
  new Set(all.flatMap((each) => ('account' in each ? [each.account] : [])));

describe('samplePrincipals', () => {
  test('has somebody of every kind, in an account that nobody names', () => {
    const kinds = sample('*').map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['role', 'user', 'root', 'service']));
    expect(accountsIn(sample('*'))).toEqual(new Set(['999999999999', '000000000000']));
  });

  test('prefers names that read well for what a pattern matches', () => {
    const all = sample('*', [['ArnLike', iam('role/app/*'), 'aws:PrincipalArn']]);
    expect(all[0]).toEqual({ kind: 'role', arn: iam('role/app/example'), account: HOME });
  });

  test('takes no ARN for a principal that cannot be one', () => {
    const all = sample({ AWS: `arn:aws:sts::${HOME}:assumed-role/${opaque('Role')}/s` }, [
      ['StringLike', `arn:aws:iam::${HOME}:user/*/`, 'aws:PrincipalArn'],
      [
        'StringEquals',
        ['arn:aws:s3:::bucket', 'role/x', iam('role/'), `x${iam('role/x')}`, iam('role/x', '12345')],
        'aws:PrincipalArn',
      ],
      ['StringEquals', iam('role/name'), 'aws:username'],
    ]);
    for (const arn of arnsIn(all)) expect(arn).toMatch(/^arn:aws:(iam|sts)::\d{12}:(root|.*[^/])$/);
    expect(arnsIn(all).filter((arn) => arn.includes('assumed-role'))).toEqual([]);
    expect(arnsIn(all)).not.toContain(iam('role/name'));
  });

  test('never repeats one', () => {
    const all = sample({ AWS: [iam('role/a'), iam('root')] }, [
      ['StringEquals', iam('role/a'), 'aws:PrincipalArn'],
    ]);
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(all.length);
  });

  test('begins with those that it is told, then those that policies name', () => {
    const known = [parsePrincipal(iam('role/known'))];
    const all = sample(
      { AWS: [iam('role/a'), iam('user/b')] },
      [['ArnEquals', iam('role/c'), 'aws:PrincipalArn']],
      { principals: known },
    );
    expect(all.slice(0, 4)).toMatchObject([
      known[0],
      { kind: 'role', arn: iam('role/a') },
      { kind: 'user', arn: iam('user/b') },
      { kind: 'role', arn: iam('role/c') },
    ]);
    expect(all[0]).toBe(known[0]);
  });

  test.each<[string, unknown, Written[], Options]>([
    ['a principal', { AWS: iam('root', AWAY) }, [], {}],
    ['the digits of an account', { AWS: AWAY }, [], {}],
    ['the ARN of a role', { AWS: iam('role/a', AWAY) }, [], {}],
    ['aws:PrincipalAccount', '*', [['StringEquals', AWAY, 'aws:PrincipalAccount']], {}],
    ['kms:CallerAccount', '*', [['StringNotEquals', AWAY, 'kms:CallerAccount']], {}],
    ['aws:PrincipalArn', '*', [['ArnEquals', iam('role/x', AWAY), 'aws:PrincipalArn']], {}],
    ['the environment', '*', [], { environment: { account: AWAY } }],
    ['the accounts to tell apart', '*', [], { accounts: [AWAY] }],
    ['the organization', '*', [], { organization: { id: 'o-1', accounts: [AWAY] } }],
    ['a known principal', '*', [], { principals: [parsePrincipal(iam('role/k', AWAY))] }],
  ])('has somebody of every kind in an account that %s names', (_, principals, written, options) => {
    const there = sample(principals, written, options).filter(
      (each) => 'account' in each && each.account === AWAY,
    );
    expect(new Set(there.map(({ kind }) => kind))).toEqual(
      new Set(
        written.some(([, , key]) => key === 'aws:PrincipalArn')
          ? ['role', 'user', 'root', 'federated-user']
          : ['role', 'user', 'root'],
      ),
    );
    expect(accountsIn(sample(principals, written, options)).size).toBeGreaterThan(1);
  });

  test('takes no other value for an account', () => {
    const all = sample('*', [
      ['StringEquals', ['none', '12345', '1111222233334', 'x111122223333'], 'aws:PrincipalAccount'],
      ['StringEquals', [iam('root', opaque('Account')), `${opaque('Account')}/*`], 'aws:PrincipalAccount'],
      ['StringEquals', [`${opaque('Account')}*`, `${opaque('Account')}?`], 'kms:CallerAccount'],
    ]);
    expect(accountsIn(all)).toEqual(new Set(['999999999999', '000000000000']));
  });

  test('finds another account even where the usual ones are named', () => {
    const all = sample({ AWS: ['000000000000', '999999999999'] });
    expect(
      [...accountsIn(all)].filter((account) => !['000000000000', '999999999999'].includes(account)),
    ).toHaveLength(2);
    const federated = sample({ AWS: '000000000000' }, [['StringEquals', 'a', 'aws:username']]).filter(
      ({ kind }) => kind === 'federated-user',
    );
    expect(accountsIn(federated).size).toBe(2);
  });

  test('finds another name even where the usual one is named', () => {
    const named = iam('role/x');
    const all = arnsIn(sample({ AWS: [named, iam('role/example')] }));
    expect(
      all.filter((arn) => arn.startsWith(iam('role/')) && arn !== named && arn !== iam('role/example')),
    ).not.toEqual([]);
  });

  test.each([
    ['an account by wildcards', ['StringLike', '1111*', 'aws:PrincipalAccount'], /::1111\d{8}:/],
    ['a role by wildcards', ['ArnLike', 'arn:aws:iam::*:role/app/*', 'aws:PrincipalArn'], /:role\/app\//],
    ['a user by name, under any path', ['StringLike', 'adm*', 'aws:username'], /:user\/(.*\/)?adm[^/]*$/],
    [
      'a user by name, regardless of case',
      ['StringEqualsIgnoreCase', 'Bob', 'aws:username'],
      /:user\/(.*\/)?bob$/i,
    ],
    ['a user by the exact name', ['StringEquals', 'bob', 'aws:username'], /:user\/(.*\/)?bob$/],
  ] as const)('cuts out %s', (_, written, expected) => {
    const all = arnsIn(sample({ AWS: HOME }, [written]));
    expect(all.some((arn) => expected.test(arn))).toBe(true);
    expect(all.some((arn) => !expected.test(arn))).toBe(true);
  });

  test.each([
    ['roles', ['role/a*', 'role/*b'], /:role\/a(.*)b$/],
    ['users', ['user/a*', 'user/*b'], /:user\/a(.*)b$/],
  ] as const)('cuts out the %s that two patterns have in common', (_, [one, other], expected) => {
    const patterns = [one, other].map((name): Written => [
      'ArnLike',
      `arn:aws:iam::*:${name}`,
      'aws:PrincipalArn',
    ]);
    const all = arnsIn(sample({ AWS: HOME }, patterns));
    const inHome = all.filter((arn) => arn.startsWith(iam('')));
    expect(inHome.some((arn) => expected.test(arn))).toBe(true);
    expect(all.some((arn) => !arn.startsWith(iam('')) && expected.test(arn))).toBe(true);
  });

  test.each([
    ['an account', ['StringLike', '*21', 'aws:PrincipalAccount'], 'role/21:/*', /::\d{10}21:role\/21:\/./],
    [
      'an account, behind an empty part',
      ['StringLike', '12*', 'aws:PrincipalAccount'],
      'role/::12:/*',
      /::12\d{10}:role\/::12:\/./,
    ],
    ['a user', ['StringLike', 'adm*', 'aws:username'], 'user/adm/*', /:user\/adm\/(.*\/)?adm[^/]*$/],
  ] as const)('does not take the path for the name of %s', (_, written, name, expected) => {
    const onArn = ['StringLike', `arn:aws:iam::*:${name}`, 'aws:PrincipalArn'] as const;
    expect(arnsIn(sample('*', [written, onArn])).some((arn) => expected.test(arn))).toBe(true);
  });

  test('cuts out the accounts that two patterns have in common, for everybody in them', () => {
    const all = sample('*', [
      ['StringLike', '12*', 'aws:PrincipalAccount'],
      ['StringLike', '*21', 'kms:CallerAccount'],
    ]).filter((each) => 'account' in each && /^12.*21$/.test(each.account));
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['root', 'role', 'user']));
  });

  test('has federated users only where a condition could tell them from their users', () => {
    const kindsUnder = (...written: Written[]) =>
      new Set(sample({ AWS: HOME }, written).map(({ kind }) => kind));
    expect(kindsUnder(['StringEquals', HOME, 'aws:PrincipalAccount'])).not.toContain('federated-user');
    expect(kindsUnder(['StringEquals', 'User', 'aws:PrincipalType'])).toContain('federated-user');
    expect(kindsUnder(['StringEquals', 'a', 'aws:username'])).toContain('federated-user');
    expect(kindsUnder(['ArnLike', iam('role/*'), 'aws:PrincipalArn'])).toContain('federated-user');
    const named = `arn:aws:sts::${HOME}:federated-user/f`;
    expect(arnsIn(sample({ AWS: named }))).toContain(named);
  });

  test.each<[unknown, Written[], Options, string[]]>([
    ['*', [], {}, ['aws']],
    [{ AWS: 'arn:aws-cn:iam::111122223333:root' }, [], {}, ['aws-cn']],
    [{ AWS: 'arn:aws-us-gov:iam::111122223333:role/a' }, [], {}, ['aws-us-gov']],
    ['*', [['ArnLike', 'arn:aws-cn:iam::*:role/a', 'aws:PrincipalArn']], {}, PARTITIONS],
    ['*', [['ArnNotEquals', 'arn:aws-x:iam::1:role/a', 'aws:PrincipalArn']], {}, ['aws-x', ...PARTITIONS]],
    [
      { AWS: iam('role/a') },
      [['ArnLike', 'arn:aws-cn:iam::*:role/a', 'aws:PrincipalArn']],
      {},
      ['aws', 'aws-cn'],
    ],
    [{ AWS: iam('root') }, [['ArnLike', '*:*:iam::*:role/a', 'aws:PrincipalArn']], {}, PARTITIONS],
    [
      { AWS: iam('root') },
      [['StringEqualsIgnoreCase', 'arn:AWS:iam::1:role/a', 'aws:PrincipalArn']],
      {},
      PARTITIONS,
    ],
    ['*', [['ArnLike', 'arn:aws*:iam::*:role/a', 'aws:PrincipalArn']], {}, PARTITIONS],
    ['*', [['StringLike', '*:role/a', 'aws:PrincipalArn']], {}, PARTITIONS],
    [{ AWS: iam('root') }, [['StringLike', '?arn:aws:iam*', 'aws:PrincipalArn']], {}, PARTITIONS],
    [{ AWS: iam('root') }, [['StringEquals', ['role/a', 'arn'], 'aws:PrincipalArn']], {}, ['aws']],
    ['*', [['StringEquals', 'role/a', 'aws:PrincipalArn']], {}, ['aws']],
    [{ AWS: ['111122223333', 'arn:aws-cn:iam::111122223333:root'] }, [], {}, ['aws-cn']],
    ['*', [], { environment: { partition: 'aws-cn' } }, ['aws-cn']],
  ])('calls %j under %j from the partitions of the key', (principals, written, options, expected) => {
    const partitions = arnsIn(sample(principals, written, options)).map((arn) => arn.split(':')[1]);
    expect(new Set(partitions)).toEqual(new Set(expected));
  });

  test('has each named session, of a role with and without a path, and another session', () => {
    const session = (name: string) => `arn:aws:sts::${HOME}:assumed-role/${name}`;
    const roles = sample({ AWS: [session('ab/s'), session('b/session'), iam('role/x/ab')] }).filter(
      ({ kind }) => kind === 'role',
    );
    const sessionsOf = (arn: string) =>
      roles.flatMap((each) => (each.kind === 'role' && each.arn === arn ? [each.session] : []));
    expect(sessionsOf(iam('role/ab'))).toEqual(['s']);
    expect(new Set(sessionsOf(iam('role/x/ab')))).toEqual(new Set(['session-other', 's']));
    expect(sessionsOf(iam('role/b'))).toEqual(['session']);
    expect(sessionsOf(iam('role/example'))).toEqual(['session-other']);
    expect(roles.some((each) => 'arn' in each && /role\/.*\/b$/.test(each.arn))).toBe(true);
    const cut = sample({ AWS: session('a/s') }, [['ArnLike', iam('role/y/*'), 'aws:PrincipalArn']]);
    expect(arnsIn(cut)).toContain(iam('role/y/a'));
    const beside = sample({ AWS: [session('a/s'), iam('role/x/a')] }, [
      ['ArnLike', iam('role/x*'), 'aws:PrincipalArn'],
    ]);
    const inSession = beside.filter((each) => each.kind === 'role' && each.session === 's');
    expect(arnsIn(inSession).filter((arn) => /role\/x.*\/a$/.test(arn))).toHaveLength(2);
    const named = parsePrincipal(iam('role/a'), 'mine');
    expect(sample({ AWS: session('a/s') }, [], { principals: [named] })[0]).toEqual(named);
  });

  test.each<Written>([
    ['StringEqualsIgnoreCase', iam('role/*'), 'aws:PrincipalArn'],
    ['StringEqualsIgnoreCase', iam('role/?/a'), 'aws:PrincipalArn'],
    ['StringEquals', ['*', 'a?', '*y'], 'aws:username'],
    ['StringEqualsIgnoreCase', 's3*.amazonaws.com', 'aws:PrincipalServiceName'],
    ['StringEquals', `arn:aws:sts::${HOME}:assumed-role/*/s`, 'aws:PrincipalArn'],
  ])('has nobody with a wildcard in the name under %s %j', (...written) => {
    const all = sample({ AWS: `arn:aws:sts::${HOME}:assumed-role/a/s` }, [written]);
    expect(all.filter((each) => /[*?]/.test(JSON.stringify(each)))).toEqual([]);
  });

  test('leaves sessions out where no policy names one', () => {
    const noSession = `x:arn:aws:sts::${HOME}:assumed-role/r/s`;
    const inCondition = `arn:aws:sts::${HOME}:assumed-role/r/s`;
    const all = sample({ AWS: iam('role/a') }, [
      ['StringEquals', [noSession, inCondition], 'aws:PrincipalArn'],
    ]);
    expect(all.filter((each) => 'session' in each)).toEqual([]);
  });

  test('takes what the deployment makes for a role or a user of the account of the key', () => {
    const arn = opaque('Role.Arn');
    const made = (options: Options) =>
      sample({ AWS: arn }, [], options).filter((each) => 'arn' in each && each.arn === arn);
    expect(made({ environment: { account: HOME } })).toEqual([
      { kind: 'role', arn, account: HOME },
      { kind: 'user', arn, account: HOME },
    ]);
    expect(made({}).map((each) => 'account' in each && each.account)).toEqual([
      unresolved('account'),
      unresolved('account'),
    ]);
    const half = iam(`role/${opaque('Name')}`);
    expect(sample({ AWS: half })[0]).toEqual({ kind: 'role', arn: half, account: HOME });
    const inAccount = `arn:aws:iam::${opaque('Account')}:role/a`;
    expect(sample({ AWS: inAccount })[0]).toEqual({
      kind: 'role',
      arn: inAccount,
      account: opaque('Account'),
    });
  });

  test.each<[string, string, string]>([
    ['StringEquals', 'logs.amazonaws.com', 'logs.amazonaws.com'],
    ['StringLike', 'sn*', 'sn.amazonaws.com'],
  ])('has the services that %s %s may be about as an ARN', (operator, value, expected) => {
    const services = sample('*', [[operator, value, 'aws:PrincipalArn']]).flatMap((each) =>
      each.kind === 'service' ? [each.service] : [],
    );
    expect(services).toContain(expected);
    const ofArn = sample('*', [[operator, `${iam('role/a')}*`, 'aws:PrincipalArn']]);
    expect(ofArn.filter(({ kind }) => kind === 'service')).toStrictEqual(
      ['example', 'x'].map((name) => ({ kind: 'service', service: `${name}.amazonaws.com` })),
    );
  });

  test('has in an account that is not known the names that patterns put beside a part of an account', () => {
    const account = opaque('AccountId');
    const inAccount = (...written: string[]) =>
      arnsIn(
        sample({ AWS: iam('root', account) }, [['StringLike', written, 'aws:PrincipalArn']]).filter(
          (each) => 'account' in each && each.account === account,
        ),
      );
    const found = inAccount('arn:aws:iam::1*:role/one', `${iam('role/two')}*`);
    expect(found).toContain(iam('role/one', account));
    expect(found).not.toContain(iam('role/two', account));
    expect(inAccount('arn:aws:iam::11?:role/o')).toContain(iam('role/x', account));
    const known = arnsIn(
      sample({ AWS: HOME }, [['StringLike', 'arn:aws:iam::9*:role/one', 'aws:PrincipalArn']]),
    );
    expect(known).not.toContain(iam('role/one'));
  });

  test('has the services that policies name or match, and another one', () => {
    const services = sample({ Service: 'logs.amazonaws.com' }, [
      ['StringLike', 's3*', 'aws:PrincipalServiceName'],
      ['StringEquals', 'sns.amazonaws.com', 'aws:PrincipalServiceName'],
    ]).flatMap((each) => (each.kind === 'service' ? [each.service] : []));
    expect(services).toEqual(
      expect.arrayContaining([
        'logs.amazonaws.com',
        'sns.amazonaws.com',
        'example.amazonaws.com',
        's3.amazonaws.com',
      ]),
    );
    expect(services.filter((service) => service.endsWith('.cn'))).toEqual([
      's.amazonaws.com.cn',
      's3.amazonaws.com.cn',
    ]);
    expect(
      sample({ AWS: iam('role/a'), Service: 'a.amazonaws.com' }).filter(({ kind }) => kind === 'service'),
    ).toStrictEqual(
      ['a', 'example', 'x'].map((name) => ({ kind: 'service', service: `${name}.amazonaws.com` })),
    );
  });
});
