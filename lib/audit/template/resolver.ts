import { describeOpaque, isOpaque, unresolved } from '../policy/opaque';
import { type Json, own } from './json';
import { Scope, type Surroundings } from './scope';
import type { Source, StackQuery } from './source';
import type { Stack } from './template';

const CACHE_SIZE = 32;
const MAX_TRAIL = 16;

/** The values of parameters: by name for every stack, or `<stack>:<name>` for one, by its name or its id. */
export type ParameterValues = Readonly<Record<string, string>>;

/**
 * Resolves values across the stacks of a source.
 *
 * Keeps the last few scopes only: an output is asked for by the stacks deployed next to it.
 */
export class Resolver implements Surroundings {
  private readonly scopes = new Map<string, Scope | undefined>();
  private exports?: Map<string, { readonly stack: Stack; readonly output: string }>;

  constructor(
    readonly source: Source,
    private readonly parameters: ParameterValues = {},
  ) {}

  /** The scope of a stack; undefined for a file that is no template. */
  scope(stack: Stack): Scope | undefined {
    const known = this.scopes.has(stack.id);
    const scope = known ? this.scopes.get(stack.id) : this.open(stack);
    this.scopes.delete(stack.id);
    this.scopes.set(stack.id, scope);
    if (this.scopes.size > CACHE_SIZE) this.scopes.delete([...this.scopes.keys()][0]);
    return scope;
  }

  /** The output of a stack of the source. */
  stackOutput(query: StackQuery, output: string, asking: Scope): Json {
    const label = describeOpaque(`output ${output} of ${query.name}`);
    const stack = this.source.find(query, asking.template.stack);
    return stack
      ? this.follow(stack, output, label, asking)
      : unresolved(`${label}, a stack that is not here`);
  }

  /**
   * What a stack of the source exports under a name, to the stacks of its own account and Region.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html
   */
  importValue(name: string, asking: Scope): Json {
    const label = `import ${describeOpaque(name)}`;
    const found = this.exportsOf().get(exportKey(asking.template.stack, name));
    return found
      ? this.follow(found.stack, found.output, label, asking)
      : unresolved(`${label}, which nothing here exports`);
  }

  private open(stack: Stack): Scope | undefined {
    const template = this.source.read(stack);
    if (!template) return undefined;
    const values = Object.keys(template.parameters).flatMap((name) => {
      const value = [`${stack.id}:${name}`, `${stack.name}:${name}`, name]
        .map((key) => own(this.parameters, key))
        .find((each) => each !== undefined);
      return value === undefined ? [] : [[name, value] as const];
    });
    return new Scope(template, this, Object.fromEntries(values));
  }

  private readonly trail: string[] = [];

  private follow(stack: Stack, output: string, label: string, asking: Scope): Json {
    const step = `${stack.id}:${output}`;
    if (this.trail.includes(step) || this.trail.length > MAX_TRAIL) {
      return unresolved(`${label}, which depends on itself`);
    }
    this.trail.push(step);
    try {
      return (
        this.scope(stack)?.output(output) ??
        unresolved(`${label}, which ${asking.template.stack.id} asks for`)
      );
    } finally {
      this.trail.pop();
    }
  }

  private exportsOf(): NonNullable<typeof this.exports> {
    if (this.exports) return this.exports;
    // In place before it is filled, so that the name of an export that imports another finds an end.
    const exports = (this.exports = new Map<string, { readonly stack: Stack; readonly output: string }>());
    for (const stack of this.source.stacks) {
      const scope = this.scope(stack);
      for (const output of Object.keys(scope?.template.outputs ?? {})) {
        const name = scope?.exportName(output);
        if (typeof name === 'string' && !isOpaque(name))
          exports.set(exportKey(stack, name), { stack, output });
      }
    }
    return exports;
  }
}

function exportKey({ environment: { account = '', region = '' } }: Stack, name: string): string {
  return `${account}/${region}/${name}`;
}
