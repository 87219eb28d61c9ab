import type { Condition } from './condition';
import type { Patterns, Statement } from './document';
import { evaluateCondition } from './evaluate-condition';
import { quote } from './invalid-policy';
import { like, likeIgnoringCase } from './evaluate-text';
import { derivedValue } from './principal';
import type { Request } from './request';
import { every, not, some, type Truth } from './truth';

/** The values of a condition key, given in lower case, or why they are not known and what they may be. */
export type Context = (
  key: string,
) => readonly string[] | { readonly undecided: string; readonly among?: readonly (readonly string[])[] };

const ABSENT: readonly string[] = [];

/** All condition keys of a request: those it gives, and those that follow from its principal. */
export function contextOf({ principal, context }: Request): Context {
  const given = new Map(Object.entries(context).map(([key, values]) => [key.toLowerCase(), values]));
  return (key) => {
    const derived = derivedValue(principal, key);
    switch (derived?.kind) {
      case undefined:
        return given.get(key) ?? ABSENT;
      case 'absent':
        return ABSENT;
      case 'value':
        return [derived.value];
      case 'unknown':
        return { undecided: derived.reason, among: derived.among };
    }
  };
}

/** Whether a statement is about a request, apart from who makes it. */
export function appliesTo(statement: Statement, request: Request, context: Context): Truth {
  if (statement.ineffective !== undefined) {
    return false;
  }
  const parts = [
    () => matchesAny(statement.actions, (pattern) => likeIgnoringCase(pattern, request.action)),
    () => matchesAny(statement.resources, (pattern) => matchesResource(pattern, request.resource)),
    () =>
      every(statement.conditions, (condition) => {
        const values = context(condition.key);
        return 'undecided' in values ? agreed(condition, values) : evaluateCondition(condition, values);
      }),
  ];
  return every(parts, (part) => part());
}

/** What a condition says of every value that its key may have; undecided where they differ. */
function agreed(
  condition: Condition,
  { undecided, among = [] }: { undecided: string; among?: readonly (readonly string[])[] },
): Truth {
  const truths = new Set(among.map((values) => evaluateCondition(condition, values)));
  const [truth] = truths;
  return truths.size === 1 && typeof truth === 'boolean' ? truth : { undecided };
}

function matchesAny({ negated, patterns, undecided }: Patterns, matches: (pattern: string) => Truth): Truth {
  if (undecided !== undefined) {
    return { undecided };
  }
  const truth = some(patterns, matches);
  return negated ? not(truth) : truth;
}

function matchesResource(pattern: string, resource: string | undefined): Truth {
  if (pattern === '*') {
    return true;
  }
  return resource === undefined
    ? { undecided: `whether the resource ${quote(pattern)} is this key is not known` }
    : like(pattern, resource);
}
