import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

const ROOT = join(__dirname, '..');

/** Runs a command to its end, and says what it printed if it failed. */
export function run(cwd: string, command: string, args: string[], env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  }
  return stdout;
}

/**
 * The library as `npm pack` gives it to its users, unpacked; packed once in a run of the tests.
 *
 * All test files of a run have the same parent process, and whoever comes first does it for all.
 */
export function packedLibrary(): string {
  const unpacked = join(tmpdir(), `common-kms-key-packed-${process.ppid}`, 'package');
  if (!existsSync(unpacked)) {
    const place = mkdtempSync(join(tmpdir(), 'common-kms-key-pack-'));
    run(ROOT, 'npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', place]);
    run(place, 'sh', ['-c', 'tar -xzf *.tgz']);
    try {
      renameSync(place, dirname(unpacked));
    } catch (error) {
      // Another test file was faster.
      if (!existsSync(unpacked)) throw error;
    }
  }
  return unpacked;
}

/**
 * A copy of a project of users, in a folder of its own, with the packed library installed.
 *
 * Its other dependencies are those installed for this project, so that no network is needed.
 *
 * @param project a folder, of this repository or elsewhere, without installed dependencies
 */
export function installedProject(project: string, dependencies: readonly string[]): string {
  const place = mkdtempSync(join(tmpdir(), `${basename(project)}-`));
  cpSync(resolve(ROOT, project), place, {
    recursive: true,
    filter: (source) => !/\/(node_modules|dist|cdk\.out)$/.test(source),
  });
  for (const dependency of dependencies) {
    const installed = join(place, 'node_modules', dependency);
    mkdirSync(dirname(installed), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', dependency), installed, 'dir');
  }
  // Copied, not linked: a link would let the library find what only this project has installed.
  cpSync(packedLibrary(), join(place, 'node_modules', 'common-kms-key'), { recursive: true });
  return place;
}
