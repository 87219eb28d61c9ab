import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { context } from '../../cdk.json';
import { CONFIGURATION_KEY, readConfiguration } from '../../lib/app/configuration';
import { stampAccounts } from '../../lib/app/stamp-accounts';

interface Report {
  readonly pluginReports: {
    pluginName: string;
    violations: { ruleName: string }[];
    suppressedViolations?: unknown[];
  }[];
}

/** Synthesizes with every pack and the CDK's own validator, and reads what they report. */
function report(build: (app: App) => void): Report {
  const outdir = mkdtempSync(join(tmpdir(), 'common-kms-key-'));
  try {
    const app = new App({ context, outdir, builtinCloudFormationValidation: true });
    Validations.of(app).addPlugins(
      new AwsSolutionsChecks(app),
      new NIST80053R5Checks(app),
      new HIPAASecurityChecks(app),
      new PCIDSS321Checks(app),
    );
    build(app);
    try {
      app.synth();
    } catch {
      // Findings fail the synthesis; they are in the report all the same.
    }
    return JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const findings = ({ pluginReports }: Report) =>
  pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName)).sort();

beforeAll(() => {
  process.env.CDK_VALIDATION = 'true';
});

test('the whole app has no finding of any pack, nor of the validator, and acknowledges none', () => {
  const whole = report((app) => stampAccounts(app, readConfiguration(context[CONFIGURATION_KEY])));
  expect(findings(whole)).toEqual([]);
  expect(whole.pluginReports.flatMap((each) => each.suppressedViolations ?? [])).toEqual([]);
});

test('every pack and the validator really run: each finds something in a bad stack', () => {
  const bad = report((app) => {
    const stack = new Stack(app, 'Bad');
    new CfnKey(stack, 'Key', { keyPolicy: {}, pendingWindowInDays: 3 });
    new CfnBucket(stack, 'Bucket');
  });
  expect(findings(bad)).toEqual(
    expect.arrayContaining([
      'AwsSolutions-KMS5',
      'NIST.800.53.R5-KMSBackingKeyRotationEnabled',
      'PCI.DSS.321-KMSBackingKeyRotationEnabled',
      'HIPAA.Security-S3BucketLoggingEnabled',
      'E3512',
    ]),
  );
});
