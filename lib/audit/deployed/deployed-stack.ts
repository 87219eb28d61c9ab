import type { CloudFormation, Stack as Description } from '@aws-sdk/client-cloudformation';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from '../template/document';
import { isObject, type Json, type JsonObject, own } from '../template/json';
import type { Stack } from '../template/template';

/** Where to look for a stack, and where to put its template. */
export interface Search {
  readonly client: Pick<CloudFormation, 'describeStacks' | 'describeStackResources' | 'getTemplate'>;

  /** The stack's name or ARN. */
  readonly name: string;

  /** The file to write the template to. */
  readonly file: string;
}

/**
 * Reads the template that a stack was deployed with, those of its nested stacks included.
 *
 * @returns the values of the stack's parameters; undefined when there is no such stack
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
 */
export async function readDeployedStack(search: Search): Promise<Record<string, string> | undefined> {
  const { client, name, file } = search;
  let description: Description | undefined;
  try {
    description = (await client.describeStacks({ StackName: name })).Stacks?.[0];
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  // A stack whose first change set was never executed has no template yet.
  if (!description || description.StackStatus === 'REVIEW_IN_PROGRESS') return undefined;
  const { TemplateBody = '' } = await client.getTemplate({ StackName: name, TemplateStage: 'Original' });
  const template = parseDocument(TemplateBody, `the deployed template of ${name}`);
  await addNestedStacks(template, search);
  writeFileSync(file, JSON.stringify(template));
  return parametersOf(description);
}

/** Puts the templates of nested stacks beside their parent's, and says in the parent where. */
async function addNestedStacks(template: Json, { client, name, file }: Search): Promise<void> {
  const resources = isObject(template) ? own(template, 'Resources') : undefined;
  const nested = Object.entries(isObject(resources) ? resources : {}).filter(
    (entry): entry is [string, JsonObject] =>
      isObject(entry[1]) && entry[1].Type === 'AWS::CloudFormation::Stack',
  );
  if (nested.length === 0) return;
  const { StackResources = [] } = await client.describeStackResources({ StackName: name });
  for (const [logicalId, resource] of nested) {
    const id = StackResources.find((each) => each.LogicalResourceId === logicalId)?.PhysicalResourceId;
    const own = `${file.replace(/\.json$/, '')}.${logicalId}.json`;
    if (id && (await readDeployedStack({ client, name: id, file: own }))) {
      resource.Metadata = { ...(isObject(resource.Metadata) && resource.Metadata), 'aws:asset:path': own };
    }
  }
}

/**
 * The values that a stack's parameters have; a deployment keeps them unless it is told otherwise.
 *
 * Those that CloudFormation does not show are left out.
 */
function parametersOf({ Parameters = [] }: Description): Record<string, string> {
  return Object.fromEntries(
    Parameters.flatMap(({ ParameterKey, ParameterValue, ResolvedValue }) => {
      const value = ResolvedValue ?? ParameterValue;
      return ParameterKey === undefined || value === undefined || value === '****'
        ? []
        : [[ParameterKey, value]];
    }),
  );
}

/** CloudFormation has no error of its own for a stack that does not exist. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
}

/** The file of a stack's template in a folder. */
export function fileOf(folder: string, { id }: Stack): string {
  return join(folder, `${encodeURIComponent(id)}.json`);
}
