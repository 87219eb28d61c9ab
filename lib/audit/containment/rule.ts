import type { Statement } from '../policy/document';
import { quote } from '../policy/invalid-policy';
import { isOpaque } from '../policy/opaque';
import type { Patterns } from '../policy/patterns';
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
  /** The texts without wildcards. */
  readonly exact: readonly string[];
  /** The texts with wildcards, as automata too. */
  readonly patterns: ReadonlyMap<string, Glob>;
  matches(text: string): Truth;
  /** The atom that stands for the selector where it is open. */
  readonly atom: number;
}

/** A statement in the terms of the search. */
export function ruleOf(
  { effect, principals, actions, resources, conditions }: Statement,
  atoms: Atoms,
): Rule {
  const all = conditions.map((condition) => atoms.ofCondition(condition));
  const decidable = all.filter((atom): atom is ConditionAtom => atom.condition !== undefined);
  const isOnPrincipal = ({ condition }: ConditionAtom): boolean => DERIVED_KEYS.includes(condition.key);
  return {
    effect,
    principals,
    actions: selectorOf('Action', actions, wildcardsIgnoringCase, inLowerCase, atoms),
    resources: selectorOf('Resource', resources, wildcards, asIs, atoms),
    onPrincipal: decidable.filter(isOnPrincipal),
    onContext: [
      ...decidable.filter((atom) => !isOnPrincipal(atom)).map(({ id }) => id),
      ...all.filter(({ open }) => open !== undefined).map(({ id }) => -1 - id),
    ],
  };
}

const asIs = (text: string): string => text;
// Stryker disable next-line MethodExpression: upper case tells texts apart as well
const inLowerCase = (text: string): string => text.toLowerCase();

function selectorOf(
  element: string,
  { negated, patterns, undecided }: Patterns,
  stepsOf: (pattern: string) => Step[],
  fold: (text: string) => string,
  atoms: Atoms,
): Selector {
  const exact = patterns.filter((pattern) => !/[*?]/.test(pattern));
  const wild = patterns.filter((pattern) => /[*?]/.test(pattern));
  const globs = new Map(
    wild.filter((pattern) => !isOpaque(pattern)).map((pattern) => [pattern, new Glob(stepsOf(pattern))]),
  );
  const folded = new Set(exact.map(fold));
  // What a wildcard makes of a value that is not known before the deployment is open.
  const rest: Truth = globs.size < new Set(wild).size ? undefined : false;
  return {
    exact,
    patterns: globs,
    matches: (value) => {
      if (undecided !== undefined) return undefined;
      const matches =
        folded.has(fold(value)) || some([rest, ...[...globs.values()].map((glob) => glob.matches(value))]);
      return negated ? not(matches) : matches;
    },
    atom: atoms.openFor(
      JSON.stringify([element, negated, patterns]),
      undecided ?? `whether ${element} [${patterns.map(quote).join(', ')}] is meant is not known`,
    ).id,
  };
}
