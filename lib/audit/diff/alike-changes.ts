import { alike } from '../alike';
import { actionsInWords } from './access-change';
import type { Change } from './change';

/** Changes that say the same of several places. */
export function alikeChanges(changes: readonly Change[]): [Change, ...Change[]][] {
  return alike(changes, ({ message, place, effect, remedy, access }) => [
    message.replaceAll(place, ''),
    effect,
    remedy,
    ...(access ? actionsInWords(access.actions) : []),
  ]);
}
