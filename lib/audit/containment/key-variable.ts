import { OPERATORS, type Condition, type ValueType } from '../policy/condition';
import { addressDomain } from './address';
import { holdsWhenAbsent, not, some, type ConditionAtom, type Truth } from './atom';
import type { Budget } from './budget';
import { dateDomain, numberDomain } from './ordered';
import { FLAGS, textDomain, type Domain } from './text';

/** A condition key of the request, cut into the values that the conditions on it tell apart. */
export interface Variable {
  /** In lower case. */
  readonly key: string;
  /** As a policy writes it. */
  readonly name: string;
  readonly choices: readonly Choice[];
}

/** Values that no condition tells apart from others; none when the key is absent. */
export interface Choice {
  readonly values: readonly string[];
  readonly truths: ReadonlyMap<number, Truth>;
}

export interface KeyTraits {
  /** Values to tell apart, whatever the conditions are. */
  readonly known: readonly string[];
  /** Values to prefer in examples. */
  readonly readable: readonly string[];
  /** The only values that the key ever has. */
  readonly only?: readonly string[];
  /** Whether a request may hold several values of the key; undefined when that is not known. */
  readonly multivalued: boolean | undefined;
}

/** Cuts the values of a condition key by the conditions on it, "absent" being the first choice. */
export function cutKey(
  key: string,
  atoms: readonly ConditionAtom[],
  traits: KeyTraits,
  budget: Budget,
): Variable {
  const conditions = atoms.map(({ condition }) => condition);
  const { samples, tests } = domainOf(key, conditions, traits, budget);
  const single = distinct(
    (traits.only ?? [...traits.known, ...samples()]).map((value) => {
      budget.spend(atoms.length);
      return { values: [value], truths: new Map(atoms.map(({ id }, i) => [id, tests[i](value)])) };
    }),
  );
  const absent = {
    values: [],
    truths: new Map(atoms.map(({ id, condition }) => [id, holdsWhenAbsent(condition)])),
  };
  // Where nobody says whether a key has several values, a quantifier hints that it has.
  const multivalued = traits.multivalued ?? conditions.some(({ quantifier }) => quantifier !== undefined);
  return {
    key,
    name: conditions[0].label.slice(conditions[0].label.indexOf(' ') + 1),
    choices: [absent, ...(multivalued ? unions(single, atoms, budget) : single)],
  };
}

/** The test that a condition makes of one value of its key, or one that stays open. */
const test = (condition: Condition, domain: Domain, i: number): ((value: string) => Truth) => {
  if (condition.operator === 'Null') return () => condition.values.includes('false');
  return domain.tests[i] ?? (() => undefined);
};

/** The domain of the type that the conditions compare; conditions of another type stay open. */
function domainOf(key: string, conditions: readonly Condition[], traits: KeyTraits, budget: Budget): Domain {
  const type = mainType(conditions);
  const comparable = conditions.filter(({ operator }) => familyOf(operator) === type);
  const domain = {
    text: () => textDomain(comparable, traits.readable, budget),
    numeric: () => numberDomain(key, comparable),
    date: () => dateDomain(comparable),
    ip: () => addressDomain(comparable),
  }[type]();
  return {
    samples: () => (areFlags(comparable) ? FLAGS : domain.samples()),
    tests: conditions.map((condition) => test(condition, domain, comparable.indexOf(condition))),
  };
}

type Family = 'text' | 'numeric' | 'date' | 'ip';

const FAMILIES: Readonly<Partial<Record<ValueType, Family>>> = {
  string: 'text',
  arn: 'text',
  bool: 'text',
  numeric: 'numeric',
  date: 'date',
  ip: 'ip',
};

function familyOf(operator: Condition['operator']): Family | undefined {
  return FAMILIES[OPERATORS[operator].type];
}

const mainType = (conditions: readonly Condition[]): Family =>
  conditions.map(({ operator }) => familyOf(operator)).find((family) => family !== undefined) ?? 'text';

/** Whether nothing but `true` and `false` is asked about. */
const areFlags = (conditions: readonly Condition[]): boolean =>
  [...new Set(conditions.map(({ operator }) => operator))].join() === 'Bool';

const nameOf = ({ truths }: Choice): string => [...truths.values()].join();

/** The first choice of each kind. */
function distinct(choices: readonly Choice[]): Choice[] {
  const all = new Map<string, Choice>();
  for (const choice of choices) if (!all.has(nameOf(choice))) all.set(nameOf(choice), choice);
  return [...all.values()];
}

/**
 * All sets of values, as far as the conditions tell them apart.
 *
 * `ForAnyValue` holds for a union when it holds for a part, `ForAllValues` when it holds for both;
 * without a quantifier AWS does not say what several values mean, so that stays open.
 */
function unions(single: readonly Choice[], atoms: readonly ConditionAtom[], budget: Budget): Choice[] {
  const union = (a: Choice, b: Choice): Choice => ({
    values: [...new Set([...a.values, ...b.values])],
    truths: new Map(
      atoms.map(({ id, condition: { quantifier, operator } }) => {
        const [left, right] = [a.truths.get(id), b.truths.get(id)];
        if (operator === 'Null') return [id, left];
        if (quantifier === 'ForAnyValue') return [id, some([left, right])];
        return [id, quantifier === 'ForAllValues' ? not(some([not(left), not(right)])) : undefined];
      }),
    ),
  });
  const all = new Map(single.map((choice) => [nameOf(choice), choice]));
  for (const choice of all.values()) {
    for (const other of single) {
      budget.spend(atoms.length);
      const joined = union(choice, other);
      if (!all.has(nameOf(joined))) all.set(nameOf(joined), joined);
    }
  }
  return [...all.values()];
}
