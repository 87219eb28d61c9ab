import { OPERATORS, type Condition } from '../policy/condition';
import { dateValue, numericValue } from '../policy/condition-value';
import type { Domain } from './text';

/** Keys of KMS that count days, so no value lies between two neighbouring whole numbers. */
const WHOLE = /^kms:.*days|^aws:multifactorauthage$/;

/** The numbers that a key may hold: the points that conditions name, and one number in each gap. */
export function numberDomain(key: string, conditions: readonly Condition[]): Domain {
  const between = WHOLE.test(key) ? wholeBetween : decimalBetween;
  const least = WHOLE.test(key) ? 0 : -Infinity;
  return orderedDomain(conditions, numericValue, (points) =>
    [
      ...points,
      Math.ceil(points[0]) - 1,
      // Stryker disable next-line ArrayDeclaration: what is no number is not among the least or more
      ...points.slice(1).flatMap((point, i) => between(points[i], point) ?? []),
      Math.max(least, Math.floor(points[points.length - 1]) + 1),
    ]
      .filter((value) => value >= least)
      .map((value) => decimal(value)),
  );
}

function wholeBetween(low: number, high: number): number | undefined {
  const next = Math.max(0, Math.floor(low) + 1);
  return next < high ? next : undefined;
}

/** The number between two others that needs the fewest decimals. */
function decimalBetween(low: number, high: number): number {
  for (let scale = 1; ; scale *= 10) {
    const middle = (Math.floor(low * scale) + 1) / scale;
    if (middle > low && middle < high) return middle;
  }
}

/** Plain decimal digits, without the exponent that `String` gives small numbers. */
const decimal = (value: number): string =>
  String(value).includes('e') ? value.toFixed(13).replace(/0+$/, '') : String(value);

const DAY = 86_400_000;

/** The moments that a key may hold: those that conditions name, and one in each gap. */
export function dateDomain(conditions: readonly Condition[]): Domain {
  return orderedDomain(conditions, dateValue, (points) =>
    [
      ...points,
      points[0] - DAY,
      ...points
        .slice(1)
        .flatMap((point, i) => (point - points[i] > 1 ? [Math.floor((points[i] + point) / 2)] : [])),
      points[points.length - 1] + DAY,
    ].map(writeDate),
  );
}

/** The last moment that ISO 8601 writes with a year of four digits. */
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

const writeDate = (time: number): string =>
  time > LAST ? String(Math.ceil(time / 1000)) : new Date(time).toISOString();

function orderedDomain(
  conditions: readonly Condition[],
  valueOf: (text: string) => number | undefined,
  sample: (points: readonly number[]) => string[],
): Domain {
  const points = conditions.flatMap(({ values }) => values.map((value) => Number(valueOf(value))));
  return {
    samples: () => sample([...new Set(points)].sort((a, b) => a - b)),
    tests: conditions.map(({ operator, values }) => {
      const holds = comparison(operator);
      const expected = values.map((value) => Number(valueOf(value)));
      return (value) => {
        const actual = valueOf(value);
        if (actual === undefined) return undefined;
        const matches = expected.some((each) => holds(actual, each));
        return OPERATORS[operator].negated ? !matches : matches;
      };
    }),
  };
}

/** What `LessThan` and its like ask, whether of numbers or of dates. */
function comparison(operator: string): (actual: number, expected: number) => boolean {
  if (operator.endsWith('LessThan')) return (actual, expected) => actual < expected;
  if (operator.endsWith('LessThanEquals')) return (actual, expected) => actual <= expected;
  if (operator.endsWith('GreaterThan')) return (actual, expected) => actual > expected;
  if (operator.endsWith('GreaterThanEquals')) return (actual, expected) => actual >= expected;
  return (actual, expected) => actual === expected;
}
