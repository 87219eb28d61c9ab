import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib/core';
import type { Run } from '../command/run';
import { ACCOUNT, PRIMARY, REPLICA, Site, synthesize } from '../../local/site';

const BIN = join(__dirname, '..', '..', '..', 'dist', 'bin', 'common-kms.js');

let site: Site;
beforeAll(async () => {
  site = await Site.start();
  const { assembly } = synthesize();
  for (const region of [PRIMARY, REPLICA]) {
    const { status, reasons } = await site.deploy(
      region,
      assembly.getStackArtifact(region).template as object,
    );
    if (status !== 'CREATE_COMPLETE') throw new Error(reasons.join());
  }
});
afterAll(() => site.stop());

/** Runs the command beside the endpoint, which lives in this process. */
async function deployedDiff(args: readonly string[], environment = site.environment(PRIMARY)): Promise<Run> {
  const child = spawn(process.execPath, [BIN, 'diff', '--deployed', ...args], {
    env: { PATH: process.env.PATH, ...environment },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, ...output };
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'common-kms-'));
}

describe('diff --deployed', () => {
  test('holds for what is deployed already, in every Region', async () => {
    const { assembly } = synthesize();
    const { status, stdout } = await deployedDiff([assembly.directory]);
    expect(stdout).toBe('no key, replica or alias changes\n');
    expect(status).toBe(0);
  });

  test('finds what the next deployment changes', async () => {
    const { assembly } = synthesize({ rotationPeriod: Duration.days(730) });
    const { status, stdout } = await deployedDiff([assembly.directory]);
    expect(stdout).toContain('RotationPeriodInDays 365 → 730');
    expect(status).toBe(1);
  });

  test('takes a stack for new that is not deployed', async () => {
    const { assembly } = synthesize({ product: 'beacon' });
    const { status, stdout } = await deployedDiff([assembly.directory]);
    expect(stdout).toContain('4 low');
    expect(stdout).toContain('the key is new');
    expect(status).toBe(0);
  });

  test('fails for stacks of another account than that of the credentials, unless they are left out', async () => {
    const { assembly } = synthesize(
      { env: { account: '999999999999', region: PRIMARY } },
      [PRIMARY],
      folder(),
    );
    const { status, stdout } = await deployedDiff([assembly.directory]);
    expect(stdout).toContain(
      `it is not looked at: it belongs to account 999999999999, and the credentials to ${ACCOUNT}`,
    );
    expect(status).toBe(2);
    expect((await deployedDiff([assembly.directory, '--only', 'another/*'])).status).toBe(0);
  });

  test('goes by the values that the parameters of a stack have, not by their defaults', async () => {
    const template = (window: unknown): object => ({
      Parameters: { Days: { Type: 'Number', Default: 30 } },
      Resources: {
        Key: {
          Type: 'AWS::KMS::Key',
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Properties: { PendingWindowInDays: window },
        },
      },
    });
    await site.call('cloudformation', 'CreateStack', {
      StackName: 'window',
      TemplateBody: JSON.stringify(template({ Ref: 'Days' })),
      Parameters: [{ ParameterKey: 'Days', ParameterValue: '14' }],
    });
    const file = join(folder(), 'window.json');
    writeFileSync(file, JSON.stringify(template({ Ref: 'Days' })));
    const same = await deployedDiff([file, '--region', PRIMARY]);
    writeFileSync(file, JSON.stringify(template(10)));
    const lower = await deployedDiff([file, '--region', PRIMARY]);
    expect([same.status, lower.status]).toEqual([0, 1]);
    expect(lower.stdout).toContain('PendingWindowInDays 14 → 10');
  });

  test('fails without credentials, and says what to name', async () => {
    const environment = { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: PRIMARY, HOME: folder() };
    const { status, stderr } = await deployedDiff([synthesize().assembly.directory], environment);
    expect(stderr).toMatch(/error: no credentials to look at what is deployed: .*AWS_PROFILE.*\n$/);
    expect(status).toBe(2);
  });
});
