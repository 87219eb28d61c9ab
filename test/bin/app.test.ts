import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { context } from '../../cdk.json';
import { CONFIGURATION_KEY } from '../../lib/app/configuration';

const ROOT = resolve(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'common-kms-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

function node(args: string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, CDK_VALIDATION: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true', ...env },
  });
}

/** Runs the app as the command line of the CDK does, with a configuration. */
function app(configuration: unknown) {
  const CDK_CONTEXT_JSON = JSON.stringify({ ...context, [CONFIGURATION_KEY]: configuration });
  return node(['dist/bin/app.js'], { CDK_CONTEXT_JSON, CDK_OUTDIR: join(folder, 'out') });
}

test('a fresh clone synthesizes every account and Region, and shows them in a table', () => {
  const { status, stdout } = node(['dist/bin/synth.js', join(folder, 'assembly')]);
  expect(status).toBe(0);
  const rows = stdout.split('\n').filter((line) => line.includes('alias/'));
  expect(
    rows.map((line) =>
      line
        .split('│')
        .map((cell) => cell.trim())
        .slice(1, -1),
    ),
  ).toEqual(
    [
      ['111111111111', 'dev', ['eu-central-1', 'eu-west-1']],
      ['222222222222', 'mgmt', ['eu-central-1', 'eu-west-1']],
      ['333333333333', 'stage', ['eu-central-1', 'eu-west-1']],
      ['444444444444', 'prod', ['eu-central-1', 'eu-west-1', 'eu-north-1']],
    ].flatMap(([id, account, regions]) =>
      (regions as string[]).map((region, index) => [
        id,
        region,
        index === 0 ? 'primary' : 'replica',
        `alias/gwt-atlas${String(account)}-cmn-all-kms-sym`,
        `${String(account)}/${region}`,
        '0',
      ]),
    ),
  );
});

test('fails on a bad configuration with every problem in words, and without a stack trace', () => {
  const { status, stderr } = app({
    product: 'Atlas',
    accounts: { dev: { id: '1', primaryRegion: 'eu-central-1' } },
  });
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    'context "common-kms-key" of cdk.json has 2 problems:',
    expect.stringContaining('product: received "Atlas"'),
    expect.stringContaining('accounts.dev.id: received "1"'),
  ]);
});

test('fails on roles that contradict each other, in one line', () => {
  const { status, stderr } = app({ ...context[CONFIGURATION_KEY], encryptOnly: [{ convention: 'gso' }] });
  expect(status).toBe(1);
  expect(stderr.trim()).toMatch(
    /^encryptOnly names ".*gso", which may do the opposite too: name it in users alone$/,
  );
});
