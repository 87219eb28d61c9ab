import { type Command, Option } from 'commander';
import { readAcceptances } from '../acceptance';
import { annotations } from '../diff/annotations';
import { compareVersions } from '../diff/difference';
import { markdownReport } from '../diff/markdown-report';
import { type Report, reportOf } from '../diff/report';
import { CHANGE_RULES } from '../diff/rule';
import { textReport } from '../diff/text-report';
import { SEVERITIES, type Severity } from '../finding';
import { jsonText } from '../report/json-text';
import { sarif } from '../report/sarif';
import { writeFile } from '../report/write-file';
import { DEFAULT_SYNTH, withBaseAssembly } from '../revision/base-assembly';
import { conclude } from './outcome';
import { openInventory, type SourceOptions, withSourceOptions } from './source-options';

interface DiffOptions extends SourceOptions {
  readonly failOn: Severity;
  readonly base?: string;
  readonly synth: string;
  readonly accept?: string;
  readonly json?: string | true;
  readonly markdown?: string | true;
  readonly sarif?: string | true;
  readonly annotations?: boolean;
}

const EXAMPLES = `
A format without a file goes to standard output, in the place of the text.

Examples:
  common-kms diff cdk.out.main cdk.out                two assemblies
  common-kms diff old.yaml new.yaml                   two templates
  common-kms diff --base origin/main                  ./cdk.out against what main synthesizes
  common-kms diff old new --markdown comment.md --sarif kms.sarif --annotations
  common-kms diff old new --accept kms-accepted.yaml  with changes that were reviewed`;

/** Adds `common-kms diff`. */
export function addDiffCommand(program: Command): void {
  withSourceOptions(program.command('diff'))
    .description('what a change does to keys, replicas and aliases, and how to do it safely')
    .usage('[options] <before> <after>\n       common-kms diff [options] --base <revision> [after]')
    .argument('[before]', 'a cdk.out folder, a template or a folder of templates')
    .argument('[after]', 'its next version; with --base ./cdk.out unless given')
    .option('--base <revision>', 'what git calls the version before: it is checked out and synthesized apart')
    .option('--synth <command>', 'with --base: the command that synthesizes into $CDK_OUTDIR', DEFAULT_SYNTH)
    .addOption(
      new Option('--fail-on <severity>', 'the lowest that fails').choices(SEVERITIES).default('high'),
    )
    .option('--accept <file>', 'changes that were reviewed and accepted')
    .option('--json [file]', 'the changes as JSON')
    .option('--markdown [file]', 'the changes for a pull request')
    .option('--sarif [file]', 'the changes for code scanning')
    .option('--annotations', 'the changes as annotations of a GitHub workflow, after the text')
    .addHelpText('after', EXAMPLES)
    .action(async (...[first, second, options, command]: Arguments) => {
      if (options.base === undefined) {
        if (first === undefined || second === undefined)
          return command.error('error: name the versions before and after');
        return compare(first, second, options);
      }
      if (second !== undefined) return command.error('error: with --base name the version after alone');
      const after = first ?? 'cdk.out';
      // What is wrong with it is better said before the work than after.
      openInventory(after, options);
      await withBaseAssembly(
        {
          name: options.base,
          folder: process.cwd(),
          synth: options.synth,
          report: (progress) => process.stderr.write(`${progress}\n`),
        },
        (before) => compare(before, after, options),
      );
    });
}

type Arguments = [
  first: string | undefined,
  second: string | undefined,
  options: DiffOptions,
  command: Command,
];

function compare(before: string, after: string, options: DiffOptions): void {
  const difference = compareVersions(openInventory(before, options), openInventory(after, options));
  const report = reportOf(difference, {
    failOn: options.failOn,
    acceptances: options.accept === undefined ? [] : readAcceptances(options.accept),
    today: new Date().toISOString().slice(0, 10),
  });
  conclude({ verdict: report.verdict, report: render(report, options) });
}

/** Writes the formats that go into files, and gives what goes to standard output. */
function render(report: Report, options: DiffOptions): string {
  const root = process.cwd();
  const formats = { json, markdown: markdownReport, sarif: (of: Report) => sarifOf(of, root) };
  const texts: string[] = [];
  for (const [name, format] of Object.entries(formats)) {
    const target = options[name as keyof typeof formats];
    if (target === true) texts.push(format(report));
    else if (target !== undefined) writeFile(target, format(report));
  }
  if (texts.length === 0) texts.push(textReport(report));
  if (options.annotations) texts.push(annotations(report, root));
  return texts.join('');
}

function json({ verdict, open, accepted, expired, unused }: Report): string {
  return jsonText({ verdict, changes: open, accepted, expired, unused });
}

function sarifOf({ open, accepted }: Report, root: string): string {
  return sarif({ rules: CHANGE_RULES, findings: open, accepted, root });
}
