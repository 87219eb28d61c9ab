import { like } from './evaluate-text';
import type { Patterns } from './patterns';
import type { Truth } from './truth';

/** The actions of a statement, in lower case: AWS compares their names so. */
interface Actions {
  readonly names: ReadonlySet<string>;
  readonly wildcards: readonly string[];
}

/** Each list is taken apart once, because most are plain names that need no matching. */
const takenApart = new WeakMap<Patterns, Actions>();

/** Whether `Action` or `NotAction` is about an action. */
export function matchesAction(patterns: Patterns, action: string): Truth {
  if (patterns.undecided !== undefined) {
    return { undecided: patterns.undecided };
  }
  const { names, wildcards } = actionsOf(patterns);
  const name = action.toLowerCase();
  const matches = names.has(name) || wildcards.some((wildcard) => like(wildcard, name) === true);
  return matches !== patterns.negated;
}

function actionsOf(patterns: Patterns): Actions {
  const known = takenApart.get(patterns);
  // Stryker disable next-line all: only for speed
  if (known !== undefined) {
    return known;
  }
  const all = patterns.patterns.map((each) => each.toLowerCase());
  const actions = {
    names: new Set(all),
    // Stryker disable next-line MethodExpression: plain names are not matched twice, for speed
    wildcards: all.filter((each) => /[*?]/.test(each)),
  };
  takenApart.set(patterns, actions);
  return actions;
}
