import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../lib/audit/template/json';
import { changedProperties, resolveOutputs } from './deployment';
import { desiredProperties } from './desired';
import type { Environment } from './environment';
import { inOrder, references } from './references';
import { same } from './resource-type';
import { resourceType } from './resource-types';
import { KNOWN_AFTER_APPLY, Resolver } from './resolver';
import type { Source, Stack, StackResource } from './stack';
import type { ResourceDefinition } from './template';
import { validationError } from './validation-error';

type Recreation = 'Never' | 'Conditionally' | 'Always';

interface ChangeDetail {
  readonly Target: {
    readonly Attribute: string;
    readonly Name?: string;
    readonly RequiresRecreation: Recreation;
    readonly Path?: string;
    readonly BeforeValue?: string;
    readonly AfterValue?: string;
    readonly AttributeChangeType?: 'Add' | 'Remove' | 'Modify';
  };
  readonly Evaluation: 'Static' | 'Dynamic';
  readonly ChangeSource: 'DirectModification' | 'ResourceReference' | 'Automatic';
  readonly CausingEntity?: string;
}

interface ResourceChange {
  readonly Action: 'Add' | 'Modify' | 'Remove' | 'Import';
  readonly PolicyAction?: 'Delete' | 'Retain' | 'ReplaceAndDelete' | 'ReplaceAndRetain';
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType: string;
  readonly Replacement?: 'True' | 'False' | 'Conditional';
  readonly Scope?: readonly string[];
  readonly Details?: readonly ChangeDetail[];
  readonly BeforeContext?: string;
  readonly AfterContext?: string;
}

/** What would change, found out but not done. */
export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly type: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly stack: Stack;
  readonly source: Source;
  readonly description?: string;
  readonly created: Date;
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly reason?: string;
  readonly changes: readonly ResourceChange[];
  executed: boolean;
}

