import { type Acceptance } from '../acceptance';
import { SEVERITIES } from '../finding';
import type { Change } from './change';
import type { Report } from './report';

const UNDECIDED = 'undecided';

/** What changes are counted under, the worst first. */
export const LABELS: readonly string[] = [UNDECIDED, ...SEVERITIES.toReversed()];

/** The severity of a change; what is not decided has none. */
export function labelOf({ rule, isUndecided }: Change): string {
  return isUndecided ? UNDECIDED : rule.severity;
}

/** `2 critical, 1 high, 1 accepted`. */
export function summary({ open, accepted, expired, unused }: Report): string {
  const counts = [
    ...LABELS.map((label) => [open.filter((each) => labelOf(each) === label).length, label] as const),
    [accepted.length, 'accepted'] as const,
    [expired.length, expired.length === 1 ? 'expired acceptance' : 'expired acceptances'] as const,
    [unused.length, unused.length === 1 ? 'unused acceptance' : 'unused acceptances'] as const,
  ];
  const words = counts.filter(([count]) => count > 0).map(([count, label]) => `${count} ${label}`);
  return words.length > 0 ? words.join(', ') : 'no key, replica or alias changes';
}

/** What is wrong with acceptances, a sentence each. */
export function acceptanceProblems({ expired, unused }: Report): string[] {
  const place = ({ file, position, finding }: Acceptance): string =>
    `${file}: accepted[${position}] (${finding})`;
  return [
    ...expired.map(
      (each) => `${place(each)} expired on ${each.expires}: review the change again, or remove it`,
    ),
    ...unused.map((each) => `${place(each)} accepts nothing that changes: remove it`),
  ];
}
