import { OPERATORS, type Condition, type Operator } from '../policy/condition';
import { hasWildcards, isAscii, not, some, type Truth } from './atom';
import type { Budget } from './budget';
import { Glob, arnWildcards, exactly, ignoringCase, wildcards } from './glob';
import { fillIns } from './readable';
import { cutBeside, points } from './regions';

/** What the conditions on one key make of its values. */
export interface Domain {
  /** At least one value of each region, the most readable first. */
  readonly samples: () => readonly string[];
  /** For each condition, whether one value meets it, quantifiers apart. */
  readonly tests: readonly ((value: string) => Truth)[];
}

/** A value with wildcards, or one that is compared regardless of case. */
export interface Pattern {
  readonly text: string;
  /** The same for the same text that is matched in the same way. */
  readonly name: string;
  readonly glob: Glob;
}

/** The values of a condition on texts: points are compared, patterns need automata. */
export interface Texts {
  readonly exact: ReadonlySet<string>;
  readonly patterns: readonly Pattern[];
}

/** Takes the values of a condition on texts apart. */
export function textsOf({ operator, values }: Condition): Texts {
  const way = wayToMatch(operator);
  const isPattern = (value: string): boolean =>
    way === 'regardless of case' || (way !== 'exactly' && /[*?]/.test(value));
  return {
    exact: new Set(values.filter((value) => !isPattern(value))),
    patterns: values
      .filter(isPattern)
      .map((text) => ({ text, name: `${way} ${text}`, glob: new Glob(WAYS[way](text)) })),
  };
}

const WAYS = {
  exactly,
  'regardless of case': ignoringCase,
  'as an ARN': arnWildcards,
  'as a text': wildcards,
};

function wayToMatch(operator: Operator): keyof typeof WAYS {
  if (operator.endsWith('IgnoreCase')) return 'regardless of case';
  if (!hasWildcards(operator)) return 'exactly';
  return OPERATORS[operator].type === 'arn' ? 'as an ARN' : 'as a text';
}

/** Whether an operator is certain to make something of a value. */
function isComparable(value: string, operator: Operator): boolean {
  if (operator === 'Bool') return value === 'true' || value === 'false';
  return !operator.endsWith('IgnoreCase') || isAscii(value);
}

/** Whether one value meets a condition on texts. */
export function textTest(
  condition: Condition,
  { exact, patterns } = textsOf(condition),
): (value: string) => Truth {
  const { negated } = OPERATORS[condition.operator];
  return (value) => {
    if (!isComparable(value, condition.operator)) return undefined;
    const matches = exact.has(value) || some(patterns.map(({ glob }) => glob.matches(value)));
    return negated ? not(matches) : matches;
  };
}

/** What `Bool` tells apart. */
export const FLAGS: readonly string[] = ['true', 'false'];

/** Any text but the empty one, which AWS takes for no value at times. */
const NOT_EMPTY = wildcards('?*');

/**
 * The texts that a key may hold, cut by the conditions on it.
 *
 * @param readable values to prefer as examples
 */
export function textDomain(
  conditions: readonly Condition[],
  readable: readonly string[],
  budget: Budget,
): Domain {
  const texts = conditions.map(textsOf);
  const exact = [...new Set(texts.flatMap((each) => [...each.exact]))];
  const patterns = [
    ...new Map(texts.flatMap((each) => each.patterns).map((each) => [each.name, each])).values(),
  ];
  return {
    samples: () =>
      [
        ...exact,
        ...readable,
        ...patterns.flatMap(({ text }) => fillIns(text)),
        ...cutBeside(
          new Glob(NOT_EMPTY),
          patterns.map(({ glob }) => glob),
          points(exact),
          budget,
        ),
        ...FLAGS,
      ].filter((sample) => sample !== ''),
    tests: conditions.map((condition, i) => textTest(condition, texts[i])),
  };
}
