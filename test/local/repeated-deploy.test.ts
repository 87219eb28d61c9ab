import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { KeyRole } from '../../lib/key-role';
import { ACCOUNT, PRIMARY, REPLICA, Site, synthesize } from './site';

const CDK = require.resolve('aws-cdk/bin/cdk');
const { rollback } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { rollback: boolean };

let folder: string;
let site: Site;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'common-kms-deploy-'));
  // What this project's own cdk.json says of rollback is what is tried here.
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'cdk.out', notices: false, rollback }));
});
afterEach(async () => {
  await site.stop();
  rmSync(folder, { recursive: true });
});

/** `cdk deploy` of every stack, the primary's first. */
function startDeploy(): ChildProcess {
  const args = [CDK, 'deploy', '--all', '--require-approval', 'never', '--progress', 'events', '--no-color'];
  const home = { HOME: folder, CDK_HOME: folder, CDK_DISABLE_CLI_TELEMETRY: 'true' };
  const env = { PATH: process.env.PATH, ...home, ...site.environment(PRIMARY) };
  return spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function deploy(onOutput: (text: string, child: ChildProcess) => void = () => {}): Promise<string> {
  const child = startDeploy();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      onOutput(output, child);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return `${output}\nexit ${code}`;
}

test('cdk deploy that failed for want of a role is simply repeated', async () => {
  site = await Site.start();
  const users = [KeyRole.fromPrincipal(new ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/late`))];
  synthesize({ users }, [PRIMARY], join(folder, 'cdk.out'));
  const failed = await deploy();
  expect(failed).toContain('Policy contains a statement with one or more invalid principals.');
  expect(failed).toMatch(/exit 1$/);
  await site.role('late');
  expect(await deploy()).toMatch(/exit 0$/);
  expect(await site.keys(PRIMARY)).toEqual([
    await site.describe((await site.aliased(PRIMARY)) ?? '', PRIMARY),
  ]);
}, 60_000);

test('cdk deploy that was killed half-way is simply repeated, and makes nothing twice', async () => {
  site = await Site.start(500);
  synthesize({}, [PRIMARY, REPLICA], join(folder, 'cdk.out'));
  const killed = await deploy((output, child) => {
    if (/CREATE_IN_PROGRESS +\| AWS::KMS::Key/.test(output)) {
      child.kill('SIGKILL');
    }
  });
  expect(killed).toMatch(/exit null$/);
  expect(await deploy()).toMatch(/exit 0$/);
  expect(await deploy()).toMatch(/no changes[^]*exit 0$/);
  for (const region of [PRIMARY, REPLICA]) {
    expect(await site.keys(region)).toMatchObject([
      { KeyId: await site.aliased(region), KeyState: 'Enabled' },
    ]);
  }
  expect(await site.decrypt(await site.encrypt(PRIMARY), REPLICA)).toBe('secret');
}, 60_000);
