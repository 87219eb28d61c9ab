import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { scripts } from '../../package.json';
import { BIN, Repository } from '../audit/revision/repository';

interface Step {
  readonly name?: string;
  readonly run?: string;
}

const ROOT = join(__dirname, '..', '..');
const WORKFLOWS = join(ROOT, '.github', 'workflows');

function document<T>(...path: readonly string[]): T {
  return parse(readFileSync(join(ROOT, ...path), 'utf8')) as T;
}

/** A runner of CI jobs: a repository with a pull request in it, and commands that only write down how they are called. */
class Runner {
  readonly repository = new Repository();
  readonly files = join(this.repository.temporary, 'runner');
  readonly variables: Record<string, string> = {
    RUNNER_TEMP: this.files,
    GITHUB_STEP_SUMMARY: join(this.files, 'summary'),
    GITHUB_OUTPUT: join(this.files, 'output'),
    GITHUB_REPOSITORY: 'platform/keys',
    PATH: `${join(this.files, 'bin')}:${process.env.PATH}`,
  };

  constructor() {
    mkdirSync(join(this.files, 'bin'), { recursive: true });
    this.repository.write('period/package.json', JSON.stringify({ name: 'period', version: '1.0.0' }));
    this.repository.period(365);
    this.repository.commit();
  }

  /** Puts a command into the place of the real one. */
  stub(name: string, body: string): void {
    const file = join(this.files, 'bin', name);
    writeFileSync(
      file,
      `#!/usr/bin/env bash\necho "${name} $*" >> "${join(this.files, 'calls')}"\n${body}\n`,
    );
    chmodSync(file, 0o755);
  }

