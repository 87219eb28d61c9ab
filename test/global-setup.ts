import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import build from './build';

declare global {
  /** The folder of this run of the tests, from setup to teardown. */
  var testFolder: string | undefined;
}

/** Runs once before all tests: builds what they start, and gives all they write a folder that goes with them. */
export default function setup(): void {
  build();
  globalThis.testFolder = mkdtempSync(join(tmpdir(), 'common-kms-key-tests-'));
  process.env.TMPDIR = globalThis.testFolder;
}
