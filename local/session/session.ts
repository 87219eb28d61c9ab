import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { Endpoint } from '../endpoint';
import { tryEverything, type MatrixRow } from './access-matrix';
import { dataStacks, synthesizeDataPlatform, type DataStack } from './data-platform';
import { proveKey, type Attempt } from './key-proof';
import { keyStacks, type KeyStack } from './key-stacks';
import { makePeople, meetPeople } from './people';
import { proveDataPath } from './s3-proof';
import { regionsByAccount, synthesize, Toolkit } from './toolkit';
import type { Workspace } from './workspace';

/** How long one step took. */
export interface Timing {
  readonly step: string;
  readonly seconds: number;
}

/** What a session found out. */
export interface Report {
  readonly overview: string;
  /** The access matrix of each account, by the account's name. */
  readonly matrices: ReadonlyMap<string, readonly MatrixRow[]>;
  readonly attempts: readonly Attempt[];
  readonly timings: readonly Timing[];
}

/**
 * Synthesizes the app, bootstraps its accounts, deploys it to them, and tries out what was deployed: all
 * with the real command line and the real SDK, on an endpoint of its own.
 *
 * @param progress told what is being done
 */
export async function runSession(
  root: string,
  workspace: Workspace,
  progress: (message: string) => void,
): Promise<Report> {
  const endpoint = await Endpoint.start();
  const timings: Timing[] = [];
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    progress(`${step} …`);
    const started = performance.now();
    const result = await work();
    timings.push({ step, seconds: (performance.now() - started) / 1000 });
    return result;
  };
  try {
    progress(`the endpoint listens on ${endpoint.url}`);
    const assembly = join(workspace.folder, 'cdk.out');
    // Each keeps one processor busy, so that two of them are done in the time of one.
    const [overview, example] = await timed('synthesize', () =>
      Promise.all([synthesize(workspace, root, assembly), synthesizeDataPlatform(workspace, root)]),
    );
    const stacks = keyStacks(assembly);
    const deployer = stacks.find(({ name }) => name === 'mgmt') ?? stacks[0];
    const toolkit = new Toolkit(workspace, endpoint, assembly);
    await timed(`bootstrap ${stacks.length} environments`, () =>
      bootstrap(toolkit, stacks, deployer.account, progress),
    );
    await timed(`deploy ${stacks.length} stacks`, () =>
      toolkit.deploy(deployer.account, deployer.region, ['**'], (line) => {
        if (/^\s*(✅|❌)/.test(line)) {
          progress(`  ${line.trim()}`);
        }
      }),
    );
    const [examples] = await timed('diff, and deploy examples/data-platform', () =>
      Promise.all([
        deployDataPlatform(workspace, endpoint, example, stacks),
        toolkit.diff(deployer.account, deployer.region),
      ]),
    );
    const { matrices, attempts } = await timed('prove', () => prove(endpoint, stacks, examples));
    return { overview, matrices, attempts, timings };
  } finally {
    await endpoint.stop();
  }
}

/** As many accounts at a time as there are processors: the command line keeps one busy. */
async function bootstrap(
  toolkit: Toolkit,
  stacks: readonly KeyStack[],
  trust: string,
  progress: (message: string) => void,
): Promise<void> {
  const waiting = [...regionsByAccount(stacks)];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [account, regions] = next;
      await toolkit.bootstrap(account, regions, { trust });
      progress(`  ✅  ${account} (${regions.join(', ')})`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** The stacks of the example that stand beside a common key. */
async function deployDataPlatform(
  workspace: Workspace,
  endpoint: Endpoint,
  assembly: string,
  keyStacks: readonly KeyStack[],
): Promise<DataStack[]> {
  const stacks = dataStacks(assembly).filter((stack) => keyStacks.some((each) => isBeside(stack, each)));
  if (stacks.length > 0) {
    const [{ account, region }] = stacks;
    await new Toolkit(workspace, endpoint, assembly).deploy(
      account,
      region,
      stacks.map(({ stackName }) => stackName),
    );
  }
  return stacks;
}

function isBeside(stack: DataStack, key: KeyStack): boolean {
  return stack.account === key.account && stack.region === key.region;
}

async function prove(
  endpoint: Endpoint,
  stacks: readonly KeyStack[],
  examples: readonly DataStack[],
): Promise<Pick<Report, 'matrices' | 'attempts'>> {
  const primaries = stacks.filter(({ primary }) => primary);
  await Promise.all(primaries.map((stack) => makePeople(endpoint, stack)));
  const matrices = new Map<string, readonly MatrixRow[]>();
  const attempts: Attempt[] = [];
  for (const [index, primary] of primaries.entries()) {
    const foreign = primaries[(index + 1) % primaries.length];
    const people = await meetPeople(endpoint, primary, foreign);
    const own = stacks.filter(({ account }) => account === primary.account);
    attempts.push(...(await proveKey(people, own)));
    for (const key of own) {
      for (const example of examples.filter((stack) => isBeside(stack, key))) {
        attempts.push(...(await proveDataPath(endpoint, people, example, key)));
      }
    }
    matrices.set(primary.name, await tryEverything(endpoint, people, own));
  }
  return { matrices, attempts };
}
