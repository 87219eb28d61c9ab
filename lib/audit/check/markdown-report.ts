import { markdownCode, markdownTable, markdownText } from '../report/markdown';
import { exampleWords } from './example-words';
import { acceptanceProblems, labelOf } from '../verdict';
import { alikeFindings, byRule, type CheckReport, summary } from './report';

/** The findings for a pull request: a table of them, then each rule once. */
export function markdownReport(report: CheckReport): string {
  const { open, accepted } = report;
  const sections = [
    `## KMS keys and their policies\n\n${summary(report)}\n`,
    open.length > 0 &&
      markdownTable(
        ['Severity', 'Rule', 'Where', 'What', 'Finding'],
        alikeFindings(open).map((findings) => {
          const [{ rule, message, witness }] = findings;
          return [
            labelOf(findings[0]),
            markdownCode(rule.id),
            findings.map(({ where }) => markdownText(where)).join('<br>'),
            markdownText(message) + (witness ? `<br>Example: ${markdownCode(exampleWords(witness))}` : ''),
            findings.map(({ id }) => markdownCode(id)).join('<br>'),
          ];
        }),
      ),
    ...byRule(open).map(([{ rule }]) =>
      [
        `### ${markdownText(rule.title)}\n`,
        `${markdownText(rule.explanation)}\n`,
        `**What to do:** ${markdownText(rule.remedy)} ([${rule.id}](${rule.see}))\n`,
      ].join('\n'),
    ),
    accepted.length > 0 &&
      `### Accepted\n\n${markdownTable(
        ['Rule', 'Where', 'What', 'Because', 'By', 'Until'],
        accepted.map(({ finding, acceptance: { reason, acceptedBy, expires } }) => [
          markdownCode(finding.rule.id),
          ...[finding.where, finding.message, reason, acceptedBy, expires].map(markdownText),
        ]),
      )}`,
    ...acceptanceProblems(report).map((each) => `- ${markdownText(each)}\n`),
  ];
  return sections.filter((section) => typeof section === 'string').join('\n');
}
