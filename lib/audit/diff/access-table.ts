import { type AccessRow, accessOf, type KeyAccess } from '../matrix/access-matrix';
import type { Cell } from '../matrix/cell';
import { cellWord, noteOf } from '../matrix/note';
import type { Difference } from './difference';
import { shortName } from './names';

/** What principals could do before and can do now, of one key or of several that change alike. */
export interface AccessTable {
  /** The keys, by the places that they are found in. */
  readonly places: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly { readonly principals: string; readonly cells: readonly CellChange[] }[];
}

/** A cell of the matrix; what is the same before and after has no `before`. */
export interface CellChange {
  readonly before?: string;
  readonly after: string;
}

/**
 * The rows of the access matrix in which something changes, for the keys whose policy does.
 */
export function accessTables({ keys, before, after }: Difference): AccessTable[] {
  const tables = new Map<string, AccessTable>();
  for (const pair of keys) {
    if (JSON.stringify(pair.before.policyDocument) === JSON.stringify(pair.after.policyDocument)) continue;
    const [old, next] = [
      accessOf(pair.before, before.aliasesOf.get(pair.before.id) ?? []),
      accessOf(pair.after, after.aliasesOf.get(pair.after.id) ?? []),
    ];
    const rows = withShortNames(changedRows(old, next));
    if (rows.length === 0) continue;
    const id = JSON.stringify([next.columns, rows]);
    const places = [...(tables.get(id)?.places ?? []), pair.after.where];
    tables.set(id, { places, columns: next.columns, rows });
  }
  return [...tables.values()];
}

function changedRows(old: KeyAccess, next: KeyAccess): AccessTable['rows'] {
  // A key of another kind has other columns: nothing to put side by side.
  if (JSON.stringify(old.columns) !== JSON.stringify(next.columns)) return [];
  const names = new Map([...old.rows, ...next.rows].map((row) => [nameOf(row), row]));
  return [...names].flatMap(([name, row]) => {
    const [before, after] = [old, next].map(
      ({ rows }) => rows.find((each) => nameOf(each) === name) ?? unnamed(rows, row),
    );
    const cells = next.columns.map((_, column) => cellChange(before?.cells[column], after?.cells[column]));
    return cells.some((cell) => cell.before !== undefined) ? [{ principals: row.principals, cells }] : [];
  });
}

/** The names that people use, where they tell the rows apart: so that the tables of several accounts are one. */
function withShortNames(rows: AccessTable['rows']): AccessTable['rows'] {
  const names = rows.map(({ principals }) => shortName(principals));
  return new Set(names).size < names.length
    ? rows
    : rows.map((row, index) => ({ ...row, principals: names[index] }));
}

function nameOf({ kind, principals }: AccessRow): string {
  return `${kind} ${principals}`;
}

/** Whom a policy does not name has what everybody else has. */
function unnamed(rows: readonly AccessRow[], { kind }: AccessRow): AccessRow | undefined {
  return kind === 'named' ? rows.find((row) => row.kind === 'account') : undefined;
}

function cellChange(before: Cell | undefined, after: Cell | undefined): CellChange {
  const [old, next] = [wordsOf(before), wordsOf(after)];
  return old === next ? { after: after ? cellWord(after) : NONE } : { before: old, after: next };
}

/** The word of the matrix with its conditions. */
function wordsOf(cell: Cell | undefined): string {
  if (!cell) return NONE;
  const note = noteOf(cell);
  return note ? `${cellWord(cell)} (${note})` : cellWord(cell);
}

const NONE = '–';
