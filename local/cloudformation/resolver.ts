import { isObject, type Json, type JsonObject } from '../../lib/audit/template/json';
import { notImplemented } from '../aws-error';
import { splitGetAtt } from './references';
import type { Template } from './template';
import { text } from './text';
import { validationError } from './validation-error';

/** What a value is resolved against. */
export interface Scope {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, Json>>;
  /** `AWS::Region` and its like. */
  readonly pseudo: Readonly<Record<string, Json>>;
  ref(logicalId: string): Json;
  getAtt(logicalId: string, attribute: string): Json;
  importValue(name: string): Json;
  stackOutput(reference: StackOutputReference): Promise<Json>;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html */
export interface StackOutputReference {
  readonly StackName: string;
  readonly OutputName: string;
  readonly Region?: string;
  readonly RoleArn?: string;
}

/** Stands in a change set for what is known only once the change is made. */
export const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Json | typeof NO_VALUE;

/**
 * Works out the intrinsic functions of a template.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export class Resolver {
  constructor(private readonly scope: Scope) {}

  /** @returns `undefined` when the whole value is `AWS::NoValue` */
  public async resolve(value: Json): Promise<Json | undefined> {
    const resolved = await this.value(value);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  /** Whether the template has this resource, and the condition on it holds. */
  public async includes(logicalId: string): Promise<boolean> {
    const { resources } = this.scope.template;
    return Object.hasOwn(resources, logicalId) && this.condition(resources[logicalId].Condition);
  }

  /** A named condition of the template; none at all is true. */
  public async condition(name: string | undefined): Promise<boolean> {
    if (name === undefined) {
      return true;
    }
    if (!Object.hasOwn(this.scope.template.conditions, name)) {
      throw validationError(`Template error: unresolved condition dependency ${name}`);
    }
    return this.truth(this.scope.template.conditions[name]);
  }

  private async value(value: Json): Promise<Resolved> {
    if (typeof value === 'string' && /\{\{resolve:/.test(value)) {
      throw notImplemented(`the dynamic reference ${JSON.stringify(value)}`);
    }
    if (Array.isArray(value)) {
      const entries = await Promise.all(value.map((each) => this.value(each)));
      return entries.filter((each) => each !== NO_VALUE);
    }
    if (!isObject(value)) {
      return value;
    }
    const [name, ...others] = Object.keys(value);
    if (others.length === 0 && (name === 'Ref' || name?.startsWith('Fn::'))) {
      return this.intrinsic(name, value[name]);
    }
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, each]) => [key, await this.value(each)] as const),
    );
    return Object.fromEntries(entries.filter(([, each]) => each !== NO_VALUE)) as JsonObject;
  }

  private async intrinsic(name: string, argument: Json): Promise<Resolved> {
    switch (name) {
      case 'Ref':
        return this.ref(argument as string);
      case 'Fn::GetAtt':
        return this.scope.getAtt(...splitGetAtt(argument));
      case 'Fn::Sub':
        return this.sub(argument);
      case 'Fn::Join': {
        const [separator, list] = await this.args(name, argument, 2);
        return (list as Json[]).map(text).join(text(separator));
      }
      case 'Fn::Split': {
        const [separator, source] = await this.args(name, argument, 2);
        return text(source).split(text(separator));
      }
      case 'Fn::Select': {
        const [index, list] = await this.args(name, argument, 2);
        const selected = (list as Json[])[Number(index)];
        if (selected === undefined) {
          throw validationError(
            'Template error: Fn::Select cannot select nonexistent value at index ' + text(index),
          );
        }
        return selected;
      }
      case 'Fn::If': {
        const [condition, yes, no] = argument as [string, Json, Json];
        return this.value((await this.condition(condition)) ? yes : no);
      }
      case 'Fn::Equals':
      case 'Fn::Not':
      case 'Fn::And':
      case 'Fn::Or':
        return this.truth({ [name]: argument });
      case 'Fn::FindInMap': {
        const [map, first, second] = await this.args(name, argument, 3);
        const table = this.scope.template.mappings[text(map)] as
          Record<string, Record<string, Json>> | undefined;
        const found = table?.[text(first)]?.[text(second)];
        if (found === undefined) {
          throw validationError(
            `Template error: Unable to get mapping for ${text(map)}::${text(first)}::${text(second)}`,
          );
        }
        return found;
      }
      case 'Fn::Base64':
        return Buffer.from(text(await this.plain(argument))).toString('base64');
      case 'Fn::ImportValue':
        return this.scope.importValue(text(await this.plain(argument)));
      case 'Fn::GetStackOutput':
        return this.scope.stackOutput((await this.plain(argument)) as unknown as StackOutputReference);
      default:
        throw notImplemented(`the intrinsic function ${JSON.stringify(name)}`);
    }
  }

  private ref(name: string): Resolved {
    if (name === 'AWS::NoValue') {
      return NO_VALUE;
    }
    for (const known of [this.scope.pseudo, this.scope.parameters]) {
      if (Object.hasOwn(known, name)) {
        return known[name];
      }
    }
    if (name.startsWith('AWS::')) {
      throw notImplemented(`the pseudo parameter ${JSON.stringify(name)}`);
    }
    return this.scope.ref(name);
  }

  private async sub(argument: Json): Promise<Json> {
    const [template, variables = {}] = (Array.isArray(argument) ? argument : [argument]) as [
      string,
      JsonObject?,
    ];
    const parts = template.split(/(\$\{[^{}]*\})/);
    const resolved = await Promise.all(
      parts.map(async (part) => {
        const name = /^\$\{([^{}]*)\}$/.exec(part)?.[1]?.trim();
        if (name === undefined) {
          return part;
        }
        if (name.startsWith('!')) {
          return `\${${name.slice(1)}}`;
        }
        if (Object.hasOwn(variables, name)) {
          return text(await this.plain(variables[name]));
        }
        return text(name.includes('.') ? this.scope.getAtt(...splitGetAtt(name)) : (this.ref(name) as Json));
      }),
    );
    return resolved.join('');
  }

  private async truth(value: Json): Promise<boolean> {
    if (!isObject(value)) {
      return text(value) === 'true';
    }
    const [[name, argument]] = Object.entries(value);
    const list = argument as Json[];
    switch (name) {
      case 'Condition':
        return this.condition(argument as string);
      case 'Fn::Equals': {
        const [left, right] = await this.args(name, argument, 2);
        return text(left) === text(right);
      }
      case 'Fn::Not':
        return !(await this.truth(list[0]));
      case 'Fn::And':
        return (await Promise.all(list.map((each) => this.truth(each)))).every(Boolean);
      case 'Fn::Or':
        return (await Promise.all(list.map((each) => this.truth(each)))).some(Boolean);
      default:
        throw notImplemented(`the condition function ${JSON.stringify(name)}`);
    }
  }

  private async plain(value: Json): Promise<Json> {
    const resolved = await this.value(value);
    if (resolved === NO_VALUE) {
      throw validationError('Template error: AWS::NoValue cannot be an argument of an intrinsic function');
    }
    return resolved;
  }

  private async args(name: string, argument: Json, count: number): Promise<Json[]> {
    const list = await this.plain(argument);
    if (!Array.isArray(list) || list.length !== count) {
      throw validationError(`Template error: every ${name} object requires ${count} parameters`);
    }
    return list;
  }
}
