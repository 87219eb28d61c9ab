import { labelOf } from '../verdict';
import type { Change } from './change';
import { groupsBy } from './groups';

/** Changes that say the same of several places, whatever their accounts. */
export function alike(changes: readonly Change[]): [Change, ...Change[]][] {
  return groupsBy(changes, (change) => {
    const { rule, message, place, effect, remedy, access } = change;
    const what = message.replaceAll(place, '').replace(/\b\d{12}\b/g, '');
    return JSON.stringify([labelOf(change), rule.id, what, access?.actions, effect, remedy]);
  });
}
