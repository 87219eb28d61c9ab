import { printable } from '../report/printable';
import { actionsInWords } from './access-change';
import type { Change } from './change';
import { exampleOf } from './example';
import type { Report } from './report';
import { acceptanceProblems, labelOf } from '../verdict';
import { summary } from './summary';

/** The changes for a terminal: what, why, what AWS does, and what to do instead. */
export function textReport(report: Report): string {
  const accepted = report.accepted.map(({ finding, acceptance }) => [
    `ACCEPTED ${finding.where}: ${finding.rule.title}`,
    `  ${finding.message}`,
    `  because ${acceptance.reason} (${acceptance.acceptedBy}, until ${acceptance.expires})`,
  ]);
  const paragraphs = [
    ...report.open.map(paragraph),
    ...accepted,
    acceptanceProblems(report),
    [summary(report)],
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${printable(line)}\n`).join(''))
    .join('\n');
}

function paragraph(change: Change): string[] {
  const { id, rule, where, message, effect, remedy, access } = change;
  const lines = [`${labelOf(change).toUpperCase()} ${where}: ${rule.title}`, `  ${message}`];
  if (rule.severity === 'low') return lines;
  return [
    ...lines,
    ...(access
      ? [`  calls:   ${actionsInWords(access.actions).join(', ')}`, `  example: ${exampleOf(access)}`]
      : []),
    `  why:     ${rule.explanation}`,
    `  AWS:     ${effect}`,
    `  instead: ${remedy}`,
    `  see:     ${rule.see}`,
    `  id:      ${id} at ${change.resource}`,
  ];
}
