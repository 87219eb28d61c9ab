import fc from 'fast-check';
import type { Truth } from '../../../lib/audit/containment/atom';
import {
  assume,
  bounds,
  clause,
  isWithin,
  type Clause,
  type Rank,
  type Side,
} from '../../../lib/audit/containment/clause';

const ATOMS = [0, 1, 2];
const allow = fc
  .tuple(fc.constantFrom<Rank>(1, 2), fc.subarray(ATOMS))
  .map(([rank, atoms]) => clause(rank, atoms));
const side: fc.Arbitrary<Side> = fc.record({
  allows: fc.array(allow, { maxLength: 3 }),
  denies: fc.array(
    fc.subarray(ATOMS).map((atoms) => clause(0, atoms)),
    { maxLength: 2 },
  ),
});

/** All answers to all atoms. */
const ANSWERS = Array.from({ length: 2 ** ATOMS.length }, (_, bits) =>
  ATOMS.map((atom) => (bits >> atom) % 2 === 1),
);

/** The rank of a side once every atom has an answer, straight from the meaning of a policy. */
function rankOf({ allows, denies }: Side, answers: readonly boolean[]): number {
  const holds = ({ atoms }: Clause): boolean => atoms.every((atom) => answers[atom]);
  return denies.some(holds) ? 0 : Math.max(0, ...allows.filter(holds).map(({ rank }) => rank));
}

describe('bounds', () => {
  test('hold between them the rank under any answers', () => {
    fc.assert(
      fc.property(side, (any) => {
        const { low, high } = bounds(any);
        for (const answers of ANSWERS) {
          expect(rankOf(any, answers)).toBeGreaterThanOrEqual(low);
          expect(rankOf(any, answers)).toBeLessThanOrEqual(high);
        }
      }),
    );
  });

  test.each<[string, Side, number, number]>([
    ['nothing', { allows: [], denies: [] }, 0, 0],
    ['an Allow', { allows: [clause(2, [])], denies: [] }, 2, 2],
    [
      'a conditional Allow above a certain one',
      { allows: [clause(1, []), clause(2, [0])], denies: [] },
      1,
      2,
    ],
    ['a Deny', { allows: [clause(2, [])], denies: [clause(0, [])] }, 0, 0],
    ['a conditional Deny', { allows: [clause(2, [])], denies: [clause(0, [0])] }, 0, 2],
  ])('of %s', (_, any, low, high) => {
    expect(bounds(any)).toEqual({ low, high });
  });
});

describe('assume', () => {
  test('leaves what a side comes to under the answers given', () => {
    fc.assert(
      fc.property(side, fc.subarray(ATOMS), (any, given) => {
        for (const answers of ANSWERS) {
          const left = assume(any, new Map(given.map((atom) => [atom, answers[atom]])));
          expect(rankOf(left, answers)).toBe(rankOf(any, answers));
          for (const { atoms } of [...left.allows, ...left.denies]) {
            expect(atoms.filter((atom) => given.includes(atom))).toEqual([]);
          }
        }
      }),
    );
  });

  test('marks an atom whose answer is open, and keeps each clause once', () => {
    const any = {
      allows: [clause(2, [0, 1]), clause(2, [0, 1, 2]), clause(1, [0])],
      denies: [clause(0, [3])],
    };
    const left = assume(
      any,
      new Map([
        [1, undefined],
        [2, true],
      ]),
    );
    expect(left).toEqual({ allows: [clause(2, [-2, 0]), clause(1, [0])], denies: [clause(0, [3])] });
  });
});

describe('isWithin', () => {
  test('holds only for a side that never ranks higher', () => {
    fc.assert(
      fc.property(side, side, (next, old) => {
        if (!isWithin(next, old)) return;
        for (const answers of ANSWERS)
          expect(rankOf(next, answers)).toBeLessThanOrEqual(rankOf(old, answers));
      }),
      { numRuns: 2000 },
    );
  });

  test.each<[string, Side, Side, boolean]>([
    [
      'the same',
      { allows: [clause(2, [0])], denies: [clause(0, [1])] },
      { allows: [clause(2, [0])], denies: [clause(0, [1])] },
      true,
    ],
    [
      'a lower rank',
      { allows: [clause(1, [0])], denies: [] },
      { allows: [clause(2, [0])], denies: [] },
      true,
    ],
    [
      'a higher rank',
      { allows: [clause(2, [0])], denies: [] },
      { allows: [clause(1, [0])], denies: [] },
      false,
    ],
    [
      'one more condition',
      { allows: [clause(2, [0, 1])], denies: [] },
      { allows: [clause(2, [0])], denies: [] },
      true,
    ],
    [
      'one condition less',
      { allows: [clause(2, [0])], denies: [] },
      { allows: [clause(2, [0, 1])], denies: [] },
      false,
    ],
    [
      'a wider Deny',
      { allows: [clause(2, [])], denies: [clause(0, [1])] },
      { allows: [clause(2, [])], denies: [clause(0, [1, 2])] },
      true,
    ],
    [
      'a narrower Deny',
      { allows: [clause(2, [])], denies: [clause(0, [1, 2])] },
      { allows: [clause(2, [])], denies: [clause(0, [1])] },
      false,
    ],
  ])('with %s', (_, next, old, expected) => {
    expect(isWithin(next, old)).toBe(expected);
  });
});

describe('what is assumed of one atom', () => {
  const side = { allows: [clause(2, [1, 2])], denies: [clause(0, [2])] };
  const left = (truths: [number, Truth][]) => {
    const { allows, denies } = assume(side, new Map(truths));
    return [allows, denies].map((clauses) => clauses.map(({ atoms }) => atoms));
  };

  test.each<[string, [number, Truth][], number[][][]]>([
    ['drops what does not hold', [[1, false]], [[], [[2]]]],
    ['drops it on both sides', [[2, false]], [[], []]],
    ['leaves out what holds', [[2, true]], [[[1]], [[]]]],
    ['keeps what stays open, as such', [[2, undefined]], [[[-3, 1]], [[-3]]]],
    ['leaves the rest as it is', [[7, false]], [[[1, 2]], [[2]]]],
  ])('%s', (_, truths, expected) => {
    expect(left(truths)).toEqual(expected);
  });
});
