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
export function every<Item>(items: Iterable<Item>, truthOf: (item: Item) => Truth): Truth {
  let result: Truth = true;
  for (const item of items) {
    const truth = truthOf(item);
    if (truth === false) {
      return false;
    }
    if (truth !== true && result === true) {
      result = truth;
    }
  }
  return result;
}

/** True if one is true, else undecided if one is, else false. */
export function some<Item>(items: Iterable<Item>, truthOf: (item: Item) => Truth): Truth {
  return not(every(items, (item) => not(truthOf(item))));
}

/** The opposite; an open question stays open. */
export function not(truth: Truth): Truth {
  return typeof truth === 'boolean' ? !truth : truth;
}
