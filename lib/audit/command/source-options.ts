import { type Command, InvalidArgumentError, Option } from 'commander';
import { Inventory } from '../template/inventory';
import type { ParameterValues } from '../template/resolver';
import { openSource } from '../template/source';

/** What a user says about the templates to read. */
export interface SourceOptions {
  readonly account?: string;
  readonly region?: string;
  readonly parameter: ParameterValues;
}

/** Adds the options about templates to a command. */
export function withSourceOptions(command: Command): Command {
  return command
    .option('--account <id>', 'the account of stacks that name none', account)
    .option('--region <name>', 'the Region of stacks that name none', region)
    .addOption(
      new Option('--parameter <[stack:]name=value>', 'the value of a parameter, repeatable')
        .argParser(parameter)
        .default({}, 'none'),
    );
}

/** Opens what the user named. */
export function openInventory(path: string, options: SourceOptions): Inventory {
  return new Inventory(openSource(path, options), options.parameter);
}

function account(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError('an account is twelve digits, for example 111122223333');
}

function region(text: string): string {
  if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)) return text;
  throw new InvalidArgumentError('a Region looks like eu-central-1');
}

function parameter(text: string, others: ParameterValues): ParameterValues {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('write it as Name=value or as stack:Name=value');
  if (/[\p{Cc}\p{Co}\p{Cs}]/u.test(text)) {
    throw new InvalidArgumentError('control characters and private-use characters are refused');
  }
  return { ...others, [text.slice(0, equals)]: text.slice(equals + 1) };
}
