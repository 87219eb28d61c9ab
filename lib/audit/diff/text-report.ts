import { printable } from '../report/printable';
import { DEFAULT_WIDTH } from '../report/terminal-table';
import { wrap } from '../report/wrap';
import { actionsInWords } from './access-change';
import { alikeChanges } from './alike-changes';
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
    ...alikeChanges(report.open).map(paragraph),
    ...accepted,
    acceptanceProblems(report),
    [summary(report)],
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${printable(line)}\n`).join(''))
    .join('\n');
}

/** One change, or several that say the same of different places. */
function paragraph(changes: readonly [Change, ...Change[]]): string[] {
  const [first, ...others] = changes;
  const { rule, where, message, effect, remedy, access } = first;
  const lines = [
    `${labelOf(first).toUpperCase()} ${where}: ${rule.title}`,
    `  ${message}`,
    ...(others.length > 0
      ? labelled('also in:', others.map((each) => whereBeside(first, each)).join(', '))
      : []),
  ];
  if (rule.severity === 'low') return lines;
  return [
    ...lines,
    ...(access
      ? [
          ...labelled('calls:', actionsInWords(access.actions).join(', ')),
          ...labelled('example:', exampleOf(access)),
        ]
      : []),
    ...labelled('why:', rule.explanation),
    ...labelled('AWS:', effect),
    ...labelled('instead:', remedy),
    `  see:     ${rule.see}`,
    ...changes.map(
      ({ id, resource }, i) => `${i === 0 ? '  id:'.padEnd(LABEL_WIDTH) : INDENT}${id} at ${resource}`,
    ),
  ];
}

/** Where another change is: the place alone where the resource has the same name. */
function whereBeside(first: Change, { where, place }: Change): string {
  return where.replace(place, '') === first.where.replace(first.place, '') ? place : where;
}

const LABEL_WIDTH = 11;
const INDENT = ' '.repeat(LABEL_WIDTH);

function labelled(label: string, text: string): string[] {
  return wrap(`${`  ${label}`.padEnd(LABEL_WIDTH)}${text}`, DEFAULT_WIDTH, INDENT);
}
