import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commonKms } from './run';

const folder = mkdtempSync(join(tmpdir(), 'common-kms-'));
const write = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const key = (properties: object) => ({
  Parameters: { Open: { Type: 'String' } },
  Resources: {
    Key: { Type: 'AWS::KMS::Key', Properties: properties },
    Alias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/data', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    },
  },
});
const plain = write('plain.json', key({ Description: 'Data | of *all*', EnableKeyRotation: true }));
const open = write(
  'open.json',
  key({
    Description: { Ref: 'Open' },
    KeyPolicy: {
      Statement: [{ Effect: 'Allow', Principal: { AWS: { Ref: 'Open' } }, Action: 'kms:*', Resource: '*' }],
    },
  }),
);
const environment = ['--account', '111122223333', '--region', 'eu-central-1'];

test.each([
  ['matrix', plain, 0],
  ['register', plain, 0],
  ['matrix', open, 2],
  ['register', open, 2],
])('%s of %s ends with %i', (command, file, status) => {
  expect(commonKms([command, file, ...environment]).status).toBe(status);
});

test('a parameter that is given decides what was open', () => {
  const given = ['--parameter', 'Open=arn:aws:iam::111122223333:role/admin'];
  expect(commonKms(['matrix', open, ...environment, ...given])).toMatchObject({ status: 0, stderr: '' });
  expect(commonKms(['matrix', open, ...environment, '--parameter', `open:${given[1]}`]).status).toBe(0);
});

test.each([
  ['no command', [], /Usage: common-kms/],
  ['an unknown command', ['nonsense'], /unknown command 'nonsense'/],
  ['an unknown option', ['matrix', '--nonsense'], /unknown option '--nonsense'/],
  ['two formats', ['matrix', '--json', '--markdown'], /cannot be used with/],
  ['a check of no page', ['register', '--check'], /'--check' needs '--page <file>'/],
  ['a control character in a parameter', ['matrix', '--parameter', 'A=\u0007'], /control characters/],
  ['an account that is none', ['matrix', '--account', '12'], /an account is twelve digits/],
  ['a Region that is none', ['matrix', '--region', 'Frankfurt'], /a Region looks like eu-central-1/],
  ['a parameter without a value', ['matrix', '--parameter', 'Open'], /write it as Name=value/],
])('fails with 64 on %s', (_, args, message) => {
  const { status, stderr } = commonKms(args);
  expect({ status, stderr }).toEqual({ status: 64, stderr: expect.stringMatching(message) as unknown });
});

test.each([
  ['no such path', join(folder, 'missing'), /does not exist: name a cdk\.out folder/],
  ['malformed JSON', write('bad.json', '{'), /is not valid JSON/],
  [
    'a terminal escape',
    write('escape.json', '{"Resources": {"\\u001b[2J": 1}}'),
    /holds the character U\+001B/,
  ],
  ['other JSON', write('package.json', '{}'), /is not a CloudFormation template/],
])('fails with 2 and one line on %s', (_, path, message) => {
  const { status, stdout, stderr } = commonKms(['matrix', path]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('help has examples for every command, and is no failure', () => {
  const { stdout } = commonKms(['--help']);
  const commands = [...stdout.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name]) => name);
  expect(commands).toEqual(expect.arrayContaining(['matrix', 'register']));
  for (const command of commands) {
    expect(commonKms([command, '--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/Examples:/) as unknown,
    });
  }
});

test('a reader that stops early changes neither the exit code nor says anything', () => {
  const bin = join(__dirname, '..', '..', '..', 'dist', 'bin', 'common-kms.js');
  const script = `"${process.execPath}" "${bin}" register "${open}" --json | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stdout).toBe('2\n');
  expect(stderr).not.toMatch(/EPIPE|at /);
});

test('JSON has every key with its cells', () => {
  const { keys } = JSON.parse(commonKms(['matrix', plain, ...environment, '--json']).stdout) as {
    keys: object[];
  };
  expect(keys).toMatchObject([
    {
      account: '111122223333',
      region: 'eu-central-1',
      aliases: ['alias/data'],
      rows: [
        { principals: 'any other role or user', decrypt: { grade: 'delegated' } },
        { principals: 'another account', decrypt: { grade: 'none' } },
      ],
    },
  ]);
});

test('an output file is written as a whole, and nothing is left beside it', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'common-kms-')), 'access.md');
  expect(commonKms(['matrix', plain, ...environment, '--markdown', '--output', file])).toMatchObject({
    status: 0,
    stdout: '',
  });
  expect(readFileSync(file, 'utf8')).toMatch(/^### `alias\/data`/);
  expect(readdirSync(join(file, '..'))).toEqual(['access.md']);
  expect(commonKms(['matrix', plain, ...environment, '--output', join(file, 'no')])).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/cannot be written/) as unknown,
  });
});

test('a register page keeps what people wrote, and is stale once a key changes', () => {
  const page = write('register.md', '');
  const args = (file: string, ...more: string[]) => [
    'register',
    file,
    ...environment,
    '--page',
    page,
    ...more,
  ];
  expect(commonKms(args(plain))).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/does not have the lines/) as unknown,
  });
  writeFileSync(
    page,
    '# Ours\n\n<!-- key-register: start (generated by `common-kms register`) -->\n<!-- key-register: end -->\n\nKept.\n',
  );
  expect(commonKms(args(plain, '--check'))).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/is stale: run/) as unknown,
  });
  expect(commonKms(args(plain))).toMatchObject({ status: 0 });
  const text = readFileSync(page, 'utf8');
  expect(text).toMatch(
    /^# Ours\n\n<!-- key-register: start[^\n]*\n\n\| Alias \| Type \| Use \| Origin \| Regionality \| Tags \| IAM Admin Roles \| IAM User Roles \| Description \|\n/,
  );
  expect(text).toMatch(/Data \\\| of \\\*all\\\* \|\n\n<!-- key-register: end -->\n\nKept\.\n$/);
  expect(commonKms(args(plain, '--check'))).toMatchObject({ status: 0 });
  const changed = write('changed.json', key({ Description: 'Other', EnableKeyRotation: true }));
  expect(commonKms(args(changed, '--check'))).toMatchObject({ status: 1 });
  expect(commonKms(args(open))).toMatchObject({ status: 2 });
  expect(readFileSync(page, 'utf8')).toBe(text);
});

test('loads neither aws-cdk-lib nor constructs', () => {
  const root = join(__dirname, '..', '..', '..');
  const script = `process.argv.splice(1, 0, 'matrix', ${JSON.stringify(plain)});
    require('./dist/lib/audit'); require('./dist/bin/common-kms');
    process.on('exit', () => console.error(Object.keys(require.cache).filter((file) => /aws-cdk|constructs/.test(file)).length));`;
  const { stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('0\n');
});

test('starts well under half a second', () => {
  commonKms(['--version']);
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    expect(commonKms(['--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n' });
    return performance.now() - started;
  });
  expect(Math.min(...times)).toBeLessThan(500);
});
