import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedProject, packedLibrary, run } from './packed-library';

interface Manifest {
  readonly bin: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(packedLibrary(), 'package.json'), 'utf8')) as Manifest;
const NODE = process.execPath;

const STACK = `
const app = new App({ outdir: process.argv[2] });
const env = { account: '111111111111', region: 'eu-central-1' };
const { key } = new CommonKmsKeyStack(app, 'Key', { product: 'atlas', account: Account.DEV, env });
const stack = new Stack(app, 'Mine', { env });
const reader = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
key.grantDecrypt(reader);
new Bucket(stack, 'Data', { encryptionKey: CommonKmsKey.fromConvention(stack, 'Imported', { product: 'atlas', account: Account.DEV }) });
app.synth();
`;
const IMPORTS = `
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { App, Stack } from 'aws-cdk-lib/core';
import { Account, CommonKmsKey, CommonKmsKeyStack } from 'common-kms-key';
`;
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  },
};

/** A TypeScript project of a user, with the packed library and what the library declares to need. */
let place: string;

beforeAll(() => {
  const source = mkdtempSync(join(tmpdir(), 'common-kms-key-user-'));
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'user', private: true }));
  writeFileSync(join(source, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  writeFileSync(join(source, 'esm.mts'), IMPORTS + STACK);
  writeFileSync(join(source, 'commonjs.cts'), IMPORTS + STACK);
  place = installedProject(source, [
    ...Object.keys(manifest.dependencies),
    'aws-cdk-lib',
    'constructs',
    'typescript',
    '@types/node',
  ]);
  rmSync(source, { recursive: true });
  run(place, NODE, ['node_modules/typescript/bin/tsc']);
}, 120_000);

afterAll(() => rmSync(place, { recursive: true, force: true }));

test('the package has the library, its types and the command, and nothing else of the project', () => {
  const files = readdirSync(packedLibrary(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(packedLibrary().length + 1));
  const expected =
    /^(README\.md|LICENSE|CHANGELOG\.md|package\.json|dist\/bin\/common-kms\.(d\.ts|js)|dist\/lib\/(?!app\/).+\.(d\.ts|js))$/;
  expect(files.filter((file) => !expected.test(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(['dist/lib/index.js', 'dist/lib/index.d.ts', 'dist/bin/common-kms.js']),
  );
});

test.each(['esm.mjs', 'commonjs.cjs'])('a strict project compiles and synthesizes with it: %s', (script) => {
  const outdir = join(place, `${script}.out`);
  run(place, NODE, [script, outdir]);
  expect(readFileSync(join(outdir, 'Key.template.json'), 'utf8')).toContain(
    'alias/gwt-atlasdev-cmn-all-kms-sym',
  );
  expect(readFileSync(join(outdir, 'Mine.template.json'), 'utf8')).toContain('Fn::GetStackOutput');
});

test('the command that it installs checks what was synthesized', () => {
  const outdir = join(place, 'esm.mjs.out');
  const command = join(place, 'node_modules/common-kms-key', manifest.bin['common-kms']);
  const { status, stdout } = spawnSync(NODE, [command, 'check', outdir], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('holds') as unknown });
});
