import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { key, keyWith, ROOT, statement } from '../check/checked';
import { commonKms, type Run } from './run';

const folder = mkdtempSync(join(tmpdir(), 'check-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ENVIRONMENT = ['--account', '111122223333', '--region', 'eu-central-1'];
const SID = 'A statement with a name that is much longer than what a terminal shows in one line of its own';

function file(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const faultless = file('faultless.json', { Resources: { Key: key() } });
const open = file('open.json', {
  Resources: keyWith(ROOT, statement({ Sid: SID, Principal: '*', Action: 'kms:*' })),
});
const unrotated = file('unrotated.json', { Resources: { Key: key({ EnableKeyRotation: false }) } });

function check(path: string, ...options: string[]): Run {
  return commonKms(['check', path, ...ENVIRONMENT, ...options], folder);
}

interface JsonReport {
  readonly verdict: string;
  readonly findings: readonly {
    readonly id: string;
    readonly resource: string;
    readonly witness?: unknown;
  }[];
  readonly accepted: readonly unknown[];
}

function acceptance(expires: string): string {
  const { findings } = JSON.parse(check(unrotated, '--json').stdout) as JsonReport;
  const [{ id, resource }] = findings;
  const entry = { finding: id, resource, reason: 'rotated by hand', acceptedBy: 'Jane Doe', expires };
  return file(`accepted-${expires}.json`, { accepted: [entry] });
}

test('a key without fault holds', () => {
  expect(check(faultless)).toEqual({
    status: 0,
    stdout: 'holds: nothing found (1 key, 0 aliases)\n',
    stderr: '',
  });
});

test('fails on findings, the worst first, with examples, within 80 columns but for addresses', () => {
  const { status, stdout } = check(open);
  expect(status).toBe(1);
  const headings = [...stdout.matchAll(/^([A-Z]+) ([a-z-]+): /gm)].map(
    ([, severity, rule]) => `${severity} ${rule}`,
  );
  expect(headings.slice(0, 3)).toEqual([
    'CRITICAL public-access',
    'CRITICAL policy-escalation',
    'HIGH grant-escalation',
  ]);
  expect(stdout).toMatch(/example {2}arn:aws:iam::\d{12}:role\/\w+ calls\s+kms:PutKeyPolicy/);
  expect(stdout.split('\n').filter((line) => line.length > 80 && !line.includes('See: https://'))).toEqual(
    [],
  );
});

test('fails from the severity that is asked for', () => {
  expect(check(unrotated, '--fail-on', 'medium').status).toBe(1);
  expect(check(unrotated, '--fail-on', 'high').status).toBe(0);
});

test('what is undecided does not pass, whatever severity fails', () => {
  const path = file('undecided.json', { Resources: { Key: key({ Enabled: { Ref: 'Unknown' } }) } });
  const { status, stdout } = check(path, '--fail-on', 'critical');
  expect(status).toBe(2);
  expect(stdout).toMatch(/^UNDECIDED undecided: /);
});

test('an accepted finding passes until the day it expires, and fails when it is not found', () => {
  const accepted = acceptance('9999-12-31');
  const passed = check(unrotated, '--accept', accepted);
  expect(passed.status).toBe(0);
  expect(passed.stdout).toMatch(/ACCEPTED rotation[^]*because {2}rotated by hand[^]*holds: 1 accepted/);
  const expired = check(unrotated, '--accept', acceptance('2020-01-01'));
  expect(expired.status).toBe(1);
  expect(expired.stdout).toMatch(/expired on 2020-01-01/);
  const unused = check(faultless, '--accept', accepted);
  expect(unused.status).toBe(1);
  expect(unused.stdout).toMatch(/accepts nothing that is there: remove\s+the\s+entry/);
});

test('the expected roles are read from a file', () => {
  const expectations = file('expectations.json', { trustedAccounts: ['999900001111'] });
  const path = file('trusted.json', {
    Resources: keyWith(ROOT, statement({ Principal: { AWS: '999900001111' }, Action: 'kms:Decrypt' })),
  });
  expect(check(path).status).toBe(1);
  expect(check(path, '--expect', expectations).status).toBe(0);
});

test('every format is written in one run, each to its file, beside the text', () => {
  const { status, stdout } = check(open, '--json', 'a.json', '--markdown', 'a.md', '--sarif', 'a.sarif');
  expect(status).toBe(1);
  expect(stdout).toMatch(/^CRITICAL public-access/);
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const json = JSON.parse(read('a.json')) as JsonReport;
  expect([json.verdict, json.findings.length > 3]).toEqual(['violated', true]);
  expect(read('a.md')).toContain('| critical | `public-access` |');
  const { results } = (JSON.parse(read('a.sarif')) as Log).runs[0];
  expect(results?.[0]).toMatchObject({ ruleId: 'public-access', level: 'error' });
  expect(results?.map(({ partialFingerprints }) => partialFingerprints?.['commonKms/v1'])).toEqual(
    json.findings.map(({ id, resource }) => `${id}@${resource}`),
  );
});

test.each([
  [
    'a severity that there is not',
    ['check', faultless, '--fail-on', 'none'],
    64,
    /Allowed choices are low, medium/,
  ],
  ['no source', ['check', join(folder, 'missing')], 2, /missing.*does not exist/],
  ['acceptances that are none', ['check', faultless, '--accept', faultless], 2, /is no file of acceptances/],
])('fails with %s', (_, args, status, message) => {
  const run = commonKms(args, folder);
  expect(run.status).toBe(status);
  expect(run.stderr).toMatch(message);
});
