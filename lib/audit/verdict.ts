import type { Acceptance, Reviewed } from './acceptance';
import { type Finding, isAtLeast, SEVERITIES, type Severity } from './finding';

/** What came out of a check or a comparison; nothing that is undecided passes. */
export type Verdict = 'holds' | 'violated' | 'undecided';

/** Findings after their review. */
export type ReviewedFindings = Reviewed<Finding>;

const UNDECIDED = 'undecided';

/** What findings are counted under, the worst first. */
export const LABELS: readonly string[] = [UNDECIDED, ...SEVERITIES.toReversed()];

/** The severity of a finding; what is not decided has none. */
export function labelOf({ rule, isUndecided }: Finding): string {
  return isUndecided ? UNDECIDED : rule.severity;
}

/**
 * Judges what was found.
 *
 * What is certain goes before what is open: one finding that fails is a violation, whatever else is not
 * decided. An acceptance that has expired or that accepts nothing is a violation too.
 *
 * @param failOn the lowest severity that fails
 */
export function verdictOf({ open, expired, unused }: ReviewedFindings, failOn: Severity): Verdict {
  const isViolated =
    expired.length + unused.length > 0 ||
    open.some(({ isUndecided, rule }) => !isUndecided && isAtLeast(rule.severity, failOn));
  if (isViolated) return 'violated';
  return open.some(({ isUndecided }) => isUndecided) ? 'undecided' : 'holds';
}

/** `2 critical, 1 high, 1 accepted`; empty when there is nothing to count. */
export function countsText({ open, accepted, expired, unused }: ReviewedFindings): string {
  const counts = [
    ...LABELS.map((label) => [open.filter((each) => labelOf(each) === label).length, label] as const),
    [accepted.length, 'accepted'] as const,
    [expired.length, expired.length === 1 ? 'expired acceptance' : 'expired acceptances'] as const,
    [unused.length, unused.length === 1 ? 'unused acceptance' : 'unused acceptances'] as const,
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, label]) => `${count} ${label}`)
    .join(', ');
}

/** What is wrong with acceptances, a sentence each. */
export function acceptanceProblems({ expired, unused }: ReviewedFindings): string[] {
  const place = ({ file, position, finding }: Acceptance): string =>
    `${file}: accepted[${position}] (${finding})`;
  return [
    ...expired.map(
      (each) => `${place(each)} expired on ${each.expires}: review it again, or remove the entry`,
    ),
    ...unused.map((each) => `${place(each)} accepts nothing that is there: remove the entry`),
  ];
}
