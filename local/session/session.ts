import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { Endpoint } from '../endpoint';
import { tryEverything, type MatrixRow } from './access-matrix';
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
    const overview = await timed('synthesize', () => synthesize(workspace, root, assembly));
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
    await timed('diff', () => toolkit.diff(deployer.account, deployer.region));
    const { matrices, attempts } = await timed('prove', () => prove(endpoint, stacks));
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

async function prove(
  endpoint: Endpoint,
  stacks: readonly KeyStack[],
): Promise<Pick<Report, 'matrices' | 'attempts'>> {
  const primaries = stacks.filter(({ primary }) => primary);
  await Promise.all(primaries.map((stack) => makePeople(endpoint, stack)));
  const matrices = new Map<string, readonly MatrixRow[]>();
  const attempts: Attempt[] = [];
  for (const [index, primary] of primaries.entries()) {
    const foreign = primaries[(index + 1) % primaries.length];
    const people = await meetPeople(endpoint, primary, foreign);
    const own = stacks.filter(({ account }) => account === primary.account);
    attempts.push(...(await proveKey(people, own)), ...(await proveDataPath(endpoint, people, primary)));
    matrices.set(primary.name, await tryEverything(endpoint, people, own));
  }
  return { matrices, attempts };
}
