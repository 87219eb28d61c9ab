import { type Acceptance, review, type Reviewed } from '../acceptance';
import { isAtLeast, SEVERITIES, type Severity } from '../finding';
import type { Checked, CheckFinding } from './check';

/** A check after its review: what is open, what was accepted, and what is wrong with acceptances. */
export interface CheckReport extends Reviewed<CheckFinding> {
  readonly verdict: 'holds' | 'violated' | 'undecided';

  /** How many keys, replicas among them, and aliases were looked at. */
  readonly keys: number;
  readonly aliases: number;
}

/** How a check is judged. */
export interface CheckJudgement {
  /** The lowest severity that fails. */
  readonly failOn: Severity;
  readonly acceptances: readonly Acceptance[];

  /** As `2027-03-31`. */
  readonly today: string;
}

/**
 * Judges the findings of a check.
 *
 * What is certain goes before what is open: one finding that fails is a violation, whatever else is not
 * decided. An acceptance that has expired or that accepts nothing is a violation too.
 */
export function checkReport(
  { findings, keys, aliases }: Checked,
  { failOn, acceptances, today }: CheckJudgement,
): CheckReport {
  const reviewed = review([...findings].sort(byWeight), acceptances, today);
  const { open, expired, unused } = reviewed;
  const isViolated =
    expired.length + unused.length > 0 ||
    open.some(({ isUndecided, rule }) => !isUndecided && isAtLeast(rule.severity, failOn));
  const isOpen = open.some(({ isUndecided }) => isUndecided);
  return { ...reviewed, keys, aliases, verdict: isViolated ? 'violated' : isOpen ? 'undecided' : 'holds' };
}

/** The severity of a finding; what is not decided has none. */
export function labelOf({ rule, isUndecided }: CheckFinding): string {
  return isUndecided ? 'undecided' : rule.severity;
}

const LABELS = ['undecided', ...SEVERITIES.toReversed()];

/** `violated: 2 critical, 1 high, 1 accepted (3 keys, 2 aliases)`. */
export function summary({ verdict, keys, aliases, open, accepted, expired, unused }: CheckReport): string {
  const counts = [
    ...LABELS.map((label) => [open.filter((each) => labelOf(each) === label).length, label] as const),
    [accepted.length, 'accepted'] as const,
    [expired.length, expired.length === 1 ? 'expired acceptance' : 'expired acceptances'] as const,
    [unused.length, unused.length === 1 ? 'unused acceptance' : 'unused acceptances'] as const,
  ];
  const words = counts.filter(([count]) => count > 0).map(([count, label]) => `${count} ${label}`);
  return `${verdict}: ${words.join(', ') || 'nothing found'} (${counted(keys, 'key', 'keys')}, ${counted(aliases, 'alias', 'aliases')})`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What is wrong with acceptances, a sentence each. */
export function acceptanceProblems({ expired, unused }: CheckReport): string[] {
  const place = ({ file, position, finding }: Acceptance): string =>
    `${file}: accepted[${position}] (${finding})`;
  return [
    ...expired.map(
      (each) => `${place(each)} expired on ${each.expires}: review the finding again, or remove the entry`,
    ),
    ...unused.map((each) => `${place(each)} accepts nothing that is found: remove the entry`),
  ];
}

/** Findings with all that shares their rule, the worst first. */
export function byRule(findings: readonly CheckFinding[]): (readonly CheckFinding[])[] {
  const groups = new Map<string, CheckFinding[]>();
  for (const finding of findings) {
    groups.set(finding.rule.id, [...(groups.get(finding.rule.id) ?? []), finding]);
  }
  return [...groups.values()];
}

function byWeight(one: CheckFinding, other: CheckFinding): number {
  return LABELS.indexOf(labelOf(one)) - LABELS.indexOf(labelOf(other));
}
