import { type Acceptance, review, type Reviewed } from '../acceptance';
import type { Severity } from '../finding';
import { type Verdict, verdictOf } from '../verdict';
import { type AccessTable, accessTables } from './access-table';
import type { Change } from './change';
import { type Difference, isIn } from './difference';

/** A comparison after its review: what is open, what was accepted, and what is wrong with acceptances. */
export interface Report extends Reviewed<Change> {
  readonly verdict: Verdict;
  readonly access: readonly AccessTable[];
}

/** How a comparison is judged. */
export interface Judgement {
  /** The lowest severity that fails. */
  readonly failOn: Severity;
  readonly acceptances: readonly Acceptance[];

  /** As `2027-03-31`. */
  readonly today: string;
}

/**
 * Judges a comparison.
 *
 * What is certain goes before what is open: one change that fails is a violation, whatever else is not
 * decided. An acceptance that has expired or that accepts nothing is a violation too.
 */
export function reportOf(difference: Difference, { failOn, acceptances, today }: Judgement): Report {
  // What is accepted in a stack that is left out is neither used nor unused.
  const isAbout = ({ resource }: Acceptance): boolean => !isIn(resource, difference.skipped);
  const reviewed = review(difference.changes, acceptances.filter(isAbout), today);
  return {
    ...reviewed,
    verdict: verdictOf(reviewed, failOn),
    access: accessTables(difference),
  };
}
