import { change, type Change, type Subject } from './change';
import type { Pair } from './match';

/**
 * A condition that nobody can evaluate yet, and that may take a resource away.
 */
export function conditionChanges({ before, after }: Pair<Subject>): Change[] {
  const name = after.undecidedCondition;
  if (name === undefined) return [];
  if (name === before.undecidedCondition && before.definitions === after.definitions) return [];
  return [
    change('undecided', after, {
      message: `whether it is still there depends on the condition ${name}`,
      before: [before.undecidedCondition ?? null, before.definitions ?? null],
      after: [name, after.definitions ?? null],
    }),
  ];
}
