import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readDocument } from './document';
import { isObject, own } from './json';
import type { Resource, Stack } from './template';

/**
 * The nested stack that a resource declares; undefined when its template is not at hand.
 *
 * The CDK says where the template is in the resource's metadata or in the list of the stack's
 * assets; without the CDK the URL may be the path of a file that is not uploaded yet.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
 */
export function nestedStack(
  parent: Stack,
  logicalId: string,
  resource: Resource,
  url: string,
): Stack | undefined {
  const path = own(resource.metadata, 'aws:asset:path');
  const local =
    typeof path === 'string' ? path : (assetPath(parent, url) ?? (/^[a-z0-9]+:/.test(url) ? undefined : url));
  const file = local && resolve(dirname(parent.file), local);
  if (!file || !existsSync(file)) return undefined;
  return {
    ...parent,
    id: parent.id ? `${parent.id}>${logicalId}` : logicalId,
    displayName: `${parent.displayName}/${logicalId}`,
    file,
    // CloudFormation makes the name of a nested stack.
    hasName: false,
  };
}

function assetPath({ assetManifest }: Stack, url: string): string | undefined {
  if (!assetManifest || !existsSync(assetManifest)) return undefined;
  const manifest = readDocument(assetManifest, Infinity);
  const files = isObject(manifest) ? own(manifest, 'files') : undefined;
  const name = url.slice(url.lastIndexOf('/') + 1);
  for (const [hash, asset] of Object.entries(isObject(files) ? files : {})) {
    const source = isObject(asset) ? own(asset, 'source') : undefined;
    const path = isObject(source) ? own(source, 'path') : undefined;
    if (name.includes(hash) && typeof path === 'string') return path;
  }
  return undefined;
}
