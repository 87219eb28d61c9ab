import { OPERATORS, type Condition, type Operator } from '../policy/condition';
import { dateValue } from '../policy/condition-value';
import { quote } from '../policy/invalid-policy';
import { isOpaque, isUnresolved } from '../policy/opaque';

/** Whether something holds; undefined when nothing known tells. */
export type Truth = boolean | undefined;

/** A question about a request that conditions of both policies ask; the same question is one atom. */
export interface Atom {
  readonly id: number;
  /** What it asks; undefined when its answer is open for every request. */
  readonly condition?: Condition;
  /** Why its answer is open. */
  readonly open?: string;
}

/** An atom that asks about the value of a condition key. */
export type ConditionAtom = Atom & { readonly condition: Condition };

/** The atoms of a pair of policies. */
export class Atoms {
  readonly #atoms = new Map<string, Atom>();

  get all(): readonly Atom[] {
    return [...this.#atoms.values()];
  }

  /** The atom of a condition: the order of its values does not matter. */
  ofCondition(condition: Condition): Atom {
    const { operator, quantifier, ifExists, key, label, values } = condition;
    const open = condition.undecided ?? undecidable(condition);
    if (open === undefined) {
      const text = JSON.stringify([operator, quantifier, ifExists, key, [...new Set(values)].sort()]);
      return this.#intern(text, { condition });
    }
    return this.openFor(`${label} ${JSON.stringify(values)}`, open);
  }

  /**
   * An atom whose answer is open for every request.
   *
   * The same text in both policies has the same answer, whatever it is, unless it waits for a value
   * that somebody may choose differently each time.
   */
  openFor(text: string, reason: string): Atom {
    return this.#intern(isUnresolved(text) ? `${text} ${this.#atoms.size}` : `open ${text}`, {
      open: reason,
    });
  }

  /** Why the answers to some atoms are open. */
  reasons(ids: readonly number[]): string[] {
    return this.all
      .filter(({ id }) => ids.includes(id))
      .map(({ open, condition }) => open ?? question(condition as Condition));
  }

  #intern(text: string, atom: Omit<Atom, 'id'>): Atom {
    const known = this.#atoms.get(text);
    if (known !== undefined) return known;
    const added = { id: this.#atoms.size, ...atom };
    this.#atoms.set(text, added);
    return added;
  }
}

function question({ label, values }: Condition): string {
  return `whether ${label} [${values.map(quote).join(', ')}] holds is not known`;
}

/** Characters that UTF-16 writes as two: whether `?` takes one or both is not documented. */
const SURROGATE = /[\ud800-\udfff]/;
/** As many digits as leave room for a number between any two. */
const DIGITS = 12;

/** Whether the values of an operator may have wildcards. */
export const hasWildcards = (operator: Operator): boolean =>
  OPERATORS[operator].type === 'arn' || operator.endsWith('Like');

/** Why the search cannot decide a condition, although its values are well formed. */
function undecidable({ operator, values }: Condition): string | undefined {
  const reason = (value: string): string | undefined => {
    const shown = quote(value);
    if (SURROGATE.test(value)) return `the value ${shown} has a character outside the basic plane`;
    if (isOpaque(value) && hasWildcards(operator) && /[*?]/.test(value)) {
      return `the value ${shown} has a wildcard beside what is not known before the deployment`;
    }
    if (operator.endsWith('IgnoreCase') && !isAscii(value)) {
      return `the value ${shown} is compared regardless of case, which is defined for ASCII alone`;
    }
    if (OPERATORS[operator].type === 'numeric' && value.replace(/\D/g, '').length > DIGITS) {
      return `the value ${shown} has more than ${DIGITS} digits`;
    }
    if (OPERATORS[operator].type === 'date' && !/^[1-9]\d{3}-/.test(isoDate(value))) {
      return `the value ${shown} is not between the years 1000 and 9999`;
    }
    return undefined;
  };
  return values.map(reason).find((each) => each !== undefined);
}

const isoDate = (text: string): string => new Date(Number(dateValue(text))).toISOString();

/** Whether a text is in ASCII, for which upper and lower case are beyond doubt. */
export const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

export const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);

/** True if one is true, else open if one is open, else false. */
export function some(truths: Iterable<Truth>): Truth {
  let result: Truth = false;
  for (const truth of truths) {
    if (truth === true) return true;
    if (truth === undefined) result = undefined;
  }
  return result;
}

/** Whether a condition holds for a request that lacks its key. */
export function holdsWhenAbsent({ operator, quantifier, ifExists, values }: Condition): boolean {
  if (operator === 'Null') return values.includes('true');
  if (ifExists || quantifier === 'ForAllValues') return true;
  return quantifier === undefined && OPERATORS[operator].negated;
}
