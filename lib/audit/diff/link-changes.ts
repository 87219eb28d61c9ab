import { describeOpaque } from '../policy/opaque';
import type { AliasItem, KeyItem, KeyReference } from '../template/key-item';
import { isUndecided } from '../template/setting';
import { change, type Change } from './change';
import type { Pair } from './match';

/** Which key of the new version is which of the old. */
export class Links {
  private readonly byNewId: ReadonlyMap<string, Pair<KeyItem>>;

  constructor(pairs: readonly Pair<KeyItem>[]) {
    this.byNewId = new Map(pairs.map((pair) => [pair.after.id, pair]));
  }

  /** Whether two references of the two versions lead to the very same key; undefined when it is not known. */
  isSameKey(before: KeyReference, after: KeyReference): boolean | undefined {
    if (before.keyItem !== undefined && after.keyItem !== undefined) {
      const pair = this.byNewId.get(after.keyItem);
      return pair?.recognition === 'same' && pair.before.id === before.keyItem;
    }
    const [old, next] = [textOf(before), textOf(after)];
    if (old === next) return true;
    if (isUndecided(before.value) || isUndecided(after.value)) return undefined;
    if (before.keyItem !== undefined || after.keyItem !== undefined) {
      // The one is made by a template, the other is written out: only AWS knows whether they are the same.
      return undefined;
    }
    return keyId(old) === keyId(next) && (isBareId(old) || isBareId(next));
  }
}

/** A replica whose primary is another key than before. */
export function primaryChanges({ before, after, recognition }: Pair<KeyItem>, links: Links): Change[] {
  // A new replica in the place of an old one is said as such.
  if (!before.primary || !after.primary || recognition !== 'same') return [];
  const isSame = links.isSameKey(before.primary, after.primary);
  if (isSame) return [];
  return [
    change(isSame === false ? 'replica-primary-changed' : 'undecided', after, {
      what: `PrimaryKeyArn ${textOf(before.primary)} → ${textOf(after.primary)}`,
      before: textOf(before.primary),
      after: textOf(after.primary),
    }),
  ];
}

/** An alias that points at another key than before. */
export function targetChanges({ before, after }: Pair<AliasItem>, links: Links): Change[] {
  const isSame = links.isSameKey(before.target, after.target);
  if (isSame) return [];
  return [
    change(isSame === false ? 'alias-retargeted' : 'undecided', after, {
      what: `TargetKeyId ${textOf(before.target)} → ${textOf(after.target)}`,
      before: textOf(before.target),
      after: textOf(after.target),
    }),
  ];
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
