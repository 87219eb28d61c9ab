import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ask, type Answer } from '../ask';
import { answerText } from '../ask-text';
import type { Call } from '../policy/access';
import { parseIdentityPolicy, parsePolicy, type Policy } from '../policy/document';
import { InvalidPolicy } from '../policy/invalid-policy';
import { InvalidRequest } from '../policy/invalid-request';
import { parsePrincipal } from '../policy/principal';
import { jsonText } from '../report/json-text';
import { InputError } from '../template/input-error';
import { type FullInventory } from '../template/inventory';
import { own, parseJson } from '../template/json';
import type { KeyItem } from '../template/key-item';
import { isUndecided } from '../template/setting';
import type { Verdict } from '../verdict';
import { conclude } from './outcome';
import { openInventory, type SourceOptions, withSourceOptions } from './source-options';

interface AskOptions extends SourceOptions {
  readonly principal: string;
  readonly session?: string;
  readonly action: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
  readonly key?: string;
  readonly policy?: string;
  readonly identityPolicy?: readonly string[];
  readonly json?: boolean;
}

const EXAMPLES = `
The answer is about the key policy alone unless the caller's IAM policies are given.
Condition keys that are not given with --context are taken as absent from the request.
Exit codes: 0 allowed, 1 denied, 2 undecided, for example left to IAM policies that are not given.

Examples:
  common-kms ask --principal arn:aws:iam::111122223333:role/reader --action kms:Decrypt \\
    --context kms:ViaService=s3.eu-central-1.amazonaws.com --key dev/eu-central-1
  common-kms ask --policy key-policy.json --account 111122223333 \\
    --principal logs.eu-central-1.amazonaws.com --action kms:Encrypt`;

const VERDICTS: Record<Answer['effect'], Verdict> = {
  allowed: 'holds',
  denied: 'violated',
  undecided: 'undecided',
};

/** Adds `common-kms ask`. */
export function addAskCommand(program: Command): void {
  withSourceOptions(program.command('ask'))
    .description('one question, one answer: can this principal make this call?')
    .argument('[path]', 'a cdk.out folder, a template or a folder of templates', 'cdk.out')
    .requiredOption('--principal <who>', "the ARN of a role, a user or an account's root, or a service")
    .option('--session <name>', 'the session of the role')
    .requiredOption('--action <name>', 'for example kms:Decrypt')
    .option('--context <key=value>', 'a condition key of the request, repeatable', contextEntry, {})
    .option('--key <name>', 'the key when there are several: its stack, alias, logical id or ARN')
    .addOption(new Option('--policy <file>', 'a key policy by itself; needs --account').conflicts('key'))
    .option('--identity-policy <file>', "an IAM policy of the caller's, repeatable", listed)
    .option('--json', 'the answer as JSON')
    .addHelpText('after', EXAMPLES)
    .action((path: string, options: AskOptions) => {
      const answer = answerTo(path, options);
      const report = options.json ? jsonText(answer) : answerText(answer);
      conclude({ verdict: VERDICTS[answer.effect], report });
    });
}

function answerTo(path: string, options: AskOptions): Answer {
  const { action, context, identityPolicy } = options;
  try {
    const { resource, ...key } = options.policy === undefined ? chosenKey(path, options) : ownPolicy(options);
    const principal = parsePrincipal(options.principal, options.session);
    const identityPolicies = identityPolicy?.map((file) => policyOf(file, parseIdentityPolicy));
    return ask({ ...key, identityPolicies, request: { action, principal, context, resource } });
  } catch (error) {
    throw error instanceof InvalidRequest ? new InputError(error.message) : error;
  }
}

type Asked = Pick<Call, 'keyPolicy' | 'keyAccount'> & { readonly resource?: string };

function ownPolicy({ policy: file = '', account }: AskOptions): Asked {
  if (account === undefined) {
    throw new InputError(`the key policy ${file} does not say whose key it is: give its --account`);
  }
  return { keyPolicy: policyOf(file, parsePolicy), keyAccount: account };
}

function chosenKey(path: string, options: AskOptions): Asked {
  const inventory = openInventory(path, options).all();
  const { where, arn, policy, stack } = oneKey(inventory, options.key);
  if (policy instanceof InvalidPolicy) {
    throw new InputError(`${where}: ${policy.message}`);
  }
  const { account } = stack.environment;
  if (account === undefined) {
    throw new InputError(`${where}: the account is not known: give it with --account`);
  }
  return { keyPolicy: policy, keyAccount: account, resource: arn };
}

/** The key that a user means; a question about several at once would have several answers. */
function oneKey({ keys, aliasesOf }: FullInventory, name?: string): KeyItem {
  const namesOf = ({ id, logicalId, arn, where, stack }: KeyItem): string[] => [
    id,
    stack.displayName,
    logicalId,
    arn,
    where,
    ...(aliasesOf.get(id) ?? []).flatMap((alias) => (isUndecided(alias.name) ? [] : alias.name)),
  ];
  const found = keys.filter((key) => name === undefined || namesOf(key).includes(name));
  const [key] = found;
  if (key !== undefined && found.length === 1) {
    return key;
  }
  const candidates = (found.length > 0 ? found : keys).map(({ where }) => where);
  const called = name === undefined ? '' : ` called ${JSON.stringify(name)}`;
  const count = found.length === 0 ? 'is no key' : `are ${found.length} keys`;
  throw new InputError(
    `there ${count}${called}: choose one with --key, of ${candidates.join(', ') || 'none'}`,
  );
}

function policyOf(file: string, parse: (json: unknown) => Policy): Policy {
  const text = readText(file);
  try {
    return parse(parseJson(text, file));
  } catch (error) {
    throw error instanceof InvalidPolicy ? new InputError(`${file}: ${error.message}`) : error;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function contextEntry(
  text: string,
  others: Readonly<Record<string, readonly string[]>>,
): Record<string, readonly string[]> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('write it as key=value, for example kms:ViaService=…');
  const key = text.slice(0, equals);
  return { ...others, [key]: [...(own(others, key) ?? []), text.slice(equals + 1)] };
}

function listed(text: string, others: readonly string[] = []): readonly string[] {
  return [...others, text];
}
