import { type Command, Option } from 'commander';
import { readAcceptances } from '../acceptance';
import { withDeployed } from '../deployed/deployed-source';
import { annotations } from '../diff/annotations';
import { placeOf } from '../diff/change';
import { compareVersions } from '../diff/difference';
import { markdownReport } from '../diff/markdown-report';
import { type Report, reportOf } from '../diff/report';
import { CHANGE_RULES } from '../diff/rule';
import { textReport } from '../diff/text-report';
import { SEVERITIES, type Severity } from '../finding';
import { jsonText } from '../report/json-text';
import { sarif } from '../report/sarif';
import { DEFAULT_SYNTH, withBaseAssembly } from '../revision/base-assembly';
import { Inventory } from '../template/inventory';
import { openSource } from '../template/source';
import type { Stack } from '../template/template';
import { type FormatOptions, type Formats, render, withFormatOptions } from './formats';
import { conclude } from './outcome';
import { openInventory, type SourceOptions, withSourceOptions } from './source-options';

interface DiffOptions extends SourceOptions, FormatOptions {
  readonly failOn: Severity;
  readonly base?: string;
  readonly deployed?: boolean;
  readonly only?: string;
  readonly synth: string;
  readonly accept?: string;
  readonly annotations?: boolean;
}

const EXAMPLES = `
A format without a file goes to standard output, in the place of the text.

Examples:
  common-kms diff cdk.out.main cdk.out                two assemblies
  common-kms diff old.yaml new.yaml                   two templates
  common-kms diff --base origin/main                  ./cdk.out against what main synthesizes
  common-kms diff --deployed --only 'dev/*'           ./cdk.out against what is deployed
  common-kms diff old new --markdown comment.md --sarif kms.sarif --annotations
  common-kms diff old new --accept kms-accepted-changes.yaml  with changes that were reviewed`;

/** Adds `common-kms diff`. */
export function addDiffCommand(program: Command): void {
  withFormatOptions(withSourceOptions(program.command('diff')))
    .description('what a change does to keys, replicas and aliases, and how to do it safely')
    .usage(
      '[options] <before> <after>\n       common-kms diff [options] --base <revision> [after]\n       common-kms diff [options] --deployed [after]',
    )
    .argument('[before]', 'a cdk.out folder, a template or a folder of templates')
    .argument('[after]', 'its next version; ./cdk.out where it may be left out')
    .option('--base <revision>', 'what git calls the version before: it is checked out and synthesized apart')
    .option('--deployed', 'the version before is what is deployed, by the credentials of the AWS SDK')
    .option('--only <pattern>', 'only stacks of such a path or name: dev/*')
    .option('--synth <command>', 'with --base: the command that synthesizes into $CDK_OUTDIR', DEFAULT_SYNTH)
    .addOption(
      new Option('--fail-on <severity>', 'the lowest that fails').choices(SEVERITIES).default('high'),
    )
    .option('--accept <file>', 'changes that were reviewed and accepted')
    .option('--annotations', 'the changes as annotations of a GitHub workflow, after the text')
    .addHelpText('after', EXAMPLES)
    .action((...[first, second, options, command]: Arguments) => {
      const isSingle = options.base !== undefined || options.deployed;
      if (isSingle ? second !== undefined : second === undefined) {
        return command.error(
          `error: name ${isSingle ? 'the version after alone' : 'the versions before and after'}`,
        );
      }
      if (options.deployed) return diffWithDeployed(first ?? 'cdk.out', options);
      if (options.base !== undefined) return diffWithBase(options.base, first ?? 'cdk.out', options);
      return diff(openInventory(first as string, options), openInventory(second as string, options), options);
    });
}

type Arguments = [
  first: string | undefined,
  second: string | undefined,
  options: DiffOptions,
  command: Command,
];

async function diffWithBase(name: string, path: string, options: DiffOptions): Promise<void> {
  // What is wrong with the present version is better said before the work than after.
  const after = openInventory(path, options);
  const report = (progress: string): unknown => process.stderr.write(`${progress}\n`);
  await withBaseAssembly({ name, folder: process.cwd(), synth: options.synth, report }, (assembly) =>
    diff(openInventory(assembly, options), after, options),
  );
}

async function diffWithDeployed(path: string, options: DiffOptions): Promise<void> {
  const present = openSource(path, options);
  await withDeployed(present, ({ source, parameters, unseen }) => {
    const stated = new Set(Object.keys(options.parameter).map(lastPart));
    const kept = Object.entries(parameters).filter(([name]) => !stated.has(lastPart(name)));
    const after = new Inventory(present, { ...Object.fromEntries(kept), ...options.parameter });
    diff(new Inventory(source, parameters), after, options, unseen);
  });
}

function lastPart(parameter: string): string {
  return parameter.slice(parameter.lastIndexOf(':') + 1);
}

/** Compares, prints, and sets the exit code. */
function diff(
  before: Inventory,
  after: Inventory,
  options: DiffOptions,
  unseen?: ReadonlyMap<Stack, string>,
): void {
  const report = reportOf(compareVersions(before, after, { isSelected: selector(options), unseen }), {
    failOn: options.failOn,
    acceptances: options.accept === undefined ? [] : readAcceptances(options.accept),
    today: new Date().toISOString().slice(0, 10),
  });
  const notes = options.annotations ? annotations(report, process.cwd()) : '';
  conclude({ verdict: report.verdict, report: render(report, options, FORMATS) + notes });
}

/** Whether a stack's path matches what the user asked for: `dev/*`, where `*` stands for anything. */
function selector({ only }: DiffOptions): (stack: Stack) => boolean {
  if (only === undefined) return () => true;
  const parts = only.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${parts.join('.*')}$`, 's');
  return (stack) => pattern.test(placeOf(stack)) || pattern.test(stack.name);
}

const FORMATS: Formats<Report> = { text: textReport, json, markdown: markdownReport, sarif: sarifOf };

function json({ verdict, open, accepted, expired, unused }: Report): string {
  return jsonText({ verdict, changes: open, accepted, expired, unused });
}

function sarifOf({ open, accepted }: Report): string {
  return sarif({ rules: CHANGE_RULES, findings: open, accepted, root: process.cwd() });
}
