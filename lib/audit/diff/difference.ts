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

  /** The ids of the stacks that the comparison is not about. */
  readonly skipped: readonly string[];
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
  const [before, after] = [old.all(), next.all()];
  const skipped = [...before.stacks, ...after.stacks].flatMap(({ stack }) =>
    isSelected(stack) ? [] : [stack.id],
  );
  const hidden = [...skipped, ...[...unseen.keys()].map(({ id }) => id)];
  // All keys are put side by side even so: those of one stack are tied to those of another.
  const keys = matchKeys(before, after);
  const links = new Links(keys.pairs);
  const pairs = keys.pairs.filter((pair) => !isIn(pair.after.id, hidden));
  const changes = [
    ...gapChanges(before, after),
    ...keyChanges(before, keys, links),
    ...pairs.flatMap(accessChanges),
    ...aliasChanges(before, after, keys, links),
  ];
  return {
    changes: [...unseen]
      .filter(([stack]) => isSelected(stack))
      .map(([stack, reason]) => stackChange(stack, reason))
      .concat(changes.filter(({ resource }) => !isIn(resource, hidden)))
      .sort((one, other) => rank(other) - rank(one)),
    keys: pairs,
    before,
    after,
    skipped,
  };
}

/** Whether a resource belongs to one of some stacks, or to what is nested in them. */
export function isIn(resource: string, stacks: readonly string[]): boolean {
  // The one stack of a template on its own has no id.
  return stacks.some((id) => id === '' || resource === id || resource.startsWith(`${id}>`));
}

function rank({ rule }: Change): number {
  return SEVERITIES.indexOf(rule.severity);
}
