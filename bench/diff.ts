import { App } from 'aws-cdk-lib/core';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareVersions } from '../lib/audit/diff/difference';
import { markdownReport } from '../lib/audit/diff/markdown-report';
import { reportOf } from '../lib/audit/diff/report';
import { Inventory } from '../lib/audit/template/inventory';
import { openSource } from '../lib/audit/template/source';
import { CommonKmsKeyStack } from '../lib/common-kms-key-stack';
import { Account } from '../lib/key-alias';

/**
 * Measures how long it takes to compare the stacks of an assembly with their next version, of which one
 * in a hundred is changed, and the memory that it takes.
 */

const WANTED_MS = 10;
const COUNTS = [100, 1000];
const ROUNDS = 5;
const ACCOUNT = '111111111111';
const REGIONS = ['eu-central-1', 'eu-west-1'];

const root = mkdtempSync(join(tmpdir(), 'common-kms-bench-'));
let failed = false;
try {
  const templates = synthesize(join(root, 'app'));
  for (const count of COUNTS) {
    const [before, after] = [0, count / 100].map((changed) => assembly(templates, count, changed));
    const rounds = Array.from({ length: ROUNDS }, () => measure(before, after));
    const [median] = rounds
      .map(({ ms }) => ms / count)
      .sort((a, b) => a - b)
      .slice(Math.floor(ROUNDS / 2));
    const [{ changes, megabytes }] = rounds;
    console.log(
      `${count} stacks against ${count}, ${count / 100} of them changed: ${median.toFixed(2)} ms a pair, ${changes} changes found, ${megabytes.toFixed(0)} MB of heap held`,
    );
    failed ||= median > WANTED_MS || changes !== (count / 100) * 2;
  }
  console.log(`wanted: ${WANTED_MS} ms a pair`);
} finally {
  rmSync(root, { recursive: true });
}
process.exitCode = failed ? 1 : 0;

function measure(before: string, after: string): { ms: number; changes: number; megabytes: number } {
  globalThis.gc?.();
  const held = process.memoryUsage().heapUsed;
  const started = performance.now();
  const difference = compareVersions(new Inventory(openSource(before)), new Inventory(openSource(after)));
  const report = reportOf(difference, { failOn: 'high', acceptances: [], today: '2027-01-01' });
  markdownReport(report);
  const ms = performance.now() - started;
  globalThis.gc?.();
  const megabytes = (process.memoryUsage().heapUsed - held) / 1e6;
  return { ms, changes: report.open.length, megabytes };
}

/** The templates of this library's primary and replica. */
function synthesize(outdir: string): string[] {
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  for (const region of REGIONS) {
    new CommonKmsKeyStack(app, region, {
      product: 'atlas',
      account: Account.DEV,
      env: { account: ACCOUNT, region },
      primaryRegion: REGIONS[0],
      replicaRegions: REGIONS.slice(1),
    });
  }
  app.synth();
  return REGIONS.map((region) => readFileSync(join(outdir, `${region}.template.json`), 'utf8'));
}

/** Primaries and replicas of as many accounts as are needed; the first of them are changed. */
function assembly(templates: readonly string[], count: number, changed: number): string {
  const folder = join(root, `${count}-${changed}`);
  mkdirSync(folder);
  const artifacts = Array.from({ length: count }, (_, index): [string, object] => {
    const account = String(100_000_000_000 + Math.floor(index / 2));
    const text = templates[index % 2].replaceAll(ACCOUNT, account);
    const file = `stack${index}.template.json`;
    writeFileSync(join(folder, file), index < changed ? change(text) : text);
    return [
      `stack${index}`,
      {
        type: 'aws:cloudformation:stack',
        environment: `aws://${account}/${REGIONS[index % 2]}`,
        properties: { templateFile: file, stackName: 'gwt-atlasdev-cmn-all-kms-sym' },
      },
    ];
  });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: Object.fromEntries(artifacts) }));
  return folder;
}

/** A shorter window, and one role that may do more. */
function change(text: string): string {
  const template = JSON.parse(text) as {
    Resources: Record<string, { Type: string; Properties: KeyProperties }>;
  };
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (!/Key$/.test(Type)) continue;
    Properties.PendingWindowInDays = 7;
    const { Statement } = Properties.KeyPolicy;
    Properties.KeyPolicy.Statement = Statement.filter(({ Sid }) => Sid !== 'UsersMayNotAdminister');
  }
  return JSON.stringify(template);
}

interface KeyProperties {
  PendingWindowInDays: number;
  KeyPolicy: { Statement: { Sid: string }[] };
}
