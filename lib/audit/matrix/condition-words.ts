import { type Condition, type Operator, OPERATORS } from '../policy/condition';
import type { Policy, Statement } from '../policy/document';
import { evaluate } from '../policy/evaluate';
import { DERIVED_KEYS, type Principal } from '../policy/principal';

const PHRASES: Readonly<Record<Operator, string>> = {
  StringEquals: 'is',
  StringNotEquals: 'is not',
  StringEqualsIgnoreCase: 'is',
  StringNotEqualsIgnoreCase: 'is not',
  StringLike: 'is like',
  StringNotLike: 'is not like',
  ArnEquals: 'is like',
  ArnNotEquals: 'is not like',
  ArnLike: 'is like',
  ArnNotLike: 'is not like',
  NumericEquals: '=',
  NumericNotEquals: '≠',
  NumericLessThan: '<',
  NumericLessThanEquals: '≤',
  NumericGreaterThan: '>',
  NumericGreaterThanEquals: '≥',
  DateEquals: 'is',
  DateNotEquals: 'is not',
  DateLessThan: 'is before',
  DateLessThanEquals: 'is at the latest',
  DateGreaterThan: 'is after',
  DateGreaterThanEquals: 'is at the earliest',
  Bool: 'is',
  IpAddress: 'is in',
  NotIpAddress: 'is not in',
  Null: 'is',
};

/** A condition as a clause of a sentence, such as `kms:ViaService is like s3.*.amazonaws.com`. */
export function conditionWords({ operator, quantifier, ifExists, label, values }: Condition): string {
  const key = label.slice(label.indexOf(' ') + 1);
  if (operator === 'Null') return `${key} is ${values[0] === 'true' ? 'absent' : 'present'}`;
  const subject = { ForAnyValue: `a value of ${key}`, ForAllValues: `every value of ${key}` };
  const clause = `${quantifier ? subject[quantifier] : key} ${PHRASES[operator]} ${values.join(' or ')}`;
  return ifExists ? `${clause}, if present` : clause;
}

/**
 * What a request has to fulfil, in words, for a principal that gets through with an action only
 * sometimes: `if a and b, or if c; not if d`. Undefined when nothing lets it through.
 *
 * Which statements are about the principal and the action is decided by the evaluator, conditions
 * that follow from the principal included; the words are of the conditions that are left.
 */
export function requirementWords(policy: Policy, action: string, principal: Principal): string | undefined {
  const about = policy.statements.filter((statement) => isAbout(statement, action, principal));
  const allows = about.filter(({ effect }) => effect === 'Allow').map(wordsOf);
  const denies = about.filter(({ effect }) => effect === 'Deny');
  if (allows.length === 0) return undefined;
  return [
    ...(allows.includes('')
      ? []
      : [
          distinct(allows)
            .map((each) => `if ${each}`)
            .join(', or '),
        ]),
    ...distinct(denies.map(denialWords)).filter((each) => each !== ''),
  ].join('; ');
}

/** What a Deny leaves: `only if` turns the one negated condition of most of them around. */
function denialWords(statement: Statement): string {
  const [condition, ...others] = statement.conditions.filter((each) => !isDerived(each));
  const opposite = condition && others.length === 0 && isEveryKey(statement) && OPPOSITES[condition.operator];
  if (opposite && !condition.ifExists && condition.quantifier === undefined) {
    return `only if ${conditionWords({ ...condition, operator: opposite })}`;
  }
  const words = wordsOf(statement);
  return words && `not if ${words}`;
}

/** Negated operators that also match when the key is absent, so that their opposite asks for it. */
const OPPOSITES: Partial<Record<Operator, Operator>> = Object.fromEntries(
  Object.entries(OPERATORS)
    .filter(([, { negated }]) => negated)
    .map(([operator]) => [operator, operator.replace('Not', '')]),
);

function wordsOf(statement: Statement): string {
  const { negated, patterns } = statement.resources;
  return [
    ...statement.conditions.filter((condition) => !isDerived(condition)).map(conditionWords),
    ...(isEveryKey(statement) ? [] : [`the key is ${negated ? 'not ' : ''}${patterns.join(' or ')}`]),
  ].join(' and ');
}

function isEveryKey({ resources }: Statement): boolean {
  return !resources.negated && resources.patterns.includes('*');
}

/** Whether a statement applies to a principal's action in some circumstances. */
function isAbout(statement: Statement, action: string, principal: Principal): boolean {
  const alone: Statement = {
    ...statement,
    effect: 'Allow',
    resources: { negated: false, patterns: ['*'] },
    conditions: statement.conditions.filter(isDerived),
  };
  return evaluate({ statements: [alone] }, { action, principal, context: {} }).level !== 'none';
}

function isDerived({ key }: Condition): boolean {
  return DERIVED_KEYS.includes(key);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
