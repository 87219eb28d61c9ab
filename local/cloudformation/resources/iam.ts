import type { Json, JsonObject } from '../../../lib/audit/template/json';
import { isAwsError } from '../../aws-error';
import { same, tagChanges, type Handlers, type ResourceType, type Tag } from '../resource-type';

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: JsonObject;
}

/**
 * A role.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 */
export const iamRole: ResourceType = {
  properties: {
    AssumeRolePolicyDocument: 'in-place',
    Description: 'in-place',
    ManagedPolicyArns: 'in-place',
    MaxSessionDuration: 'in-place',
    Path: 'replace',
    PermissionsBoundary: 'in-place',
    Policies: 'in-place',
    RoleName: 'replace',
    Tags: 'in-place',
  },
  required: ['AssumeRolePolicyDocument'],
  taggable: true,
  identifier: 'RoleName',
  find: (id, aws) => aws.call('iam', 'GetRole', { RoleName: id }),

  async create(properties, aws, created) {
    const RoleName = (properties.RoleName as string | undefined) ?? aws.newName(64);
    await aws.call('iam', 'CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify(properties.AssumeRolePolicyDocument),
      Path: properties.Path,
      Description: properties.Description,
      MaxSessionDuration: properties.MaxSessionDuration,
      PermissionsBoundary: properties.PermissionsBoundary,
      Tags: properties.Tags,
    });
    created(RoleName);
    await putPolicies(RoleName, properties, {}, aws);
  },

  async update(id, properties, previous, aws) {
    if (!same(properties.AssumeRolePolicyDocument, previous.AssumeRolePolicyDocument)) {
      const PolicyDocument = JSON.stringify(properties.AssumeRolePolicyDocument);
      await aws.call('iam', 'UpdateAssumeRolePolicy', { RoleName: id, PolicyDocument });
    }
    const { Description, MaxSessionDuration, PermissionsBoundary } = properties;
    if (!same([Description, MaxSessionDuration], [previous.Description, previous.MaxSessionDuration])) {
      await aws.call('iam', 'UpdateRole', { RoleName: id, Description, MaxSessionDuration });
    }
    if (!same(PermissionsBoundary, previous.PermissionsBoundary)) {
      await (PermissionsBoundary === undefined
        ? aws.call('iam', 'DeleteRolePermissionsBoundary', { RoleName: id })
        : aws.call('iam', 'PutRolePermissionsBoundary', { RoleName: id, PermissionsBoundary }));
    }
    const { set, remove } = tagChanges(listOf<Tag>(previous.Tags), listOf<Tag>(properties.Tags));
    if (remove.length > 0) {
      await aws.call('iam', 'UntagRole', { RoleName: id, TagKeys: remove });
    }
    if (set.length > 0) {
      await aws.call('iam', 'TagRole', { RoleName: id, Tags: set });
    }
    await putPolicies(id, properties, previous, aws);
  },

  async delete(id, properties, aws) {
    await putPolicies(id, {}, properties, aws);
    await aws.call('iam', 'DeleteRole', { RoleName: id });
  },

  async attributes(id, _properties, aws) {
    const { Role } = await aws.call<{ Role: { Arn: string; RoleId: string } }>('iam', 'GetRole', {
      RoleName: id,
    });
    return { Arn: Role.Arn, RoleId: Role.RoleId };
  },
};

async function putPolicies(
  RoleName: string,
  next: JsonObject,
  previous: JsonObject,
  aws: Handlers,
): Promise<void> {
  const wanted = listOf<string>(next.ManagedPolicyArns);
  const attached = listOf<string>(previous.ManagedPolicyArns);
  for (const PolicyArn of wanted.filter((arn) => !attached.includes(arn))) {
    await aws.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  }
  for (const PolicyArn of attached.filter((arn) => !wanted.includes(arn))) {
    await unlessGone(aws.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
  }
  const inline = listOf<InlinePolicy>(next.Policies);
  for (const { PolicyName, PolicyDocument } of inline) {
    await aws.call('iam', 'PutRolePolicy', {
      RoleName,
      PolicyName,
      PolicyDocument: JSON.stringify(PolicyDocument),
    });
  }
  for (const { PolicyName } of listOf<InlinePolicy>(previous.Policies)) {
    if (!inline.some((each) => each.PolicyName === PolicyName)) {
      await unlessGone(aws.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName }));
    }
  }
}

