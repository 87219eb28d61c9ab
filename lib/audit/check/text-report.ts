import { printable } from '../report/printable';
import { DEFAULT_WIDTH } from '../report/terminal-table';
import { wrap } from '../report/wrap';
import type { CheckFinding } from './check';
import { exampleWords } from './example-words';
import { acceptanceProblems, labelOf } from '../verdict';
import { alikeFindings, byRule, type CheckReport, summary } from './report';

/** The findings for a terminal, grouped by rule: what, where, an example, why, and what to do. */
export function textReport(report: CheckReport): string {
  const paragraphs = [
    ...byRule(report.open).map(ruleLines),
    ...report.accepted.map(({ finding, acceptance }) => [
      `ACCEPTED ${finding.rule.id}`,
      ...block(finding.where, 2),
      ...block(finding.message, 4),
      ...labelled('because', acceptance.reason),
      ...labelled('by', `${acceptance.acceptedBy}, until ${acceptance.expires}`),
    ]),
    acceptanceProblems(report).flatMap((each) => wrap(each, DEFAULT_WIDTH, '  ')),
    [summary(report)],
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${printable(line)}\n`).join(''))
    .join('\n');
}

function ruleLines(findings: readonly CheckFinding[]): string[] {
  const [first] = findings;
  const { id, title, explanation, remedy, see } = first.rule;
  return [
    ...wrap(`${labelOf(first).toUpperCase()} ${id}: ${title}`, DEFAULT_WIDTH, '  '),
    ...alikeFindings(findings).flatMap(findingLines),
    ...block(`Why: ${explanation}`, 2),
    ...block(`What to do: ${remedy}`, 2),
    `  See: ${see}`,
  ];
}

/** One finding, or several that say the same of different places. */
function findingLines(findings: readonly [CheckFinding, ...CheckFinding[]]): string[] {
  const [{ message, witness }] = findings;
  return [
    ...block(findings.map(({ where }) => where).join(', '), 2),
    ...block(message, 4),
    ...(witness ? labelled('example', exampleWords(witness)) : []),
    ...findings.map(({ id, resource }, i) => `${label(i === 0 ? 'finding' : '')}${id} at ${resource}`),
    '',
  ];
}

const LABEL_WIDTH = 13;

const label = (name: string): string => `    ${name}`.padEnd(LABEL_WIDTH);

function labelled(name: string, text: string): string[] {
  return wrap(`${label(name)}${text}`, DEFAULT_WIDTH, label(''));
}

function block(text: string, indent: number): string[] {
  const space = ' '.repeat(indent);
  return wrap(`${space}${text}`, DEFAULT_WIDTH, space);
}
