import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commonKms, type Run } from '../command/run';

const BIN = join(__dirname, '..', '..', '..', 'dist', 'bin', 'common-kms.js');

/** An app in plain JavaScript, which reads its rotation period from a package that it depends on. */
const APP = `
const { mkdirSync, writeFileSync } = require('node:fs');
const out = process.env.CDK_OUTDIR ?? 'cdk.out';
mkdirSync(out, { recursive: true });
const Properties = { EnableKeyRotation: true, RotationPeriodInDays: require('period') };
const Resources = { Key: { Type: 'AWS::KMS::Key', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties } };
writeFileSync(out + '/keys.template.json', JSON.stringify({ Resources }));
const keys = {
  type: 'aws:cloudformation:stack',
  environment: 'aws://111122223333/eu-central-1',
  properties: { templateFile: 'keys.template.json' },
};
writeFileSync(out + '/manifest.json', JSON.stringify({ version: '36.0.0', artifacts: { keys } }));
`;

class Repository {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'common-kms-repository-')));
  readonly temporary = realpathSync(mkdtempSync(join(tmpdir(), 'common-kms-temporary-')));

  constructor() {
    this.run('git', 'init', '--quiet', '--initial-branch=main');
    this.write('app.js', APP);
    this.write(
      'package.json',
      JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { period: 'file:period' } }),
    );
    this.write('.gitignore', 'node_modules\ncdk.out\n');
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  /** A version of the package that the app depends on. */
  period(days: number): void {
    this.write('period/package.json', JSON.stringify({ name: 'period', version: `${days}.0.0` }));
    this.write('period/index.js', `module.exports = ${days};`);
    this.run('npm', 'install', '--silent', '--no-audit', '--no-fund', '--offline');
  }

  commit(): void {
    this.run('git', 'add', '--all');
    this.run(
      'git',
      '-c',
      'user.name=Test',
      '-c',
      'user.email=test@example.com',
      'commit',
      '--quiet',
      '-m',
      'A version',
    );
  }

  run(command: string, ...args: string[]): void {
    const { status, stderr } = spawnSync(command, args, { cwd: this.root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  }

  diff(...args: string[]): Run {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'diff', ...args], {
      cwd: this.root,
      encoding: 'utf8',
      env: this.environment,
    });
    return { status, stdout, stderr };
  }

  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, TMPDIR: this.temporary };
  }

  /** What a run has left behind: files, and worktrees that git knows of. */
  get leftovers(): string[] {
    const { stdout } = spawnSync('git', ['worktree', 'list', '--porcelain'], {
      cwd: this.root,
      encoding: 'utf8',
    });
    const worktrees = stdout
      .split('\n')
      .filter((line) => line.startsWith('worktree ') && !line.endsWith(this.root));
    return [...readdirSync(this.temporary), ...worktrees];
  }
}

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
