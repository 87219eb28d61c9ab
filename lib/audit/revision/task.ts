import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { InputError } from '../template/input-error';

const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SHOWN_LINES = 20;

/** A command of a shell that is to be run. */
export interface Task {
  readonly command: string;
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Work that leaves nothing behind, whether it ends, fails or is interrupted.
 *
 * Child processes run in groups of their own, so that all that a shell has started ends with them.
 */
export class Session {
  private group?: number;

  private constructor(private readonly cleanUp: () => void) {}

  /** Does the work, and cleans up whatever happens; on Ctrl-C too, after which the process ends. */
  static async run<T>(cleanUp: () => void, work: (session: Session) => Promise<T>): Promise<T> {
    const session = new Session(cleanUp);
    const interrupt = (signal: NodeJS.Signals): void => session.interrupt(signal);
    for (const signal of ENDING) process.on(signal, interrupt);
    try {
      return await work(session);
    } finally {
      for (const signal of ENDING) process.off(signal, interrupt);
      cleanUp();
    }
  }

  /**
   * Runs a command to its end.
   *
   * @throws InputError with the end of what the command wrote when it fails
   */
  async run({ command, folder, environment }: Task): Promise<void> {
    const child = spawn(command, {
      shell: true,
      cwd: folder,
      detached: true,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.group = child.pid;
    const lines: string[] = [];
    const keep = (chunk: Buffer): void => {
      lines.push(...chunk.toString().split('\n').filter(isTelling));
      lines.splice(0, lines.length - SHOWN_LINES);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const status = await new Promise<number | string>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
    this.group = undefined;
    if (status !== 0) {
      throw new InputError(
        `${JSON.stringify(command)} failed with ${status} in ${folder}: ${lines.join(' | ')}`,
      );
    }
  }

  private interrupt(signal: NodeJS.Signals): void {
    if (this.group !== undefined) {
      try {
        process.kill(-this.group, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
    this.cleanUp();
    process.exit(128 + constants.signals[signal]);
  }
}

/** Whether a line says more than where in a program something went wrong. */
function isTelling(line: string): boolean {
  return line.trim() !== '' && !/^\s+at /.test(line);
}
