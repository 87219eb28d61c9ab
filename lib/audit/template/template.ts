import { readDocument } from './document';
import type { Environment } from './environment';
import { InputError } from './input-error';
import { isObject, type Json, type JsonObject, own } from './json';

/**
 * A stack before its template is read: cheap enough to hold thousands of.
 */
export interface Stack {
  /** Tells the stack from the others of its source, and stays the same in the source's next version. */
  readonly id: string;

  /** The name in CloudFormation, which may recur in other accounts and Regions. */
  readonly name: string;

  /** Whether CloudFormation will use this very name, which a template on its own does not tell. */
  readonly hasName?: boolean;

  /** The name for people: the construct path of a CDK stack, else the file's name. */
  readonly displayName: string;

  /** The template's file. */
  readonly file: string;

  /** Where the stack goes. */
  readonly environment: Environment;

  /** The role with which CloudFormation deploys the stack, where the CDK names one. */
  readonly executionRole?: string;

  /** The CDK's list of the stack's assets, in which nested templates are found. */
  readonly assetManifest?: string;
}

/** A resource as the template declares it, nothing resolved. */
export interface Resource {
  readonly type: string;
  readonly properties: JsonObject;
  readonly condition?: string;
  readonly deletionPolicy?: Json;
  readonly updateReplacePolicy?: Json;
  readonly dependsOn?: Json;
  readonly metadata: JsonObject;
}

/** A template whose sections have the shape that CloudFormation asks for. */
export interface Template {
  readonly stack: Stack;
  readonly parameters: Readonly<Record<string, JsonObject>>;
  readonly mappings: Readonly<Record<string, JsonObject>>;
  readonly conditions: Readonly<Record<string, JsonObject>>;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, JsonObject>>;

  /** What else can add or change resources when the template is deployed: macros and loops. */
  readonly macros: readonly string[];
}

/** Reads a stack's template. */
export function readTemplate(stack: Stack): Template {
  return templateOf(readDocument(stack.file), stack);
}

/** Reads a stack's template; undefined for a file that is something else, such as a `package.json`. */
export function tryReadTemplate(stack: Stack): Template | undefined {
  const document = readDocument(stack.file);
  return looksLikeTemplate(document) ? templateOf(document, stack) : undefined;
}

function looksLikeTemplate(document: Json): boolean {
  return isObject(document) && isObject(own(document, 'Resources'));
}

/**
 * Takes a document for a template, and checks the shape of each section.
 */
function templateOf(document: Json, stack: Stack): Template {
  const where = stack.file;
  if (!isObject(document) || !isObject(own(document, 'Resources'))) {
    throw new InputError(`${where} is not a CloudFormation template: it has no object "Resources"`);
  }
  const transform = own(document, 'Transform') ?? [];
  const macros = [transform].flat().filter(isCustomMacro).map(macroName);
  const section = <T>(name: string, read: (value: Json, at: string) => T): Record<string, T> => {
    const entries = Object.entries(objectOrEmpty(own(document, name), `${where}: ${name}`));
    macros.push(...entries.map(([key]) => key).filter(isFunction));
    return Object.fromEntries(
      entries
        .filter(([key]) => !isFunction(key))
        .map(([key, value]) => [key, read(value, `${where}: ${name}.${key}`)]),
    );
  };
  return {
    stack,
    parameters: section('Parameters', objectAt),
    mappings: section('Mappings', objectAt),
    conditions: section('Conditions', objectAt),
    resources: section('Resources', resourceOf),
    outputs: section('Outputs', objectAt),
    macros,
  };
}

/** Loops and includes stand among the members of a section. */
function isFunction(key: string): boolean {
  return key.startsWith('Fn::');
}

function resourceOf(document: Json, at: string): Resource {
  const value = objectAt(document, at);
  const { type, condition } = { type: own(value, 'Type'), condition: own(value, 'Condition') };
  if (typeof type !== 'string') {
    throw new InputError(
      `${at}.Type is ${JSON.stringify(type)}: a string such as "AWS::KMS::Key" is expected`,
    );
  }
  if (condition !== undefined && typeof condition !== 'string') {
    throw new InputError(
      `${at}.Condition is ${JSON.stringify(condition)}: the name of a condition is expected`,
    );
  }
  return {
    type,
    condition,
    properties: objectOrEmpty(own(value, 'Properties'), `${at}.Properties`),
    metadata: objectOrEmpty(own(value, 'Metadata'), `${at}.Metadata`),
    deletionPolicy: own(value, 'DeletionPolicy'),
    updateReplacePolicy: own(value, 'UpdateReplacePolicy'),
    dependsOn: own(value, 'DependsOn'),
  };
}

function objectOrEmpty(value: Json | undefined, at: string): JsonObject {
  return value === undefined || value === null ? {} : objectAt(value, at);
}

function objectAt(value: Json, at: string): JsonObject {
  if (isObject(value)) return value;
  throw new InputError(`${at} is ${JSON.stringify(value).slice(0, 80)}: an object is expected`);
}

/** AWS's own transforms leave KMS resources as they are, loops and includes apart, which stand where they act. */
function isCustomMacro(transform: Json): boolean {
  return !/^AWS::(LanguageExtensions|Serverless-|SecretsManager-|CodeDeployBlueGreen|CodeStar|ServiceCatalog)/.test(
    macroName(transform),
  );
}

function macroName(transform: Json): string {
  return typeof transform === 'string'
    ? transform
    : JSON.stringify(isObject(transform) ? own(transform, 'Name') : transform);
}
