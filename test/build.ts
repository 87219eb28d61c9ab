import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

/**
 * Brings `dist/` up to date before any test runs, since tests start the commands as users do.
 */
export default function build(): void {
  const built = statSync(join(ROOT, 'dist', 'tsconfig.build.tsbuildinfo'), { throwIfNoEntry: false });
  const newest = Math.max(...['lib', 'bin', 'local'].flatMap(sources).map((file) => statSync(file).mtimeMs));
  if (built && built.mtimeMs > newest) return;
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed: ${stdout}`);
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(ROOT, folder, file));
}
