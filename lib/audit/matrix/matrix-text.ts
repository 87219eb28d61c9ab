import Table from 'cli-table3';
import { printable } from '../report/printable';
import { DEFAULT_WIDTH } from '../report/terminal-table';
import { wrap } from '../report/wrap';
import type { Cell } from './cell';
import type { FoldedAccess } from './fold';
import { cellWord, LEGEND, Notes, OUTSIDE } from './note';

const CELL_WIDTH = 8;
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The matrices for a terminal: nothing is wider than 80 columns. */
export function matrixText(matrices: readonly FoldedAccess[]): string {
  if (matrices.length === 0) return 'no keys\n';
  return [...matrices.map(oneMatrix), `${wrapped(LEGEND)}\n${wrapped(OUTSIDE)}\n`].join('\n');
}

function oneMatrix({ aliases, places, columns, rows, undecided }: FoldedAccess): string {
  const title = wrapped(aliases.join(', ') || 'a key without an alias');
  const where = [...places].map(([account, regions]) => wrapped(`${account}: ${regions.join(', ')}`, '  '));
  if (undecided !== undefined) return [title, ...where, wrapped(`undecided: ${undecided}`), ''].join('\n');
  const notes = new Notes();
  const nameWidth = DEFAULT_WIDTH - columns.length * CELL_WIDTH;
  const table = new Table({
    head: ['', ...columns],
    colWidths: [nameWidth, ...columns.map(() => CELL_WIDTH)],
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1, compact: true },
  });
  for (const { principals, cells } of rows) {
    const names = wrap(printable(principals.join(', ')), nameWidth - 1, '  ');
    table.push([names.join('\n'), ...cells.map((cell) => cellWord(cell) + superscript(notes, cell))]);
  }
  const texts = notes.texts.map((text, index) => wrapped(`${superscripts(index + 1)} ${text}`, '  '));
  return [title, ...where, '', trimEnds(table.toString()), '', ...texts, ''].join('\n');
}

const BORDERLESS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
    .map((name) => [name, '']),
);

function wrapped(text: string, indent = ''): string {
  return wrap(printable(text), DEFAULT_WIDTH, indent).join('\n');
}

function superscript(notes: Notes, cell: Cell): string {
  const number = notes.number(cell);
  return number === undefined ? '' : superscripts(number);
}

function superscripts(number: number): string {
  return [...String(number)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
}

function trimEnds(text: string): string {
  return text.replace(/ +$/gm, '');
}
