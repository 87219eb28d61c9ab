import fc from 'fast-check';
import type { CheckFinding } from '../../../lib/audit/check/check';
import { ACCOUNT, checked, forRoles, keyWith, REGION, ROOT, rulesOf, statement } from './checked';

const USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*'];
const ANYBODY = { AWS: '*' };

/** Statements that touch every kind of rule, alone or together. */
const POOL: readonly object[] = [
  ROOT,
  forRoles(['app'], USE),
  forRoles(['app', 'admin'], ['kms:Decrypt', 'kms:DisableKey']),
  forRoles(['admin-*'], 'kms:*'),
  forRoles(['app'], 'kms:CreateGrant', { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
  forRoles(['app'], USE, { StringEquals: { 'aws:ResourceTag/team': 'a' } }),
  statement({ Principal: ANYBODY, Action: USE, Condition: { StringEquals: { 'kms:ViaService': 's3' } } }),
  statement({ Principal: { AWS: '999900001111' }, Action: 'kms:Decrypt' }),
  statement({ Principal: { Service: 'logs.amazonaws.com' }, Action: USE }),
  statement({ Effect: 'Deny', Principal: ANYBODY, Action: 'kms:Put*' }),
  statement({
    Effect: 'Deny',
    Principal: ANYBODY,
    Action: 'kms:*',
    Condition: { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } },
  }),
  { Effect: 'Deny', Principal: ANYBODY, Action: 'kms:Decrypt' },
];
const statements = fc.subarray([...POOL], { minLength: 1, maxLength: 6 });

/** What was found, apart from where statements stand. */
function found(findings: readonly CheckFinding[]): string[] {
  return findings
    .map(({ rule, message }) => `${rule.id}: ${message.replaceAll(/statement \d+/g, 'statement')}`)
    .sort();
}

test('the order of statements changes nothing that is found', () => {
  fc.assert(
    fc.property(statements, (some) => {
      expect(found(checked(keyWith(...some.toReversed())))).toEqual(found(checked(keyWith(...some))));
    }),
    { numRuns: 40 },
  );
});

test('the account changes nothing but its own name in what is found', () => {
  const other = '555566667777';
  fc.assert(
    fc.property(statements, (some) => {
      const here = checked(keyWith(...some));
      const moved = JSON.parse(JSON.stringify(some).replaceAll(ACCOUNT, other)) as object[];
      const there = checked(keyWith(...moved), {}, { account: other, region: REGION });
      expect(found(there)).toEqual(found(here).map((each) => each.replaceAll(ACCOUNT, other)));
    }),
    { numRuns: 40 },
  );
});

test('whatever is allowed, denying everybody outside the account ends access from outside', () => {
  const guard = POOL[10];
  fc.assert(
    fc.property(statements, (some) => {
      const rules = rulesOf(checked(keyWith(...some, guard)));
      expect(rules).not.toContain('public-access');
      expect(rules).not.toContain('cross-account-access');
    }),
    { numRuns: 40 },
  );
});

test('a statement that is there twice is dead once more', () => {
  fc.assert(
    fc.property(statements, fc.nat(), (some, index) => {
      const twice = some[index % some.length];
      const isAllow = (twice as { Effect: string }).Effect === 'Allow';
      const dead = (findings: readonly CheckFinding[]): number =>
        findings.filter(({ rule }) => rule.id === 'dead-statement').length;
      const before = dead(checked(keyWith(...some)));
      expect(dead(checked(keyWith(...some, twice)))).toBe(before + (isAllow ? 1 : 0));
    }),
    { numRuns: 40 },
  );
});
