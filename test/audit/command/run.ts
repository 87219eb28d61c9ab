import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What a run of the command left behind. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `common-kms` as its user does. */
export function commonKms(args: readonly string[], cwd = process.cwd()): Run {
  const bin = join(__dirname, '..', '..', '..', 'dist', 'bin', 'common-kms.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}
