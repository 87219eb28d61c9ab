import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { context } from '../../../cdk.json';
import { CONFIGURATION_KEY, readConfiguration } from '../../../lib/app/configuration';
import { stampAccounts } from '../../../lib/app/stamp-accounts';
import { accessMatrix } from '../../../lib/audit/matrix/access-matrix';
import { fold } from '../../../lib/audit/matrix/fold';
import { matrixText } from '../../../lib/audit/matrix/matrix-text';
import { Inventory } from '../../../lib/audit/template/inventory';
import { openSource } from '../../../lib/audit/template/source';

/** The matrix of the app as it ships, which the documentation shows. */
const outdir = mkdtempSync(join(tmpdir(), 'common-kms-'));
const app = new App({ outdir, context });
stampAccounts(app, readConfiguration(context[CONFIGURATION_KEY]));
app.synth();
const folded = fold(accessMatrix(new Inventory(openSource(outdir)).all()));
const text = matrixText(folded);

test('folds four accounts and nine keys into one matrix for each set of Regions', () => {
  expect(
    folded.map(({ places }) => [...places].map(([place, regions]) => `${place}: ${regions.length}`)),
  ).toEqual([
    ['dev (111111111111): 2', 'mgmt (222222222222): 2', 'stage (333333333333): 2'],
    ['prod (444444444444): 3'],
  ]);
});

test('is what docs/cli.md shows', () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'cli.md'), 'utf8');
  expect(page).toContain(
    `$ npx common-kms matrix cdk.out\n${text.slice(0, text.indexOf('\n\nalias/gwt-atlasprod'))}\n`,
  );
});

test('reads well at 80 columns', () => {
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});
