import type { ConditionContext } from '../authorization';
import type { Caller } from '../caller';
import { taking, type Operations } from '../service';
import type { Role } from './account';
import type { Desk } from './desk';
import { alreadyExists, checkName, deleteConflict, entityArn, newId } from './entity';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface Named {
  readonly RoleName: string;
}

interface RoleInput extends Named {
  readonly AssumeRolePolicyDocument: string;
  readonly Path?: string;
  readonly Description?: string;
  readonly MaxSessionDuration?: string | number;
  readonly PermissionsBoundary?: string;
  readonly Tags?: readonly Tag[];
}

const HOUR = 3600;

/**
 * Roles: whom they trust, what bounds them, and their tags.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
 */
export function roleOperations(desk: Desk): Operations {
  return {
    CreateRole: taking<RoleInput>(
      'RoleName AssumeRolePolicyDocument Path Description MaxSessionDuration PermissionsBoundary Tags',
      (input, caller) => ({ Role: describeRole(createRole(desk, input, caller)) }),
    ),
    GetRole: taking<Named>('RoleName', (input, caller) => ({
      Role: describeRole(desk.role('GetRole', input.RoleName, caller)),
    })),
    DeleteRole: taking<Named>('RoleName', (input, caller) => {
      const role = desk.role('DeleteRole', input.RoleName, caller);
      if (role.attached.size > 0) {
        throw deleteConflict('Cannot delete entity, must detach all policies first.');
      }
      if (role.inline.size > 0) {
        throw deleteConflict('Cannot delete entity, must delete policies first.');
      }
      desk.account(caller).roles.delete(role.name);
    }),
    UpdateRole: taking<Pick<RoleInput, 'RoleName' | 'Description' | 'MaxSessionDuration'>>(
      'RoleName Description MaxSessionDuration',
      (input, caller) => {
        const role = desk.role('UpdateRole', input.RoleName, caller);
        role.description = input.Description;
        role.maxSession = Number(input.MaxSessionDuration ?? HOUR);
      },
    ),
    UpdateAssumeRolePolicy: taking<Named & { PolicyDocument: string }>(
      'RoleName PolicyDocument',
      (input, caller) => {
        const role = desk.role('UpdateAssumeRolePolicy', input.RoleName, caller);
        role.trust = desk.parseTrust(input.PolicyDocument);
      },
    ),
    PutRolePermissionsBoundary: taking<Named & { PermissionsBoundary: string }>(
      'RoleName PermissionsBoundary',
      (input, caller) => {
        const role = desk.role('PutRolePermissionsBoundary', input.RoleName, caller);
        desk.account(caller).document(input.PermissionsBoundary);
        role.boundary = input.PermissionsBoundary;
      },
    ),
    DeleteRolePermissionsBoundary: taking<Named>('RoleName', (input, caller) => {
      delete desk.role('DeleteRolePermissionsBoundary', input.RoleName, caller).boundary;
    }),
    TagRole: taking<Named & { Tags: readonly Tag[] }>('RoleName Tags', (input, caller) => {
      const role = desk.role('TagRole', input.RoleName, caller);
      input.Tags.forEach(({ Key, Value }) => role.tags.set(Key, Value));
    }),
    UntagRole: taking<Named & { TagKeys: readonly string[] }>('RoleName TagKeys', (input, caller) => {
      const role = desk.role('UntagRole', input.RoleName, caller);
      input.TagKeys.forEach((key) => role.tags.delete(key));
    }),
  };
}

function createRole(desk: Desk, input: RoleInput, caller: Caller): Role {
  const { RoleName: name, Path: path = '/', PermissionsBoundary: boundary, Tags = [] } = input;
  checkName('roleName', name, 64);
  const arn = entityArn('role', path, name, caller);
  const context: ConditionContext = boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary };
  desk.check('CreateRole', arn, caller, context);
  const account = desk.account(caller);
  if (account.roles.has(name)) {
    throw alreadyExists(`Role with name ${name} already exists.`);
  }
  if (boundary !== undefined) {
    account.document(boundary);
  }
  const role: Role = {
    name,
    path,
    arn,
    id: newId('AROA'),
    created: new Date(),
    trust: desk.parseTrust(input.AssumeRolePolicyDocument),
    description: input.Description,
    maxSession: Number(input.MaxSessionDuration ?? HOUR),
    boundary,
    inline: new Map(),
    attached: new Set(),
    tags: new Map(Tags.map(({ Key, Value }) => [Key, Value])),
  };
  account.roles.set(name, role);
  return role;
}

function describeRole(role: Role): object {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.created,
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trust)),
    Description: role.description,
    MaxSessionDuration: role.maxSession,
    PermissionsBoundary: role.boundary && {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: role.boundary,
    },
    Tags: [...role.tags].map(([Key, Value]) => ({ Key, Value })),
  };
}
