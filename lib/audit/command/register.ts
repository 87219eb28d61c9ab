import { existsSync, readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { keyRegister, type KeyRegister, REGISTER_COLUMNS } from '../register/key-register';
import { newRegisterPage, registerMarkdown, updateRegisterPage } from '../register/register-page';
import { jsonText } from '../report/json-text';
import { terminalTable } from '../report/terminal-table';
import { writeFile } from '../report/write-file';
import { conclude, type Outcome } from './outcome';
import { openInventory, type SourceOptions, withSourceOptions } from './source-options';

interface RegisterOptions extends SourceOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly page?: string;
  readonly check?: boolean;
}

const EXAMPLES = `
Examples:
  common-kms register                                     the keys of ./cdk.out
  common-kms register template.yaml --region eu-west-1    the keys of a template
  common-kms register --page docs/key-register.md         writes the table into a page
  common-kms register --page docs/key-register.md --check fails when the page is stale`;

/** Adds `common-kms register`. */
export function addRegisterCommand(program: Command): void {
  withSourceOptions(program.command('register'))
    .description('the key register: one row a key, with the roles that its policy admits')
    .argument('[path]', 'a cdk.out folder, a template or a folder of templates', 'cdk.out')
    .addOption(new Option('--json', 'the register as JSON').conflicts(['markdown', 'page']))
    .addOption(new Option('--markdown', 'the register as a Markdown table').conflicts('page'))
    .option('--page <file>', 'write the table into a Markdown page, between its markers')
    .option('--check', 'with --page: write nothing, and fail when the page is stale')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: RegisterOptions, command: Command) => {
      if (options.check && options.page === undefined) {
        command.error("error: option '--check' needs '--page <file>': the page that may be stale");
      }
      conclude(registerOutcome(keyRegister(openInventory(path, options).all()), options));
    });
}

function registerOutcome(register: KeyRegister, options: RegisterOptions): Outcome {
  const remarks = register.undecided.map((each) => `undecided: ${each}`);
  const verdict = remarks.length > 0 ? 'undecided' : 'holds';
  if (options.page !== undefined)
    return pageOutcome(register, options.page, options.check ?? false, { verdict, report: '', remarks });
  return { verdict, remarks, report: render(register, options) };
}

function render(register: KeyRegister, { json, markdown }: RegisterOptions): string {
  if (json) return jsonText(register);
  if (markdown) return registerMarkdown(register);
  return register.rows
    .map((row) =>
      terminalTable(
        ['Alias', row.Alias.join(', ')],
        REGISTER_COLUMNS.slice(1).map((column) => [column, row[column].join(', ')]),
      ),
    )
    .join('');
}

function pageOutcome(register: KeyRegister, file: string, isCheck: boolean, outcome: Outcome): Outcome {
  if (outcome.verdict !== 'holds') return outcome;
  const table = registerMarkdown(register);
  const old = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const page = old === undefined ? newRegisterPage(table) : updateRegisterPage(old, table);
  if (page === old) return { verdict: 'holds', report: `${file} is up to date\n` };
  if (isCheck)
    return { verdict: 'violated', report: `${file} is stale: run common-kms register --page ${file}\n` };
  writeFile(file, page);
  return { verdict: 'holds', report: `${file} is written\n` };
}
