import { type Command, Option } from 'commander';
import { readAcceptances } from '../acceptance';
import { check } from '../check/check';
import { NO_EXPECTATIONS, readExpectations } from '../check/expectations';
import { markdownReport } from '../check/markdown-report';
import { type CheckReport, checkReport } from '../check/report';
import { ALL_RULES } from '../check/rules';
import { textReport } from '../check/text-report';
import { SEVERITIES, type Severity } from '../finding';
import { jsonText } from '../report/json-text';
import { sarif } from '../report/sarif';
import { type FormatOptions, type Formats, render, withFormatOptions } from './formats';
import { conclude } from './outcome';
import { openInventory, type SourceOptions, withSourceOptions } from './source-options';

interface CheckOptions extends SourceOptions, FormatOptions {
  readonly expect?: string;
  readonly accept?: string;
  readonly failOn: Severity;
}

const EXAMPLES = `
A format without a file goes to standard output, in the place of the text.

Examples:
  common-kms check                                       the keys of ./cdk.out
  common-kms check template.yaml --account 111122223333 --region eu-west-1
  common-kms check --expect kms-expectations.yaml        with the roles that are expected
  common-kms check --accept kms-accepted.yaml            with findings that were reviewed
  common-kms check --markdown comment.md --sarif kms.sarif`;

/** Adds `common-kms check`. */
export function addCheckCommand(program: Command): void {
  withFormatOptions(withSourceOptions(program.command('check')))
    .description('rules about keys, key policies and aliases, each finding with an example')
    .argument('[path]', 'a cdk.out folder, a template or a folder of templates', 'cdk.out')
    .option('--expect <file>', 'who is meant to administer and use the keys')
    .option('--accept <file>', 'findings that were reviewed and accepted')
    .addOption(new Option('--fail-on <severity>', 'the lowest that fails').choices(SEVERITIES).default('low'))
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: CheckOptions) => {
      const expectations = options.expect === undefined ? NO_EXPECTATIONS : readExpectations(options.expect);
      const report = checkReport(check(openInventory(path, options), expectations), {
        failOn: options.failOn,
        acceptances: options.accept === undefined ? [] : readAcceptances(options.accept),
        today: new Date().toISOString().slice(0, 10),
      });
      conclude({ verdict: report.verdict, report: render(report, options, FORMATS) });
    });
}

const FORMATS: Formats<CheckReport> = { text: textReport, json, markdown: markdownReport, sarif: sarifOf };

function json({ verdict, keys, aliases, open, accepted, expired, unused }: CheckReport): string {
  return jsonText({ verdict, keys, aliases, findings: open, accepted, expired, unused });
}

function sarifOf({ open, accepted }: CheckReport): string {
  return sarif({ rules: ALL_RULES, findings: open, accepted, root: process.cwd() });
}
