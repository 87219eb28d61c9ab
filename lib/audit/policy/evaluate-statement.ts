import type { Condition } from './condition';
import type { Statement } from './document';
import { matchesAction } from './evaluate-actions';
import { evaluateCondition } from './evaluate-condition';
import { quote } from './invalid-policy';
import { like } from './evaluate-text';
import type { Patterns } from './patterns';
import { derivedValue, type Derived } from './principal';
import type { Request } from './request';
import { and, every, not, some, type Truth } from './truth';

/** What a condition key holds, or why that is not known. */
type Values = readonly string[] | Extract<Derived, { kind: 'unknown' }>;

/** Looks up a condition key, given in lower case. */
export type Context = (key: string) => Values;

const ABSENT: readonly string[] = [];

/** All condition keys of a request: those it gives, and those that follow from its principal. */
export function contextOf({ principal, context }: Request): Context {
  let given: ReadonlyMap<string, readonly string[]> | undefined;
  return (key) => {
    const derived = derivedValue(principal, key);
    switch (derived?.kind) {
      case undefined:
        given ??= new Map(Object.entries(context).map(([name, values]) => [name.toLowerCase(), values]));
        return given.get(key) ?? ABSENT;
      case 'absent':
        return ABSENT;
      case 'value':
        return [derived.value];
      case 'unknown':
        return derived;
    }
  };
}

/** Whether a statement is about a request, apart from who makes it. */
export function appliesTo(statement: Statement, request: Request, context: Context): Truth {
  const called = matchesAction(statement.actions, request.action);
  // Stryker disable next-line all: without it the result is the same, only later
  if (called === false) {
    return false;
  }
  const meant = matchesResource(statement.resources, request.resource);
  const holds = every(statement.conditions, (condition) => holdsFor(condition, context(condition.key)));
  return and(called, and(meant, holds));
}

function holdsFor(condition: Condition, values: Values): Truth {
  return 'kind' in values ? holdsForAll(condition, values) : evaluateCondition(condition, values);
}

/** What a condition says of every value that its key may have; undecided where they differ. */
function holdsForAll(condition: Condition, { reason, among }: Extract<Values, { kind: 'unknown' }>): Truth {
  const [first, ...others] = (among ?? []).map((values) => evaluateCondition(condition, values));
  // Stryker disable next-line MethodExpression: of no key more than two values are possible so far
  return first !== undefined && others.every((other) => other === first) ? first : { undecided: reason };
}

/** Whether `Resource` or `NotResource` is about the key; `*` always is, even when the key's ARN is not given. */
function matchesResource({ negated, patterns, undecided }: Patterns, key: string | undefined): Truth {
  if (undecided !== undefined) {
    return { undecided };
  }
  const truth = some(patterns, (pattern) => {
    if (pattern === '*') {
      return true;
    }
    return key === undefined
      ? { undecided: `whether the resource ${quote(pattern)} is this key is not known` }
      : like(pattern, key);
  });
  return negated ? not(truth) : truth;
}
