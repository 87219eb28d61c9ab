import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { overview } from '../lib/audit/overview';
import { terminalTable } from '../lib/audit/report/terminal-table';
import { Inventory } from '../lib/audit/template/inventory';
import { openSource } from '../lib/audit/template/source';

const ROOT = resolve(__dirname, '..', '..');
const ASSEMBLY = resolve(process.argv[2] ?? join(ROOT, 'cdk.out'));
const WIDTH = 120;

// The report of an earlier synthesis would fail this one.
rmSync(ASSEMBLY, { recursive: true, force: true });
console.error('synthesizing every account and Region of cdk.json …');
const cdk = spawnSync(
  process.execPath,
  // This file was built together with the app, so there is no need for the build that cdk.json asks for.
  [require.resolve('aws-cdk/bin/cdk'), 'synth', '--quiet', '--output', ASSEMBLY, '--build', ''],
  {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' },
  },
);
if (cdk.status !== 0) {
  console.error(cdk.stderr.trim());
  process.exitCode = 1;
} else {
  const rows = overview(new Inventory(openSource(ASSEMBLY)));
  process.stdout.write(
    terminalTable(
      ['Account', 'Region', 'Key', 'Alias', 'Stack', 'Findings'],
      rows.map(({ account = 'any', region = 'any', key, aliases, stack, findings }) => [
        account,
        region,
        key,
        aliases.join(', '),
        stack,
        String(findings),
      ]),
      WIDTH,
    ),
  );
}
