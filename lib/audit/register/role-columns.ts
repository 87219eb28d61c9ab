import { type AccessRow, accessOf } from '../matrix/access-matrix';
import type { Grade } from '../matrix/cell';
import type { KeyItem } from '../template/key-item';

/** The roles that a key policy itself lets administer and use a key. */
export interface RoleColumns {
  readonly administrators: readonly string[];
  readonly users: readonly string[];
  readonly undecided: readonly string[];
}

const ADMINISTRATION = ['manage', 'policy', 'delete'];
const OTHERS = ['grant', 'read', ...ADMINISTRATION];

/**
 * Who administers and who uses a key, by what its policy decides.
 *
 * Whoever gets through with only some ways of using the key stands there with those. Where the policy
 * leaves it to the IAM policies of the account, that is said too: any role can then be one of them.
 */
export function roleColumns(key: KeyItem): RoleColumns {
  const { columns, rows, undecided } = accessOf(key, []);
  const ways = columns.filter((column) => !OTHERS.includes(column));
  const grades = ({ cells }: AccessRow, grade: Grade, among: readonly string[]): string[] =>
    among.flatMap((column) => {
      const { parts } = cells[columns.indexOf(column)];
      if (parts[0].grade !== grade) return [];
      return parts.every((part) => part.grade === grade) ? [column] : [`some of ${column}`];
    });
  const list = (among: readonly string[]): string[] => {
    const say = (name: string, got: readonly string[]): string[] => {
      if (got.length === 0) return [];
      return [got.join() === among.join() ? name : `${name} (${got.join(', ')} only)`];
    };
    return [
      ...rows.flatMap((row) => say(row.principals, grades(row, 'direct', among))),
      ...rows
        .filter(({ kind }) => kind === 'account')
        .flatMap((row) => say('any by IAM policy', grades(row, 'delegated', among))),
    ];
  };
  return {
    administrators: list(ADMINISTRATION),
    users: list(ways),
    undecided: [
      ...(undecided === undefined ? [] : [`KeyPolicy: ${undecided}`]),
      ...new Set(rows.flatMap((row) => row.cells.flatMap((cell) => cell.undecided))),
    ],
  };
}
