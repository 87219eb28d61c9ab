import Table from 'cli-table3';
import { printable } from './printable';

/** The width that every terminal has. */
export const DEFAULT_WIDTH = 80;

/**
 * A table for terminals that stays within a width by wrapping the text of its widest columns.
 */
export function terminalTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = DEFAULT_WIDTH,
): string {
  const texts = [head, ...rows].map((row) => row.map((cell) => cell.split('\n').map(printable).join('\n')));
  const table = new Table({
    head: texts[0],
    colWidths: columnWidths(texts, width),
    wordWrap: true,
    wrapOnWordBoundary: true,
    style: { head: [], border: [], compact: rows.every((row) => row.every((cell) => cell.length < 20)) },
  });
  table.push(...texts.slice(1));
  return `${table.toString()}\n`;
}

function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const padding = 2;
  const widths = rows[0].map(
    (_, column) =>
      padding + Math.max(...rows.flatMap((row) => row[column].split('\n')).map((line) => line.length)),
  );
  const available = Math.max(width - rows[0].length - 1, rows[0].length * 8);
  while (widths.reduce((sum, each) => sum + each, 0) > available) {
    widths[widths.indexOf(Math.max(...widths))] -= 1;
  }
  return widths;
}
