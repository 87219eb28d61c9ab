import { terminalTable } from '../../lib/audit/report/terminal-table';
import { MATRIX_HEAD, type MatrixCell, type MatrixRow } from './access-matrix';
import type { Attempt } from './key-proof';
import type { Report } from './session';

const WIDTH = 120;

/**
 * Prints what was tried and what came back.
 *
 * @returns whether everything came back as expected
 */
export function printReport(report: Report, print: (text: string) => void): boolean {
  const { overview, matrices, attempts, timings } = report;
  print(`${overview}\n`);
  const names = [...matrices.keys()];
  print(`Who was let through by the deployed key of ${names.join(', ')}:\n`);
  print(terminalTable(MATRIX_HEAD, matrixRows(matrices), WIDTH));
  print('\nWhat was tried, and what came back:\n');
  print(terminalTable(['tried', 'came back', ''], attemptRows(attempts), WIDTH));
  const wrong =
    attempts.filter(({ got, expected }) => got !== expected).length +
    [...matrices.values()]
      .flat()
      .flatMap(({ cells }) => cells)
      .filter(({ got, expected }) => got !== expected).length;
  const tried = attempts.length + [...matrices.values()].flat().flatMap(({ cells }) => cells).length;
  const total = timings.reduce((sum, { seconds }) => sum + seconds, 0);
  const where = timings.map(({ step, seconds }) => `${step} ${seconds.toFixed(1)} s`).join(', ');
  print(`\n${tried - wrong} of ${tried} came back as expected. ${total.toFixed(1)} s: ${where}.\n`);
  return wrong === 0;
}

/** One table for all accounts; where they differ, a cell says for each what came back. */
function matrixRows(matrices: ReadonlyMap<string, readonly MatrixRow[]>): string[][] {
  const [first = []] = matrices.values();
  return first.map(({ request }, row) => [
    request,
    ...first[row].cells.map((_cell, column) =>
      cellText([...matrices].map(([name, rows]) => [name, rows[row].cells[column]])),
    ),
  ]);
}

/** One row for what was tried in many accounts with the same answer. */
function attemptRows(attempts: readonly Attempt[]): string[][] {
  const rows = new Map<string, { accounts: string[]; row: string[] }>();
  for (const { account, tried, got, expected } of attempts) {
    const row = [tried, got, verdict(got, expected)];
    const known = rows.get(row.join('\n')) ?? { accounts: [], row };
    known.accounts.push(account);
    rows.set(row.join('\n'), known);
  }
  return [...rows.values()].map(({ accounts, row: [tried, ...rest] }) => [
    `${accounts.join(', ')}: ${tried}`,
    ...rest,
  ]);
}

function cellText(cells: readonly (readonly [account: string, cell: MatrixCell])[]): string {
  const texts = cells.map(
    ([, { got, expected }]) => `${word(got)}${verdict(got, expected) === '✓' ? '' : ' ✗'}`,
  );
  return new Set(texts).size === 1
    ? texts[0]
    : texts.map((text, index) => `${cells[index][0]}: ${text}`).join('\n');
}

function word(got: string): string {
  return got === 'AccessDeniedException' ? 'refused' : got;
}

function verdict(got: string, expected: string): string {
  return got === expected ? '✓' : `✗ expected ${expected}`;
}
