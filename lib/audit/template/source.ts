import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { assemblyStacks } from './assembly';
import { environmentOf, type EnvironmentOptions } from './environment';
import { InputError } from './input-error';
import { readTemplate, type Stack, type Template, tryReadTemplate } from './template';

const TEMPLATE_EXTENSIONS = ['.json', '.yaml', '.yml', '.template'];

/** Which stack: in CloudFormation a name is unique within an account and a Region only. */
export interface StackQuery {
  readonly name: string;
  readonly account?: string;
  readonly region?: string;
}

/**
 * The stacks of a CDK assembly, of a template file or of a folder of templates.
 *
 * Templates are read when asked for and not kept, so that a thousand stacks take no more memory
 * than a dozen.
 */
export class Source {
  private readonly byName = new Map<string, Stack[]>();

  constructor(
    /** What the user named. */
    readonly path: string,
    readonly stacks: readonly Stack[],
    private readonly isMixedFolder = false,
  ) {
    for (const stack of stacks) {
      const namesakes = this.byName.get(stack.name);
      if (namesakes) namesakes.push(stack);
      else this.byName.set(stack.name, [stack]);
    }
  }

  /** Reads the template of a stack; undefined for a file of a mixed folder that is something else. */
  read(stack: Stack): Template | undefined {
    return this.isMixedFolder ? tryReadTemplate(stack) : readTemplate(stack);
  }

  /** The one stack of that name in that account and Region; in doubt the one beside another stack. */
  find({ name, account, region }: StackQuery, beside: Stack): Stack | undefined {
    const found = (this.byName.get(name) ?? []).filter(
      ({ environment }) => environment.account === account && environment.region === region,
    );
    if (found.length <= 1) return found[0];
    const near = found.filter(({ file }) => dirname(file) === dirname(beside.file));
    return near.length === 1 ? near[0] : undefined;
  }
}

/**
 * Opens a `cdk.out` folder, a template file or a folder of templates.
 */
export function openSource(path: string, options: EnvironmentOptions = {}): Source {
  if (!existsSync(path)) {
    throw new InputError(
      `${JSON.stringify(path)} does not exist: name a cdk.out folder, a template or a folder of templates`,
    );
  }
  if (!statSync(path).isDirectory()) return new Source(path, [fileStack(path, undefined, options)]);
  if (existsSync(join(path, 'manifest.json'))) {
    const stacks = assemblyStacks(path, options);
    if (stacks.length === 0) throw noTemplates(path);
    return new Source(path, distinct(stacks));
  }
  const files = templateFiles(path).map((file) => fileStack(file, relative(path, file), options));
  if (files.length === 0) throw noTemplates(path);
  return new Source(path, files, true);
}

/** Says that somebody who names a folder has another one in mind. */
export function noTemplates(path: string): InputError {
  return new InputError(`${path} holds no CloudFormation template`);
}

/** Stacks of several stages may share a name while the account or the Region is still open. */
function distinct(stacks: readonly Stack[]): Stack[] {
  const counts = new Map<string, number>();
  for (const { id } of stacks) counts.set(id, (counts.get(id) ?? 0) + 1);
  return stacks.map((stack) =>
    counts.get(stack.id) === 1
      ? stack
      : { ...stack, id: `${stack.id} (${stack.displayName.replaceAll('/', '>')})` },
  );
}

function fileStack(file: string, place: string | undefined, { account, region }: EnvironmentOptions): Stack {
  const name = basename(file, extname(file)).replace(/\.template$/, '');
  // A single file has no place in its id, so that two versions of it under two names have the same.
  return {
    id: (place ?? '').replaceAll('/', '>'),
    name,
    displayName: place ?? basename(file),
    file,
    environment: environmentOf(account, region),
  };
}

function templateFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TEMPLATE_EXTENSIONS.includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/(^|\/)(node_modules|\.[^/]+)\//.test(relative(folder, file)))
    .sort();
}
