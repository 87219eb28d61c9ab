import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../template/input-error';
import type { ParameterValues } from '../template/resolver';
import { Source } from '../template/source';
import type { Stack } from '../template/template';
import { fileOf, readDeployedStack } from './deployed-stack';

const AT_ONCE = 8;

/** What is deployed of the stacks of a source. */
export interface Deployed {
  readonly source: Source;

  /** The values of the stacks' parameters, by stack and name. */
  readonly parameters: ParameterValues;

  /** Stacks of other accounts than that of the credentials, of which nothing is known, and why. */
  readonly unseen: ReadonlyMap<Stack, string>;
}

/**
 * Fetches what is deployed of the stacks of a source, with the credentials of the caller, and hands it to
 * `use`. Templates are kept in a temporary folder until then.
 *
 * CloudFormation looks for a stack by name in the account of the credentials alone, so a stack of
 * another account is not looked for: one of the same name need not be it.
 */
export async function withDeployed<T>(source: Source, use: (deployed: Deployed) => T): Promise<T> {
  const account = await callerAccount();
  const folder = mkdtempSync(join(tmpdir(), 'common-kms-deployed-'));
  const isSeen = ({ environment }: Stack): boolean =>
    environment.account === undefined || environment.account === account;
  try {
    const found = await readAll(source.stacks.filter(isSeen), folder);
    return use({
      source: new Source(
        source.path,
        found.map(({ stack }) => stack),
      ),
      parameters: Object.assign({}, ...found.map(({ parameters }) => parameters)) as ParameterValues,
      unseen: new Map(
        source.stacks
          .filter((stack) => !isSeen(stack))
          .map((stack) => [
            stack,
            `it is not looked at: it belongs to account ${stack.environment.account}, and the credentials to ${account}`,
          ]),
      ),
    });
  } catch (error) {
    throw isOfAws(error) ? new InputError(`what is deployed cannot be read: ${error.message}`) : error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Found {
  readonly stack: Stack;
  readonly parameters: ParameterValues;
}

async function readAll(stacks: readonly Stack[], folder: string): Promise<Found[]> {
  const { CloudFormation } = await sdk(() => import('@aws-sdk/client-cloudformation'));
  const clients = new Map<string | undefined, InstanceType<typeof CloudFormation>>();
  const read = async (stack: Stack): Promise<Found[]> => {
    const { region } = stack.environment;
    const client = clients.get(region) ?? new CloudFormation({ region });
    clients.set(region, client);
    const file = fileOf(folder, stack);
    const values = await readDeployedStack({ client, name: stack.name, file });
    if (!values) return [];
    const parameters = Object.entries(values).map(([name, value]) => [`${stack.id}:${name}`, value]);
    return [
      {
        stack: { ...stack, file, assetManifest: undefined },
        parameters: Object.fromEntries(parameters) as ParameterValues,
      },
    ];
  };
  const found: Found[] = [];
  for (let start = 0; start < stacks.length; start += AT_ONCE) {
    found.push(...(await Promise.all(stacks.slice(start, start + AT_ONCE).map(read))).flat());
  }
  return found;
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
async function callerAccount(): Promise<string | undefined> {
  const { GetCallerIdentityCommand, STSClient } = await sdk(() => import('@aws-sdk/client-sts'));
  try {
    return (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Account;
  } catch (error) {
    throw new InputError(
      `no credentials to look at what is deployed: ${(error as Error).message} (name a profile in AWS_PROFILE and a Region in AWS_REGION)`,
    );
  }
}

/** The AWS SDK is large, and only this part of the program needs it. */
async function sdk<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch {
    throw new InputError(
      'the AWS SDK is not installed: npm install --save-dev @aws-sdk/client-cloudformation @aws-sdk/client-sts',
    );
  }
}

function isOfAws(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error;
}
