import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration } from 'aws-cdk-lib/core';
import type { CommonKmsKeyStackProps } from '../../../lib/common-kms-key-stack';
import { administrator, callerIn } from '../../../local/caller';
import { Endpoint } from '../../../local/endpoint';
import { Toolkit } from '../../../local/session/toolkit';
import { Workspace } from '../../../local/session/workspace';
import {
  ACCOUNT_ID as ACCOUNT,
  keyStacks,
  PRIMARY_REGION as PRIMARY,
  REPLICA_REGION as REPLICA,
} from '../../synthesized';

const STACK = 'gwt-atlasdev-cmn-all-kms-sym';
const MINUTE = 60_000;

/** What the README says that the execution role needs from IAM. */
const NEEDED = [
  'cloudformation:DescribeStacks',
  'kms:CreateAlias',
  'kms:CreateKey',
  'kms:DeleteAlias',
  'kms:TagResource',
  'kms:UpdateAlias',
];

let endpoint: Endpoint;
let workspace: Workspace;
beforeEach(() => {
  workspace = new Workspace();
});
afterEach(async () => {
  workspace.dispose();
  await endpoint.stop();
});

function call<Output>(service: string, operation: string, input: object, region = PRIMARY): Promise<Output> {
  return endpoint.cloud.call<Output>(service, operation, input, callerIn(administrator(ACCOUNT), region));
}

/** A command line for an app with the DEV account's key, bootstrapped with no more permissions than these. */
async function bootstrapped(actions: readonly string[]): Promise<Toolkit> {
  const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: actions, Resource: '*' } };
  const { Policy } = await call<{ Policy: { Arn: string } }>('iam', 'CreatePolicy', {
    PolicyName: 'execution',
    PolicyDocument: JSON.stringify(policy),
  });
  const toolkit = toolkitFor('first');
  await toolkit.bootstrap(ACCOUNT, [PRIMARY, REPLICA], { policy: Policy.Arn });
  return toolkit;
}

function toolkitFor(name: string, props: Partial<CommonKmsKeyStackProps> = {}): Toolkit {
  const outdir = join(workspace.folder, name);
  mkdirSync(outdir);
  const app = new App({ outdir });
  const [primary, replica] = keyStacks(app, props);
  replica.addStackDependency(primary);
  app.synth();
  return new Toolkit(workspace, endpoint, outdir);
}

async function keys(region: string): Promise<unknown[]> {
  return (await call<{ Keys: unknown[] }>('kms', 'ListKeys', {}, region)).Keys;
}

test(
  'the command line bootstraps, deploys, finds nothing more to do, and shows the details of a change',
  async () => {
    endpoint = await Endpoint.start();
    const toolkit = await bootstrapped(NEEDED);
    expect(
      await toolkit.bootstrap(ACCOUNT, [PRIMARY], { policy: `arn:aws:iam::${ACCOUNT}:policy/execution` }),
    ).toContain('bootstrapped (no changes)');
    await toolkit.deploy(ACCOUNT, PRIMARY, ['**']);
    const again = await toolkit.deploy(ACCOUNT, PRIMARY, ['**']);
    expect(again.match(/\(no changes\)/g)).toHaveLength(2);
    expect(await toolkit.diff(ACCOUNT, PRIMARY)).toContain('Number of stacks with differences: 0');
    const changed = toolkitFor('changed', { rotationPeriod: Duration.days(180) });
    const difference = await changed.diff(ACCOUNT, PRIMARY, [PRIMARY]).then(
      () => 'none',
      (error: unknown) => (error as Error).message,
    );
    expect(difference).toMatch(
      /\[~\] AWS::KMS::Key .*CommonKey78882B66\n.*RotationPeriodInDays\n.*365\n.*180/,
    );
    expect(difference).toContain('Number of stacks with differences: 1');
    await expect(
      toolkit.cdk(ACCOUNT, PRIMARY, [
        'destroy',
        '--all',
        '--force',
        '--app',
        join(workspace.folder, 'first'),
      ]),
    ).rejects.toThrow(`Stack [${STACK}] cannot be deleted while TerminationProtection is enabled`);
    expect([await keys(PRIMARY), await keys(REPLICA)]).toMatchObject([{ length: 1 }, { length: 1 }]);
  },
  2 * MINUTE,
);
