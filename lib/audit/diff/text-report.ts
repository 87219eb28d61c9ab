import { SEVERITIES } from '../finding';
import { printable } from '../report/printable';
import type { Change } from './change';
import { exampleOf } from './example';

/** The changes for a terminal: what, why, what AWS does, and what to do instead. */
export function textReport(changes: readonly Change[]): string {
  if (changes.length === 0) return 'no key, replica or alias changes\n';
  return changes.map((each) => paragraph(each).map(printable).join('\n') + '\n').join('\n');
}

/** `2 critical, 1 high`. */
export function summary(changes: readonly Change[]): string {
  return [...SEVERITIES.toReversed(), UNDECIDED]
    .map((label) => ({ label, count: changes.filter((each) => labelOf(each) === label).length }))
    .filter(({ count }) => count > 0)
    .map(({ label, count }) => `${count} ${label}`)
    .join(', ');
}

const UNDECIDED = 'undecided';

/** The severity; what is not decided has none. */
export function labelOf({ rule, isUndecided }: Change): string {
  return isUndecided ? UNDECIDED : rule.severity;
}

function paragraph(change: Change): string[] {
  const { id, rule, where, message, effect, remedy, access } = change;
  const lines = [`${labelOf(change).toUpperCase()} ${where}: ${rule.title}`, `  ${message}`];
  if (rule.severity === 'low') return lines;
  return [
    ...lines,
    ...(access ? [`  calls:   ${access.actions.join(', ')}`, `  example: ${exampleOf(access)}`] : []),
    `  why:     ${rule.explanation}`,
    `  AWS:     ${effect}`,
    `  instead: ${remedy}`,
    `  see:     ${rule.see}`,
    `  id:      ${id}`,
  ];
}
