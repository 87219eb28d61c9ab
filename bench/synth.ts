import { deepStrictEqual } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { context } from '../cdk.json';

/**
 * What the library costs: the app against a bare app that renders to the same templates.
 *
 * Each is a cold process with the packs and the CDK's validator on. Runs are paired, and each pair
 * begins with the other one, so that what else the machine does falls on both alike.
 */
const PAIRS = Number(process.argv[2] ?? 10);
const LIMIT = 1.1;
const ROOT = resolve(__dirname, '..', '..');
const REPORT_MEMORY = 'process.on("exit", () => console.log(process.resourceUsage().maxRSS))';

interface Run {
  readonly milliseconds: number;
  readonly megabytes: number;
}

function run(script: string, outdir: string): Run {
  rmSync(outdir, { recursive: true, force: true });
  const start = process.hrtime.bigint();
  const child = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(REPORT_MEMORY)}`, join(ROOT, script)],
    {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        ...process.env,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify(context),
        CDK_VALIDATION: 'true',
      },
    },
  );
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (child.status !== 0) {
    throw new Error(`${script} failed: ${child.stderr}`);
  }
  return { milliseconds, megabytes: Number(child.stdout.trim().split('\n').at(-1)) / 1024 };
}

function templates(outdir: string): Record<string, unknown> {
  const names = readdirSync(outdir).filter((name) => name.endsWith('.template.json'));
  return Object.fromEntries(
    names.map((name) => [name, JSON.parse(readFileSync(join(outdir, name), 'utf8'))]),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'common-kms-key-'));
try {
  const app = () => run('dist/bin/app.js', join(folder, 'app'));
  const bare = () => run('dist/bench/bare-app.js', join(folder, 'bare'));
  const pairs = Array.from({ length: PAIRS }, (_, index) => {
    console.error(`pair ${index + 1} of ${PAIRS} …`);
    const [first, second] = index % 2 === 0 ? [app(), bare()] : [bare(), app()];
    return index % 2 === 0 ? { app: first, bare: second } : { app: second, bare: first };
  });
  deepStrictEqual(templates(join(folder, 'app')), templates(join(folder, 'bare')));
  console.log(
    `the app and the bare app render to the same ${Object.keys(templates(join(folder, 'app'))).length} templates`,
  );
  for (const unit of ['milliseconds', 'megabytes'] as const) {
    const ratios = pairs.map((pair) => pair.app[unit] / pair.bare[unit]).sort((a, b) => a - b);
    const median = (ratios[(ratios.length - 1) >> 1] + ratios[ratios.length >> 1]) / 2;
    const spread = `${ratios[0].toFixed(2)} to ${ratios[ratios.length - 1].toFixed(2)}`;
    console.log(
      `${unit}: ${median.toFixed(3)} times the bare app at the median of ${PAIRS} pairs, from ${spread}`,
    );
    if (median > LIMIT) {
      console.error(`this is over the limit of ${LIMIT}`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
