import { createHash } from 'node:crypto';
import { describeOpaque, isOpaque, isUnresolved, unresolved } from '../policy/opaque';
import { isObject, type Json, type JsonObject, own } from './json';
import { hasOnlyPlainTokens } from './resource-token';
import type { Scope } from './scope';

/** Carries out one function of CloudFormation's; undefined for `AWS::NoValue`. */
type Intrinsic = (argument: Json, scope: Scope) => Json | undefined;

/**
 * The functions that this program carries out; every other one makes a value that is not decided.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  'Fn::Base64': (argument, scope) => {
    const text = plainText(scope.resolve(argument));
    if (text === undefined || isOpaque(text)) return undecided('Fn::Base64', argument, scope);
    return Buffer.from(text).toString('base64');
  },
  'Fn::FindInMap': findInMap,
  'Fn::GetAtt': (argument, scope) => {
    const [, logicalId, attribute] =
      typeof argument === 'string' ? (/^([^.]*)\.(.*)$/.exec(argument) ?? []) : [null, ...asList(argument)];
    const name = scope.resolve(attribute ?? null);
    return typeof logicalId === 'string' && typeof name === 'string' && !isOpaque(name)
      ? scope.attribute(logicalId, name)
      : undecided('Fn::GetAtt', argument, scope);
  },
  'Fn::GetStackOutput': getStackOutput,
  'Fn::If': chooseBranch,
  'Fn::ImportValue': (argument, scope) => {
    const name = plainText(scope.resolve(argument));
    if (name === undefined) return undecided('Fn::ImportValue', argument, scope);
    return scope.surroundings.importValue(name, scope);
  },
  'Fn::Join': (argument, scope) => {
    const [delimiter, list] = asList(argument);
    const values = scope.resolve(list ?? null);
    const texts = Array.isArray(values) ? values.map(plainText) : [undefined];
    if (typeof delimiter !== 'string' || !texts.every((each) => each !== undefined)) {
      return undecided('Fn::Join', argument, scope);
    }
    return scope.concatenate(texts.flatMap((each, index) => (index === 0 ? [each] : [delimiter, each])));
  },
  'Fn::Length': (argument, scope) => {
    const list = scope.resolve(argument);
    return Array.isArray(list) ? list.length : undecided('Fn::Length', argument, scope);
  },
  'Fn::Select': (argument, scope) => {
    const [index, list] = asList(scope.resolve(argument));
    const chosen = Array.isArray(list) ? list[Number(plainText(index))] : undefined;
    return chosen === undefined ? undecided('Fn::Select', argument, scope) : chosen;
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, text] = asList(scope.resolve(argument));
    if (
      typeof delimiter !== 'string' ||
      delimiter === '' ||
      typeof text !== 'string' ||
      !hasOnlyPlainTokens(text)
    ) {
      return undecided('Fn::Split', argument, scope);
    }
    return text.split(delimiter);
  },
  'Fn::Sub': substitute,
  'Fn::ToJsonString': (argument, scope) => {
    const text = JSON.stringify(scope.resolve(argument) ?? null);
    return isOpaque(text) ? undecided('Fn::ToJsonString', argument, scope) : text;
  },
};

/** Text, or what CloudFormation writes as text; undefined for lists and objects. */
export function plainText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/**
 * A token for a call that this program does not decide: equal calls of one stack make equal tokens.
 *
 * A call that chooses by conditions or mappings is equal only where these are.
 */
export function undecided(name: string, argument: Json, scope: Scope): string {
  const text = describeOpaque(JSON.stringify(argument));
  const hash = text.length > 60 ? ` ${createHash('sha256').update(text).digest('hex').slice(0, 8)}` : '';
  const short = hash ? `${text.slice(0, 60)}…${hash}` : text;
  const leans = /Fn::(If|FindInMap)/.test(name + text) ? ` by ${scope.definitions()}` : '';
  return unresolved(scope.label(`${name} ${short}${leans}`));
}

const VARIABLE = /\$\{([^}]*)\}/g;

function substitute(argument: Json, scope: Scope): Json {
  const [text, variables] = typeof argument === 'string' ? [argument, {}] : asList(argument);
  if (typeof text !== 'string' || !isObject(variables ?? {})) return undecided('Fn::Sub', argument, scope);
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const [whole, name] = match;
    // A variable after an exclamation mark stands for itself: `${!aws:username}` is a policy variable.
    const value = name.startsWith('!')
      ? `\${${name.slice(1)}}`
      : plainText(variableValue(name.trim(), variables as JsonObject, scope));
    if (value === undefined) return undecided('Fn::Sub', argument, scope);
    parts.push(text.slice(end, match.index), value);
    end = match.index + whole.length;
  }
  return scope.resolve(scope.concatenate([...parts, text.slice(end)])) as Json;
}

function variableValue(name: string, variables: JsonObject, scope: Scope): Json | undefined {
  const given = own(variables, name);
  if (given !== undefined) return scope.resolve(given);
  const dot = name.indexOf('.');
  return dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1));
}

function findInMap(argument: Json, scope: Scope): Json | undefined {
  const [map, top, second, options] = asList(scope.resolve(argument));
  const keys = [map, top, second]
    .map(plainText)
    .filter((key): key is string => key !== undefined && !isOpaque(key));
  // The default counts only where it is certain that the mapping has no such key.
  if (keys.length < 3) return undecided('Fn::FindInMap', argument, scope);
  const [mapName, topKey, secondKey] = keys;
  const found = own(own(scope.template.mappings, mapName) ?? {}, topKey);
  const value = isObject(found) ? own(found, secondKey) : undefined;
  const fallback = isObject(options) ? own(options, 'DefaultValue') : undefined;
  return scope.resolve(value ?? fallback ?? undecided('Fn::FindInMap', argument, scope));
}

function chooseBranch(argument: Json, scope: Scope): Json | undefined {
  const [condition, whenTrue, whenFalse] = asList(argument);
  if (typeof condition !== 'string' || whenTrue === undefined || whenFalse === undefined) {
    return undecided('Fn::If', argument, scope);
  }
  const truth = scope.condition(condition);
  if (truth !== undefined) return scope.resolve(truth ? whenTrue : whenFalse);
  const branches = [scope.resolve(whenTrue), scope.resolve(whenFalse)];
  const isSame = JSON.stringify(branches[0]) === JSON.stringify(branches[1]);
  return isSame ? branches[0] : undecided('Fn::If', argument, scope);
}

/**
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
 */
function getStackOutput(argument: Json, scope: Scope): Json {
  const query = scope.resolve(argument);
  if (!isObject(query)) return undecided('Fn::GetStackOutput', argument, scope);
  const { environment } = scope.template.stack;
  const [name, output, role] = ['StackName', 'OutputName', 'RoleArn'].map((key) =>
    plainText(own(query, key)),
  );
  const region = own(query, 'Region') === undefined ? environment.region : plainText(own(query, 'Region'));
  if (name === undefined || output === undefined || [name, output, region ?? ''].some(isUnresolved)) {
    return undecided('Fn::GetStackOutput', argument, scope);
  }
  const account = role === undefined ? environment.account : role.split(':')[4];
  // A Region that is a token is that of a stack whose Region is open, as its own is.
  const known = region !== undefined && isOpaque(region) ? environment.region : region;
  return scope.surroundings.stackOutput({ name, account, region: known }, output, scope);
}

function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
