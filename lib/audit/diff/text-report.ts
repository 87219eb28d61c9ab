import { printable } from '../report/printable';
import type { Change } from './change';
import { exampleOf } from './example';
import { SEVERITIES } from './severity';

/** The changes for a terminal: what, why, what AWS does, and what to do instead. */
export function textReport(changes: readonly Change[]): string {
  if (changes.length === 0) return 'no key, replica or alias changes\n';
  return changes.map(paragraph).map(printLines).join('\n');
}

/** `2 block, 1 high`. */
export function summary(changes: readonly Change[]): string {
  const labels = [...SEVERITIES, 'undecided'];
  const counts = labels.map((label) => [label, changes.filter((each) => labelOf(each) === label).length]);
  return counts
    .filter(([, count]) => count !== 0)
    .map(([label, count]) => `${count} ${label}`)
    .join(', ');
}

/** The severity; what is not decided has none. */
export function labelOf({ rule, severity }: Change): string {
  return rule === 'undecided' ? rule : severity;
}

function paragraph(change: Change): string {
  const { rule, where, what, reason, effect, remedy, see, access, digest, severity } = change;
  const lines = [`${labelOf(change).toUpperCase()} ${where}`, `  ${what} (${rule})`];
  if (severity === 'info') return lines.join('\n');
  return [
    ...lines,
    ...(access ? [`  example: ${exampleOf(access)}`] : []),
    `  why:     ${reason}`,
    `  AWS:     ${effect}`,
    `  instead: ${remedy}`,
    `  see:     ${see}`,
    `  digest:  ${digest}`,
  ].join('\n');
}

function printLines(text: string): string {
  return text.split('\n').map(printable).join('\n') + '\n';
}
