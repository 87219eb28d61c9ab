import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../template/input-error';
import { dependenciesOf } from './lock-file';
import { Session } from './task';

/** What the CDK's command line is called with; the App itself takes the folder from `CDK_OUTDIR`. */
export const DEFAULT_SYNTH = 'npx --no-install cdk synth --quiet --output "$CDK_OUTDIR"';

/** Which revision to synthesize, and how. */
export interface Revision {
  /** A name that git knows: `origin/main`. */
  readonly name: string;

  /** The project's folder. */
  readonly folder: string;

  /** A command of the shell that puts the assembly into the folder `$CDK_OUTDIR`. */
  readonly synth: string;

  /** Hears what is going on. */
  readonly report?: (progress: string) => void;
}

/**
 * Synthesizes another revision of a repository, and hands its assembly to `use`.
 *
 * The revision is checked out into a temporary worktree beside nothing of the user's; it is gone
 * afterwards, also when the work fails or is interrupted.
 *
 * @see https://git-scm.com/docs/git-worktree
 */
export async function withBaseAssembly<T>(
  { name, folder, synth, report = () => {} }: Revision,
  use: (assembly: string) => T,
): Promise<T> {
  const root = git(folder, ['rev-parse', '--show-toplevel']);
  const commit = git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  const project = git(folder, ['rev-parse', '--show-prefix']) || '.';
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'common-kms-base-')));
  const tree = join(temporary, 'tree');
  const cleanUp = (): void => {
    spawnSync('git', ['worktree', 'remove', '--force', tree], { cwd: root });
    rmSync(temporary, { recursive: true, force: true });
    spawnSync('git', ['worktree', 'prune'], { cwd: root });
  };
  return Session.run(cleanUp, async (session) => {
    git(root, ['worktree', 'add', '--detach', '--quiet', tree, commit]);
    const dependencies = dependenciesOf(root, tree, project);
    if (dependencies.kind === 'linked') symlinkSync(dependencies.from, dependencies.to);
    if (dependencies.kind === 'installed') {
      report(`installing what the lock file of ${name} says …`);
      await session.run(dependencies);
    }
    report(`synthesizing ${name} (${commit.slice(0, 7)}) …`);
    const assembly = join(temporary, 'cdk.out');
    await session.run({
      command: synth,
      folder: join(tree, project),
      environment: { CDK_OUTDIR: assembly, CDK_DISABLE_CLI_TELEMETRY: 'true' },
    });
    if (!existsSync(assembly)) {
      throw new InputError(
        `${JSON.stringify(synth)} left no assembly: make it write to the folder "$CDK_OUTDIR"`,
      );
    }
    return use(assembly);
  });
}

function git(folder: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  const reason = error?.message ?? (stderr.trim() || 'it is not known here: fetch it, or name another');
  throw new InputError(`git ${args.join(' ')} failed in ${folder}: ${reason}`);
}
