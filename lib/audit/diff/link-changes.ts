import { describeOpaque } from '../policy/opaque';
import type { AliasItem, KeyItem, KeyReference } from '../template/key-item';
import { isUndecided } from '../template/setting';
import { change, type Change, type ChangeDetails } from './change';
import type { Pair } from './match';
import { isRetainedOnReplacement } from './retention-changes';

/** The very same key, the new key in its place, another key, or not known before the deployment. */
type Relation = 'same' | 'successor' | 'other' | 'unknown';

/** Which key of the new version is which of the old. */
export class Links {
  private readonly byNewId: ReadonlyMap<string, Pair<KeyItem>>;

  constructor(pairs: readonly Pair<KeyItem>[]) {
    this.byNewId = new Map(pairs.map((pair) => [pair.after.id, pair]));
  }

  /** Whether two references, one of each version, lead to the same key. */
  relation(before: KeyReference, after: KeyReference): Relation {
    if (before.keyItem !== undefined && after.keyItem !== undefined) {
      const pair = this.byNewId.get(after.keyItem);
      if (pair?.before.id !== before.keyItem) return 'other';
      return pair.recognition === 'same' ? 'same' : 'successor';
    }
    const [old, next] = [textOf(before), textOf(after)];
    if (old === next) return 'same';
    // A key that is new is none of those that were there.
    if (after.keyItem !== undefined && !this.byNewId.has(after.keyItem)) return 'other';
    // One is made by a template, the other is written out: only AWS knows whether they are the same.
    if (before.keyItem !== undefined || after.keyItem !== undefined) return 'unknown';
    if (isUndecided(before.value) || isUndecided(after.value)) return 'unknown';
    return keyId(old) === keyId(next) && (isBareId(old) || isBareId(next)) ? 'same' : 'other';
  }
}

/** A replica whose primary is another key than before. */
export function primaryChanges({ before, after, recognition }: Pair<KeyItem>, links: Links): Change[] {
  // A new replica in the place of an old one is said as such.
  if (!before.primary || !after.primary || recognition !== 'same') return [];
  const relation = links.relation(before.primary, after.primary);
  if (relation === 'same') return [];
  return [
    change(relation === 'unknown' ? 'undecided' : 'replica-primary-changed', after, {
      ...values(before.primary, after.primary, 'PrimaryKeyArn'),
      effect: isRetainedOnReplacement(before)
        ? 'replacement: CloudFormation makes a replica of the other primary and keeps the old one as an orphan; it fails while the Region has a replica of that primary'
        : 'replacement: a replica of the other primary is made, and the old replica is scheduled for deletion, unusable at once',
    }),
  ];
}

/** An alias that points at another key than before. */
export function targetChanges({ before, after, recognition }: Pair<AliasItem>, links: Links): Change[] {
  const relation = links.relation(before.target, after.target);
  // A new alias of a new key in the place of both is said as such.
  if (relation === 'same' || (relation === 'successor' && recognition !== 'same')) return [];
  return [
    change(
      relation === 'unknown' ? 'undecided' : 'alias-retargeted',
      after,
      values(before.target, after.target, 'TargetKeyId'),
    ),
  ];
}

function values(before: KeyReference, after: KeyReference, property: string): ChangeDetails {
  const [old, next] = [textOf(before), textOf(after)];
  return {
    message: `${property} ${old} → ${next}`,
    before: old,
    after: next,
    path: ['Properties', property],
  };
}

function textOf({ value }: KeyReference): string {
  return describeOpaque(isUndecided(value) ? value.undecided : value);
}

function keyId(idOrArn: string): string {
  return idOrArn.slice(idOrArn.lastIndexOf('/') + 1);
}

function isBareId(idOrArn: string): boolean {
  return !idOrArn.startsWith('arn:');
}
