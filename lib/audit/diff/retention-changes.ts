import type { Item } from '../template/key-item';
import { isUndecided, type Setting } from '../template/setting';
import { change, type Change, type Subject } from './change';
import type { Pair } from './match';

/** `RetainExceptOnCreate` deletes only what a failed creation left behind. */
const RETAINING: readonly Setting<string>[] = ['Retain', 'RetainExceptOnCreate'];

/** Whether a resource survives its removal from the template. */
export function isRetained({ deletionPolicy }: Item): boolean {
  return RETAINING.includes(deletionPolicy);
}

/** Whether a resource survives its replacement by another. */
export function isRetainedOnReplacement({ updateReplacePolicy }: Item): boolean {
  return RETAINING.includes(updateReplacePolicy);
}

/**
 * What changes in the way a resource is retained.
 */
export function retentionChanges(pair: Pair<Subject>): Change[] {
  return [
    ...compare('DeletionPolicy', pair, ({ deletionPolicy }) => deletionPolicy),
    ...compare('UpdateReplacePolicy', pair, ({ updateReplacePolicy }) => updateReplacePolicy),
  ];
}

function compare(
  name: string,
  { before, after }: Pair<Subject>,
  policy: (item: Item) => Setting<string>,
): Change[] {
  const [old, next] = [policy(before), policy(after)];
  if (isUndecided(old) || isUndecided(next)) {
    const [was, is] = [old, next].map((each) => (isUndecided(each) ? each.undecided : each));
    return was === is
      ? []
      : [
          change('undecided', after, {
            message: `${name} ${was} → ${is}`,
            before: was,
            after: is,
            path: [name],
          }),
        ];
  }
  if (RETAINING.includes(old) === RETAINING.includes(next)) return [];
  const lost = after.kind === 'alias' ? 'alias-retention-lost' : 'retention-lost';
  const rule = RETAINING.includes(old) ? lost : 'retention-gained';
  return [
    change(rule, after, { message: `${name} ${old} → ${next}`, before: old, after: next, path: [name] }),
  ];
}
