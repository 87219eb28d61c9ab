import fc from 'fast-check';
import type { Truth } from '../../../lib/audit/containment/atom';
import { Budget, BudgetExceeded } from '../../../lib/audit/containment/budget';
import {
  assume,
  bounds,
  clause,
  type Clause,
  type Rank,
  type Side,
} from '../../../lib/audit/containment/clause';
import type { Choice, Variable } from '../../../lib/audit/containment/key-variable';
import { Search } from '../../../lib/audit/containment/search';

/** Three keys, two atoms each, with choices whose answers may be open. */
const ATOMS = [0, 1, 2, 3, 4, 5];
const truth = fc.constantFrom<Truth>(true, false, true, false, undefined);
const variables = fc
  .tuple(
    ...[0, 1, 2].map((key) =>
      fc.array(fc.tuple(truth, truth), { minLength: 1, maxLength: 4 }).map((answers): Variable => ({
        key: `key:${key}`,
        name: `key:${key}`,
        choices: answers.map(([one, other], i) => ({
          values: [String(i)],
          truths: new Map([
            [2 * key, one],
            [2 * key + 1, other],
          ]),
        })),
      })),
    ),
  )
  .map((all): Variable[] => all);

const atoms = fc.subarray([...ATOMS, -100], { maxLength: 3 });
const side: fc.Arbitrary<Side> = fc.record({
  allows: fc.array(
    fc.tuple(fc.constantFrom<Rank>(1, 2), atoms).map(([rank, ids]): Clause => clause(rank, ids)),
    { maxLength: 3 },
  ),
  denies: fc.array(
    atoms.map((ids): Clause => clause(0, ids)),
    { maxLength: 2 },
  ),
});

const everyChoice = ({ choices }: Variable): readonly Choice[] => choices;

/** All ways to choose a value for each key. */
function assignments([first, ...others]: readonly Variable[]): Choice[][] {
  if (first === undefined) return [[]];
  return first.choices.flatMap((choice) => assignments(others).map((rest) => [choice, ...rest]));
}

const under = (any: Side, choices: readonly Choice[]) =>
  bounds(choices.reduce((left, { truths }) => assume(left, truths), any));

describe('Search', () => {
  test('finds a rise if there is one, and reports what is open if there could be one', () => {
    fc.assert(
      fc.property(variables, side, side, (all, old, next) => {
        const { found, open } = new Search(all, new Budget(1e6)).find(old, next, everyChoice, '');
        const outcomes = assignments(all).map(
          (choices) => [under(old, choices), under(next, choices)] as const,
        );
        const isCertain = outcomes.some(([before, after]) => after.low > before.high);
        const isPossible = outcomes.some(([before, after]) => after.high > before.low);
        expect(found !== undefined).toBe(isCertain);
        if (isCertain || !isPossible) expect(open).toEqual([]);
        if (found === undefined) return;
        const chosen = all.map((variable) => found.get(variable) ?? variable.choices[0]);
        expect(under(next, chosen).low).toBeGreaterThan(under(old, chosen).high);
      }),
      { numRuns: 1500 },
    );
  });

  test('answers a question again as it did before, also in another space with other choices', () => {
    fc.assert(
      fc.property(variables, side, side, (all, old, next) => {
        const search = new Search(all, new Budget(1e6));
        const first = search.find(old, next, everyChoice, 'a');
        expect(search.find(old, next, everyChoice, 'a')).toEqual(first);
        const fewer = ({ choices }: Variable): readonly Choice[] => choices.slice(-1);
        const fresh = new Search(all, new Budget(1e6)).find(old, next, fewer, 'b');
        expect(search.find(old, next, fewer, 'b')).toEqual(fresh);
      }),
      { numRuns: 300 },
    );
  });

  const [one]: Variable[] = [
    {
      key: 'key:0',
      name: 'key:0',
      choices: [
        { values: [], truths: new Map([[0, false]]) },
        { values: ['a'], truths: new Map([[0, true]]) },
        { values: ['b'], truths: new Map([[0, undefined]]) },
      ],
    },
  ];
  const nothing: Side = { allows: [], denies: [] };

  test('names the atoms whose open answers matter', () => {
    const search = new Search([one], new Budget(1e3));
    const onlyOpen = ({ choices }: Variable) => [choices[0], choices[2]];
    const next: Side = { allows: [clause(2, [0, -8])], denies: [] };
    expect(search.find(nothing, next, onlyOpen, '').open.toSorted()).toEqual([0, 7]);
    expect(search.find(nothing, { allows: [clause(2, [-8])], denies: [] }, onlyOpen, '').open).toEqual([7]);
  });

  test('leaves nothing open where both sides wait for the same', () => {
    const same: Side = { allows: [clause(2, [-8])], denies: [clause(0, [-9])] };
    expect(new Search([one], new Budget(1e3)).find(same, same, everyChoice, '').open).toEqual([]);
  });

  test('finds nothing to choose where a rise is certain at once', () => {
    const next: Side = { allows: [clause(1, [])], denies: [] };
    expect(new Search([one], new Budget(1e3)).find(nothing, next, everyChoice, '')).toEqual({
      found: new Map(),
      open: [],
    });
  });

  test('ends when its budget does', () => {
    const next: Side = { allows: [clause(2, [0])], denies: [] };
    expect(() => new Search([one], new Budget(0)).find(nothing, next, everyChoice, '')).toThrow(
      BudgetExceeded,
    );
  });
});
