import { Atoms, holdsWhenAbsent, isAscii, not, some, type Truth } from '../../../lib/audit/containment/atom';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';
import { conditionOf } from './condition';

describe('Atoms', () => {
  const atoms = new Atoms();
  const idOf = (operator: string, values: unknown, key?: string): number =>
    atoms.ofCondition(conditionOf(operator, values, key)).id;

  test('asks the same question once, whatever the order and number of its values', () => {
    expect(idOf('StringLike', ['a', 'b'])).toBe(idOf('StringLike', ['b', 'a', 'a']));
    expect(idOf('StringLike', 'a', 'AWS:principaltag/TEAM')).toBe(idOf('StringLike', ['a']));
  });

  test.each([
    ['StringEquals', 'a', undefined],
    ['StringLikeIfExists', 'a', undefined],
    ['ForAnyValue:StringLike', 'a', undefined],
    ['ForAllValues:StringLike', 'a', undefined],
    ['StringLike', 'b', undefined],
    ['StringLike', 'a', 'aws:PrincipalTag/other'],
  ])('tells %s %j on %s from another question', (operator, values, key) => {
    expect(idOf(operator, values, key)).not.toBe(idOf('StringLike', 'a'));
  });

  test.each([
    ['a policy variable', 'StringEquals', '${aws:userid}', 'has a policy variable'],
    ['an unknown operator', 'BinaryEquals', 'YQ==', 'the condition operator "BinaryEquals" is not decided'],
    ['a value of another type', 'NumericEquals', 'many', 'is not of the type numeric'],
    [
      'a value that waits for a parameter',
      'StringEquals',
      unresolved('P'),
      'is not known before the deployment',
    ],
    ['a wildcard beside an opaque value', 'StringLike', `${opaque('T')}*`, 'has a wildcard beside'],
    [
      'a wildcard beside an opaque value',
      'ArnEquals',
      `arn:aws:s3:::${opaque('T')}*`,
      'has a wildcard beside',
    ],
    ['a character outside the basic plane', 'StringLike', '😀*', 'outside the basic plane'],
    ['a letter outside ASCII', 'StringEqualsIgnoreCase', 'É', 'defined for ASCII alone'],
    ['such a letter in a later value', 'StringEqualsIgnoreCase', ['e', 'É'], 'defined for ASCII alone'],
    ['too many digits', 'NumericLessThan', '1234567890.123', 'has more than 12 digits'],
    ['a date out of range', 'DateLessThan', '0900-01-01', 'not between the years 1000 and 9999'],
    ['a date out of range', 'DateLessThan', '999999999999', 'not between the years 1000 and 9999'],
    ['no value at all', 'StringEquals', [], 'there is no value'],
  ])('fails closed on %s', (_, operator, value, reason) => {
    const atom = atoms.ofCondition(conditionOf(operator, value));
    expect(atom.condition).toBeUndefined();
    expect(atom.open).toContain(reason);
    expect(atoms.reasons([atom.id])).toEqual([atom.open]);
  });

  test.each([
    ['StringEquals', `${opaque('T')}*`],
    ['ArnEquals', `arn:aws:s3:::${opaque('T')}`],
    ['StringEqualsIgnoreCase', 'plain'],
    ['StringEquals', '1234567890123'],
    ['NumericLessThan', '123456.789012'],
    ['DateLessThan', '9999-01-01'],
  ])('decides %s %j', (operator, value) => {
    expect(atoms.ofCondition(conditionOf(operator, value)).open).toBeUndefined();
  });

  test('has one answer for an open question that both policies ask, unless it waits for a choice', () => {
    expect(idOf('StringEquals', '${aws:userid}')).toBe(idOf('StringEquals', '${aws:userid}'));
    expect(idOf('StringEquals', '${aws:userid}')).not.toBe(idOf('StringLike', '${aws:userid}'));
    expect(idOf('StringEquals', unresolved('P'))).not.toBe(idOf('StringEquals', unresolved('P')));
    expect(atoms.openFor('x', 'why')).toEqual({ ...atoms.openFor('x', 'why again'), open: 'why' });
  });

  test('says which condition is open where a request leaves it so', () => {
    expect(atoms.reasons([idOf('StringLike', ['a', 'b'])])).toEqual([
      'whether StringLike aws:PrincipalTag/team ["a", "b"] holds is not known',
    ]);
  });
});

describe('some', () => {
  test.each<[Truth[], Truth]>([
    [[], false],
    [[false, false], false],
    [[undefined, false], undefined],
    [[false, undefined], undefined],
    [[undefined, true], true],
    [[true, undefined], true],
  ])('of %j is %j', (truths, expected) => {
    expect(some(truths)).toBe(expected);
  });
});

describe('holdsWhenAbsent', () => {
  test.each([
    ['StringEquals', false],
    ['StringNotEquals', true],
    ['NotIpAddress', true],
    ['NumericLessThan', false],
    ['ForAnyValue:StringNotEquals', false],
    ['ForAllValues:StringEquals', true],
    ['StringEqualsIfExists', true],
    ['ForAnyValue:StringEqualsIfExists', true],
  ])('%s: %j', (operator, expected) => {
    const value = { NotIpAddress: '::1', NumericLessThan: '1' }[operator] ?? 'a';
    expect(holdsWhenAbsent(conditionOf(operator, value))).toBe(expected);
  });

  test.each([
    ['true', true],
    ['false', false],
  ])('Null %s: %j', (value, expected) => {
    expect(holdsWhenAbsent(conditionOf('Null', value))).toBe(expected);
  });
});

describe('three-valued logic', () => {
  test('keeps open what an open part could still tip', () => {
    expect([not(true), not(false), not(undefined)]).toEqual([false, true, undefined]);
    expect(some([])).toBe(false);
    expect(some([false, undefined])).toBeUndefined();
    expect(some([undefined, false])).toBeUndefined();
    expect(some([undefined, true])).toBe(true);
  });
});

describe('isAscii', () => {
  test.each([
    ['aZ~\n', true],
    ['é', false],
    ['\x80', false],
    ['\x7f', true],
  ])('%j: %j', (text, expected) => {
    expect(isAscii(text)).toBe(expected);
  });
});