export const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Makes a change set; one that finds no change, or that cannot be worked out, has failed. */
export async function createChangeSet(
  request: Pick<ChangeSet, 'name' | 'type' | 'source' | 'description'>,
  environment: Environment,
): Promise<ChangeSet> {
  const { stack } = environment;
  const { partition, region, account } = stack;
  const changeSet = {
    ...request,
    stack,
    id: `arn:${partition}:cloudformation:${region}:${account}:changeSet/${request.name}/${randomUUID()}`,
    created: new Date(),
    executed: false,
  };
  try {
    const { changes, outputsChange } = await plan(request.source, environment);
    if (request.type === 'IMPORT') {
      checkImportOnly(changes, outputsChange);
    }
    return changes.length === 0 && !outputsChange && request.type === 'UPDATE'
      ? { ...changeSet, status: 'FAILED', reason: NO_CHANGES, changes }
      : { ...changeSet, status: 'CREATE_COMPLETE', changes };
  } catch (error) {
    return { ...changeSet, status: 'FAILED', reason: (error as Error).message, changes: [] };
  }
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html */
function checkImportOnly(changes: readonly ResourceChange[], outputsChange: boolean): void {
  const others = changes.filter(({ Action }) => Action !== 'Import').map(({ LogicalResourceId: id }) => id);
  if (others.length > 0) {
    throw validationError(
      `You have modified resources [${others.join(', ')}] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.`,
    );
  }
  if (outputsChange) {
    throw validationError('As part of the import operation, you cannot modify or add [Outputs]');
  }
}

/** The changes that a deployment of `source` would make. */
export async function plan(
  source: Source,
  environment: Environment,
): Promise<{ changes: ResourceChange[]; outputsChange: boolean }> {
  const { stack } = environment;
  const { resources } = source.template;
  const remade = new Set<string>();
  const changes: ResourceChange[] = [];
  const resolver = new Resolver(environment.scope(source, knownBeforehand(environment, remade)));
  for (const logicalId of inOrder(resources)) {
    const definition = resources[logicalId];
    const before = stack.deployed(logicalId);
    if (!(await resolver.condition(definition.Condition))) {
      continue;
    }
    const after = await desiredProperties(definition, source, resolver);
    const change =
      before === undefined
        ? addition(logicalId, definition, after, source.imports?.[logicalId])
        : modification(logicalId, definition, before, after, remade);
    if (change !== undefined) {
      changes.push(change);
    }
    if (before === undefined || change?.Replacement === 'True') {
      remade.add(logicalId);
    }
  }
  for (const [logicalId, resource] of stack.resources) {
    const definition = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined;
    if (definition === undefined || !(await resolver.condition(definition.Condition))) {
      changes.push(removal(logicalId, resource));
    }
  }
  const outputs = await resolveOutputs(source, resolver);
  return { changes, outputsChange: !same(outputs, stack.outputs) };
}

function knownBeforehand(
  environment: Environment,
  remade: ReadonlySet<string>,
): ReturnType<Environment['deployed']> {
  const deployed = environment.deployed();
  return {
    ref: (id) => (remade.has(id) ? KNOWN_AFTER_APPLY : deployed.ref(id)),
    getAtt: (id, attribute) => (remade.has(id) ? KNOWN_AFTER_APPLY : deployed.getAtt(id, attribute)),
  };
}

/** @param imported the physical id of the resource, when it exists and is only to become part of the stack */
function addition(
  LogicalResourceId: string,
  { Type }: ResourceDefinition,
  after: JsonObject,
  imported: string | undefined,
): ResourceChange {
  return {
    Action: imported === undefined ? 'Add' : 'Import',
    LogicalResourceId,
    PhysicalResourceId: imported,
    ResourceType: Type,
    Scope: [],
    Details: [],
    AfterContext: context(after),
  };
}

function removal(
  LogicalResourceId: string,
  { definition, physicalId, properties }: StackResource,
): ResourceChange {
  return {
    Action: 'Remove',
    PolicyAction: definition.DeletionPolicy === 'Delete' ? 'Delete' : 'Retain',
    LogicalResourceId,
    PhysicalResourceId: physicalId,
    ResourceType: definition.Type,
    Scope: [],
    Details: [],
    BeforeContext: context(properties),
  };
}

/** Nothing when the resource stays as it is. */
function modification(
  LogicalResourceId: string,
  definition: ResourceDefinition,
  before: StackResource,
  after: JsonObject,
  remade: ReadonlySet<string>,
): ResourceChange | undefined {
  const type = resourceType(definition.Type, LogicalResourceId);
  const Details: ChangeDetail[] = changedProperties(type, before.properties, after).map((Name) => {
    const dynamic = JSON.stringify(after[Name] ?? null).includes(KNOWN_AFTER_APPLY);
    const replaces = type.properties[Name] === 'replace';
    const cause = [...references(definition.Properties[Name] ?? null)].find((id) => remade.has(id));
    return {
      Target: {
        Attribute: Name === 'Tags' ? 'Tags' : 'Properties',
        ...(Name !== 'Tags' && { Name }),
        RequiresRecreation: replaces ? (dynamic ? 'Conditionally' : 'Always') : 'Never',
        Path: `/Properties/${Name}`,
        BeforeValue: value(before.properties[Name]),
        AfterValue: value(after[Name]),
        AttributeChangeType:
          before.properties[Name] === undefined ? 'Add' : after[Name] === undefined ? 'Remove' : 'Modify',
      },
      Evaluation: dynamic ? 'Dynamic' : 'Static',
      ChangeSource: cause === undefined ? 'DirectModification' : 'ResourceReference',
      CausingEntity: cause,
    };
  });
  for (const Attribute of ['DeletionPolicy', 'UpdateReplacePolicy'] as const) {
    if (definition[Attribute] !== before.definition[Attribute]) {
      Details.push({
        Target: {
          Attribute,
          RequiresRecreation: 'Never',
          Path: `/${Attribute}`,
          BeforeValue: before.definition[Attribute],
          AfterValue: definition[Attribute],
          AttributeChangeType: 'Modify',
        },
        Evaluation: 'Static',
        ChangeSource: 'DirectModification',
      });
    }
  }
  if (Details.length === 0) {
    return undefined;
  }
  const recreation = Details.map(({ Target }) => Target.RequiresRecreation);
  const Replacement = recreation.includes('Always')
    ? 'True'
    : recreation.includes('Conditionally')
      ? 'Conditional'
      : 'False';
  return {
    Action: 'Modify',
    ...(Replacement === 'True' && {
      PolicyAction: definition.UpdateReplacePolicy === 'Retain' ? 'ReplaceAndRetain' : 'ReplaceAndDelete',
    }),
    LogicalResourceId,
    PhysicalResourceId: before.physicalId,
    ResourceType: definition.Type,
    Replacement,
    Scope: [...new Set(Details.map(({ Target }) => Target.Attribute))],
    Details,
    BeforeContext: context(before.properties),
    AfterContext: context(after),
  };
}

function context(properties: JsonObject): string {
  return JSON.stringify({ Properties: properties });
}

function value(json: unknown): string | undefined {
  return json === undefined || typeof json === 'string' ? json : JSON.stringify(json);
}
