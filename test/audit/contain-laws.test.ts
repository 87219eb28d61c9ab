import fc from 'fast-check';
import { Comparison, compare } from '../../lib/audit/contain';
import type { Policy } from '../../lib/audit/policy/document';
import { evaluate } from '../../lib/audit/policy/evaluate';
import { LEVELS } from '../../lib/audit/policy/request';
import { arbitraryPolicy } from './containment/arbitrary-policy';
import { isContained } from './containment/policy';

describe('the laws of containment', () => {
  const runs = { numRuns: 60 };
  const none: Policy = { statements: [] };

  test('every policy is contained in itself, and nothing in every policy', () => {
    fc.assert(
      fc.property(arbitraryPolicy, (one) => {
        expect(isContained(one, one)).toBe(true);
        expect(isContained(one, none)).toBe(true);
      }),
      runs,
    );
  });

  test('what is contained in a contained policy is contained', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryPolicy, arbitraryPolicy, (one, other, third) => {
        const [both, all] = [
          { statements: [...one.statements, ...other.statements.filter(({ effect }) => effect === 'Deny')] },
          { statements: [...one.statements, ...third.statements.filter(({ effect }) => effect === 'Allow')] },
        ];
        expect(compare(one, both).kind).not.toBe('witness');
        expect(compare(all, one).kind).not.toBe('witness');
        expect(compare(all, both).kind).not.toBe('witness');
      }),
      runs,
    );
  });

  test('an Allow more never shrinks a policy, and a Deny more never grows it', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryPolicy, (one, { statements: [extra] }) => {
        const more: Policy = { statements: [...one.statements, extra] };
        expect(extra.effect === 'Allow' ? isContained(more, one) : isContained(one, more)).toBe(true);
      }),
      runs,
    );
  });

  test('the order of statements, and one statement in two, change nothing', () => {
    fc.assert(
      fc.property(arbitraryPolicy, (one) => {
        const split = one.statements.flatMap((statement) =>
          statement.principals.map((principal) => ({ ...statement, principals: [principal] })),
        );
        const apart = split.flatMap((statement) =>
          statement.actions.negated
            ? [statement]
            : statement.actions.patterns.map((pattern) => ({
                ...statement,
                actions: { negated: false, patterns: [pattern] },
              })),
        );
        const other: Policy = { statements: apart.reverse() };
        expect(compare(one, other).kind).toBe('contained');
        expect(compare(other, one).kind).toBe('contained');
      }),
      runs,
    );
  });

  test('a witness has a higher level under the new policy, by statements of that policy', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryPolicy, (old, next) => {
        for (const witness of new Comparison(old, next).all().witnesses) {
          expect(LEVELS.indexOf(witness.newLevel)).toBeGreaterThan(LEVELS.indexOf(witness.oldLevel));
          expect(next.statements).toEqual(expect.arrayContaining([...witness.newStatements]));
          expect(witness.newStatements).not.toHaveLength(0);
          expect(old.statements).toEqual(expect.arrayContaining([...witness.oldStatements]));
          expect(witness.actions).toContain(witness.request.action);
          expect(witness.principals).toContainEqual(witness.request.principal);
          for (const [i, action] of witness.actions.entries()) {
            const principal = witness.principals[i % witness.principals.length];
            const request = { ...witness.request, action, principal };
            expect(evaluate(old, request).level).toBe(witness.oldLevel);
            expect(evaluate(next, request).level).toBe(witness.newLevel);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
