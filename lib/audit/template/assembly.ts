import { join } from 'node:path';
import { readDocument } from './document';
import { type EnvironmentOptions, parseEnvironment } from './environment';
import { InputError } from './input-error';
import { isObject, type Json, type JsonObject, own } from './json';
import type { Stack } from './template';

const MANIFEST = 'manifest.json';
const MAX_STAGES_DEEP = 10;

/**
 * The stacks of a CDK assembly, those of its stages included, in the order of the manifest.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/deploy-synth.html
 */
export function assemblyStacks(
  folder: string,
  options: EnvironmentOptions,
  root = folder,
  depth = 0,
): Stack[] {
  const file = join(folder, MANIFEST);
  if (depth > MAX_STAGES_DEEP) throw new InputError(`${file} is more than ${MAX_STAGES_DEEP} stages deep`);
  const manifest = readDocument(file, Infinity);
  const artifacts = isObject(manifest) ? own(manifest, 'artifacts') : undefined;
  if (!isObject(artifacts))
    throw new InputError(`${file} is not the manifest of a CDK assembly: it has no "artifacts"`);
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    const properties = objectAt(artifact, 'properties');
    switch (isObject(artifact) && own(artifact, 'type')) {
      case 'cdk:cloud-assembly':
        return assemblyStacks(
          join(folder, text(properties, 'directoryName', file)),
          options,
          root,
          depth + 1,
        );
      case 'aws:cloudformation:stack':
        return [stackOf(id, artifact as JsonObject, properties)];
      default:
        return [];
    }
  });

  function stackOf(id: string, artifact: JsonObject, properties: JsonObject): Stack {
    const name = own(properties, 'stackName');
    const displayName = own(artifact, 'displayName');
    const assets = own(artifacts as JsonObject, `${id}.assets`);
    const executionRole = own(properties, 'cloudFormationExecutionRoleArn');
    const assetFile = own(objectAt(assets, 'properties'), 'file');
    const environment = parseEnvironment(text(artifact, 'environment', file), options);
    const { account = 'any account', region = 'any Region' } = environment;
    return {
      id: `${typeof name === 'string' ? name : id}@${account}@${region}`,
      name: typeof name === 'string' ? name : id,
      displayName: typeof displayName === 'string' ? displayName : id,
      file: join(folder, text(properties, 'templateFile', file)),
      environment,
      hasName: true,
      ...(typeof executionRole === 'string' && {
        executionRole: executionRole.replaceAll('${AWS::Partition}', environment.partition),
      }),
      ...(typeof assetFile === 'string' && { assetManifest: join(folder, assetFile) }),
    };
  }
}

function objectAt(value: Json | undefined, key: string): JsonObject {
  const found = isObject(value) ? own(value, key) : undefined;
  return isObject(found) ? found : {};
}

function text(object: JsonObject, key: string, file: string): string {
  const value = own(object, key);
  if (typeof value === 'string') return value;
  throw new InputError(
    `${file} has ${JSON.stringify(value)} for ${JSON.stringify(key)}: a string is expected`,
  );
}
