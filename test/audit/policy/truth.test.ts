import { and, every, not, or, some, type Truth } from '../../../lib/audit/policy/truth';

const ONE: Truth = { undecided: 'one' };
const OTHER: Truth = { undecided: 'other' };

describe('three-valued logic', () => {
  test.each<[Truth, Truth, Truth, Truth]>([
    [true, true, true, true],
    [true, false, false, true],
    [false, true, false, true],
    [false, false, false, false],
    [ONE, true, ONE, true],
    [true, ONE, ONE, true],
    [ONE, false, false, ONE],
    [false, ONE, false, ONE],
    [ONE, OTHER, ONE, ONE],
  ])('%j with %j: and %j, or %j', (one, other, both, either) => {
    expect(and(one, other)).toEqual(both);
    expect(or(one, other)).toEqual(either);
    expect(every([one, other], (truth) => truth)).toEqual(both);
    expect(some([one, other], (truth) => truth)).toEqual(either);
  });

  test.each<[Truth[], Truth, Truth]>([
    [[], true, false],
    [[ONE, OTHER, true], ONE, true],
    [[ONE, OTHER, false], false, ONE],
    [[true, OTHER, ONE, true], OTHER, true],
  ])('of %j: all %j, one %j', (truths, all, one) => {
    expect(every(truths, (truth) => truth)).toEqual(all);
    expect(some(truths, (truth) => truth)).toEqual(one);
  });

  test('stops where the rest cannot matter', () => {
    const asked: number[] = [];
    const ask = (truth: Truth, index: number) => {
      asked.push(index);
      return truth;
    };
    expect(every([true, false, true], ask)).toBe(false);
    expect(some([false, true, false], ask)).toBe(true);
    expect(asked).toEqual([0, 1, 0, 1]);
  });

  test('keeps the reason of an open question under negation', () => {
    expect([not(true), not(false), not(ONE)]).toEqual([false, true, ONE]);
  });
});
