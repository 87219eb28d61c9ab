import { relative } from 'node:path';
import type { Severity } from '../finding';
import { printable } from '../report/printable';
import { sourceLines } from '../report/source-line';
import type { Report } from './report';
import { acceptanceProblems } from '../verdict';

const LEVELS: Readonly<Record<Severity, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
};

/**
 * The changes as commands to a GitHub workflow, which shows them beside the lines of the templates.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function annotations(report: Report, root: string): string {
  const found = report.open.map(({ rule, isUndecided, file, path, where, message, remedy }) => {
    const level = isUndecided ? 'error' : LEVELS[rule.severity];
    const name = relative(root, file);
    // What is gone has no file any more that a reader could open.
    const place: Readonly<Record<string, string>> = name.startsWith('..')
      ? {}
      : { file: name, line: String(sourceLines(file)(path)) };
    return command(level, { ...place, title: rule.title }, `${where}: ${message}. Instead: ${remedy}`);
  });
  return [...found, ...acceptanceProblems(report).map((each) => command('error', {}, each))].join('');
}

function command(level: string, properties: Readonly<Record<string, string>>, text: string): string {
  const list = Object.entries(properties).map(
    ([name, value]) => `${name}=${escape(value).replace(/[:,]/g, encode)}`,
  );
  return `::${level}${list.length > 0 ? ` ${list.join(',')}` : ''}::${escape(text)}\n`;
}

function escape(text: string): string {
  return printable(text).replace(/[%\r\n]/g, encode);
}

function encode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
