import { type Command, Option } from 'commander';
import { accessMatrix, type KeyAccess } from '../matrix/access-matrix';
import { fold } from '../matrix/fold';
import { matrixMarkdown } from '../matrix/matrix-markdown';
import { matrixText } from '../matrix/matrix-text';
import { jsonText } from '../report/json-text';
import { conclude } from './outcome';
import { openInventory, type SourceOptions, withSourceOptions } from './source-options';

interface MatrixOptions extends SourceOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly output?: string;
}

const EXAMPLES = `
Examples:
  common-kms matrix                                      who can do what with the keys of ./cdk.out
  common-kms matrix template.yaml --account 111122223333 --region eu-west-1
  common-kms matrix --markdown --output access.md        the same for a pull request
  common-kms matrix --json | jq                          every key, nothing folded`;

/** Adds `common-kms matrix`. */
export function addMatrixCommand(program: Command): void {
  withSourceOptions(program.command('matrix'))
    .description('who can do what: principals by actions, for each account and Region')
    .argument('[path]', 'a cdk.out folder, a template or a folder of templates', 'cdk.out')
    .addOption(new Option('--json', 'every key as JSON').conflicts('markdown'))
    .option('--markdown', 'Markdown for a pull request')
    .option('--output <file>', 'write to a file instead of standard output')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: MatrixOptions) => {
      const inventory = openInventory(path, options).all();
      const matrices = accessMatrix(inventory);
      const remarks = [...inventory.gaps, ...openConditions(matrices)].map((each) => `undecided: ${each}`);
      const isDecided = remarks.length === 0 && matrices.every(isDecidedMatrix);
      conclude(
        { verdict: isDecided ? 'holds' : 'undecided', report: render(matrices, options), remarks },
        options.output,
      );
    });
}

function render(matrices: readonly KeyAccess[], { json, markdown }: MatrixOptions): string {
  if (json) return jsonText({ keys: matrices.map(jsonOf) });
  return markdown ? matrixMarkdown(fold(matrices)) : matrixText(fold(matrices));
}

function jsonOf({ key, aliases, columns, rows, undecided }: KeyAccess): object {
  const { account, region } = key.stack.environment;
  return {
    key: key.where,
    arn: key.arn,
    account,
    region,
    aliases,
    undecided,
    rows: rows.map(({ kind, principals, cells }) => ({
      kind,
      principals,
      ...Object.fromEntries(columns.map((column, index) => [column, cells[index]])),
    })),
  };
}

function isDecidedMatrix({ rows, undecided }: KeyAccess): boolean {
  return (
    undecided === undefined && rows.every(({ cells }) => cells.every((cell) => cell.undecided.length === 0))
  );
}

function openConditions(matrices: readonly KeyAccess[]): string[] {
  return matrices.flatMap(({ key }) =>
    key.undecidedCondition === undefined
      ? []
      : [`${key.where}: whether it exists depends on the condition ${key.undecidedCondition}`],
  );
}