  /** Runs the script of a step as a runner does. */
  run(
    script: string,
    variables: Readonly<Record<string, string>> = {},
  ): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      {
        cwd: this.repository.root,
        env: { ...this.repository.environment, ...this.variables, ...variables },
        encoding: 'utf8',
      },
    );
    return { status, output: stdout + stderr };
  }

  read(name: string): string {
    const file = join(this.files, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}

describe('the workflows', () => {
  const files = readdirSync(WORKFLOWS);
  const runs = files.flatMap((file) => {
    const { jobs } = document<{ jobs: Record<string, { steps?: Step[] }> }>('.github', 'workflows', file);
    return Object.values(jobs).flatMap(({ steps = [] }) =>
      steps.flatMap(({ run }) => (run === undefined ? [] : [{ file, run }])),
    );
  });

  test('are what GitHub accepts, and let nobody else in', () => {
    const lint = spawnSync(process.execPath, [join(ROOT, 'dist', 'scripts', 'lint-workflows.js')], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(lint.stderr).toBe('');
    expect(lint.status).toBe(0);
  });

  test('run scripts that the package has', () => {
    const names = runs.flatMap(({ run }) => [...run.matchAll(/npm run (\S+)/g)].map(([, name]) => name));
    expect(names).not.toEqual([]);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(names));
    expect(Object.keys(scripts)).toContain('test');
  });

  test.each(runs)('$file: bash reads $run', ({ run }) => {
    expect(spawnSync('bash', ['-n', '-c', run]).status).toBe(0);
  });

  test('deploy an account after comparing it with what is deployed', () => {
    const runner = new Runner();
    for (const command of ['node', 'npx']) runner.stub(command, '');
    const scriptsOf = runs.filter(
      ({ file, run }) => file === 'deploy-account.yml' && run.includes('$ACCOUNT'),
    );
    for (const { run } of scriptsOf) expect(runner.run(run, { ACCOUNT: 'dev' }).status).toBe(0);
    runner.repository.write('kms-accepted-changes.yaml', 'accepted: []');
    expect(runner.run(scriptsOf[0].run, { ACCOUNT: 'dev' }).status).toBe(0);
    expect(runner.read('calls')).toBe(
      [
        'node dist/bin/common-kms.js diff --deployed --only dev/*',
        'npx --no-install cdk deploy dev/* --app cdk.out --require-approval never',
        'node dist/bin/common-kms.js diff --deployed --only dev/* --accept kms-accepted-changes.yaml\n',
      ].join('\n'),
    );
  });
});

describe('the action', () => {
  const { runs } = document<{ runs: { steps: Step[] } }>('action.yml');
  const script = (name: string): string => runs.steps.find((step) => step.name === name)?.run ?? '';
  const inputs = {
    ASSEMBLY: 'cdk.out',
    BASE: 'main',
    SYNTH: 'node app.js',
    FAIL_ON: 'high',
    ACCEPT: 'kms-accepted-changes.yaml',
    ONLY: '',
    COMMAND: `${process.execPath} ${BIN}`,
  };

  test('compares, writes a summary, annotates, and tells how it ended', () => {
    const runner = new Runner();
    runner.repository.period(730);
    runner.repository.run('node', 'app.js');
    const { status, output } = runner.run(script('Compare'), inputs);
    expect(output).toMatch(
      /^::error file=cdk\.out\/keys\.template\.json,line=\d+,title=rotation is slower than once a year::/m,
    );
    expect(runner.read('summary')).toMatch(/^## KMS keys: 1 high\n/);
    expect(runner.read('output')).toBe('status=1\nsarif=true\n');
    expect(status).toBe(0);
    expect(runner.run(script('Verdict'), { STATUS: '1' }).status).toBe(1);
  });

  test('says in the summary when nothing could be compared', () => {
    const runner = new Runner();
    runner.run('node app.js');
    const { status } = runner.run(script('Compare'), { ...inputs, SYNTH: 'exit 7' });
    expect(runner.read('summary')).toMatch(/^## KMS keys: not compared\n/);
    expect(runner.read('output')).toBe('status=2\n');
    expect(status).toBe(0);
  });

  test.each([
    ['makes a comment', '', 'gh api --silent --method POST repos/platform/keys/issues/7/comments'],
    [
      'mends its own comment',
      'echo 41; echo 42',
      'gh api --silent --method PATCH repos/platform/keys/issues/comments/41',
    ],
  ])('%s', (_, answer, call) => {
    const runner = new Runner();
    runner.stub(
      'gh',
      `if [ "$2" = --paginate ]; then ${answer || ':'}; else cat "\${@: -1:1}" 2>/dev/null || true; fi`,
    );
    writeFileSync(join(runner.files, 'common-kms.md'), '## KMS keys: 1 high\n');
    expect(runner.run(script('Comment'), { NUMBER: '7' }).status).toBe(0);
    expect(runner.read('calls')).toContain(
      `${call} --field body=@${join(runner.files, 'common-kms-comment.md')}\n`,
    );
    expect(runner.read('common-kms-comment.md')).toBe('<!-- common-kms -->\n## KMS keys: 1 high\n');
  });
});

describe('the recipe for GitLab', () => {
  const { 'kms-guard': job } = document<{ 'kms-guard': { script: string[] } }>('docs', 'gitlab-ci.yml');

  test.each([
    ['makes a note', '[{"id":5,"body":"hello"}]', '--request POST', 'notes$'],
    ['mends its own note', '[{"id":6,"body":"<!-- common-kms --> old"}]', '--request PUT', 'notes/6$'],
  ])('compares, %s, and ends as the comparison does', (_, notes, method, address) => {
    const runner = new Runner();
    runner.repository.period(730);
    runner.repository.run('node', 'app.js');
    runner.stub('curl', `case "$*" in *--request*) ;; *) echo '${notes}';; esac`);
    const npm = runner.run('command -v npm').output.trim();
    runner.stub('npm', `if [ "$PWD" != "${runner.repository.root}" ]; then exec ${npm} "$@"; fi`);
    runner.stub(
      'npx',
      `case "$*" in *common-kms*) shift 4; exec ${process.execPath} ${BIN} "$@" --synth 'node app.js';; esac`,
    );
    const { status, output } = runner.run(job.script.join('\n'), {
      CI_MERGE_REQUEST_DIFF_BASE_SHA: 'main',
      KMS_GUARD_TOKEN: 'token',
      CI_API_V4_URL: 'https://gitlab.example/api/v4',
      CI_PROJECT_ID: '1',
      CI_MERGE_REQUEST_IID: '7',
    });
    expect(output).toContain('RotationPeriodInDays 365 → 730');
    expect(runner.read('calls')).toMatch(new RegExp(`curl .*${method} .*merge_requests/7/${address}`, 'm'));
    expect(status).toBe(1);
  });
});
