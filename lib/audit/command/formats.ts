import type { Command } from 'commander';
import { writeFile } from '../report/write-file';

/** Where a report goes, format by format: into a file, or to standard output. */
export interface FormatOptions {
  readonly json?: string | true;
  readonly markdown?: string | true;
  readonly sarif?: string | true;
}

/** How a report is written in each format. */
export type Formats<Report> = Readonly<Record<keyof FormatOptions | 'text', (report: Report) => string>>;

/** Adds the options about formats to a command. */
export function withFormatOptions(command: Command): Command {
  return command
    .option('--json [file]', 'the report as JSON')
    .option('--markdown [file]', 'the report for a pull request')
    .option('--sarif [file]', 'the report for code scanning');
}

/** Writes the formats that go into files, and gives what goes to standard output: text unless a format does. */
export function render<Report>(report: Report, options: FormatOptions, formats: Formats<Report>): string {
  const texts: string[] = [];
  for (const name of ['json', 'markdown', 'sarif'] as const) {
    const target = options[name];
    if (target === true) texts.push(formats[name](report));
    else if (target !== undefined) writeFile(target, formats[name](report));
  }
  return texts.length > 0 ? texts.join('') : formats.text(report);
}
