/**
 * The answer to a question that may stay open: an undecided one carries its reason.
 *
 * These are the connectives of Kleene's three-valued logic: an open part leaves the whole open only
 * where it could still tip it.
 */
export type Truth = boolean | Undecided;

/** Why a question stays open. */
export interface Undecided {
  readonly undecided: string;
}

/** False if one is false, else undecided if one is, else true. */
export function every<Item>(items: readonly Item[], truthOf: (item: Item, index: number) => Truth): Truth {
  return reduce(items, truthOf, false);
}

/** True if one is true, else undecided if one is, else false. */
export function some<Item>(items: readonly Item[], truthOf: (item: Item, index: number) => Truth): Truth {
  return reduce(items, truthOf, true);
}

/** Whether both hold. */
export function and(one: Truth, other: Truth): Truth {
  return one === true || other === false ? other : one;
}

/** Whether one of both holds. */
export function or(one: Truth, other: Truth): Truth {
  return one === false || other === true ? other : one;
}

/** The opposite; an open question stays open. */
export function not(truth: Truth): Truth {
  return typeof truth === 'boolean' ? !truth : truth;
}

/** Looks for the truth that settles all; the first open question is the reason where none does. */
function reduce<Item>(
  items: readonly Item[],
  truthOf: (item: Item, index: number) => Truth,
  settling: boolean,
): Truth {
  let result: Truth = !settling;
  for (let index = 0; index < items.length; index++) {
    const truth = truthOf(items[index], index);
    if (truth === settling) {
      return settling;
    }
    if (typeof result === 'boolean') {
      result = truth;
    }
  }
  return result;
}
