import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import build from './build';

/** Runs once before all tests: builds what they start, and gives all they write a folder that goes with them. */
export default function setup(): void {
  build();
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'common-kms-key-tests-'));
}
