import { rmSync } from 'node:fs';

/** Runs once after all tests: removes the folder that they wrote into. */
export default function teardown(): void {
  rmSync(process.env.TMPDIR as string, { recursive: true, force: true });
}
