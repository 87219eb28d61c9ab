import { SEVERITIES } from '../finding';
import type { FullInventory, Inventory } from '../template/inventory';
import type { KeyItem } from '../template/key-item';
import type { Stack } from '../template/template';
import { accessChanges } from './access-changes';
import { aliasChanges } from './alias-changes';
import type { Change } from './change';
import { gapChanges, stackChange } from './gap-changes';
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

/** Which stacks a comparison is about. */
export interface Selection {
  /** @default - all of them */
  readonly isSelected?: (stack: Stack) => boolean;

  /** Stacks of the new version of which the old one cannot be known, and why. */
  readonly unseen?: ReadonlyMap<Stack, string>;
}

/** Compares two versions of the same stacks. */
export function compareVersions(
  old: Inventory,
  next: Inventory,
  { isSelected = () => true, unseen = new Map() }: Selection = {},
): Difference {
  const isHidden = ({ id }: Stack): boolean =>
    [...unseen.keys()].some((stack) => id === stack.id || id.startsWith(`${stack.id}>`));
  const [before, after] = [old, next].map((inventory) =>
    select(inventory.all(), (stack) => isSelected(stack) && !isHidden(stack)),
  );
  const keys = matchKeys(before, after);
  const links = new Links(keys.pairs);
  const changes = [
    ...[...unseen]
      .filter(([stack]) => isSelected(stack))
      .map(([stack, reason]) => stackChange(stack, reason)),
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

function select(
  { stacks, keys, aliases, aliasesOf, gaps }: FullInventory,
  isSelected: (stack: Stack) => boolean,
): FullInventory {
  return {
    stacks: stacks.filter(({ stack }) => isSelected(stack)),
    keys: keys.filter(({ stack }) => isSelected(stack)),
    aliases: aliases.filter(({ stack }) => isSelected(stack)),
    aliasesOf,
    gaps,
  };
}

function rank({ rule }: Change): number {
  return SEVERITIES.indexOf(rule.severity);
}
