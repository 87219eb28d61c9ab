import fc from 'fast-check';
import { compare, Comparison } from '../../../lib/audit/contain';
import type { Policy } from '../../../lib/audit/policy/document';
import { evaluate } from '../../../lib/audit/policy/evaluate';
import { KEY_ACTIONS } from '../../../lib/audit/policy/kms-service';
import { LEVELS, type Level, type Request } from '../../../lib/audit/policy/request';
import { KEYS, arbitraryChange, arbitraryPolicy, arbitraryRequest } from './arbitrary-policy';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 100);
const rank = (level: Level): number => LEVELS.indexOf(level);

/** Whether a request gets further: certainly, certainly not, or undefined. */
function rises(old: Policy, next: Policy, request: Request): boolean | undefined {
  const [before, after] = [evaluate(old, request), evaluate(next, request)];
  if (rank(after.atLeast) > rank(before.atMost)) return true;
  return rank(after.atMost) <= rank(before.atLeast) ? false : undefined;
}

describe('the search against brute force', () => {
  test('no request gets further under a policy that is contained in another', () => {
    fc.assert(
      fc.property(
        arbitraryChange,
        fc.array(arbitraryRequest, { minLength: 100, maxLength: 100 }),
        ([old, next], requests) => {
          if (compare(old, next).kind === 'contained') {
            expect(requests.filter((request) => rises(old, next, request) === true)).toEqual([]);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('narrowed to one request, the search says what the evaluator says', () => {
    fc.assert(
      fc.property(
        fc.oneof(arbitraryChange, fc.tuple(arbitraryPolicy, arbitraryPolicy)),
        fc.array(arbitraryRequest, { minLength: 3, maxLength: 3 }),
        ([old, next], requests) => {
          for (const request of requests.filter((each) => KEY_ACTIONS.includes(each.action))) {
            const { principal, action, context, resource = '' } = request;
            const [, partition, , region, account] = resource.split(':');
            const comparison = new Comparison(old, next, {
              environment: { partition, region, account },
              principals: [principal],
              pinned: Object.fromEntries(KEYS.map((key) => [key, context[key] ?? []])),
            });
            const found = comparison.first({ actions: [action], principals: (each) => each === principal });
            const expected = rises(old, next, request);
            const isDecided = [old, next].every((each) => evaluate(each, request).level !== 'undecided');
            if (expected === true && isDecided) expect(found.kind).toBe('witness');
            if (found.kind === 'contained') expect(expected).not.toBe(true);
            const isOneRequest = KEYS.every((key) => (context[key] ?? []).length < 2);
            if (
              found.kind === 'witness' &&
              isOneRequest &&
              old.statements
                .concat(next.statements)
                .every(({ resources }) => resources.patterns.includes('*'))
            ) {
              expect(expected).toBe(true);
            }
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('nothing stays open but what is not known of services, of federated users, of ARNs and of texts as flags', () => {
    const expected =
      /^whether .*(federated the caller|aws:Principal(Type|Arn|Account)|ResourceAliases|Bool(IfExists)? aws:PrincipalTag).* is not known$/;
    fc.assert(
      fc.property(arbitraryChange, ([old, next]) => {
        const comparison = compare(old, next);
        if (comparison.kind === 'unknown') {
          for (const reason of comparison.reasons) expect(reason).toMatch(expected);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
