import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Run } from '../command/run';

export const BIN = join(__dirname, '..', '..', '..', 'dist', 'bin', 'common-kms.js');

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

/** A git repository with a small app, and a folder of its own for temporary files. */
export class Repository {
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
