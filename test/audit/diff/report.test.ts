import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { annotations } from '../../../lib/audit/diff/annotations';
import { markdownReport } from '../../../lib/audit/diff/markdown-report';
import { type Report, reportOf } from '../../../lib/audit/diff/report';
import { textReport } from '../../../lib/audit/diff/text-report';
import { commonKms } from '../command/run';
import { apply, EDITS } from './edits';
import {
  assembly,
  changesBetween,
  commonKeys,
  differenceBetween,
  edited,
  folderWith,
  type ResourceJson,
} from './version';

const folder = assembly((app) => commonKeys(app));
const NAMES = [
  'KeySpec changed',
  'RotationPeriodInDays 365 → 730',
  'PendingWindowInDays 30 → 7',
  'a tag added',
  'Description changed',
];
const after = edited(folder, (template) => {
  for (const edit of EDITS.filter(({ name }) => NAMES.includes(name))) {
    for (const kind of edit.kinds) apply(edit, kind, template);
  }
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (/Key$/.test(Type)) removeUserDeny(Properties);
  }
});

function removeUserDeny({ KeyPolicy }: ResourceJson['Properties']): void {
  const policy = KeyPolicy as { Statement: { Sid: string }[] };
  policy.Statement = policy.Statement.filter(({ Sid }) => Sid !== 'UsersMayNotAdminister');
}

const DEFAULTS = { failOn: 'high', acceptances: [], today: '2027-01-01' } as const;

function reportBetween(old: string, next: string): Report {
  return reportOf(differenceBetween(old, next), DEFAULTS);
}

describe('the Markdown of a pull request', () => {
  const markdown = markdownReport(reportBetween(folder, after));

  test('begins with what was found, the worst first, then shows the access before and after', () => {
    expect(markdown.split('\n')[0]).toBe('## KMS keys: 1 critical, 5 high, 2 medium, 2 low');
    const headings = [...markdown.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'critical: a property that never changes is changed',
      'high: rotation is slower than once a year',
      'high: the waiting period before deletion is shorter',
      'high: somebody gains access',
      'medium: tags are changed',
      'Access, before → after',
    ]);
    expect(markdown).toMatch(/PMA gains kms:CancelKeyDeletion and kms:PutKeyPolicy in eu-central-1/);
    expect(markdown).toMatch(/\| PMA \| yes \| yes \| yes \| yes \| \*\*– → IAM/);
    expect(markdown).not.toContain('| GSO |');
  });

  test('is the same in every run', () => {
    expect(markdownReport(reportBetween(folder, after))).toBe(markdown);
  });

  test('says in one line that nothing changes', () => {
    expect(markdownReport(reportBetween(folder, folder))).toBe(
      '## KMS keys: no key, replica or alias changes\n',
    );
  });

  test('fits a comment however much changes', () => {
    const many = (days: number): string =>
      folderWith({
        Resources: Object.fromEntries(
          Array.from({ length: 500 }, (_, index) => [
            `Key${index}`,
            {
              Type: 'AWS::KMS::Key',
              Properties: {
                PendingWindowInDays: days,
                Description: `${'<b>long | `'.repeat(40)}${index}`,
                Tags: [{ Key: `tag${index}`, Value: String(days) }],
              },
            },
          ]),
        ),
      });
    const text = markdownReport(reportBetween(many(30), many(7)));
    expect(text.length).toBeLessThan(60_000);
    expect(text).toContain('… and 490 more like these');
  });

  test('shows names of a template as they are, and nothing as markup', () => {
    const version = (name: string): string =>
      folderWith({
        Resources: { Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: name, TargetKeyId: '1' } } },
      });
    const text = markdownReport(reportBetween(version('alias/a'), version('alias/<img src=x>|[b](c)\u202e')));
    expect(text).toContain('alias/a → alias/\\<img src=x\\>\\|\\[b\\](c)\\\\u202e');
  });
});

test('the text says once what is the same in several places, with the id of each', () => {
  const report = reportBetween(folder, after);
  const gained = report.open.filter(({ rule }) => rule.id === 'access-gained');
  expect(gained.map(({ place }) => place)).toEqual(['eu-central-1', 'eu-west-1']);
  const paragraph = textReport(report)
    .split('\n\n')
    .filter((text) => text.includes('somebody gains access'));
  expect(paragraph).toHaveLength(1);
  expect(paragraph[0]).toContain('  also in: eu-west-1');
  for (const { id, resource } of gained) expect(paragraph[0]).toContain(` ${id} at ${resource}`);
});

