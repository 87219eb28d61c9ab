import { isObject, type Json } from '../../lib/audit/template/json';
import { text } from './text';
import { validationError } from './validation-error';

const SUB_VARIABLE = /\$\{([^!{}][^{}]*)\}/g;

/** The logical ids of resources and parameters that a value refers to, by `Ref`, `Fn::GetAtt` or `Fn::Sub`. */
export function references(value: Json): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: Json, found: Set<string>): void {
  if (Array.isArray(value)) {
    value.forEach((each) => collect(each, found));
    return;
  }
  if (!isObject(value)) {
    return;
  }
  for (const [name, argument] of Object.entries(value)) {
    if (name === 'Ref' && typeof argument === 'string') {
      add(argument, found);
    } else if (name === 'Fn::GetAtt') {
      add(splitGetAtt(argument)[0], found);
    } else if (name === 'Fn::Sub') {
      collectSub(argument, found);
    } else {
      collect(argument, found);
    }
  }
}

function collectSub(argument: Json, found: Set<string>): void {
  const [template, variables = {}] = Array.isArray(argument) ? argument : [argument];
  collect(variables, found);
  for (const name of subVariables(text(template))) {
    if (!isObject(variables) || !Object.hasOwn(variables, name)) {
      add(name.split('.')[0], found);
    }
  }
}

function add(name: string, found: Set<string>): void {
  if (!name.startsWith('AWS::')) {
    found.add(name);
  }
}

/** The names between `${` and `}` of a `Fn::Sub`. */
function subVariables(template: string): string[] {
  return [...template.matchAll(SUB_VARIABLE)].map(([, name]) => name.trim());
}

/** The logical id and the attribute of a `Fn::GetAtt`, in either of its forms. */
export function splitGetAtt(argument: Json): [string, string] {
  const parts = typeof argument === 'string' ? argument.split('.') : argument;
  if (!Array.isArray(parts) || parts.length < 2 || parts.some((part) => typeof part !== 'string')) {
    throw validationError('Template error: every Fn::GetAtt object requires two non-empty parameters');
  }
  const [logicalId, ...attribute] = parts as string[];
  return [logicalId, attribute.join('.')];
}

/** Resources in the order in which each comes after everything that it refers to. */
export function inOrder(
  resources: Readonly<Record<string, { readonly Properties: Json; readonly DependsOn: readonly string[] }>>,
): string[] {
  const order: string[] = [];
  const visiting = new Set<string>();
  const visit = (id: string): void => {
    if (order.includes(id)) {
      return;
    }
    if (visiting.has(id)) {
      throw validationError(`Circular dependency between resources: [${[...visiting].join(', ')}]`);
    }
    visiting.add(id);
    const { Properties, DependsOn } = resources[id];
    [...references(Properties), ...DependsOn].filter((each) => Object.hasOwn(resources, each)).forEach(visit);
    visiting.delete(id);
    order.push(id);
  };
  Object.keys(resources).forEach(visit);
  return order;
}
