import { sampleActions } from '../../../lib/audit/containment/action-samples';
import { Atoms } from '../../../lib/audit/containment/atom';
import { Budget } from '../../../lib/audit/containment/budget';
import { ruleOf } from '../../../lib/audit/containment/rule';
import { opaque } from '../../../lib/audit/policy/opaque';
import { parsePolicy } from '../../../lib/audit/policy/document';
import { KEY_ACTIONS } from '../../../lib/audit/policy/kms-service';

function sample(...patterns: string[]): string[] {
  const { statements } = parsePolicy({
    Statement: patterns.map((Action) => ({ Effect: 'Allow', Principal: '*', Resource: '*', Action })),
  });
  const atoms = new Atoms();
  const selectors = statements.map((statement) => ruleOf(statement, atoms).actions);
  return sampleActions(selectors, new Budget(1e6));
}

const later = (...patterns: string[]) =>
  sample(...patterns).filter((action) => !KEY_ACTIONS.includes(action));

describe('sampleActions', () => {
  test('has all actions that take a key, Decrypt first, and those that KMS may add', () => {
    expect(sample()[0]).toBe('kms:Decrypt');
    expect(sample()).toEqual(expect.arrayContaining([...KEY_ACTIONS]));
    expect(later()).toEqual(['kms:x']);
  });

  test.each([
    ['kms:*', 'kms:AnActionOfTheFuture'],
    ['kms:Describe*', 'kms:DescribeAnActionOfTheFuture'],
    ['KMS:Get*', 'KMS:GetAnActionOfTheFuture'],
    ['kms:Foo', 'kms:Foo'],
    ['KMS:Foo?', 'KMS:FooX'],
  ])('has one for %s that KMS may add: %s', (pattern, expected) => {
    expect(later(pattern)).toContain(expected);
  });

  test('has one for each combination of patterns', () => {
    const all = later('kms:Get*', 'kms:*Policy');
    const isGet = (action: string) => /^kms:get/i.test(action);
    const isPolicy = (action: string) => /policy$/i.test(action);
    for (const [get, policy] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]) {
      expect(all.some((action) => isGet(action) === get && isPolicy(action) === policy)).toBe(true);
    }
  });

  test('has one beside an action of today that is the shortest of its kind', () => {
    expect(later('kms:Decrypt*').filter((action) => /^kms:decrypt./i.test(action))).not.toEqual([]);
    expect(later('kms:sig?').filter((action) => /^kms:sig[^n]$/i.test(action))).not.toEqual([]);
    expect(later('kms:Decrypt*', 'kms:*t').filter((action) => /^kms:decrypt.*t$/i.test(action))).not.toEqual(
      [],
    );
  });

  test('has one beside an action that a statement names', () => {
    const all = later('kms:FooT', 'kms:Foo*', 'kms:*t').filter((action) => /^kms:foo.*t$/i.test(action));
    expect(all.filter((action) => !/^kms:foot$/i.test(action))).not.toEqual([]);
  });

  test('has no second spelling of an action that a statement names', () => {
    expect(later('kms:FooX', 'KMS:Foo?').filter((action) => /^kms:foox$/i.test(action))).toEqual([
      'kms:FooX',
    ]);
  });

  test.each([
    'kms:CreateKey',
    'KMS:LISTKEYS',
    'kms:decrypt',
    's3:GetObject',
    's3:*',
    'not-kms:Foo',
    `kms:Foo${opaque('X')}`,
  ])('has none for %s', (pattern) => {
    expect(later(pattern)).toEqual(['kms:x']);
  });
});
