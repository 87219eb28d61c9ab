import fc from 'fast-check';
import { Budget } from '../../../lib/audit/containment/budget';
import { textDomain, textTest, textsOf } from '../../../lib/audit/containment/text';
import { opaque } from '../../../lib/audit/policy/opaque';
import { conditionOf } from './condition';

const READABLE = ['example'];

const OPERATORS = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
];

const condition = fc
  .tuple(
    fc.constantFrom(...OPERATORS),
    fc.array(fc.string({ unit: fc.constantFrom('a', 'B', '*', '?'), minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 2,
    }),
  )
  .map(([operator, values]) => conditionOf(operator, values));

describe('textDomain', () => {
  test('has a sample for whatever the conditions make of any text', () => {
    fc.assert(
      fc.property(
        fc.array(condition, { maxLength: 4 }),
        fc.string({ unit: fc.constantFrom('a', 'B', 'A', 'b', 'c', '*', '?'), minLength: 1, maxLength: 5 }),
        (conditions, text) => {
          const { samples, tests } = textDomain(conditions, READABLE, new Budget(1e6));
          const nameOf = (value: string): string => tests.map((test) => test(value)).join();
          expect(samples().map(nameOf)).toContain(nameOf(text));
          expect(samples()).not.toContain('');
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('has a flag and another text where one condition asks about a flag', () => {
    const { samples, tests } = textDomain(
      [conditionOf('Bool', 'true'), conditionOf('StringEquals', 'yes')],
      READABLE,
      new Budget(1e6),
    );
    expect(new Set(samples().map((value) => tests.map((test) => test(value)).join()))).toEqual(
      new Set(['true,false', 'false,false', ',true', ',false']),
    );
  });

  test('keeps the same text apart that two operators match in different ways', () => {
    const texts = ['arn:aws:s3:::a*', 'arn:aws:s3:a:b:c:a', 'arn:aws:s3:::A*', 'x'];
    const conditions = ['StringLike', 'ArnLike', 'StringEqualsIgnoreCase'].map((operator) =>
      conditionOf(operator, ['arn:*:s3:*:a*']),
    );
    const { samples, tests } = textDomain(conditions, READABLE, new Budget(1e6));
    const nameOf = (value: string): string => tests.map((test) => test(value)).join();
    const names = new Set(samples().map(nameOf));
    expect([...texts, 'ARN:*:s3:*:a*'].filter((text) => !names.has(nameOf(text)))).toEqual([]);
    expect(names.size).toBeGreaterThan(3);
  });

  test('prefers what the conditions name, then what reads well', () => {
    const conditions = [conditionOf('StringLike', ['team-*', 'ops'])];
    const { samples } = textDomain(conditions, READABLE, new Budget(1e6));
    expect(samples().slice(0, 3)).toEqual(['ops', 'example', 'team-example']);
  });
});

describe('textTest', () => {
  test.each([
    ['StringEquals', ['a*', 'b'], 'a*', true],
    ['StringEquals', ['a*', 'b'], 'ab', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringEqualsIgnoreCase', ['aB'], 'Ab', true],
    ['StringEqualsIgnoreCase', ['aB'], 'é', undefined],
    ['StringNotEqualsIgnoreCase', ['aB'], 'AB', false],
    ['StringLike', ['a*', 'b'], 'abc', true],
    ['StringLike', ['a*', 'b'], 'bc', false],
    ['StringNotLike', ['a*'], `${opaque('T')}`, undefined],
    ['StringLike', ['a*', opaque('T')], opaque('T'), true],
    ['ArnLike', ['arn:aws:s3:*:1:a'], 'arn:aws:s3:r:x:1:a', false],
    ['ArnEquals', ['arn:aws:s3:*:1:a'], 'arn:aws:s3:r:1:a', true],
    ['ArnNotLike', ['arn:aws:s3:*:1:a'], 'arn:aws:s3:r:1:a', false],
    ['Bool', ['true'], 'true', true],
    ['Bool', ['true'], 'false', false],
    ['Bool', ['false'], 'true', false],
    ['Bool', ['true'], 'yes', undefined],
  ])('says of %s %j and %j: %j', (operator, values, value, expected) => {
    expect(textTest(conditionOf(operator, values))(value)).toBe(expected);
  });
});

describe('textsOf', () => {
  test('takes wildcards for what they are only where the operator does', () => {
    expect([...textsOf(conditionOf('StringEquals', ['a*', 'b'])).exact]).toEqual(['a*', 'b']);
    const like = textsOf(conditionOf('StringLike', ['a*', 'b', 'c?']));
    expect([[...like.exact], like.patterns.map(({ text }) => text)]).toEqual([['b'], ['a*', 'c?']]);
  });
});
