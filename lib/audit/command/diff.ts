import { type Command, Option } from 'commander';
import { diff } from '../diff/diff';
import { summary, textReport } from '../diff/text-report';
import { verdictOf } from '../diff/verdict';
import { SEVERITIES, type Severity } from '../finding';
import { jsonText } from '../report/json-text';
import { conclude } from './outcome';
import { openInventory, type SourceOptions, withSourceOptions } from './source-options';

interface DiffOptions extends SourceOptions {
  readonly failOn: Severity;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  common-kms diff cdk.out.before cdk.out        two assemblies
  common-kms diff old.yaml new.yaml             two templates`;

/** Adds `common-kms diff`. */
export function addDiffCommand(program: Command): void {
  withSourceOptions(program.command('diff'))
    .description('what a change does to keys, replicas and aliases, and how to do it safely')
    .argument('<before>', 'a cdk.out folder, a template or a folder of templates')
    .argument('<after>', 'its next version')
    .addOption(
      new Option('--fail-on <severity>', 'the lowest severity that fails')
        .choices(SEVERITIES)
        .default('high'),
    )
    .addOption(new Option('--json', 'the changes as JSON'))
    .addHelpText('after', EXAMPLES)
    .action((before: string, after: string, options: DiffOptions) => {
      const changes = diff(openInventory(before, options), openInventory(after, options));
      conclude({
        verdict: verdictOf(changes, options.failOn),
        report: options.json ? jsonText({ changes }) : textReport(changes),
        remarks: changes.length > 0 ? [summary(changes)] : [],
      });
    });
}
