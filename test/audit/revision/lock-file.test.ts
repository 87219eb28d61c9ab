import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dependenciesOf } from '../../../lib/audit/revision/lock-file';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'common-kms-lock-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

const LOCK = { 'package-lock.json': '{"lockfileVersion":3}' };
const INSTALLED = { ...LOCK, 'node_modules/.package-lock.json': '{}' };

describe('the dependencies of another revision', () => {
  test('are those that are installed when the lock files are the same', () => {
    const [here, there] = [folderOf(INSTALLED), folderOf(LOCK)];
    expect(dependenciesOf(here, there, '.')).toEqual({
      kind: 'linked',
      from: join(here, 'node_modules'),
      to: join(there, 'node_modules'),
    });
  });

  test.each([
    ['another lock file', INSTALLED, { 'package-lock.json': '{}' }, 'npm ci --no-audit --no-fund'],
    ['nothing installed here', LOCK, LOCK, 'npm ci --no-audit --no-fund'],
    ['a lock file of yarn', INSTALLED, { 'yarn.lock': 'a' }, 'yarn install --frozen-lockfile'],
    ['a lock file of pnpm', INSTALLED, { 'pnpm-lock.yaml': 'a' }, 'pnpm install --frozen-lockfile'],
    [
      'packages of the repository itself',
      { ...INSTALLED, 'package-lock.json': '{"a":{"link": true}}' },
      { 'package-lock.json': '{"a":{"link": true}}' },
      'npm ci --no-audit --no-fund',
    ],
  ])('are installed where there is %s', (_, here, there, command) => {
    const folder = folderOf(there);
    expect(dependenciesOf(folderOf(here), folder, '.')).toEqual({ kind: 'installed', command, folder });
  });

  test('come from the nearest lock file above a project', () => {
    const there = folderOf({ ...LOCK, 'apps/keys/cdk.json': '{}' });
    expect(dependenciesOf(folderOf({}), there, 'apps/keys/')).toMatchObject({ folder: there });
  });

  test('are none without a lock file', () => {
    expect(dependenciesOf(folderOf({}), folderOf({}), 'apps/keys/')).toEqual({ kind: 'none' });
  });
});
