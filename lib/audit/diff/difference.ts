import { SEVERITIES } from '../finding';
import type { FullInventory, Inventory } from '../template/inventory';
import type { KeyItem } from '../template/key-item';
import { accessChanges } from './access-changes';
import { aliasChanges } from './alias-changes';
import type { Change } from './change';
import { gapChanges } from './gap-changes';
import { keyChanges } from './key-changes';
import { Links } from './link-changes';
import { matchKeys, type Pair } from './match';

/** What is different between two versions of the same stacks. */
export interface Difference {
  /** Every change with its verdict, the worst first; within a severity in the order of the stacks. */
  readonly changes: readonly Change[];

  /** The keys and replicas that are in both versions. */
  readonly keys: readonly Pair<KeyItem>[];
  readonly before: FullInventory;
  readonly after: FullInventory;
}

/** Compares two versions of the same stacks. */
export function compareVersions(old: Inventory, next: Inventory): Difference {
  const [before, after] = [old.all(), next.all()];
  const keys = matchKeys(before, after);
  const links = new Links(keys.pairs);
  const changes = [
    ...gapChanges(before, after),
    ...keyChanges(before, keys, links),
    ...keys.pairs.flatMap(accessChanges),
    ...aliasChanges(before, after, keys, links),
  ];
  return {
    changes: changes.sort((one, other) => rank(other) - rank(one)),
    keys: keys.pairs,
    before,
    after,
  };
}

function rank({ rule }: Change): number {
  return SEVERITIES.indexOf(rule.severity);
}
