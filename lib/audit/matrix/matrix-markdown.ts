import { markdownCode, markdownTable, markdownText } from '../report/markdown';
import type { FoldedAccess } from './fold';
import { cellWord, LEGEND, Notes, OUTSIDE } from './note';

/** The matrices for a pull request. */
export function matrixMarkdown(matrices: readonly FoldedAccess[]): string {
  if (matrices.length === 0) return 'No keys.\n';
  return [...matrices.map(oneMatrix), `${markdownText(LEGEND)}. ${OUTSIDE}\n`].join('\n');
}

function oneMatrix({ aliases, places, columns, rows, undecided }: FoldedAccess): string {
  const title = aliases.map(markdownCode).join(', ') || 'A key without an alias';
  const where = [...places].map(([account, regions]) => `${account}: ${regions.join(', ')}`).join('; ');
  const heading = `### ${title}\n\n${markdownText(where)}\n`;
  if (undecided !== undefined) return `${heading}\n**undecided**: ${markdownText(undecided)}\n`;
  const notes = new Notes();
  const table = markdownTable(
    ['', ...columns],
    rows.map(({ principals, cells }) => [
      principals.map(markdownText).join('<br>'),
      ...cells.map((cell) => {
        const number = notes.number(cell);
        return `${cellWord(cell)}${number === undefined ? '' : `<sup>${number}</sup>`}`;
      }),
    ]),
  );
  const texts = notes.texts.map((text, index) => `${index + 1}. ${markdownText(text)}\n`);
  return `${heading}\n${table}\n${texts.join('')}`;
}
