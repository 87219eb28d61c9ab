import { createHash } from 'node:crypto';
import { describeOpaque, unresolved } from '../policy/opaque';
import { conditionValue } from './condition';
import { InputError } from './input-error';
import { INTRINSICS, plainText, undecided } from './intrinsics';
import { isObject, type Json, type JsonObject, own } from './json';
import { nestedStack } from './nested-stack';
import { parameterValue, pseudoParameter } from './parameter';
import { attributeOf, referenceTo } from './resource-attribute';
import type { Source, StackQuery } from './source';
import { readTemplate, type Template } from './template';

/** What lies outside a template and yet has a say in its values. */
export interface Surroundings {
  readonly source: Source;

  /** The output of another stack. */
  stackOutput(query: StackQuery, output: string, asking: Scope): Json;

  /** What another stack exports. */
  importValue(name: string, asking: Scope): Json;
}

/** A truth value; undefined where it is not known before the deployment. */
export type Truth = boolean | undefined;

const MAX_NESTED_STACKS = 10;
const MAX_TEXT = 1_048_576;
const MAX_ALL_TEXT = 64 * MAX_TEXT;
const DYNAMIC_REFERENCE = /\{\{resolve:[^}]*\}\}/g;

/**
 * The values of one stack's template, as far as they are known before the deployment.
 *
 * What is not known becomes a token inside the string that it is part of: `opaque` for what the
 * deployment makes, `unresolved` for what may turn out to be anything.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export class Scope {
  private readonly conditions = new Map<string, Truth | 'in progress'>();
  private readonly nestedScopes = new Map<string, Scope | undefined>();
  private written = 0;
  private digest?: string;

  constructor(
    readonly template: Template,
    readonly surroundings: Surroundings,
    private readonly parameters: JsonObject = {},
    private readonly depth = 0,
  ) {}

  /** The value with every intrinsic function carried out; undefined for `AWS::NoValue`. */
  resolve(value: Json): Json | undefined {
    if (typeof value === 'string')
      return value.includes('{{resolve:') ? withoutDynamicReferences(value) : value;
    if (Array.isArray(value))
      return value.map((each) => this.resolve(each)).filter((each) => each !== undefined);
    if (!isObject(value)) return value;
    const entries = Object.entries(value);
    const call = entries.find(([key]) => key === 'Ref' || key.startsWith('Fn::'));
    if (!call || (call[0] === 'Ref' && entries.length > 1)) {
      return Object.fromEntries(
        entries.map(([key, each]) => [key, this.resolve(each)] as const).filter(isPresent),
      );
    }
    if (entries.length > 1) return unresolved(`${call[0]}, which has other keys beside it`);
    return this.call(call[0], call[1]);
  }

  /** Whether a condition of the template holds. */
  condition(name: string): Truth {
    const known = this.conditions.get(name);
    if (known === 'in progress') {
      throw new InputError(`${this.file}: the condition ${JSON.stringify(name)} depends on itself`);
    }
    if (this.conditions.has(name)) return known;
    const expression = own(this.template.conditions, name);
    if (!expression) {
      // A macro or a loop may declare it when the template is deployed.
      if (this.template.macros.length > 0) return undefined;
      throw new InputError(`${this.file}: the condition ${JSON.stringify(name)} is used but not declared`);
    }
    this.conditions.set(name, 'in progress');
    const truth = conditionValue(expression, this);
    this.conditions.set(name, truth);
    return truth;
  }

  /** What `Ref` stands for. */
  ref(name: string): Json | undefined {
    const { stack, parameters, resources } = this.template;
    const resource = own(resources, name);
    if (resource) return referenceTo(name, resource, this);
    const parameter = own(parameters, name);
    if (parameter) {
      return this.resolve(parameterValue(parameter, own(this.parameters, name), this.label(name)));
    }
    if (name.startsWith('AWS::')) return pseudoParameter(name, stack);
    return unresolved(`${name}, which is not declared`);
  }

  /** What `Fn::GetAtt` stands for. */
  attribute(logicalId: string, name: string): Json {
    const resource = own(this.template.resources, logicalId);
    if (!resource) return unresolved(`${logicalId}.${name}, which is not declared`);
    if (resource.type !== 'AWS::CloudFormation::Stack') return attributeOf(logicalId, name, resource, this);
    const label = this.label(`${logicalId}.${name}`);
    return this.nested(logicalId)?.output(name.replace(/^Outputs\./, '')) ?? unresolved(label);
  }

  /** The scope of a nested stack; undefined for other resources, and when its template is not at hand. */
  nested(logicalId: string): Scope | undefined {
    if (!this.nestedScopes.has(logicalId)) {
      // In place before it is opened: its parameters may refer to its own outputs.
      this.nestedScopes.set(logicalId, undefined);
      this.nestedScopes.set(logicalId, this.openNested(logicalId));
    }
    return this.nestedScopes.get(logicalId);
  }

  /** The value of an output; undefined when there is none. */
  output(name: string): Json | undefined {
    const output = own(this.template.outputs, name);
    return output && this.resolve(own(output, 'Value') ?? null);
  }

  /** The name that an output is exported under; undefined when it is not. */
  exportName(output: string): Json | undefined {
    const found = own(own(this.template.outputs, output) ?? {}, 'Export');
    return isObject(found) ? this.resolve(own(found, 'Name') ?? null) : undefined;
  }

  /** Tells whether conditions and mappings mean the same in another version of the template. */
  definitions(): string {
    const { parameters, mappings, conditions } = this.template;
    return (this.digest ??= createHash('sha256')
      .update(JSON.stringify([parameters, mappings, conditions, this.parameters]))
      .digest('hex')
      .slice(0, 8));
  }

  /** A name that tells which stack a value belongs to. */
  label(name: string): string {
    return this.template.stack.id ? `${this.template.stack.id}>${name}` : name;
  }

  /** Puts strings together, within what a template can reasonably mean. */
  concatenate(parts: readonly string[]): string {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    this.written += length;
    if (length > MAX_TEXT || this.written > MAX_ALL_TEXT) {
      throw new InputError(`${this.file}: its functions make more than ${MAX_TEXT} characters of text`);
    }
    return parts.join('');
  }

  private get file(): string {
    return this.template.stack.file;
  }

  private call(name: string, argument: Json): Json | undefined {
    if (name === 'Ref' && typeof argument === 'string') return this.ref(argument);
    const intrinsic = own(INTRINSICS, name);
    return intrinsic ? intrinsic(argument, this) : undecided(name, argument, this);
  }

  private openNested(logicalId: string): Scope | undefined {
    const { stack, resources } = this.template;
    if (resources[logicalId].type !== 'AWS::CloudFormation::Stack') return undefined;
    const properties = resources[logicalId].properties;
    const url = this.resolve(own(properties, 'TemplateURL') ?? null);
    const found =
      typeof url === 'string' ? nestedStack(stack, logicalId, resources[logicalId], url) : undefined;
    if (!found) return undefined;
    if (this.depth >= MAX_NESTED_STACKS) {
      throw new InputError(`${found.file} is nested more than ${MAX_NESTED_STACKS} stacks deep`);
    }
    const template = readTemplate(found);
    const given = this.resolve(own(properties, 'Parameters') ?? {});
    return new Scope(template, this.surroundings, isObject(given) ? joinLists(given) : {}, this.depth + 1);
  }
}

function joinLists(parameters: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((each) => plainText(each) ?? '').join(',') : value,
    ]),
  );
}

function withoutDynamicReferences(text: string): string {
  return text.replace(DYNAMIC_REFERENCE, (reference) => unresolved(describeOpaque(reference.slice(2, -2))));
}

function isPresent(entry: readonly [string, Json | undefined]): entry is readonly [string, Json] {
  return entry[1] !== undefined;
}
