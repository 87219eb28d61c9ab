import { SEVERITIES } from '../finding';
import type { FullInventory, Inventory } from '../template/inventory';
import { aliasChanges } from './alias-changes';
import type { Change } from './change';
import { gapChanges } from './gap-changes';
import { keyChanges } from './key-changes';
import { Links } from './link-changes';
import { matchKeys } from './match';
import { accessChanges } from './access-changes';

/**
 * Compares two versions of the same stacks: every change of a key, a replica or an alias, with its verdict.
 *
 * The order is that of the severities and, within one, that of the stacks.
 */
export function diff(before: Inventory, after: Inventory): Change[] {
  return compare(before.all(), after.all());
}

function compare(before: FullInventory, after: FullInventory): Change[] {
  const keys = matchKeys(before, after);
  const links = new Links(keys.pairs);
  const changes = [
    ...gapChanges(before, after),
    ...keyChanges(before, keys, links),
    ...keys.pairs.flatMap(accessChanges),
    ...aliasChanges(before, after, keys, links),
  ];
  return changes.sort((one, other) => rank(other) - rank(one));
}

function rank({ rule }: Change): number {
  return SEVERITIES.indexOf(rule.severity);
}
