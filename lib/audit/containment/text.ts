import { OPERATORS, type Condition } from '../policy/condition';
import { hasWildcards, isAscii, not, some, type Truth } from './atom';
import type { Budget } from './budget';
import { Glob, arnWildcards, ignoringCase, wildcards, type Step } from './glob';
import { fillIns } from './readable';
import { cutBeside, points } from './regions';

/** What the conditions on one key make of its values. */
export interface Domain {
  /** At least one value of each region, the most readable first. */
  readonly samples: () => readonly string[];
  /** For each condition, whether one value meets it, quantifiers apart. */
  readonly tests: readonly ((value: string) => Truth)[];
}

/** The values of a condition as exact strings and as patterns. */
export interface Texts {
  readonly exact: ReadonlySet<string>;
  readonly patterns: ReadonlyMap<string, Glob>;
}

/** Takes the values of a condition on texts apart: points are compared, patterns need automata. */
export function textsOf({ operator, values }: Condition): Texts {
  const exact = new Set<string>();
  const patterns = new Map<string, Glob>();
  for (const value of values) {
    const steps = stepsOf(operator, value);
    if (steps === undefined) exact.add(value);
    else patterns.set(value, new Glob(steps));
  }
  return { exact, patterns };
}

function stepsOf(operator: Condition['operator'], value: string): Step[] | undefined {
  if (/IgnoreCase$/.test(operator)) return ignoringCase(value);
  if (!hasWildcards(operator) || !/[*?]/.test(value)) return undefined;
  return OPERATORS[operator].type === 'arn' ? arnWildcards(value) : wildcards(value);
}

/** The values of which an operator is certain to make something. */
const COMPARABLE: readonly (readonly [RegExp, (value: string) => boolean])[] = [
  [/IgnoreCase$/, isAscii],
  [/^Bool$/, (value) => value === 'true' || value === 'false'],
];

/** Whether one value meets a condition on texts. */
export function textTest(
  condition: Condition,
  { exact, patterns } = textsOf(condition),
): (value: string) => Truth {
  const { negated } = OPERATORS[condition.operator];
  const isComparable =
    COMPARABLE.find(([operators]) => operators.test(condition.operator))?.[1] ?? (() => true);
  return (value) => {
    if (!isComparable(value)) return undefined;
    const matches = exact.has(value) || some([...patterns.values()].map((glob) => glob.matches(value)));
    return negated ? not(matches) : matches;
  };
}

/** Any text but the empty one, which AWS takes for no value at times. */
const NOT_EMPTY = wildcards('?*');

/**
 * The texts that a key may hold, cut by the conditions on it.
 *
 * @param hints values to look at first, and values to prefer as examples
 */
export function textDomain(
  conditions: readonly Condition[],
  hints: { readonly known: readonly string[]; readonly readable: readonly string[] },
  budget: Budget,
): Domain {
  const texts = conditions.map(textsOf);
  const exact = [...new Set(texts.flatMap((each) => [...each.exact]))];
  const patterns = new Map(texts.flatMap((each) => [...each.patterns]));
  return {
    samples: () =>
      [
        ...hints.known,
        ...exact,
        ...hints.readable,
        ...[...patterns.keys()].flatMap((pattern) => fillIns(pattern)),
        ...cutBeside(new Glob(NOT_EMPTY), [...patterns.values()], points(exact), budget),
      ].filter((sample) => sample !== ''),
    tests: conditions.map((condition, i) => textTest(condition, texts[i])),
  };
}
