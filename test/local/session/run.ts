import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..', '..', '..');

/** A script of the project as its user runs it, with a folder of its own for temporary files. */
export class Run {
  public readonly folder = mkdtempSync(join(tmpdir(), 'session-test-'));
  public stdout = '';
  public stderr = '';
  public readonly child: ChildProcess;
  public readonly ended: Promise<number | null>;

  constructor(script: string, env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [join(ROOT, 'dist', 'local', script)], {
      env: { PATH: process.env.PATH, HOME: this.folder, TMPDIR: this.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((end) => this.child.once('close', (code) => end(code)));
  }

  public async until(text: string): Promise<void> {
    while (!`${this.stdout}${this.stderr}`.includes(text)) {
      if (this.child.exitCode !== null) {
        throw new Error(`ended before ${JSON.stringify(text)}: ${this.stderr}`);
      }
      await new Promise((tick) => setTimeout(tick, 20));
    }
  }

  /** Files that are left, and processes that still run with this folder as theirs. */
  public leftBehind(): string[] {
    const processes =
      process.platform !== 'linux'
        ? []
        : readdirSync('/proc').filter(
            (pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(`=${this.folder}`),
          );
    return [...readdirSync(this.folder), ...processes.map((pid) => `process ${pid}`)];
  }

  public remove(): void {
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
