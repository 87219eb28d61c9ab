import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { overview } from '../../lib/audit/overview';
import { Inventory } from '../../lib/audit/template/inventory';
import { openSource } from '../../lib/audit/template/source';
import { ACCOUNT_ID, keyStacks, PRIMARY_REGION, REPLICA_REGION } from '../synthesized';

const outdir = mkdtempSync(join(tmpdir(), 'common-kms-key-'));
afterAll(() => rmSync(outdir, { recursive: true }));

test('counts what packs report and what the check finds, each for its own stack', () => {
  const app = new App({ outdir });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  keyStacks(app);
  new CfnKey(new Stack(app, 'Bad', { env: { account: ACCOUNT_ID, region: PRIMARY_REGION } }), 'Key');
  expect(() => app.synth()).toThrow(/AwsSolutions-KMS5/);

  const rows = () => overview(new Inventory(openSource(outdir)));
  const [primary, replica, bad] = rows();
  const aliases = ['alias/gwt-atlasdev-cmn-all-kms-sym'];
  const of = { partition: 'aws', account: ACCOUNT_ID };
  expect(primary).toEqual({
    ...of,
    region: PRIMARY_REGION,
    key: 'primary',
    aliases,
    stack: PRIMARY_REGION,
    findings: 0,
  });
  expect(replica).toEqual({
    ...of,
    region: REPLICA_REGION,
    key: 'replica',
    aliases,
    stack: REPLICA_REGION,
    findings: 0,
  });
  expect(bad).toMatchObject({ region: PRIMARY_REGION, key: 'single-Region', aliases: [], stack: 'Bad' });

  rmSync(join(outdir, 'validation-report.json'));
  const [, , checkedOnly] = rows();
  expect(checkedOnly.findings).toBeGreaterThan(0);
  expect(bad.findings).toBe(checkedOnly.findings + 1);
});
