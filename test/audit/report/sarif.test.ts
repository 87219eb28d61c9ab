import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';
import type { Finding, FindingRule, Severity } from '../../../lib/audit/finding';
import { sarif } from '../../../lib/audit/report/sarif';
import { sourceLines } from '../../../lib/audit/report/source-line';
import { version } from '../../../package.json';

const folder = mkdtempSync(join(tmpdir(), 'sarif-'));
afterAll(() => rmSync(folder, { recursive: true }));

const YAML = `Resources:
  # a comment
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
          - Effect: Deny
`;
const files = {
  'a template.yaml': YAML,
  'template.json': '{\n "Resources": {\n  "Key": {\n   "Properties": {}\n  }\n }\n}\n',
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

function rule(severity: Severity): FindingRule {
  return {
    id: `of-${severity}`,
    severity,
    title: 't',
    explanation: 'e.',
    remedy: 'r.',
    see: 'https://example.com',
  };
}

function finding(more: Partial<Finding> = {}): Finding {
  return {
    id: 'of-high/0123456789ab',
    rule: rule('high'),
    resource: 'stack:Key',
    where: 'stack: Key',
    message: 'it is so',
    isUndecided: false,
    file: join(folder, 'a template.yaml'),
    path: ['Resources', 'Key', 'Properties', 'KeyPolicy', 'Statement', 1],
    ...more,
  };
}

function written(input: Partial<Parameters<typeof sarif>[0]>): Log {
  return JSON.parse(sarif({ rules: [], findings: [], root: folder, ...input })) as Log;
}

test.each<[string, (string | number)[], number]>([
  ['a template.yaml', [], 1],
  ['a template.yaml', ['Resources', 'Key'], 3],
  ['a template.yaml', ['Resources', 'Key', 'Properties', 'KeyPolicy', 'Statement', 1], 9],
  ['a template.yaml', ['Resources', 'Key', 'DeletionPolicy'], 3],
  ['a template.yaml', ['Resources', 'Key', 'Properties', 'KeyPolicy', 'Statement', 7, 'Action'], 7],
  ['template.json', ['Resources', 'Key', 'Properties', 'Enabled'], 4],
  ['missing.json', ['Resources'], 1],
])('the line of %s %j is %i', (file, path, line) => {
  expect(sourceLines(join(folder, file))(path)).toBe(line);
});

test('a result has its rule, its place and a fingerprint', () => {
  const rules = [rule('low'), rule('high')];
  const [run] = written({ rules, findings: [finding()] }).runs;
  expect(run.tool.driver).toMatchObject({ name: 'common-kms', semanticVersion: version });
  expect(run.tool.driver.rules?.map(({ id }) => id)).toEqual(['of-low', 'of-high']);
  expect(run.results).toEqual([
    {
      ruleId: 'of-high',
      ruleIndex: 1,
      level: 'error',
      message: { text: 'it is so' },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'a%20template.yaml' }, region: { startLine: 9 } },
          logicalLocations: [{ name: 'stack: Key', fullyQualifiedName: 'stack:Key', kind: 'resource' }],
        },
      ],
      partialFingerprints: { 'commonKms/v1': 'of-high/0123456789ab@stack:Key' },
    },
  ]);
});

test.each<[Severity, string]>([
  ['low', 'note'],
  ['medium', 'warning'],
  ['high', 'error'],
  ['critical', 'error'],
])('%s is the level %s', (severity, level) => {
  const [run] = written({ findings: [finding({ rule: rule(severity) })] }).runs;
  expect(run.results?.map((each) => each.level)).toEqual([level]);
  expect(run.tool.driver.rules?.[0].defaultConfiguration).toEqual({ level });
});

test('what is undecided says so', () => {
  const [run] = written({ findings: [finding({ isUndecided: true })] }).runs;
  expect(run.results?.[0].message.text).toBe('undecided: it is so');
});

test('what was accepted is shown as dismissed, with its reason', () => {
  const acceptance = {
    finding: 'a',
    resource: 'b',
    reason: 'it is fine',
    acceptedBy: 'Jane',
    expires: '2027-03-31',
    file: 'f',
    position: 0,
  };
  const [run] = written({ accepted: [{ finding: finding(), acceptance }] }).runs;
  expect(run.results?.[0].suppressions).toEqual([
    { kind: 'external', status: 'accepted', justification: 'it is fine (Jane, until 2027-03-31)' },
  ]);
});

test('a log without findings has an empty list of results, which closes what was open', () => {
  expect(written({}).runs[0].results).toEqual([]);
});
