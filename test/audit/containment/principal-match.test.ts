import { Atoms, type ConditionAtom } from '../../../lib/audit/containment/atom';
import { derivedTest, matchPrincipal } from '../../../lib/audit/containment/principal-match';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';
import { parsePrincipal, type Principal } from '../../../lib/audit/policy/principal';
import type { PrincipalPattern } from '../../../lib/audit/policy/principal-pattern';
import { conditionOf } from './condition';

const HOME = '111122223333';
const iam = (name: string): string => `arn:aws:iam::${HOME}:${name}`;
const ROLE = parsePrincipal(iam('role/x/a'));
const SESSION = parsePrincipal(iam('role/x/a'), 's');
const USER = parsePrincipal(iam('user/x/a'));
const ROOT = parsePrincipal(iam('root'));
const FEDERATED = parsePrincipal(`arn:aws:sts::${HOME}:federated-user/f`);
const SERVICE = parsePrincipal('s3.amazonaws.com');
const MADE: Principal = { kind: 'role', arn: opaque('Role.Arn'), account: unresolved('account') };

const ACCOUNT: PrincipalPattern = { kind: 'account', account: HOME };
const arn = (text: string): PrincipalPattern => ({ kind: 'arn', arn: text });
const session = (name: string) => arn(`arn:aws:sts::${HOME}:assumed-role/${name}`);

describe('matchPrincipal', () => {
  test.each<[string, PrincipalPattern, Principal, number, boolean]>([
    ['everybody', { kind: 'any' }, ROLE, 2, false],
    ['everybody, services too', { kind: 'any' }, SERVICE, 2, false],
    ['an account, for its role', ACCOUNT, ROLE, 1, false],
    ['an account, for its root user', ACCOUNT, ROOT, 2, false],
    ['an account, for its federated user', ACCOUNT, FEDERATED, 1, false],
    ['an account of the partition', { ...ACCOUNT, partition: 'aws' }, ROLE, 1, false],
    ['an account of another partition', { ...ACCOUNT, partition: 'aws-cn' }, ROLE, 0, false],
    ['another account', { kind: 'account', account: '999999999999' }, ROLE, 0, false],
    ['an account, for a service', ACCOUNT, SERVICE, 0, false],
    ['an account, for a role whose account is not known', { ...ACCOUNT, partition: 'aws' }, MADE, 1, true],
    ['an account not known', { kind: 'account', account: unresolved('P') }, ROLE, 1, true],
    ['the role', arn(iam('role/x/a')), ROLE, 2, false],
    ['another role', arn(iam('role/a')), ROLE, 0, false],
    ['the user', arn(iam('user/x/a')), USER, 2, false],
    ['a user whose name begins as the name of the caller', arn(iam('user/x/ab')), USER, 0, false],
    ['a role made by the deployment', arn(opaque('Role.Arn')), MADE, 2, false],
    ['another role made by the deployment', arn(opaque('Other.Arn')), MADE, 0, false],
    ['a role, for a service', arn(iam('role/x/a')), SERVICE, 0, false],
    ['the session', session('a/s'), SESSION, 2, false],
    ['another session', session('a/t'), SESSION, 0, false],
    ['a session of another role', session('b/s'), SESSION, 0, false],
    ['a session, for a role in whichever', session('a/s'), ROLE, 2, true],
    ['a session of another role, for a role in whichever', session('b/s'), ROLE, 0, false],
    ['a session, for a role made by the deployment', session('a/s'), MADE, 2, true],
    ['a session, for a user', session('a/s'), USER, 0, false],
    ['the federated user', arn(`arn:aws:sts::${HOME}:federated-user/f`), FEDERATED, 2, false],
    ['a user who may have federated the caller', arn(iam('user/u')), FEDERATED, 2, true],
    ['a user of another account', arn('arn:aws:iam::999999999999:user/u'), FEDERATED, 0, false],
    ['a role, for a federated user', arn(iam('role/u')), FEDERATED, 0, false],
    ['the service', { kind: 'service', service: 's3.amazonaws.com' }, SERVICE, 2, false],
    ['another service', { kind: 'service', service: 'sns.amazonaws.com' }, SERVICE, 0, false],
    ['a service, for a role', { kind: 'service', service: 's3.amazonaws.com' }, ROLE, 0, false],
    ['what is not decided', { kind: 'undecided', reason: 'why', source: 'x' }, ROLE, 2, true],
  ])('%s', (_, pattern, principal, rank, isOpen) => {
    const match = matchPrincipal(pattern, principal);
    expect([match.rank, match.open !== undefined]).toEqual([rank, isOpen]);
  });

  test('says why it is open', () => {
    expect(matchPrincipal({ kind: 'undecided', reason: 'why', source: 'x' }, ROLE).open).toBe('why');
    expect(matchPrincipal(session('a/s'), ROLE).open).toContain('whether the caller is the session');
    expect(matchPrincipal(arn(iam('user/u')), FEDERATED).open).toContain('federated the caller');
    expect(matchPrincipal(ACCOUNT, MADE).open).toContain('the account of "⟨Role.Arn⟩"');
  });
});

describe('derivedTest', () => {
  const testOf = (operator: string, values: unknown, key: string) =>
    derivedTest(new Atoms().ofCondition(conditionOf(operator, values, key)) as ConditionAtom);

  test.each([
    ['ArnLike', iam('role/x/*'), 'aws:PrincipalArn', SESSION, true],
    ['StringEquals', HOME, 'aws:PrincipalAccount', ROLE, true],
    ['StringNotEquals', HOME, 'kms:CallerAccount', ROLE, false],
    ['StringEquals', 'AssumedRole', 'aws:PrincipalType', ROLE, true],
    ['StringEquals', 'a', 'aws:username', USER, true],
    ['StringEquals', 'a', 'aws:username', ROLE, false],
    ['StringNotEquals', 'a', 'aws:username', ROLE, true],
    ['Null', 'true', 'aws:username', ROLE, true],
    ['Null', 'false', 'aws:username', USER, true],
    ['Null', 'true', 'aws:username', USER, false],
    ['Bool', 'true', 'aws:PrincipalIsAWSService', SERVICE, true],
    ['Bool', 'true', 'aws:PrincipalIsAWSService', ROLE, false],
    ['StringEquals', 's3.amazonaws.com', 'aws:PrincipalServiceName', SERVICE, true],
    ['StringEquals', HOME, 'aws:PrincipalAccount', SERVICE, false],
    ['StringNotEquals', HOME, 'aws:PrincipalAccount', SERVICE, true],
    ['StringLike', '*', 'aws:PrincipalAccount', SERVICE, undefined],
    ['StringEquals', 'AWSService', 'aws:PrincipalType', SERVICE, undefined],
    ['StringEquals', HOME, 'aws:PrincipalAccount', MADE, undefined],
    ['ArnLike', iam('role/*'), 'aws:PrincipalArn', MADE, undefined],
    ['NumericEquals', '1', 'aws:PrincipalAccount', ROLE, undefined],
    ['Bool', 'true', 'aws:PrincipalArn', ROLE, undefined],
  ])('%s %s %s', (operator, values, key, principal, expected) => {
    expect(testOf(operator, values, key)(principal)).toBe(expected);
  });
});