test('annotations are commands that a workflow understands, one line each', () => {
  const lines = annotations(reportBetween(folder, after), after).trimEnd().split('\n');
  expect(lines).toHaveLength(10);
  for (const line of lines)
    expect(line).toMatch(/^::(error|warning|notice) file=[^:,]+,line=\d+,title=[^:]+::\S/);
  expect(lines[0]).toMatch(
    /^::error file=eu-central-1\.template\.json,.*KeySpec SYMMETRIC_DEFAULT → RSA_2048\. Instead: /,
  );
});

describe('common-kms diff', () => {
  const files = mkdtempSync(join(tmpdir(), 'common-kms-report-'));
  const window = edited(folder, (template) => {
    for (const edit of EDITS.filter(({ name }) => name === 'PendingWindowInDays 30 → 7'))
      apply(edit, 'key', template);
  });
  const [{ id, resource }] = changesBetween(folder, window);

  function accept(entry: object): string[] {
    const file = join(files, 'accepted.json');
    writeFileSync(file, JSON.stringify({ accepted: [entry] }));
    return ['--accept', file];
  }

  const entry = {
    finding: id,
    resource,
    reason: 'moves to another account',
    acceptedBy: 'GSO',
    expires: '2999-12-31',
  };

  test.each([
    ['holds without a change', [folder, folder], 0, /^no key, replica or alias changes\n$/],
    ['holds for harmless changes', [window, folder], 0, /LOW .*\n {2}PendingWindowInDays 7 → 30\n/],
    [
      'fails with 1 for a change of the severity',
      [folder, window],
      1,
      /HIGH .*\n {2}PendingWindowInDays 30 → 7\n/,
    ],
    ['holds below the severity that fails', [folder, window, '--fail-on', 'critical'], 0, /1 high\n$/],
    ['fails from the severity that fails', [window, folder, '--fail-on', 'low'], 1, /1 low\n$/],
    ['fails with 2 for input that is none', [folder, join(files, 'no.json')], 2, /^$/],
  ])('%s', (_, args, status, output) => {
    const run = commonKms(['diff', ...args]);
    expect(run.stdout).toMatch(output);
    expect(run.status).toBe(status);
  });

  test('holds for a change that was reviewed and accepted, and says who did', () => {
    const { status, stdout } = commonKms(['diff', folder, window, ...accept(entry)]);
    expect(stdout).toContain('because moves to another account (GSO, until 2999-12-31)');
    expect(status).toBe(0);
  });

  test.each([
    ['has expired', { ...entry, expires: '2020-01-01' }, 'expired on 2020-01-01'],
    ['accepts another change', { ...entry, finding: `${id.slice(0, -1)}x` }, 'accepts nothing that is there'],
    ['accepts it of another key', { ...entry, resource: 'other' }, 'accepts nothing that is there'],
  ])('fails for an acceptance that %s', (_, wrong, message) => {
    const { status, stdout } = commonKms(['diff', folder, window, ...accept(wrong)]);
    expect(stdout).toContain(message);
    expect(status).toBe(1);
  });

  test('leaves acceptances of stacks alone that it is not about', () => {
    const [acceptance, only] = [accept(entry), ['--only', 'eu-west-1']];
    expect(commonKms(['diff', folder, window, ...only, ...acceptance])).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(
      commonKms(['diff', folder, window, ...only, ...accept({ ...entry, resource: 'other' })]).status,
    ).toBe(1);
  });

  test('fails for an acceptance without anything to accept', () => {
    expect(commonKms(['diff', folder, folder, ...accept(entry)]).status).toBe(1);
  });

  test('writes every format beside the text', () => {
    const names = ['report.json', 'report.md', 'report.sarif'].map((name) => join(files, name));
    const [json, markdown, sarif] = names;
    const { stdout } = commonKms([
      'diff',
      folder,
      window,
      '--json',
      json,
      '--markdown',
      markdown,
      '--sarif',
      sarif,
      '--annotations',
    ]);
    expect(stdout).toMatch(/1 high\n::error /);
    const [report, page, log] = names.map((file) => readFileSync(file, 'utf8'));
    expect(JSON.parse(report)).toMatchObject({ verdict: 'violated', changes: [{ id, resource }] });
    expect(page).toMatch(/^## KMS keys: 1 high\n/);
    expect((JSON.parse(log) as Log).runs[0].results).toMatchObject([
      { ruleId: 'window-lowered', level: 'error' },
    ]);
  });

  test('writes a format without a file in the place of the text', () => {
    expect(commonKms(['diff', folder, window, '--markdown']).stdout).toMatch(/^## KMS keys: 1 high\n/);
  });
});
