import type { Verdict } from '../verdict';
import { InputError } from '../template/input-error';
import { printable } from '../report/printable';
import { writeFile } from '../report/write-file';

/** The exit codes of every command. */
export const EXIT_CODES = { holds: 0, violated: 1, undecided: 2, usage: 64 } as const;

/** What a command has to say, and where its exit code comes from. */
export interface Outcome {
  readonly verdict: Verdict;

  /** The report, for standard output or the file that the user names. */
  readonly report: string;

  /** Remarks for standard error. */
  readonly remarks?: readonly string[];
}

/** Prints an outcome and sets the exit code; the report goes into a file when one is named. */
export function conclude({ verdict, report, remarks = [] }: Outcome, file?: string): void {
  if (file === undefined) process.stdout.write(report);
  else writeFile(file, report);
  for (const remark of remarks) process.stderr.write(`${printable(remark)}\n`);
  process.exitCode = EXIT_CODES[verdict];
}

/**
 * Tells the user what went wrong, in one line for bad input.
 *
 * Anything else is a defect of this program, and says so with the place where it happened.
 */
export function fail(error: unknown): void {
  const isInput = error instanceof InputError;
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${isInput ? 'error' : 'internal error'}: ${printable(text)}\n`);
  process.exitCode = EXIT_CODES.undecided;
}
