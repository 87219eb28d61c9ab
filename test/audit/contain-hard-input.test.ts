import { compare } from '../../lib/audit/contain';
import type { Policy } from '../../lib/audit/policy/document';
import { NOBODY, iam, isContained, policy, reasonsOf, when } from './containment/policy';

describe('compare, on hard input', () => {
  const wild = (count: number, offset: number) =>
    policy(
      ...Array.from({ length: count }, (_, i) => ({
        Action: 'kms:Decrypt',
        Condition: { StringLike: { 'aws:PrincipalTag/path': `*${i + offset}*${(7 * i) % 10}*` } },
      })),
    );

  test('ends within its bound, and names it', () => {
    const reasons = reasonsOf(compare(wild(40, 0), wild(40, 1), { limit: 20_000 }));
    expect(reasons).toEqual(['too many overlapping patterns and conditions: undecided after 20000 steps']);
  });

  test('ends within its bound in the search too', () => {
    const conditions = (offset: number) =>
      policy(
        ...Array.from({ length: 30 }, (_, i) => ({
          Condition: Object.fromEntries(
            ['StringEquals', 'StringNotEquals'].map((operator, j) => [
              operator,
              {
                [`aws:PrincipalTag/${(i * 7 + j * 3 + offset) % 11}`]: 'a',
                [`aws:PrincipalTag/${(i * 5 + j + 1) % 11}`]: 'b',
              },
            ]),
          ),
        })),
        { Effect: 'Deny', Condition: { StringEquals: { 'aws:PrincipalTag/x': ['a', 'b'] } } },
      );
    const start = performance.now();
    expect(['unknown', 'contained', 'witness']).toContain(
      compare(conditions(0), conditions(1), { limit: 50_000 }).kind,
    );
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test.each([
    ['statements', (i: number) => ({ Principal: { AWS: iam(`role/${i}`) } })],
    [
      'conditions',
      (i: number) => ({ Condition: { StringEquals: { [`aws:PrincipalTag/${i}`]: String(i) } } }),
    ],
    ['actions', (i: number) => ({ Action: `kms:*${i}*` })],
    ['accounts', (i: number) => ({ Principal: { AWS: String(100000000000 + i) } })],
    ['values', (i: number) => ({ Condition: { StringEquals: { 'aws:PrincipalTag/a': String(i) } } })],
  ])('ends soon on a policy of a megabyte: thousands of %s', (_, statement) => {
    const many = policy(...Array.from({ length: 3_000 }, (_, i) => statement(i)));
    const less: Policy = { statements: many.statements.slice(1) };
    const start = performance.now();
    expect(['unknown', 'witness']).toContain(compare(less, many, { limit: 200_000 }).kind);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test.each([
    ['control characters and line breaks', 'a\n\u0000*\u007f'],
    ['letters of other scripts', 'ключ-*-鍵?'],
    ['names of prototypes', '__proto__*constructor'],
    ['nothing but wildcards', '*?*?**'],
    ['a very long pattern', `${'a'.repeat(2000)}*`],
  ])('takes %s for what they are', (_, text) => {
    const one = when({ StringLike: { 'aws:PrincipalTag/__proto__': text } });
    expect(isContained(one, one)).toBe(true);
    expect(isContained(policy({}), one)).toBe(true);
    expect(compare(NOBODY, one).kind).toBe('witness');
  });

  test('takes a condition key named like a prototype for a key', () => {
    const one = when({ StringEquals: { 'aws:__proto__': 'a' } });
    expect(compare(NOBODY, one)).toMatchObject({ witness: { newLevel: 'direct' } });
  });
});
