#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addAskCommand } from '../lib/audit/command/ask';
import { addCheckCommand } from '../lib/audit/command/check';
import { addDiffCommand } from '../lib/audit/command/diff';
import { addMatrixCommand } from '../lib/audit/command/matrix';
import { EXIT_CODES, fail } from '../lib/audit/command/outcome';
import { addRegisterCommand } from '../lib/audit/command/register';
import { programVersion } from '../lib/audit/report/program-version';

const COMMANDS = [addMatrixCommand, addCheckCommand, addDiffCommand, addRegisterCommand, addAskCommand];

async function main(): Promise<void> {
  const program = new Command('common-kms')
    .description('decide what KMS key policies allow: exactly, offline, with an example')
    .version(programVersion())
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 holds, 1 violated, 2 undecided or bad input, 64 usage. Nothing undecided passes.',
    );
  // A reader that stops reading, such as `head`, is no failure; the exit code stays what was decided.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(error);
  });
  for (const add of COMMANDS) add(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error);
    process.exitCode = error.exitCode === 0 ? EXIT_CODES.holds : EXIT_CODES.usage;
  }
}

void main();
