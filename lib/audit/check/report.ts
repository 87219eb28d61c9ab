import { type Acceptance, review, type Reviewed } from '../acceptance';
import { alike } from '../alike';
import type { Severity } from '../finding';
import { groupsBy } from '../groups';
import { countsText, labelOf, LABELS, type Verdict, verdictOf } from '../verdict';
import type { Checked, CheckFinding } from './check';
import { exampleWords } from './example-words';

/** A check after its review: what is open, what was accepted, and what is wrong with acceptances. */
export interface CheckReport extends Reviewed<CheckFinding> {
  readonly verdict: Verdict;

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

/** Judges the findings of a check, and puts the worst first. */
export function checkReport(
  { findings, keys, aliases }: Checked,
  { failOn, acceptances, today }: CheckJudgement,
): CheckReport {
  const reviewed = review([...findings].sort(byWeight), acceptances, today);
  return { ...reviewed, keys, aliases, verdict: verdictOf(reviewed, failOn) };
}

/** `violated: 2 critical, 1 high, 1 accepted (3 keys, 2 aliases)`. */
export function summary(report: CheckReport): string {
  const { verdict, keys, aliases } = report;
  const looked = `${counted(keys, 'key', 'keys')}, ${counted(aliases, 'alias', 'aliases')}`;
  return `${verdict}: ${countsText(report) || 'nothing found'} (${looked})`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Findings with all that shares their rule, the worst first. */
export function byRule(findings: readonly CheckFinding[]): [CheckFinding, ...CheckFinding[]][] {
  return groupsBy(findings, ({ rule }) => rule.id);
}

/** Findings that say the same of several places. */
export function alikeFindings(findings: readonly CheckFinding[]): [CheckFinding, ...CheckFinding[]][] {
  return alike(findings, ({ message, witness }) => [message, witness && exampleWords(witness)]);
}

function byWeight(one: CheckFinding, other: CheckFinding): number {
  return LABELS.indexOf(labelOf(one)) - LABELS.indexOf(labelOf(other));
}
