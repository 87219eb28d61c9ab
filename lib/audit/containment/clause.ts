import type { Truth } from './atom';

/** How high a request gets: 0 none, 1 delegated, 2 direct. */
export type Rank = 0 | 1 | 2;

/**
 * What is left of a statement once part of a request is chosen: it applies when all its atoms hold.
 *
 * A negative atom is one whose answer is open for what is chosen (`-1 - id`).
 */
export interface Clause {
  readonly rank: Rank;
  /** In ascending order. */
  readonly atoms: readonly number[];
  readonly name: string;
}

/** What is left of a policy. */
export interface Side {
  readonly allows: readonly Clause[];
  readonly denies: readonly Clause[];
}

/** The lowest and the highest rank that are still possible. */
export interface Bounds {
  readonly low: Rank;
  readonly high: Rank;
}

export function clause(rank: Rank, atoms: Iterable<number>): Clause {
  const sorted = [...new Set(atoms)].sort((a, b) => a - b);
  return { rank, atoms: sorted, name: `${rank}:${sorted.join()}` };
}

const isCertain = ({ atoms }: Clause): boolean => atoms.length === 0;

const highest = (clauses: readonly Clause[]): Rank => Math.max(0, ...clauses.map(({ rank }) => rank)) as Rank;

export function bounds({ allows, denies }: Side): Bounds {
  if (denies.some(isCertain)) return { low: 0, high: 0 };
  return { low: denies.length > 0 ? 0 : highest(allows.filter(isCertain)), high: highest(allows) };
}

/** What is left of a side once some atoms have answers. */
export const assume = ({ allows, denies }: Side, truths: ReadonlyMap<number, Truth>): Side => ({
  allows: assumeIn(allows, truths),
  denies: assumeIn(denies, truths),
});

function assumeIn(clauses: readonly Clause[], truths: ReadonlyMap<number, Truth>): Clause[] {
  const left = new Map<string, Clause>();
  for (const each of clauses) {
    if (each.atoms.some((atom) => truths.get(atom) === false)) continue;
    const next = each.atoms.some((atom) => truths.has(atom))
      ? clause(
          each.rank,
          each.atoms
            .filter((atom) => truths.get(atom) !== true)
            .map((atom) => (truths.has(atom) ? -1 - atom : atom)),
        )
      : each;
    left.set(next.name, next);
  }
  return [...left.values()];
}

/**
 * Whether the new side cannot get higher than the old one, clause by clause.
 *
 * Each Allow of the new side is one of the old side, and each Deny of the old side one of the new side. This
 * holds whatever the answer to an open atom is, so what nobody can decide does no harm where it is unchanged.
 */
export function isWithin(next: Side, old: Side): boolean {
  const implied = (clauses: readonly Clause[], by: readonly Clause[]): boolean =>
    clauses.every(({ rank, atoms }) =>
      by.some((other) => other.rank >= rank && other.atoms.every((atom) => atoms.includes(atom))),
    );
  return implied(next.allows, old.allows) && implied(old.denies, next.denies);
}
