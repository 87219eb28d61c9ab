import { BlockList } from 'node:net';
import { OPERATORS, type Condition, type Operator } from './condition';
import { addressRange, dateValue, numericValue, type AddressRange } from './condition-value';
import { arnLike, equals, equalsIgnoringCase, like } from './evaluate-text';
import { quote } from './invalid-policy';
import { every, not, some, type Truth } from './truth';

/**
 * Whether a condition holds for the values that its key has in a request.
 *
 * @param values empty when the request does not have the key
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function evaluateCondition(condition: Condition, values: readonly string[]): Truth {
  const { operator, quantifier, label } = condition;
  if (condition.undecided !== undefined) {
    return { undecided: condition.undecided };
  }
  if (operator === 'Null') {
    return condition.values.includes(String(values.length === 0));
  }
  if (values.length === 0) {
    return holdsWhenAbsent(condition);
  }
  if (values.includes('')) {
    return { undecided: `${label}: AWS takes an empty value for no value at times` };
  }
  const matches = (actual: string): Truth => matchesOne(operator, condition.values, actual);
  if (quantifier === 'ForAnyValue') {
    return some(values, matches);
  }
  return quantifier === 'ForAllValues' || values.length === 1
    ? every(values, matches)
    : { undecided: `${label}: several values need ForAnyValue or ForAllValues` };
}

/**
 * What a condition makes of a key that the request does not have.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists
 */
function holdsWhenAbsent({ operator, quantifier, ifExists }: Condition): boolean {
  if (ifExists) {
    return true;
  }
  return quantifier === undefined ? OPERATORS[operator].negated : quantifier === 'ForAllValues';
}

type Comparable = Exclude<Operator, 'Null'>;

/** One value of the request against those of the policy: one must match, under a negated operator none. */
function matchesOne(operator: Comparable, values: readonly string[], actual: string): Truth {
  const matches = some(values, (expected) => COMPARISONS[operator](expected, actual));
  return OPERATORS[operator].negated ? not(matches) : matches;
}

/** Compares a value of the policy, which reading the policy has checked, with one of the request. */
type Comparison = (expected: string, actual: string) => Truth;

const isIn: Comparison = (expected, actual) => {
  const range = addressRange(expected) as AddressRange;
  const address = addressRange(actual);
  if (address === undefined || actual.includes('/')) {
    return { undecided: `${quote(actual)} is no IP address` };
  }
  if (range.family !== address.family) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(range.address, range.prefix, range.family);
  return list.check(address.address, address.family);
};

const isSame: Comparison = (expected, actual) =>
  actual === 'true' || actual === 'false'
    ? expected === actual
    : { undecided: `${quote(actual)} is neither "true" nor "false"` };

const numeric = ordered(numericValue, 'number');
const date = ordered(dateValue, 'date');

/** How each operator compares; a negated one is the opposite of its comparison. */
const COMPARISONS: Record<Comparable, Comparison> = {
  StringEquals: equals,
  StringNotEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoringCase,
  StringNotEqualsIgnoreCase: equalsIgnoringCase,
  StringLike: like,
  StringNotLike: like,
  ArnEquals: arnLike,
  ArnNotEquals: arnLike,
  ArnLike: arnLike,
  ArnNotLike: arnLike,
  NumericEquals: numeric((actual, expected) => actual === expected),
  NumericNotEquals: numeric((actual, expected) => actual === expected),
  NumericLessThan: numeric((actual, expected) => actual < expected),
  NumericLessThanEquals: numeric((actual, expected) => actual <= expected),
  NumericGreaterThan: numeric((actual, expected) => actual > expected),
  NumericGreaterThanEquals: numeric((actual, expected) => actual >= expected),
  DateEquals: date((actual, expected) => actual === expected),
  DateNotEquals: date((actual, expected) => actual === expected),
  DateLessThan: date((actual, expected) => actual < expected),
  DateLessThanEquals: date((actual, expected) => actual <= expected),
  DateGreaterThan: date((actual, expected) => actual > expected),
  DateGreaterThanEquals: date((actual, expected) => actual >= expected),
  Bool: isSame,
  IpAddress: isIn,
  NotIpAddress: isIn,
};

function ordered(valueOf: (text: string) => number | undefined, noun: string) {
  return (holds: (actual: number, expected: number) => boolean): Comparison =>
    (expected, actual) => {
      const actualValue = valueOf(actual);
      return actualValue === undefined
        ? { undecided: `${quote(actual)} is no exact ${noun}` }
        : holds(actualValue, valueOf(expected) as number);
    };
}
