import type { JsonObject } from '../../lib/audit/template/json';
import type { Tag } from './resource-type';
import { resourceType } from './resource-types';
import type { Resolver } from './resolver';
import type { Source } from './stack';
import type { ResourceDefinition } from './template';

/**
 * The properties that a resource is to have: resolved, and with the tags of the stack.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
 */
export async function desiredProperties(
  definition: ResourceDefinition,
  source: Pick<Source, 'tags'>,
  resolver: Resolver,
): Promise<JsonObject> {
  const properties = (await resolver.resolve(definition.Properties)) as JsonObject;
  const { taggable } = resourceType(definition.Type, '');
  if (taggable !== true || source.tags.length === 0) {
    return properties;
  }
  const own = (properties.Tags ?? []) as unknown as readonly Tag[];
  const inherited = source.tags.filter(({ Key }) => !own.some((each) => each.Key === Key));
  return { ...properties, Tags: [...own, ...inherited].map(({ Key, Value }) => ({ Key, Value })) };
}
