import { notImplemented } from '../aws-error';
import type { Environment } from './environment';
import { references } from './references';
import { resourceType } from './resource-types';
import type { Source } from './stack';
import { text } from './text';
import { validationError } from './validation-error';

/** What a change set says of resources that exist already. */
export interface ImportInput {
  readonly ImportExistingResources?: string;
  readonly ResourcesToImport?: readonly {
    readonly ResourceType: string;
    readonly LogicalResourceId: string;
    readonly ResourceIdentifier: unknown;
  }[];
}

/** The physical ids of the resources that exist already and that a change set takes over. */
export async function findImports(
  { ResourcesToImport = [], ImportExistingResources }: ImportInput,
  source: Source,
  environment: Environment,
): Promise<Record<string, string>> {
  const named = ResourcesToImport.map(({ LogicalResourceId: id, ResourceIdentifier }) => {
    const { Type, DeletionPolicy } = source.template.resources[id] ?? {};
    const { identifier } = resourceType(Type ?? '', id);
    if (identifier === undefined) {
      throw notImplemented(`the import of ${Type} (resource ${JSON.stringify(id)})`);
    }
    if (DeletionPolicy === 'Delete') {
      throw validationError(
        `Resources [${id}] is missing a DeletionPolicy attribute. All resources to import must have one.`,
      );
    }
    return [id, valuesOf(ResourceIdentifier)[identifier]] as const;
  });
  return ImportExistingResources === 'true'
    ? { ...(await existingByName(source, environment)), ...Object.fromEntries(named) }
    : Object.fromEntries(named);
}

/** A map as the Query protocol writes it: `{ entry: { 1: { key, value } } }`. */
function valuesOf(map: unknown): Record<string, string> {
  const { entry = {} } = map as { entry?: Record<string, { key: string; value: string }> };
  return Object.fromEntries(Object.values(entry).map(({ key, value }) => [key, value]));
}

/**
 * The resources of a template that are not in the stack, have a name, are to be retained, and exist.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
async function existingByName(source: Source, environment: Environment): Promise<Record<string, string>> {
  const resolver = environment.resolver(source);
  const found: Record<string, string> = {};
  for (const [id, { Type, Properties, DeletionPolicy }] of Object.entries(source.template.resources)) {
    const type = resourceType(Type, id);
    const written = Properties[type.identifier ?? ''];
    const wanted =
      written !== undefined && DeletionPolicy !== 'Delete' && !environment.stack.resources.has(id);
    if (wanted && references(written).size === 0 && (await resolver.includes(id))) {
      const name = text((await resolver.resolve(written)) ?? '');
      const exists = await type.find?.(name, environment.handlers(id)).then(
        () => true,
        () => false,
      );
      if (exists === true) {
        found[id] = name;
      }
    }
  }
  return found;
}
