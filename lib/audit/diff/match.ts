import { KeyAlias } from '../../key-alias';
import type { FullInventory } from '../template/inventory';
import type { AliasItem, Item, KeyItem } from '../template/key-item';
import { isUndecided } from '../template/setting';
import type { Stack } from '../template/template';

/**
 * How a resource of the new version was recognized.
 *
 * - `same`: the same logical id in the same stack, which is what CloudFormation goes by
 * - `renamed`: another logical id in the same stack
 * - `moved`: another stack of the same account and Region
 * - `product`: another stack, because the product in its names is another
 * - `relocated`: another account or Region
 */
export type Recognition = 'same' | 'renamed' | 'moved' | 'product' | 'relocated';

/** A resource in both versions. */
export interface Pair<T> {
  readonly before: T;
  readonly after: T;
  readonly recognition: Recognition;
}

/** Two lists of resources, put side by side. */
export interface Matches<T> {
  readonly pairs: readonly Pair<T>[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/**
 * Finds each key of the old version in the new one: by logical id, then by alias, then by what is left.
 */
export function matchKeys(before: FullInventory, after: FullInventory): Matches<KeyItem> {
  const matching = new Matching(before.keys, after.keys);
  const names = (inventory: FullInventory) => (key: KeyItem) =>
    (inventory.aliasesOf.get(key.id) ?? []).flatMap(identitiesOf);
  matching.byId();
  matching.by(names(before), names(after), recognize);
  matching.by(inItsStack, inItsStack, () => 'renamed');
  matching.by(inItsEnvironment, inItsEnvironment, recognize);
  matching.by(
    ({ kind, logicalId, stack }) => [`${kind} ${stack.displayName} ${logicalId}`],
    ({ kind, logicalId, stack }) => [`${kind} ${stack.displayName} ${logicalId}`],
    recognize,
  );
  return matching.result();

  function recognize(old: KeyItem, next: KeyItem): Recognition {
    if (old.stack.id === next.stack.id) return 'renamed';
    if (place(old.stack) !== place(next.stack)) return 'relocated';
    const products = [before.aliasesOf.get(old.id), after.aliasesOf.get(next.id)].map(productOf);
    return products[0] === products[1] ? 'moved' : 'product';
  }
}

/** Finds each alias of the old version in the new one: by logical id, then by name, then by its key. */
export function matchAliases(
  before: readonly AliasItem[],
  after: readonly AliasItem[],
  keys: readonly Pair<KeyItem>[],
): Matches<AliasItem> {
  const matching = new Matching(before, after);
  // In another account or Region the name is another alias, even if it is written in the same way.
  const successors = new Map(
    keys
      .filter(({ recognition }) => recognition !== 'relocated')
      .map((pair) => [pair.before.id, pair.after.id]),
  );
  matching.byId();
  matching.by(identitiesOf, identitiesOf, (old, next) =>
    old.stack.id === next.stack.id ? 'renamed' : 'moved',
  );
  matching.by(
    ({ target }) => (target.keyItem === undefined ? [] : [successors.get(target.keyItem) ?? '']),
    ({ target }) => (target.keyItem === undefined ? [] : [target.keyItem]),
    (old, next) => (old.stack.id === next.stack.id ? 'renamed' : 'moved'),
  );
  return matching.result();
}

class Matching<T extends Item> {
  private readonly pairs: Pair<T>[] = [];
  private removed: readonly T[];
  private added: readonly T[];

  constructor(before: readonly T[], after: readonly T[]) {
    this.removed = before;
    this.added = after;
  }

  byId(): void {
    this.by(
      ({ id }) => [id],
      ({ id }) => [id],
      () => 'same',
    );
  }

  /** Pairs the resources that share a name with exactly one resource of the other version. */
  by(
    namesBefore: (item: T) => readonly string[],
    namesAfter: (item: T) => readonly string[],
    recognition: (before: T, after: T) => Recognition,
  ): void {
    const [old, next] = [uniqueByName(this.removed, namesBefore), uniqueByName(this.added, namesAfter)];
    const taken = new Set<T>();
    for (const [name, before] of old) {
      const after = next.get(name);
      if (!before || !after || taken.has(before) || taken.has(after)) continue;
      this.pairs.push({ before, after, recognition: recognition(before, after) });
      taken.add(before).add(after);
    }
    this.removed = this.removed.filter((each) => !taken.has(each));
    this.added = this.added.filter((each) => !taken.has(each));
  }

  result(): Matches<T> {
    return { pairs: this.pairs, removed: this.removed, added: this.added };
  }
}

/** Each name with the one item that has it; undefined where several have it. */
function uniqueByName<T>(
  items: readonly T[],
  names: (item: T) => readonly string[],
): Map<string, T | undefined> {
  const found = new Map<string, T | undefined>();
  for (const item of items) {
    for (const name of new Set(names(item))) found.set(name, found.has(name) ? undefined : item);
  }
  return found;
}

/** What an alias is known by: its name in its account and Region. */
function identitiesOf({ name, stack }: AliasItem): string[] {
  return isUndecided(name) ? [] : [`${place(stack)} ${name}`];
}

/** A key of the same kind, material and description in the same stack is taken for the old one. */
function inItsStack({ kind, stack, settings }: KeyItem): string[] {
  return [JSON.stringify([kind, stack.id, settings.material, settings.description])];
}

function inItsEnvironment({ kind, stack, logicalId }: KeyItem): string[] {
  return [`${kind} ${place(stack)} ${logicalId}`];
}

function place({ environment: { account = '', region = '' } }: Stack): string {
  return `${account}/${region}`;
}

function productOf(aliases: readonly AliasItem[] = []): string | undefined {
  for (const { name } of aliases) {
    try {
      if (!isUndecided(name)) return KeyAlias.parse(name).product;
    } catch {
      // Any other alias: names of the convention alone tell the product.
    }
  }
  return undefined;
}
