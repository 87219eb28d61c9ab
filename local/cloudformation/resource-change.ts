import type { JsonObject } from '../../lib/audit/template/json';
import { references } from './references';
import { changedProperties } from './resource-type';
import { resourceType } from './resource-types';
import { KNOWN_AFTER_APPLY } from './resolver';
import type { StackResource } from './stack';
import type { ResourceDefinition } from './template';

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

/** What would happen to one resource, as `DescribeChangeSet` answers it. */
export interface ResourceChange {
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

/**
 * A resource that is not in the stack yet.
 *
 * @param imported the physical id of the resource, when it exists and is only to become part of the stack
 */
export function addition(
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

/** A resource that the template no longer has. */
export function removal(
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

/** A resource that is not yet what the template wants; nothing when it stays as it is. */
export function modification(
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
