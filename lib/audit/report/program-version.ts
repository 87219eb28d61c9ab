import { readFileSync } from 'node:fs';

/** The version of this program, as its package states it. */
export function programVersion(): string {
  const file = require.resolve('common-kms-key/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
