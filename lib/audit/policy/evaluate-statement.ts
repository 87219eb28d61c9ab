import type { Statement } from './document';
import { matchesAction } from './evaluate-actions';
import { evaluateCondition } from './evaluate-condition';
import { quote } from './invalid-policy';
import { like } from './evaluate-text';
import type { Patterns } from './patterns';
import { derivedValue } from './principal';
import type { Request } from './request';
import { every, not, some, type Truth } from './truth';

/** The values of a condition key, given in lower case, or why they are not known. */
export type Context = (key: string) => readonly string[] | { readonly undecided: string };

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
        return { undecided: derived.reason };
    }
  };
}

/** Whether a statement is about a request, apart from who makes it. */
export function appliesTo(statement: Statement, request: Request, context: Context): Truth {
  if (statement.ineffective !== undefined) {
    return false;
  }
  const called = matchesAction(statement.actions, request.action);
  if (called === false) {
    return false;
  }
  const meant = matchesResource(statement.resources, request.resource);
  const holds = every(statement.conditions, (condition) => {
    const values = context(condition.key);
    return 'undecided' in values ? values : evaluateCondition(condition, values);
  });
  return every([called, meant, holds], (each) => each);
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
