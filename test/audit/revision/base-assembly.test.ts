import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commonKms } from '../command/run';
import { BIN, Repository } from './repository';

describe('diff --base', () => {
  const repository = new Repository();
  repository.period(365);
  repository.commit();
  repository.period(730);
  repository.run('node', 'app.js');

  test('compares with what the revision synthesizes with the dependencies of its own lock file', () => {
    const { status, stdout, stderr } = repository.diff('--base', 'main', '--synth', 'node app.js');
    expect(stderr).toMatch(
      /^installing what the lock file of main says …\nsynthesizing main \([0-9a-f]{7}\) …\n$/,
    );
    expect(stdout).toContain('RotationPeriodInDays 365 → 730');
    expect(status).toBe(1);
    expect(repository.leftovers).toEqual([]);
  });

  test('fails, and cleans up, when the revision cannot be synthesized', () => {
    const { status, stderr } = repository.diff(
      '--base',
      'main',
      '--synth',
      'echo no such account >&2; exit 3',
    );
    expect(stderr).toMatch(/"echo no such account >&2; exit 3" failed with 3 in .*: no such account/);
    expect(status).toBe(2);
    expect(repository.leftovers).toEqual([]);
  });

  test('fails when the command leaves no assembly', () => {
    const { status, stderr } = repository.diff('--base', 'main', '--synth', 'true');
    expect(stderr).toContain('"true" left no assembly: make it write to the folder "$CDK_OUTDIR"');
    expect(status).toBe(2);
  });

  test.each(['no-such-branch', '--output=/tmp/x'])(
    'fails for a revision that git does not know: %s',
    (name) => {
      const { status, stderr } = repository.diff(`--base=${name}`);
      expect(stderr).toMatch(/^error: git rev-parse .* it is not known here: fetch it, or name another\n$/);
      expect(status).toBe(2);
      expect(repository.leftovers).toEqual([]);
    },
  );

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'cleans up after %s, and ends what it has started',
    async (signal) => {
      const started = join(repository.root, `started-${signal}`);
      const ended = join(repository.root, `ended-${signal}`);
      const synth = `touch ${started}; sleep 1.5; touch ${ended}`;
      const child = spawn(process.execPath, [BIN, 'diff', '--base', 'main', '--synth', synth], {
        cwd: repository.root,
        env: repository.environment,
        stdio: 'ignore',
      });
      while (!existsSync(started)) await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill(signal);
      const status = await new Promise((resolve) => child.on('exit', resolve));
      expect(status).toBe(signal === 'SIGINT' ? 130 : 143);
      expect(repository.leftovers).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 1600));
      expect(existsSync(ended)).toBe(false);
    },
  );
});

describe('diff', () => {
  test.each([[[]], [['cdk.out']], [['--base', 'main', 'a', 'b']], [['a', 'b', '--fail-on', 'worst']]])(
    'fails with 64 when it is called with %j',
    (args) => expect(commonKms(['diff', ...args]).status).toBe(64),
  );
});
