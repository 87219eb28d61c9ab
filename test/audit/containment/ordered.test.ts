import fc from 'fast-check';
import { dateDomain, numberDomain } from '../../../lib/audit/containment/ordered';
import { dateValue, numericValue } from '../../../lib/audit/policy/condition-value';
import { conditionOf } from './condition';

const COMPARISONS = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const AGE = 'aws:MultiFactorAuthAge';
const QUOTA = 'ec2:RoleDelivery';

const numbers = (key: string, values: fc.Arbitrary<number>) =>
  fc.array(
    fc
      .tuple(fc.constantFrom(...COMPARISONS), fc.array(values, { minLength: 1, maxLength: 2 }))
      .map(([comparison, list]) => conditionOf(`Numeric${comparison}`, list, key)),
    { minLength: 1, maxLength: 4 },
  );

const COMPARE: Record<string, (actual: number, expected: number) => boolean> = {
  Equals: (a, b) => a === b,
  NotEquals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThan: (a, b) => a > b,
  GreaterThanEquals: (a, b) => a >= b,
};

describe('numberDomain', () => {
  test.each([
    [AGE, fc.integer({ min: -3, max: 6 }), fc.integer({ min: 0, max: 9 })],
    [AGE, fc.integer({ min: -3, max: 12 }).map((n) => n / 2), fc.integer({ min: 0, max: 9 })],
    [
      QUOTA,
      fc.integer({ min: -30, max: 30 }).map((n) => n / 10),
      fc.integer({ min: -400, max: 400 }).map((n) => n / 100),
    ],
  ])('has a sample for whatever the conditions make of any number of %s', (key, named, tried) => {
    fc.assert(
      fc.property(numbers(key, named), tried, (conditions, value) => {
        const { samples, tests } = numberDomain(key.toLowerCase(), conditions);
        const nameOf = (text: string): string => tests.map((test) => test(text)).join();
        expect(samples().map(nameOf)).toContain(nameOf(String(value)));
        for (const sample of samples()) expect(numericValue(sample)).toBeDefined();
        if (key === AGE) expect(samples().filter((sample) => sample.startsWith('-'))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test.each(COMPARISONS)('compares as Numeric%s says, with any one of its values', (comparison) => {
    const {
      tests: [test],
    } = numberDomain(QUOTA, [conditionOf(`Numeric${comparison}`, [2, 5], QUOTA)]);
    for (const value of [1, 2, 3, 5, 6]) {
      const some = [2, 5].some((expected) => COMPARE[comparison](value, expected));
      expect(test(String(value))).toBe(comparison === 'NotEquals' ? !some : some);
    }
  });

  test('writes small and neighbouring numbers so that they can be read', () => {
    const { samples } = numberDomain(QUOTA, [
      conditionOf('NumericEquals', ['0.0000001', '0.0000002'], QUOTA),
    ]);
    expect(samples()).toEqual(['0.0000001', '0.0000002', '0', '0.00000011', '1']);
  });

  test('finds a number between two that are hard to tell apart', () => {
    const { samples } = numberDomain(QUOTA, [conditionOf('NumericEquals', [0.29, 0.3], QUOTA)]);
    expect(samples()).toEqual(['0.29', '0.3', '0', '0.291', '1']);
  });

  test.each([
    'aws:principaltag/kms:days',
    'aws:principaltag/aws:multifactorauthage',
    'aws:multifactorauthages',
  ])('takes fractions of %s, which only looks as if it were counted', (key) => {
    expect(numberDomain(key, [conditionOf('NumericEquals', [7, 8], key)]).samples()).toContain('7.1');
  });

  test('leaves out fractions and negative numbers of what is counted', () => {
    const { samples } = numberDomain(AGE.toLowerCase(), [conditionOf('NumericEquals', [0, 1, 7], AGE)]);
    expect(samples()).toEqual(['0', '1', '7', '2', '8']);
    const days = 'kms:schedulekeydeletionpendingwindowindays';
    expect(numberDomain(days, [conditionOf('NumericEquals', [7, 8], days)]).samples()).toEqual([
      '7',
      '8',
      '6',
      '9',
    ]);
  });
});

describe('dateDomain', () => {
  const time = fc.constantFrom(
    '2026-01-01',
    '2026-01-01T00:00:00.001Z',
    '2026-01-01T00:00:00.003Z',
    '1767225600',
  );
  test('has a sample for whatever the conditions make of any moment', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc
            .tuple(fc.constantFrom(...COMPARISONS), time)
            .map(([comparison, value]) => conditionOf(`Date${comparison}`, value, 'aws:CurrentTime')),
          { minLength: 1, maxLength: 4 },
        ),
        fc.integer({ min: -3, max: 5 }),
        (conditions, offset) => {
          const { samples, tests } = dateDomain(conditions);
          const nameOf = (text: string): string => tests.map((test) => test(text)).join();
          const moment = new Date(Date.parse('2026-01-01') + offset).toISOString();
          expect(samples().map(nameOf)).toContain(nameOf(moment));
          for (const sample of samples()) expect(dateValue(sample)).toBeDefined();
        },
      ),
    );
  });

  test('has one moment in each gap that has any', () => {
    const times = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.003Z', '2026-01-01T00:00:00.004Z'];
    const { samples } = dateDomain([conditionOf('DateEquals', times, 'aws:CurrentTime')]);
    expect(samples()).toEqual([
      ...times,
      '2025-12-31T00:00:00.000Z',
      '2026-01-01T00:00:00.001Z',
      '2026-01-02T00:00:00.004Z',
    ]);
  });

  test('has a moment behind the last that ISO 8601 writes', () => {
    const { samples, tests } = dateDomain([
      conditionOf('DateGreaterThan', '9999-12-31T23:59:59.999Z', 'aws:CurrentTime'),
    ]);
    expect(samples().map(tests[0])).toEqual([false, false, true]);
    for (const sample of samples()) expect(dateValue(sample)).toBeDefined();
  });

  test('takes the same moment for the same, however it is written', () => {
    const { samples } = dateDomain([
      conditionOf('DateEquals', ['2026-01-01', '1767225600'], 'aws:CurrentTime'),
    ]);
    expect(samples()).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2025-12-31T00:00:00.000Z',
      '2026-01-02T00:00:00.000Z',
    ]);
  });
});
