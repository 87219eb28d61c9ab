import type { ChangeSet } from './change-set';
import { resourceType } from './resource-types';
import type { Stack, StackResource } from './stack';
import type { Template } from './template';

/** A stack, as `DescribeStacks` and `ListStacks` answer it. */
export function describeStack(stack: Stack): object {
  return {
    StackId: stack.id,
    StackName: stack.name,
    Description: stack.source?.template.description,
    Parameters: stack.source?.given,
    CreationTime: stack.created,
    DeletionTime: stack.deleted,
    LastUpdatedTime: stack.updated,
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DisableRollback: false,
    EnableTerminationProtection: stack.terminationProtection,
    RoleARN: stack.roleArn,
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    Outputs: stack.outputs,
    Tags: stack.source?.tags,
  };
}

/** A resource of a stack, as `DescribeStackResources` and `ListStackResources` answer it. */
export function describeResource(stack: Stack, LogicalResourceId: string, resource: StackResource): object {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.definition.Type,
    Timestamp: resource.updated,
    LastUpdatedTimestamp: resource.updated,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.reason,
  };
}

/** A change set, as `DescribeChangeSet` answers it. */
export function describeChangeSet(changeSet: ChangeSet): object {
  const { id, name, stack, source, description, created, status, reason, changes } = changeSet;
  return {
    ChangeSetName: name,
    ChangeSetId: id,
    StackId: stack.id,
    StackName: stack.name,
    Description: description,
    Parameters: source.given,
    CreationTime: created,
    ExecutionStatus: status === 'CREATE_COMPLETE' ? 'AVAILABLE' : 'UNAVAILABLE',
    Status: status,
    StatusReason: reason,
    Tags: source.tags,
    Changes: changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
    IncludeNestedStacks: false,
  };
}

/** A template, as `GetTemplateSummary` and `ValidateTemplate` answer it. */
export function summarize({ parameters, description, resources }: Template): object {
  return {
    Description: description,
    Parameters: Object.entries(parameters).map(([ParameterKey, { Default, Type, Description }]) => ({
      ParameterKey,
      DefaultValue: Default,
      ParameterType: Type,
      Description,
    })),
    ResourceIdentifierSummaries: Object.entries(resources).flatMap(([id, { Type }]) => {
      const { identifier } = resourceType(Type, id);
      return identifier === undefined
        ? []
        : [{ ResourceType: Type, LogicalResourceIds: [id], ResourceIdentifiers: [identifier] }];
    }),
    ResourceTypes: [...new Set(Object.values(resources).map(({ Type }) => Type))],
  };
}
