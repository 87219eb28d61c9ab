import { rmSync } from 'node:fs';

/** Runs once after all tests: removes the folder that setup made for them, and nothing else. */
export default function teardown(): void {
  if (globalThis.testFolder !== undefined) {
    rmSync(globalThis.testFolder, { recursive: true, force: true });
  }
}
