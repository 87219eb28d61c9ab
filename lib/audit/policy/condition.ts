import { InvalidPolicy, entriesOf, quote } from './invalid-policy';
import { addressRange, dateValue, numericValue } from './condition-value';
import { isOpaque, isUnresolved } from './opaque';

/** What a condition operator compares. */
export type ValueType = 'string' | 'arn' | 'numeric' | 'date' | 'bool' | 'ip' | 'null';

/** How a condition operator compares: a negated one holds where its opposite does not. */
export interface OperatorTraits {
  readonly type: ValueType;
  readonly negated: boolean;
}

/**
 * The condition operators that are decided.
 *
 * `BinaryEquals` is missing on purpose: no key of KMS is binary.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const OPERATORS = {
  StringEquals: { type: 'string', negated: false },
  StringNotEquals: { type: 'string', negated: true },
  StringEqualsIgnoreCase: { type: 'string', negated: false },
  StringNotEqualsIgnoreCase: { type: 'string', negated: true },
  StringLike: { type: 'string', negated: false },
  StringNotLike: { type: 'string', negated: true },
  ArnEquals: { type: 'arn', negated: false },
  ArnNotEquals: { type: 'arn', negated: true },
  ArnLike: { type: 'arn', negated: false },
  ArnNotLike: { type: 'arn', negated: true },
  NumericEquals: { type: 'numeric', negated: false },
  NumericNotEquals: { type: 'numeric', negated: true },
  NumericLessThan: { type: 'numeric', negated: false },
  NumericLessThanEquals: { type: 'numeric', negated: false },
  NumericGreaterThan: { type: 'numeric', negated: false },
  NumericGreaterThanEquals: { type: 'numeric', negated: false },
  DateEquals: { type: 'date', negated: false },
  DateNotEquals: { type: 'date', negated: true },
  DateLessThan: { type: 'date', negated: false },
  DateLessThanEquals: { type: 'date', negated: false },
  DateGreaterThan: { type: 'date', negated: false },
  DateGreaterThanEquals: { type: 'date', negated: false },
  Bool: { type: 'bool', negated: false },
  IpAddress: { type: 'ip', negated: false },
  NotIpAddress: { type: 'ip', negated: true },
  Null: { type: 'null', negated: false },
} as const satisfies Record<string, OperatorTraits>;

/** A condition operator without its quantifier and without `IfExists`. */
export type Operator = keyof typeof OPERATORS;

/** One key of one operator: a statement applies when all of its conditions hold. */
export interface Condition {
  readonly operator: Operator;
  readonly quantifier?: 'ForAnyValue' | 'ForAllValues';
  readonly ifExists: boolean;
  /** In lower case, because AWS compares condition keys so. */
  readonly key: string;
  /** The condition as its author wrote it, for readers: `ForAnyValue:StringLike kms:ResourceAliases`. */
  readonly label: string;
  /** One of them must match; under a negated operator none may. */
  readonly values: readonly string[];
  /** Why the condition cannot be decided; its other fields then hold what is known. */
  readonly undecided?: string;
}

/** Matches every string: what stands between quantifier and suffix may be no operator. */
const FORM = /(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/s;

/** Reads the `Condition` element of a statement, each operator and key as one condition. */
export function parseConditions(json: unknown, where: string): Condition[] {
  const seen = new Set<string>();
  return entriesOf(json, where).flatMap(([form, keys]) =>
    entriesOf(keys, `${where}.${form}`).map(([key, value]) => {
      const label = `${form} ${key}`;
      const place = `${where}.${form}.${key}`;
      if (!/^[a-z0-9-]+:./i.test(key)) {
        throw new InvalidPolicy(`${place} is no condition key: write it as <service>:<name>`);
      }
      if (seen.has(label.toLowerCase())) {
        throw new InvalidPolicy(`${place} is there twice, apart from upper and lower case: keep one`);
      }
      seen.add(label.toLowerCase());
      return parseCondition(form, key.toLowerCase(), label, valuesOf(value, place));
    }),
  );
}

function parseCondition(form: string, key: string, label: string, values: readonly string[]): Condition {
  const [, quantifier, name, suffix] = FORM.exec(form) as RegExpExecArray;
  const known = isOperator(name);
  const condition: Condition = {
    operator: known ? name : 'StringEquals',
    quantifier: quantifier as Condition['quantifier'],
    ifExists: suffix !== undefined,
    key,
    label,
    values,
  };
  const undecided = known ? reasonAgainst(condition) : `the condition operator ${quote(form)} is not decided`;
  return { ...condition, undecided };
}

function isOperator(name: string): name is Operator {
  return Object.hasOwn(OPERATORS, name);
}

/** Why no engine can decide the condition, whatever the request. */
function reasonAgainst({
  operator,
  quantifier,
  ifExists,
  key,
  label,
  values,
}: Condition): string | undefined {
  if (operator === 'Null' && (ifExists || quantifier !== undefined)) {
    return `${label}: Null takes neither IfExists nor a quantifier`;
  }
  if (values.length === 0) {
    return `${label}: there is no value to compare ${key} with`;
  }
  return values
    .map((value) => reasonAgainstValue(OPERATORS[operator].type, value))
    .find((reason) => reason !== undefined);
}

function reasonAgainstValue(type: ValueType, value: string): string | undefined {
  if (isUnresolved(value)) {
    return `the value ${quote(value)} is not known before the deployment`;
  }
  if (value.includes('${')) {
    return `the value ${quote(value)} has a policy variable`;
  }
  const comparable = {
    string: () => true,
    arn: () => isOpaque(value) || value.split(':').length >= 6,
    numeric: () => numericValue(value) !== undefined,
    date: () => dateValue(value) !== undefined,
    bool: () => value === 'true' || value === 'false',
    null: () => value === 'true' || value === 'false',
    ip: () => addressRange(value) !== undefined,
  }[type]();
  return comparable ? undefined : `the value ${quote(value)} is not of the type ${type}`;
}

/** Strings, numbers and booleans, which JSON policies may write with or without quotes. */
function valuesOf(value: unknown, where: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each, index) => {
    if (typeof each !== 'string' && typeof each !== 'number' && typeof each !== 'boolean') {
      const place = Array.isArray(value) ? `${where}[${index}]` : where;
      throw new InvalidPolicy(`${place} is ${quote(each)}: it must be a string, a number or a boolean`);
    }
    return String(each);
  });
}
