import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

/** The exported types, as jsii writes them into its assembly. */
interface Assembly {
  readonly types: Record<string, { readonly name: string }>;
}

test('the construct API is one that jsii can express, so that other languages can follow', () => {
  const folder = mkdtempSync(join(tmpdir(), 'common-kms-key-'));
  try {
    for (const file of readdirSync(join(ROOT, 'lib')).filter((name) => name.endsWith('.ts'))) {
      cpSync(join(ROOT, 'lib', file), join(folder, 'lib', file));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const { name, version, description, license, peerDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as { peerDependencies: Record<string, string> } & Record<string, unknown>;
    // The other peers are of the command alone.
    const { 'aws-cdk-lib': cdk, constructs } = peerDependencies;
    const manifest = {
      name,
      version,
      description,
      license,
      peerDependencies: { 'aws-cdk-lib': cdk, constructs },
      devDependencies: { 'aws-cdk-lib': '2.276.0', constructs: '10.8.1' },
      author: { name: 'maintainers', email: 'maintainers@example.com' },
      repository: { type: 'git', url: 'https://example.com/common-kms-key.git' },
      main: 'lib/index.js',
      types: 'lib/index.d.ts',
      jsii: { outdir: 'dist', targets: {} },
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'README.md'), '# common-kms-key\n');

    const jsii = spawnSync(process.execPath, [join(ROOT, 'node_modules/jsii/bin/jsii')], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status: jsii.status, output: jsii.status === 0 ? '' : jsii.stdout + jsii.stderr }).toEqual({
      status: 0,
      output: '',
    });
    const { types } = JSON.parse(readFileSync(join(folder, '.jsii'), 'utf8')) as Assembly;
    expect(Object.values(types).map((type) => type.name)).toEqual(
      expect.arrayContaining([
        'Account',
        'CommonKmsKey',
        'CommonKmsReplicaKey',
        'KeyAlias',
        'KeyRole',
        'KeyService',
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
