import { Run } from './run';

const MINUTE = 60_000;

let run: Run;
afterEach(() => run.remove());

test(
  'npm start deploys all accounts, proves what was deployed, and leaves nothing behind',
  async () => {
    run = new Run('start.js');
    expect(await run.ended).toBe(0);
    expect(run.stdout).not.toContain('✗');
    const [, right, all] = /(\d+) of (\d+) came back as expected\./.exec(run.stdout) ?? [];
    expect(Number(all)).toBeGreaterThan(300);
    expect(right).toBe(all);
    expect(run.stdout).toMatch(
      /\d s: synthesize [\d.]+ s, bootstrap 9 environments [\d.]+ s, deploy 9 stacks [\d.]+ s, diff, and deploy examples\/data-platform [\d.]+ s, prove [\d.]+ s\./,
    );
    expect(run.stderr).toContain('✅  prod/eu-north-1 (gwt-atlasprod-cmn-all-kms-sym)');
    expect(run.leftBehind()).toEqual([]);
  },
  2 * MINUTE,
);
