import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refuseRealCredentials } from './real-credentials';

/** Called with every line that a child prints. */
export type OnLine = (line: string) => void;

/** Of the environment, what a child needs to run at all; nothing in it can name an AWS identity. */
const INHERITED = ['PATH', 'SystemRoot', 'LANG', 'LC_ALL'];

/**
 * A temporary folder and the processes that work in it; nothing of either outlives it.
 *
 * Whatever a child caches goes into the folder: its home, the CDK's, and its temporary files.
 */
export class Workspace {
  public readonly folder = mkdtempSync(join(tmpdir(), 'common-kms-local-'));
  private readonly children = new Set<ChildProcess>();
  private disposed = false;

  constructor() {
    process.once('exit', this.dispose);
  }

  /**
   * Runs a script under Node and waits for its end.
   *
   * @returns everything that it printed
   * @throws Error with the output when it fails
   */
  public async run(
    script: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
    onLine: OnLine = () => undefined,
  ): Promise<string> {
    const env = this.environment(environment);
    refuseRealCredentials(env);
    const child = spawn(process.execPath, [script, ...args], {
      cwd: this.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own process group, so that its children can be ended with it.
      detached: true,
    });
    this.children.add(child);
    const printed: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        printed.push(chunk);
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        lines.forEach(onLine);
      });
    }
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    }).finally(() => this.children.delete(child));
    const output = printed.join('');
    if (code !== 0) {
      throw new Error(
        `${[script, ...args].join(' ')} failed (${code ?? 'ended by a signal'}):\n${output.trim()}`,
      );
    }
    return output;
  }

  /** Ends every process that runs here and removes the folder. */
  public readonly dispose = (): void => {
    if (this.disposed) {
      return;
    }
    this.disposed = true;
    process.off('exit', this.dispose);
    for (const { pid } of this.children) {
      endGroup(pid);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  };

  private environment(own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    const inherited = INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const nowhere = join(this.folder, 'no-such-file');
    return {
      ...Object.fromEntries(inherited),
      HOME: this.folder,
      USERPROFILE: this.folder,
      TMPDIR: this.folder,
      CDK_HOME: join(this.folder, '.cdk'),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CI: 'true',
      NODE_NO_WARNINGS: '1',
      AWS_CONFIG_FILE: nowhere,
      AWS_SHARED_CREDENTIALS_FILE: nowhere,
      ...own,
    };
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
