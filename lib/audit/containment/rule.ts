import type { Policy, Statement } from '../policy/document';
import type { Patterns } from '../policy/patterns';
import { isOpaque } from '../policy/opaque';

import { DERIVED_KEYS } from '../policy/principal';
import type { PrincipalPattern } from '../policy/principal-pattern';
import { not, some, type Atoms, type ConditionAtom, type Truth } from './atom';
import { Glob, wildcards, wildcardsIgnoringCase, type Step } from './glob';

/** A statement in the terms of the search. */
export interface Rule {
  readonly effect: Statement['effect'];
  readonly principals: readonly PrincipalPattern[];
  readonly actions: Selector;
  readonly resources: Selector;
  /** The conditions on keys that follow from the principal. */
  readonly onPrincipal: readonly ConditionAtom[];
  /** The atoms of all other conditions; a negative one is open for every request. */
  readonly onContext: readonly number[];
}

/** The patterns of `Action` or `Resource`. */
export interface Selector {
  /** Those that can be decided, as they are written and as automata. */
  readonly patterns: ReadonlyMap<string, Glob>;
  matches(text: string): Truth;
  /** The atom that stands for the selector where it is open. */
  readonly atom: number;
}

/** The statements of a policy that have an effect. */
export function rulesOf({ statements }: Policy, atoms: Atoms): Rule[] {
  return statements
    .filter(({ ineffective }) => ineffective === undefined)
    .map((statement) => {
      const all = statement.conditions.map((condition) => atoms.ofCondition(condition));
      const decidable = all.filter((atom): atom is ConditionAtom => atom.condition !== undefined);
      const isOnPrincipal = ({ condition }: ConditionAtom): boolean => DERIVED_KEYS.includes(condition.key);
      return {
        effect: statement.effect,
        principals: statement.principals,
        actions: selectorOf('Action', statement.actions, wildcardsIgnoringCase, atoms),
        resources: selectorOf('Resource', statement.resources, wildcards, atoms),
        onPrincipal: decidable.filter(isOnPrincipal),
        onContext: [
          ...decidable.filter((atom) => !isOnPrincipal(atom)).map(({ id }) => id),
          ...all.filter(({ open }) => open !== undefined).map(({ id }) => -1 - id),
        ],
      };
    });
}

/** What a wildcard makes of a value that is not known before the deployment is open. */
const isHalfKnown = (pattern: string): boolean => isOpaque(pattern) && /[*?]/.test(pattern);

function selectorOf(
  element: string,
  { negated, patterns, undecided }: Patterns,
  stepsOf: (pattern: string) => Step[],
  atoms: Atoms,
): Selector {
  const text = `${negated ? 'Not' : ''}${element} ${JSON.stringify(patterns)}`;
  const globs = new Map(patterns.map((pattern) => [pattern, new Glob(stepsOf(pattern))]));
  const matchesPattern =
    (value: string) =>
    ([pattern, glob]: [string, Glob]): Truth =>
      pattern === value || (isHalfKnown(pattern) ? undefined : glob.matches(value));
  return {
    patterns: undecided === undefined ? globs : new Map(),
    matches: (value) => {
      if (undecided !== undefined) return undefined;
      const matches = some([...globs].map(matchesPattern(value)));
      return negated ? not(matches) : matches;
    },
    atom: atoms.openFor(text, undecided ?? `whether it is in ${text} is not known`).id,
  };
}
