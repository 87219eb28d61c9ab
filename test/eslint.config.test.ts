import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const PATHS = ['import-x/no-restricted-paths'];
const IMPORTS = ['no-restricted-imports'];

/** File, what it would import, and the rules that refuse it. */
const CASES: [string, string, string[]][] = [
  ['lib/key-alias.ts', './kms-actions', IMPORTS],
  ['lib/kms-actions.ts', 'aws-cdk-lib/core', IMPORTS],
  ['lib/common-kms-key.ts', 'aws-cdk-lib', IMPORTS],
  ['lib/common-kms-key.ts', './app/configuration', PATHS],
  ['lib/common-kms-key.ts', './audit/contain', PATHS],
  ['lib/common-kms-key.ts', '../local/endpoint', PATHS],
  ['lib/key-role.ts', './key-policy', PATHS],
  ['lib/key-policy.ts', './common-kms-key', PATHS],
  ['lib/app/configuration.ts', '../audit/contain', PATHS],
  ['lib/audit/contain.ts', '../key-policy', PATHS],
  ['lib/audit/contain.ts', '../common-kms-key', PATHS],
  ['lib/audit/contain.ts', '../app/configuration', PATHS],
  ['lib/audit/contain.ts', 'aws-cdk-lib/core', IMPORTS],
  ['lib/audit/containment/search.ts', '../policy/evaluate', PATHS],
  ['lib/audit/policy/evaluate.ts', '../containment/search', PATHS],
  ['bin/common-kms.ts', 'aws-cdk-lib/core', IMPORTS],
  ['local/endpoint.ts', '../lib/common-kms-key', PATHS],
  ['local/endpoint.ts', '../lib/app/configuration', PATHS],
  ['local/endpoint.ts', '../bin/app', PATHS],
  ['lib/common-kms-key.ts', './key-policy', []],
  ['lib/audit/contain.ts', '../key-alias', []],
  ['lib/audit/contain.ts', './policy/evaluate', []],
  ['local/endpoint.ts', '../lib/audit/policy/evaluate', []],
  ['lib/app/stamp-accounts.ts', '../common-kms-key-stack', []],
];

/** In a process of its own, since the linter loads its configuration in a way that jest does not offer. */
const LINT = `
const { ESLint } = require('eslint');
const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => /restricted/.test(ruleId),
  // Directions need no types, which take the most time.
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});
(async () => {
  const found = [];
  for (const [filePath, module] of JSON.parse(process.argv[1])) {
    const [{ messages }] = await eslint.lintText("import '" + module + "';", { filePath });
    found.push(messages.map(({ ruleId, message }) => ruleId ?? message));
  }
  console.log(JSON.stringify(found));
})();
`;

test('imports take the directions of the map, and no other', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', LINT, JSON.stringify(CASES)], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const found = JSON.parse(stdout) as string[][];
  expect(CASES.map(([file, module], index) => [file, module, found[index]])).toEqual(CASES);
}, 120_000);
