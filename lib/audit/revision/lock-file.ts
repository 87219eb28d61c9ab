import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Lock files, and how what they lock is installed. */
const INSTALLERS: readonly (readonly [file: string, command: string])[] = [
  ['package-lock.json', 'npm ci --no-audit --no-fund'],
  ['npm-shrinkwrap.json', 'npm ci --no-audit --no-fund'],
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
  ['yarn.lock', 'yarn install --frozen-lockfile'],
];

/** How a checkout gets its dependencies. */
export type Dependencies =
  | { readonly kind: 'none' }
  /** Those of the present checkout, which the lock file says are the same. */
  | { readonly kind: 'linked'; readonly from: string; readonly to: string }
  | { readonly kind: 'installed'; readonly command: string; readonly folder: string };

/**
 * How another revision gets its dependencies: those that are installed here when its lock file is the
 * same to the byte, else its own.
 *
 * Packages that a lock file links to are source code of the repository, so they are never shared.
 *
 * @param here the root of the present checkout
 * @param there the root of the other one
 * @param folder the project within the repository
 */
export function dependenciesOf(here: string, there: string, folder: string): Dependencies {
  for (let place = folder; ; place = dirname(place)) {
    for (const [file, command] of INSTALLERS) {
      const lock = join(there, place, file);
      if (!existsSync(lock)) continue;
      const text = readFileSync(lock, 'utf8');
      const own = join(here, place, file);
      const installed = join(here, place, 'node_modules');
      const isSame = existsSync(own) && readFileSync(own, 'utf8') === text && existsSync(installed);
      return isSame && !linksToSource(text)
        ? { kind: 'linked', from: installed, to: join(there, place, 'node_modules') }
        : { kind: 'installed', command, folder: join(there, place) };
    }
    if (place === '.' || relative('.', place) === '') return { kind: 'none' };
  }
}

function linksToSource(lock: string): boolean {
  return /"link": true|(link|file|workspace):/.test(lock);
}
