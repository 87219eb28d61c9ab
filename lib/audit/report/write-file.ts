import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { InputError } from '../template/input-error';

/**
 * Writes a file in one step: whoever reads it meanwhile sees the old text or the new, never a part.
 */
export function writeFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text);
  } catch (error) {
    throw unwritable(path, error);
  }
  try {
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft);
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): InputError {
  return new InputError(`${JSON.stringify(path)} cannot be written: ${(error as Error).message}`);
}
