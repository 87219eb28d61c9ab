import { groupsBy } from '../groups';
import { LEGEND } from '../matrix/note';
import { markdownCode, markdownTable, markdownText } from '../report/markdown';
import type { AccessTable, CellChange } from './access-table';
import { alikeChanges } from './alike-changes';
import type { Change } from './change';
import { exampleOf } from './example';
import type { Report } from './report';
import { acceptanceProblems, LABELS, labelOf } from '../verdict';
import { summary } from './summary';

/** Room for what a CI job writes around it: a comment on GitHub holds 65,536 characters. */
const MAX_LENGTH = 50_000;
const SHOWN_OF_A_KIND = 10;
const SHOWN_TABLES = 5;
const SHOWN_PLACES = 6;

/**
 * The changes for a pull request: verdicts first, then who could and can do what; nothing that stays
 * the same, nothing that differs between two runs.
 */
export function markdownReport(report: Report): string {
  const sections = [
    `## KMS keys: ${markdownText(summary(report))}\n`,
    ...LABELS.filter((label) => label !== 'low').flatMap((label) => ofLabel(report.open, label)),
    ...list('Acceptances to mend', acceptanceProblems(report).map(markdownText)),
    ...accessSection(report.access),
    ...harmless(report.open),
    ...list(
      'Accepted',
      report.accepted.map(
        ({ finding, acceptance }) =>
          `${markdownCode(finding.where)}: ${markdownText(finding.message)}, because ${markdownText(acceptance.reason)} (${markdownText(acceptance.acceptedBy)}, until ${acceptance.expires})`,
      ),
    ),
  ];
  return shortened(sections);
}

/** One section for each rule, which is explained once, with its changes as a list. */
function ofLabel(changes: readonly Change[], label: string): string[] {
  const byRule = groupsBy(
    changes.filter((each) => labelOf(each) === label),
    ({ rule, effect, remedy }) => JSON.stringify([rule.id, effect, remedy]),
  );
  return byRule.map((group) => {
    const { rule, effect, remedy } = group[0];
    const items = alikeChanges(group).map(item);
    return [
      `### ${label}: ${markdownText(rule.title)}\n`,
      bullets(items),
      `AWS: ${markdownText(effect)}. Why it matters: ${markdownText(rule.explanation)} ([more](${rule.see})).  `,
      `**Instead:** ${markdownText(remedy)}.\n`,
    ].join('\n');
  });
}

function item(changes: readonly Change[]): string {
  const [{ message, access, id }, ...others] = changes;
  const example = access ? `<br>for example ${markdownText(exampleOf(access))}` : '';
  const also = others.length > 0 ? `, and the same in ${placeList(others.map(({ where }) => where))}` : '';
  return `${markdownCode(changes[0].where)}: ${markdownText(message)}${also}${example} <sub>${id}</sub>`;
}

function accessSection(tables: readonly AccessTable[]): string[] {
  if (tables.length === 0) return [];
  const shown = tables.slice(0, SHOWN_TABLES).map(({ places, columns, rows }) => {
    const head = placeList(places);
    const cells = rows.map((row) => [markdownText(row.principals), ...row.cells.map(cell)]);
    return `${head}\n\n${markdownTable(['', ...columns], cells)}`;
  });
  const rest = tables.length > SHOWN_TABLES ? [`… and ${tables.length - SHOWN_TABLES} more keys\n`] : [];
  return ['### Access, before → after\n', ...shown, ...rest, `<sub>${markdownText(LEGEND)}</sub>\n`];
}

function placeList(places: readonly string[]): string {
  const shown = places.slice(0, SHOWN_PLACES).map(markdownCode).join(', ');
  return places.length > SHOWN_PLACES ? `${shown} and ${places.length - SHOWN_PLACES} more` : shown;
}

function cell({ before, after }: CellChange): string {
  return before === undefined ? markdownText(after) : `**${markdownText(before)} → ${markdownText(after)}**`;
}

function harmless(changes: readonly Change[]): string[] {
  const low = changes.filter((each) => labelOf(each) === 'low');
  if (low.length === 0) return [];
  const items = alikeChanges(low).map(
    (group) => `${placeList(group.map(({ where }) => where))}: ${markdownText(group[0].message)}`,
  );
  return [`<details><summary>${low.length} harmless</summary>\n\n${bullets(items)}\n</details>\n`];
}

function list(title: string, items: readonly string[]): string[] {
  return items.length > 0 ? [`### ${title}\n\n${bullets(items)}`] : [];
}

function bullets(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN_OF_A_KIND).map((each) => `- ${each}\n`);
  const rest =
    items.length > SHOWN_OF_A_KIND ? [`- … and ${items.length - SHOWN_OF_A_KIND} more like these\n`] : [];
  return [...shown, ...rest].join('');
}

/** Leaves out what no comment can hold, the least important first. */
function shortened(sections: readonly string[]): string {
  let text = '';
  for (const section of sections) {
    if (text.length + section.length > MAX_LENGTH)
      return `${text}\n… cut here: run the command for the whole report\n`;
    text += text ? `\n${section}` : section;
  }
  return text;
}
