import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';
import { assemblyStacks } from './assembly';
import { parseDocument } from './document';
import { environmentOf, type EnvironmentOptions } from './environment';
import { InputError } from './input-error';
import { looksLikeTemplate, type Stack, type Template, templateOf } from './template';

const TEMPLATE_EXTENSIONS = ['.json', '.yaml', '.yml', '.template'];
const CACHE_SIZE = 16;

/** Which stack: in CloudFormation a name is unique within an account and a Region only. */
export interface StackQuery {
  readonly name: string;
  readonly account?: string;
  readonly region?: string;
}

/**
 * The stacks of a CDK assembly, of a template file or of a folder of templates.
 *
 * Templates are read when asked for, and only the last few are kept, so that a thousand stacks take
 * no more memory than a dozen.
 */
export class Source {
  private readonly byName = new Map<string, Stack[]>();
  private readonly recent = new Map<string, Template | undefined>();

  constructor(
    /** What the user named. */
    readonly path: string,
    readonly stacks: readonly Stack[],
    private readonly isMixedFolder = false,
  ) {
    for (const stack of stacks) {
      this.byName.set(stack.name, [...(this.byName.get(stack.name) ?? []), stack]);
    }
  }

  /** Every template, one after the other. */
  *templates(): Generator<Template> {
    let found = false;
    for (const stack of this.stacks) {
      const template = this.template(stack);
      if (!template) continue;
      found = true;
      yield template;
    }
    if (!found) throw new InputError(`${this.path} holds no CloudFormation template`);
  }

  /** The template of a stack; undefined for a file of a mixed folder that is something else. */
  template(stack: Stack): Template | undefined {
    const template = this.recent.has(stack.id) ? this.recent.get(stack.id) : this.load(stack);
    this.recent.delete(stack.id);
    this.recent.set(stack.id, template);
    if (this.recent.size > CACHE_SIZE) this.recent.delete([...this.recent.keys()][0]);
    return template;
  }

  /** The one stack of that name in that account and Region. */
  find({ name, account, region }: StackQuery): Stack | undefined {
    const found = this.byName
      .get(name)
      ?.filter(({ environment }) => environment.account === account && environment.region === region);
    return found?.length === 1 ? found[0] : undefined;
  }

  private load(stack: Stack): Template | undefined {
    const document = parseDocument(readFileSync(stack.file, 'utf8'), stack.file);
    return this.isMixedFolder && !looksLikeTemplate(document) ? undefined : templateOf(document, stack);
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
  if (!statSync(path).isDirectory()) return new Source(path, [fileStack(path, basename(path), options)]);
  if (existsSync(join(path, 'manifest.json'))) return new Source(path, assemblyStacks(path, options));
  const files = templateFiles(path).map((file) => fileStack(file, relative(path, file), options));
  return new Source(path, files, true);
}

function fileStack(file: string, displayName: string, { account, region }: EnvironmentOptions): Stack {
  const name = basename(file, extname(file)).replace(/\.template$/, '');
  return { id: displayName, name, displayName, file, environment: environmentOf(account, region) };
}

function templateFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TEMPLATE_EXTENSIONS.includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/(^|\/)(node_modules|\.[^/]+)\//.test(relative(folder, file)))
    .sort();
}
