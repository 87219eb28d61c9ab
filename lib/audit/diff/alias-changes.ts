import { describeOpaque } from '../policy/opaque';
import type { FullInventory } from '../template/inventory';
import type { AliasItem, KeyItem } from '../template/key-item';
import { isUndecided } from '../template/setting';
import { change, type Change } from './change';
import { conditionChanges } from './condition-changes';
import { type Links, targetChanges } from './link-changes';
import { matchAliases, type Matches, type Pair } from './match';
import { unknownProperties } from './property';
import { isRetained, retentionChanges } from './retention-changes';

/**
 * What changes in the aliases.
 */
export function aliasChanges(
  before: FullInventory,
  after: FullInventory,
  keys: Matches<KeyItem>,
  links: Links,
): Change[] {
  const { pairs, removed, added } = matchAliases(before.aliases, after.aliases, keys.pairs);
  const deleted = new Set(keys.removed.filter((key) => !isRetained(key)).map(({ id }) => id));
  return [
    ...pairs.flatMap((pair) => [
      ...placeChanges(pair),
      ...nameChanges(pair),
      ...targetChanges(pair, links),
      ...retentionChanges(pair),
      ...conditionChanges(pair),
      ...unknownProperties(pair),
    ]),
    // An alias dies with its key, which is said there.
    ...removed.filter(({ target }) => !deleted.has(target.keyItem ?? '')).map(removal),
    ...added.map((alias) => change('alias-added', alias, { message: nameOf(alias), after: nameOf(alias) })),
  ];
}

function placeChanges({ before, after, recognition }: Pair<AliasItem>): Change[] {
  if (recognition === 'same') return [];
  return [
    change('alias-replaced', after, {
      message: `${nameOf(after)} was ${before.where}`,
      before: before.id,
      after: after.id,
    }),
  ];
}

function nameChanges({ before, after }: Pair<AliasItem>): Change[] {
  const [old, next] = [nameOf(before), nameOf(after)];
  if (old === next) return [];
  const rule = isUndecided(before.name) || isUndecided(after.name) ? 'undecided' : 'alias-renamed';
  return [
    change(rule, after, {
      message: `AliasName ${old} → ${next}`,
      before: old,
      after: next,
      path: ['Properties', 'AliasName'],
    }),
  ];
}

function removal(alias: AliasItem): Change {
  return change(isRetained(alias) ? 'alias-orphaned' : 'alias-removed', alias, {
    message: `${nameOf(alias)} is gone`,
    before: nameOf(alias),
  });
}

function nameOf({ name }: AliasItem): string {
  return isUndecided(name) ? `⟨${describeOpaque(name.undecided)}⟩` : name;
}
