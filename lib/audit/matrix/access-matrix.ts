import { InvalidPolicy } from '../policy/invalid-policy';
import type { AliasItem, KeyItem } from '../template/key-item';
import type { FullInventory } from '../template/inventory';
import { isUndecided } from '../template/setting';
import { actionGroups } from './action-group';
import { type Cell, cellOf } from './cell';
import { type PrincipalClass, principalClasses } from './principal-class';
import { Reaches } from './reach';

/** Who can do what with one key. */
export interface KeyAccess {
  readonly key: KeyItem;
  readonly aliases: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly AccessRow[];

  /** Why there is no matrix; absent when there is one. */
  readonly undecided?: string;
}

/** What some principals can do. */
export interface AccessRow {
  readonly kind: PrincipalClass['kind'];
  readonly principals: string;
  readonly cells: readonly Cell[];
}

/** Who can do what with each key, replicas included, as the key policies decide. */
export function accessMatrix(inventory: FullInventory): KeyAccess[] {
  return inventory.keys.map((key) => accessOf(key, inventory.aliasesOf.get(key.id) ?? []));
}

/** Who can do what with one key. */
export function accessOf(key: KeyItem, aliases: readonly AliasItem[]): KeyAccess {
  const names = aliases.map(({ name }) => (isUndecided(name) ? name.undecided : name));
  const groups = actionGroups(key.settings.material?.usage);
  const columns = groups.map(({ name }) => name);
  const { policy } = key;
  if (policy instanceof InvalidPolicy) {
    return { key, aliases: names, columns, rows: [], undecided: policy.message };
  }
  const account = accountOf(key);
  const classes = principalClasses(policy, account);
  const reaches = new Reaches(policy, { ...key.stack.environment, account }, classes);
  const rows = classes.map((who): AccessRow => ({
    kind: who.kind,
    principals: who.name,
    cells: groups.map((group) => cellOf(policy, reaches, who, group)),
  }));
  return { key, aliases: names, columns, rows: rows.filter((row) => row.kind !== 'service' || isLetIn(row)) };
}

/** The account of a key: its digits, or the token of an account that is open. */
export function accountOf({ arn }: KeyItem): string {
  return arn.split(':')[4];
}

function isLetIn({ cells }: AccessRow): boolean {
  return cells.some(({ grade, undecided }) => grade !== 'none' || undecided.length > 0);
}
