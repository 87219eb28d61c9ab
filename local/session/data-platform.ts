import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { openSource } from '../../lib/audit/template/source';
import type { Workspace } from './workspace';

const PACKAGE = 'common-kms-key';
const FILES = ['app', 'data-path-stack'];

/** One stack of the example. */
export interface DataStack {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
}

/**
 * Synthesizes `examples/data-platform` without installing it: with the dependencies of this project, and
 * this project as the package that it imports.
 *
 * @returns the folder of the assembly
 */
export async function synthesizeDataPlatform(workspace: Workspace, root: string): Promise<string> {
  const example = join(root, 'examples', 'data-platform');
  const folder = join(workspace.folder, 'data-platform');
  const modules = join(folder, 'modules');
  mkdirSync(modules, { recursive: true });
  symlinkSync(root, join(modules, PACKAGE), 'dir');
  for (const file of FILES) {
    const { outputText } = transpileModule(readFileSync(join(example, `${file}.ts`), 'utf8'), {
      compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
    });
    writeFileSync(join(folder, `${file}.js`), outputText);
  }
  const { context } = JSON.parse(readFileSync(join(example, 'cdk.json'), 'utf8')) as { context: object };
  const assembly = join(folder, 'cdk.out');
  await workspace.run(join(folder, 'app.js'), [], {
    NODE_PATH: [modules, join(root, 'node_modules')].join(process.platform === 'win32' ? ';' : ':'),
    CDK_OUTDIR: assembly,
    CDK_CONTEXT_JSON: JSON.stringify(context),
    CDK_VALIDATION: 'false',
  });
  return assembly;
}

export function dataStacks(assembly: string): DataStack[] {
  return openSource(assembly).stacks.flatMap(({ name, environment: { account, region } }) =>
    account === undefined || region === undefined ? [] : [{ stackName: name, account, region }],
  );
}
