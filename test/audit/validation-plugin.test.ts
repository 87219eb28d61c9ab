import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { App, RemovalPolicy, Stack, Stage, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { context } from '../../cdk.json';
import { CONFIGURATION_KEY, readConfiguration } from '../../lib/app/configuration';
import { stampAccounts } from '../../lib/app/stamp-accounts';
import { CommonKmsKeyStack } from '../../lib/common-kms-key-stack';
import { KmsValidationPlugin } from '../../lib/audit';
import { Account } from '../../lib/key-alias';

const env = { account: '111122223333', region: 'eu-central-1' };

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly conclusion: string;
    readonly violations: readonly {
      ruleName: string;
      description: string;
      violatingConstructs: { constructPath: string }[];
    }[];
    readonly suppressedViolations?: readonly { ruleName: string; reason: string }[];
  }[];
}

/** Synthesizes an app as its command does: a failed validation sets the exit code, and writes a report. */
function synthesized(app: App): { failed: boolean; report?: Report } {
  const error = jest.spyOn(console, 'error').mockImplementation();
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const { directory } = app.synth();
    const file = join(directory, 'validation-report.json');
    return { failed: process.exitCode === 1, report: read(file) };
  } catch {
    return { failed: true, report: read(join(app.outdir, 'validation-report.json')) };
  } finally {
    process.exitCode = before;
    error.mockRestore();
  }
}

function read(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

function reportOf(report: Report | undefined) {
  return report?.pluginReports.find(({ pluginName }) => pluginName === 'common-kms');
}

function appWith(make: (stack: Stack) => void): App {
  const app = new App();
  Validations.of(app).addPlugins(new KmsValidationPlugin());
  make(new Stack(app, 'Keys', { env }));
  return app;
}

const faultless = { enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN };

test('an app whose keys are without fault is synthesized', () => {
  const { failed, report } = synthesized(appWith((stack) => new Key(stack, 'Key', faultless)));
  expect(failed).toBe(false);
  expect(reportOf(report)).toBeUndefined();
});

test('fails the synthesis of an app with a finding, at its construct and with an example', () => {
  const policy = new PolicyDocument({
    statements: [
      new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: ['kms:*'], resources: ['*'] }),
      new PolicyStatement({ principals: [new StarPrincipal()], actions: ['kms:Decrypt'], resources: ['*'] }),
    ],
  });
  const { failed, report } = synthesized(appWith((stack) => new Key(stack, 'Key', { ...faultless, policy })));
  expect(failed).toBe(true);
  expect(reportOf(report)?.violations).toMatchObject([
    {
      ruleName: 'public-access',
      description: expect.stringContaining('for example: arn:aws:iam::') as string,
      violatingConstructs: [{ constructPath: expect.stringContaining('Keys/Key') as string }],
    },
  ]);
});

test('a finding that is acknowledged does not fail, and stays in the report', () => {
  const { failed, report } = synthesized(
    appWith((stack) => {
      const key = new Key(stack, 'Key', { ...faultless, enableKeyRotation: false });
      Validations.of(key).acknowledge({ id: 'common-kms::rotation', reason: 'rotated by hand' });
    }),
  );
  expect(failed).toBe(false);
  expect(reportOf(report)).toMatchObject({
    conclusion: 'success',
    suppressedViolations: [{ ruleName: 'rotation', reason: 'rotated by hand' }],
  });
});

test('fails for each key that is not acknowledged', () => {
  const { failed, report } = synthesized(
    appWith((stack) => {
      const [one] = ['One', 'Two'].map(
        (id) => new Key(stack, id, { ...faultless, enableKeyRotation: false }),
      );
      Validations.of(one).acknowledge({ id: 'common-kms::rotation', reason: 'rotated by hand' });
    }),
  );
  expect(failed).toBe(true);
  expect(
    reportOf(report)?.violations.flatMap(({ violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => constructPath),
    ),
  ).toEqual([expect.stringContaining('Keys/Two')]);
});

test('the keys that this project deploys pass, in every account and Region, next to cdk-nag', () => {
  const app = new App({ context });
  Validations.of(app).addPlugins(new KmsValidationPlugin(), new AwsSolutionsChecks(app));
  stampAccounts(app, readConfiguration(app.node.tryGetContext(CONFIGURATION_KEY)));
  const { failed, report } = synthesized(app);
  expect(reportOf(report)).toBeUndefined();
  expect(failed).toBe(false);
});

test('a replica in a stage finds its primary', () => {
  const app = new App();
  const stage = new Stage(app, 'Prod');
  Validations.of(stage).addPlugins(new KmsValidationPlugin());
  for (const region of ['eu-central-1', 'eu-west-1']) {
    new CommonKmsKeyStack(stage, region, {
      product: 'atlas',
      account: Account.PROD,
      env: { account: '444444444444', region },
      primaryRegion: 'eu-central-1',
      replicaRegions: ['eu-west-1'],
    });
  }
  const { failed, report } = synthesized(app);
  expect(reportOf(report)).toBeUndefined();
  expect(failed).toBe(false);
});

test('what is expected can be given to it', () => {
  const app = new App();
  const roles = { administrators: [], users: [] };
  Validations.of(app).addPlugins(new KmsValidationPlugin({ roles }));
  new CommonKmsKeyStack(app, 'Key', { product: 'atlas', account: Account.DEV, env });
  const { failed, report } = synthesized(app);
  expect(failed).toBe(true);
  expect(new Set(reportOf(report)?.violations.map(({ ruleName }) => ruleName))).toEqual(
    new Set(['policy-escalation', 'unexpected-administrator', 'unexpected-user']),
  );
});
