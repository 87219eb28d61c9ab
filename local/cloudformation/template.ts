import { parseDocument } from '../../lib/audit/template/document';
import { isObject, type Json, type JsonObject } from '../../lib/audit/template/json';
import { notImplemented } from '../aws-error';
import { validationError } from './validation-error';
import { inOrder, references } from './references';
import { resourceType } from './resource-types';

export type Policy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';

/** One resource as its template writes it. */
export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties: JsonObject;
  readonly DependsOn: readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy: Policy;
  readonly UpdateReplacePolicy: Policy;
}

/** A template whose parts are all understood; what is not is refused by `parseTemplate`. */
export interface Template {
  /** As it came in, for GetTemplate. */
  readonly body: string;
  readonly description?: string;
  readonly parameters: Readonly<Record<string, JsonObject>>;
  readonly mappings: Readonly<Record<string, Json>>;
  readonly conditions: Readonly<Record<string, Json>>;
  readonly rules: Readonly<Record<string, Json>>;
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  readonly outputs: Readonly<Record<string, JsonObject>>;
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Rules',
  'Resources',
  'Outputs',
];
const RESOURCE_ATTRIBUTES = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
];
const OUTPUT_ATTRIBUTES = ['Description', 'Value', 'Export', 'Condition'];

/**
 * Reads a template in JSON or YAML.
 *
 * @throws AwsError `ValidationError` when CloudFormation refuses it, `NotImplemented` when this endpoint does
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function parseTemplate(body: string): Template {
  const document = parse(body);
  const unknown = Object.keys(document).filter((section) => !SECTIONS.includes(section));
  if (unknown.includes('Transform')) {
    throw notImplemented('the template section "Transform"');
  }
  if (unknown.length > 0) {
    throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`);
  }
  const resources = Object.entries(section(document, 'Resources'));
  if (resources.length === 0) {
    throw validationError('Template format error: At least one Resources member must be defined.');
  }
  const template: Template = {
    body,
    description: typeof document.Description === 'string' ? document.Description : undefined,
    parameters: section(document, 'Parameters') as Record<string, JsonObject>,
    mappings: section(document, 'Mappings'),
    conditions: section(document, 'Conditions'),
    rules: section(document, 'Rules'),
    resources: Object.fromEntries(resources.map(([id, value]) => [id, parseResource(id, value)])),
    outputs: Object.fromEntries(
      Object.entries(section(document, 'Outputs')).map(([id, value]) => [id, parseOutput(id, value)]),
    ),
  };
  checkReferences(template);
  // Fails on a circle, which is known before anything is made.
  inOrder(template.resources);
  return template;
}

function parse(body: string): JsonObject {
  let document: Json;
  try {
    document = parseDocument(body, 'the template');
  } catch (error) {
    throw validationError(`Template format error: ${(error as Error).message}`);
  }
  if (!isObject(document)) {
    throw validationError('Template format error: unsupported structure.');
  }
  return document;
}

function section(document: JsonObject, name: string): JsonObject {
  const value = document[name] ?? {};
  if (!isObject(value)) {
    throw validationError(`Template format error: ${name} must be an object.`);
  }
  return value;
}

function parseResource(id: string, value: Json): ResourceDefinition {
  if (!/^[A-Za-z0-9]+$/.test(id)) {
    throw validationError(`Template format error: Resource name ${id} is non alphanumeric.`);
  }
  if (!isObject(value) || typeof value.Type !== 'string') {
    throw validationError(
      `Template format error: [/Resources/${id}] Every Resources object must contain a Type member.`,
    );
  }
  const unknown = Object.keys(value).filter((attribute) => !RESOURCE_ATTRIBUTES.includes(attribute));
  if (unknown.length > 0) {
    throw notImplemented(`the resource attribute ${unknown.join(', ')} (resource ${JSON.stringify(id)})`);
  }
  const properties = value.Properties ?? {};
  if (!isObject(properties)) {
    throw validationError(`Template format error: [/Resources/${id}/Properties] must be an object.`);
  }
  const type = resourceType(value.Type, id);
  for (const property of Object.keys(properties)) {
    if (!Object.hasOwn(type.properties, property)) {
      throw notImplemented(
        `the property ${JSON.stringify(property)} of ${value.Type} (resource ${JSON.stringify(id)})`,
      );
    }
  }
  return {
    Type: value.Type,
    Properties: properties,
    DependsOn: value.DependsOn === undefined ? [] : ([value.DependsOn].flat() as string[]),
    Condition: value.Condition as string | undefined,
    DeletionPolicy: policy(id, 'DeletionPolicy', value.DeletionPolicy),
    UpdateReplacePolicy: policy(id, 'UpdateReplacePolicy', value.UpdateReplacePolicy),
  };
}

function policy(
  id: string,
  attribute: 'DeletionPolicy' | 'UpdateReplacePolicy',
  value: Json | undefined,
): Policy {
  const accepted =
    attribute === 'DeletionPolicy' ? ['Delete', 'Retain', 'RetainExceptOnCreate'] : ['Delete', 'Retain'];
  if (value === 'Snapshot') {
    throw notImplemented(`the ${attribute} "Snapshot" (resource ${JSON.stringify(id)})`);
  }
  if (value !== undefined && !accepted.includes(value as string)) {
    throw validationError(
      `Template error: resource ${id} does not have a valid ${attribute}: ${JSON.stringify(value)}`,
    );
  }
  return (value ?? 'Delete') as Policy;
}

function parseOutput(id: string, value: Json): JsonObject {
  if (!isObject(value) || value.Value === undefined) {
    throw validationError(`Template format error: Output ${id} is malformed. It must have a Value.`);
  }
  const unknown = Object.keys(value).filter((attribute) => !OUTPUT_ATTRIBUTES.includes(attribute));
  if (unknown.length > 0) {
    throw validationError(`Invalid template property or properties [/Outputs/${id}/${unknown.join(', ')}]`);
  }
  return value;
}

function checkReferences(template: Template): void {
  const known = new Set([...Object.keys(template.resources), ...Object.keys(template.parameters)]);
  for (const [id, resource] of Object.entries(template.resources)) {
    const missing = [...references(resource.Properties), ...resource.DependsOn].filter(
      (each) => !known.has(each),
    );
    if (missing.length > 0) {
      throw validationError(
        `Template format error: Unresolved resource dependencies [${missing.join(', ')}] in the Resources block of the template`,
      );
    }
    if (resource.Condition !== undefined && !Object.hasOwn(template.conditions, resource.Condition)) {
      throw validationError(
        `Template format error: Unrecognized conditions [${resource.Condition}] in resource ${id}`,
      );
    }
  }
  for (const output of Object.values(template.outputs)) {
    const missing = [...references(output.Value)].filter((each) => !known.has(each));
    if (missing.length > 0) {
      throw validationError(
        `Template format error: Unresolved resource dependencies [${missing.join(', ')}] in the Outputs block of the template`,
      );
    }
  }
}
