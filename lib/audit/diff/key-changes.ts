import type { FullInventory } from '../template/inventory';
import type { KeyItem } from '../template/key-item';
import { change, type Change } from './change';
import { conditionChanges } from './condition-changes';
import { type Links, primaryChanges } from './link-changes';
import type { Matches, Pair, Recognition } from './match';
import { unknownProperties } from './property';
import { isRetained, retentionChanges } from './retention-changes';
import { settingChanges } from './setting-changes';

/**
 * What changes in the keys and replicas, their policies apart.
 */
export function keyChanges(before: FullInventory, keys: Matches<KeyItem>, links: Links): Change[] {
  return [
    ...keys.pairs.flatMap((pair) => [
      ...identityChanges(pair),
      ...(pair.before.kind === pair.after.kind ? [...settingChanges(pair), ...unknownProperties(pair)] : []),
      ...primaryChanges(pair, links),
      ...conditionChanges(pair),
      ...retentionChanges(pair),
    ]),
    ...keys.removed.map((key) => removal(key, before)),
    ...keys.added.map((key) => change('key-added', key, { message: `${KINDS[key.kind]} is new` })),
  ];
}

const KINDS = { key: 'the key', replica: 'the replica' };
const TYPES = { key: 'AWS::KMS::Key', replica: 'AWS::KMS::ReplicaKey' };

const RECOGNIZED: Readonly<Record<Exclude<Recognition, 'same'>, string>> = {
  renamed: 'its logical id changes',
  moved: 'it moves to another stack',
  product: 'its product changes, and with it the name of its stack',
  relocated: 'it moves to another account or Region',
};

function identityChanges({ before, after, recognition }: Pair<KeyItem>): Change[] {
  if (recognition === 'same') {
    if (before.kind === after.kind) return [];
    const [old, next] = [TYPES[before.kind], TYPES[after.kind]];
    return [change('key-type-changed', after, { message: `${old} → ${next}`, before: old, after: next })];
  }
  const old = isRetained(before)
    ? 'the old one stays as an orphan'
    : 'the old one is scheduled for deletion and unusable at once';
  return [
    change('key-replaced', after, {
      message: `${RECOGNIZED[recognition]}: ${before.where} → ${after.where}`,
      effect: `a NEW key is made, which decrypts nothing of what the old one encrypted; ${old}`,
      before: before.id,
      after: after.id,
    }),
  ];
}

function removal(key: KeyItem, before: FullInventory): Change {
  const replicas = before.keys.filter(({ primary }) => primary?.keyItem === key.id);
  const message = `${KINDS[key.kind]} is gone`;
  if (isRetained(key)) return change('key-orphaned', key, { message, before: key.id });
  if (replicas.length === 0) return change('key-removed', key, { message, before: key.id });
  const names = replicas.map(({ where }) => where).join(', ');
  return change('primary-removed', key, { message: `${message}; its replicas are ${names}`, before: key.id });
}