/**
 * An inline policy, put into each of its roles.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
 */
export const iamPolicy: ResourceType = {
  properties: { PolicyName: 'in-place', PolicyDocument: 'in-place', Roles: 'in-place' },
  required: ['PolicyName', 'PolicyDocument', 'Roles'],

  async create(properties, aws, created) {
    created(aws.newName(128));
    await putIntoRoles(properties, {}, aws);
  },

  update: (_id, properties, previous, aws) => putIntoRoles(properties, previous, aws),
  delete: (_id, properties, aws) => putIntoRoles({}, properties, aws),
  attributes: () => Promise.resolve({}),
};

async function putIntoRoles(next: JsonObject, previous: JsonObject, aws: Handlers): Promise<void> {
  const roles = listOf<string>(next.Roles);
  for (const RoleName of roles) {
    const PolicyDocument = JSON.stringify(next.PolicyDocument);
    await aws.call('iam', 'PutRolePolicy', { RoleName, PolicyName: next.PolicyName, PolicyDocument });
  }
  const renamed = next.PolicyName !== previous.PolicyName;
  for (const RoleName of listOf<string>(previous.Roles).filter((role) => renamed || !roles.includes(role))) {
    await unlessGone(aws.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName: previous.PolicyName }));
  }
}

/**
 * A managed policy.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
 */
export const iamManagedPolicy: ResourceType = {
  properties: {
    Description: 'replace',
    ManagedPolicyName: 'replace',
    Path: 'replace',
    PolicyDocument: 'in-place',
    Roles: 'in-place',
  },
  required: ['PolicyDocument'],

  async create(properties, aws, created) {
    const { Policy } = await aws.call<{ Policy: { Arn: string } }>('iam', 'CreatePolicy', {
      PolicyName: properties.ManagedPolicyName ?? aws.newName(128),
      PolicyDocument: JSON.stringify(properties.PolicyDocument),
      Path: properties.Path,
      Description: properties.Description,
    });
    created(Policy.Arn);
    await attachToRoles(Policy.Arn, properties, {}, aws);
  },

  async update(id, properties, previous, aws) {
    if (!same(properties.PolicyDocument, previous.PolicyDocument)) {
      const PolicyDocument = JSON.stringify(properties.PolicyDocument);
      await aws.call('iam', 'CreatePolicyVersion', { PolicyArn: id, PolicyDocument, SetAsDefault: true });
    }
    await attachToRoles(id, properties, previous, aws);
  },

  async delete(id, properties, aws) {
    await attachToRoles(id, {}, properties, aws);
    await aws.call('iam', 'DeletePolicy', { PolicyArn: id });
  },

  attributes: (id) => Promise.resolve({ PolicyArn: id }),
};

async function attachToRoles(
  PolicyArn: string,
  next: JsonObject,
  previous: JsonObject,
  aws: Handlers,
): Promise<void> {
  const wanted = listOf<string>(next.Roles);
  const attached = listOf<string>(previous.Roles);
  for (const RoleName of wanted.filter((role) => !attached.includes(role))) {
    await aws.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  }
  for (const RoleName of attached.filter((role) => !wanted.includes(role))) {
    await unlessGone(aws.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }));
  }
}

/** What is to be taken away may never have been there: a creation can fail half-way. */
async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!isAwsError(error, 'NoSuchEntity')) {
      throw error;
    }
  }
}

function listOf<T>(value: Json | undefined): readonly T[] {
  return (value ?? []) as unknown as readonly T[];
}
