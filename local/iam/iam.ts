import { AwsError, notImplemented } from '../aws-error';
import type { Authorization, ConditionContext } from '../authorization';
import { partitionOf, type Caller } from '../caller';
import { taking, type Operation, type Service } from '../service';
import { newId, noSuchEntity, type IamAccount, type ManagedPolicy, type Role } from './account';
import { parsePolicy, type PolicyDocument } from './policy-document';
import type { Principals } from './principals';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface RoleInput {
  readonly RoleName: string;
  readonly AssumeRolePolicyDocument: string;
  readonly Path?: string;
  readonly Description?: string;
  readonly MaxSessionDuration?: string | number;
  readonly PermissionsBoundary?: string;
  readonly Tags?: readonly Tag[];
}

interface InlineInput {
  readonly RoleName: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

interface ManagedInput {
  readonly PolicyName: string;
  readonly PolicyDocument: string;
  readonly Path?: string;
  readonly Description?: string;
}

const NAME = /^[\w+=,.@-]+$/;
const HOUR = 3600;

/**
 * AWS Identity and Access Management: roles, and the managed and inline policies that say what they may do.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html
 */
export class Iam implements Service {
  public readonly name = 'iam';

  public readonly operations: Readonly<Record<string, Operation>> = {
    CreateRole: taking<RoleInput>(
      'RoleName AssumeRolePolicyDocument Path Description MaxSessionDuration PermissionsBoundary Tags',
      (input, caller) => ({ Role: describeRole(this.createRole(input, caller)) }),
    ),
    GetRole: taking<{ RoleName: string }>('RoleName', (input, caller) => ({
      Role: describeRole(this.role('iam:GetRole', input.RoleName, caller)),
    })),
    DeleteRole: taking<{ RoleName: string }>('RoleName', (input, caller) => this.deleteRole(input, caller)),
    UpdateRole: taking<Omit<RoleInput, 'Tags'>>(
      'RoleName Description MaxSessionDuration',
      (input, caller) => {
        const role = this.role('iam:UpdateRole', input.RoleName, caller);
        role.description = input.Description;
        role.maxSession = Number(input.MaxSessionDuration ?? HOUR);
      },
    ),
    UpdateAssumeRolePolicy: taking<{ RoleName: string; PolicyDocument: string }>(
      'RoleName PolicyDocument',
      (input, caller) => {
        const role = this.role('iam:UpdateAssumeRolePolicy', input.RoleName, caller);
        role.trust = this.parseTrust(input.PolicyDocument);
      },
    ),
    PutRolePermissionsBoundary: taking<{ RoleName: string; PermissionsBoundary: string }>(
      'RoleName PermissionsBoundary',
      (input, caller) => {
        const role = this.role('iam:PutRolePermissionsBoundary', input.RoleName, caller);
        this.account(caller).document(input.PermissionsBoundary);
        role.boundary = input.PermissionsBoundary;
      },
    ),
    DeleteRolePermissionsBoundary: taking<{ RoleName: string }>('RoleName', (input, caller) => {
      delete this.role('iam:DeleteRolePermissionsBoundary', input.RoleName, caller).boundary;
    }),
    PutRolePolicy: taking<InlineInput>('RoleName PolicyName PolicyDocument', (input, caller) => {
      const role = this.role('iam:PutRolePolicy', input.RoleName, caller);
      role.inline.set(input.PolicyName, parsePolicy(input.PolicyDocument, 'identity'));
    }),
    GetRolePolicy: taking<InlineInput>('RoleName PolicyName', (input, caller) => {
      const role = this.role('iam:GetRolePolicy', input.RoleName, caller);
      const document = role.inline.get(input.PolicyName);
      if (document === undefined) {
        throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
      }
      return { ...input, PolicyDocument: encodeURIComponent(JSON.stringify(document)) };
    }),
    DeleteRolePolicy: taking<InlineInput>('RoleName PolicyName', (input, caller) => {
      const role = this.role('iam:DeleteRolePolicy', input.RoleName, caller);
      if (!role.inline.delete(input.PolicyName)) {
        throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
      }
    }),
    ListRolePolicies: taking<{ RoleName: string }>('RoleName', (input, caller) => ({
      PolicyNames: [...this.role('iam:ListRolePolicies', input.RoleName, caller).inline.keys()],
      IsTruncated: false,
    })),
    AttachRolePolicy: taking<{ RoleName: string; PolicyArn: string }>(
      'RoleName PolicyArn',
      (input, caller) => {
        const role = this.role('iam:AttachRolePolicy', input.RoleName, caller, {
          'iam:PolicyARN': input.PolicyArn,
        });
        this.checkAttachable(input.PolicyArn, caller);
        role.attached.add(input.PolicyArn);
      },
    ),
    DetachRolePolicy: taking<{ RoleName: string; PolicyArn: string }>(
      'RoleName PolicyArn',
      (input, caller) => {
        const role = this.role('iam:DetachRolePolicy', input.RoleName, caller, {
          'iam:PolicyARN': input.PolicyArn,
        });
        if (!role.attached.delete(input.PolicyArn)) {
          throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
        }
      },
    ),
    ListAttachedRolePolicies: taking<{ RoleName: string }>('RoleName', (input, caller) => ({
      AttachedPolicies: [...this.role('iam:ListAttachedRolePolicies', input.RoleName, caller).attached].map(
        (arn) => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn }),
      ),
      IsTruncated: false,
    })),
    TagRole: taking<{ RoleName: string; Tags: readonly Tag[] }>('RoleName Tags', (input, caller) => {
      const role = this.role('iam:TagRole', input.RoleName, caller);
      input.Tags.forEach(({ Key, Value }) => role.tags.set(Key, Value));
    }),
    UntagRole: taking<{ RoleName: string; TagKeys: readonly string[] }>(
      'RoleName TagKeys',
      (input, caller) => {
        const role = this.role('iam:UntagRole', input.RoleName, caller);
        input.TagKeys.forEach((key) => role.tags.delete(key));
      },
    ),
    CreatePolicy: taking<ManagedInput>('PolicyName PolicyDocument Path Description', (input, caller) => ({
      Policy: describePolicy(this.createPolicy(input, caller)),
    })),
    GetPolicy: taking<{ PolicyArn: string }>('PolicyArn', (input, caller) => ({
      Policy: describePolicy(this.policy('iam:GetPolicy', input.PolicyArn, caller)),
    })),
    CreatePolicyVersion: taking<{
      PolicyArn: string;
      PolicyDocument: string;
      SetAsDefault: boolean | string;
    }>('PolicyArn PolicyDocument SetAsDefault', (input, caller) => {
      const policy = this.policy('iam:CreatePolicyVersion', input.PolicyArn, caller);
      if (String(input.SetAsDefault) !== 'true') {
        throw notImplemented('iam:CreatePolicyVersion without SetAsDefault');
      }
      policy.document = parsePolicy(input.PolicyDocument, 'identity');
      policy.version += 1;
      return { PolicyVersion: { VersionId: `v${policy.version}`, IsDefaultVersion: true } };
    }),
    DeletePolicy: taking<{ PolicyArn: string }>('PolicyArn', (input, caller) => {
      this.policy('iam:DeletePolicy', input.PolicyArn, caller);
      const account = this.account(caller);
      if (account.attachments(input.PolicyArn).length > 0) {
        throw deleteConflict('Cannot delete a policy attached to entities.');
      }
      account.policies.delete(input.PolicyArn);
    }),
  };

  constructor(
    private readonly principals: Principals,
    private readonly authorization: Authorization,
  ) {}

  private account(caller: Caller): IamAccount {
    return this.principals.account(caller.account, partitionOf(caller.region));
  }

  private role(action: string, name: string, caller: Caller, context: Record<string, string> = {}): Role {
    const account = this.account(caller);
    const known = account.roles.get(name);
    const resource = known?.arn ?? roleArn(caller, '/', name);
    this.authorization.check({ caller, action, resource, context });
    return account.role(name);
  }

  private policy(action: string, arn: string, caller: Caller): ManagedPolicy {
    this.authorization.check({ caller, action, resource: arn });
    return this.account(caller).policy(arn);
  }

  private createRole(input: RoleInput, caller: Caller): Role {
    checkName('roleName', input.RoleName, 64);
    const path = input.Path ?? '/';
    const arn = roleArn(caller, path, input.RoleName);
    const context: ConditionContext =
      input.PermissionsBoundary === undefined ? {} : { 'iam:PermissionsBoundary': input.PermissionsBoundary };
    this.authorization.check({ caller, action: 'iam:CreateRole', resource: arn, context });
    const account = this.account(caller);
    if (account.roles.has(input.RoleName)) {
      throw new AwsError('EntityAlreadyExists', `Role with name ${input.RoleName} already exists.`, 409);
    }
    if (input.PermissionsBoundary !== undefined) {
      account.document(input.PermissionsBoundary);
    }
    const role: Role = {
      name: input.RoleName,
      path,
      arn,
      id: newId('AROA'),
      created: new Date(),
      trust: this.parseTrust(input.AssumeRolePolicyDocument),
      description: input.Description,
      maxSession: Number(input.MaxSessionDuration ?? HOUR),
      boundary: input.PermissionsBoundary,
      inline: new Map(),
      attached: new Set(),
      tags: new Map((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    };
    account.roles.set(role.name, role);
    return role;
  }

  private deleteRole(input: { RoleName: string }, caller: Caller): void {
    const role = this.role('iam:DeleteRole', input.RoleName, caller);
    if (role.attached.size > 0) {
      throw deleteConflict('Cannot delete entity, must detach all policies first.');
    }
    if (role.inline.size > 0) {
      throw deleteConflict('Cannot delete entity, must delete policies first.');
    }
    this.account(caller).roles.delete(role.name);
  }

  private createPolicy(input: ManagedInput, caller: Caller): ManagedPolicy {
    checkName('policyName', input.PolicyName, 128);
    const path = input.Path ?? '/';
    const arn = `arn:${caller.partition}:iam::${caller.account}:policy${path}${input.PolicyName}`;
    this.authorization.check({ caller, action: 'iam:CreatePolicy', resource: arn });
    const { policies } = this.account(caller);
    if (policies.has(arn)) {
      throw new AwsError(
        'EntityAlreadyExists',
        `A policy called ${input.PolicyName} already exists. Duplicate names are not allowed.`,
        409,
      );
    }
    const policy: ManagedPolicy = {
      name: input.PolicyName,
      path,
      arn,
      id: newId('ANPA'),
      created: new Date(),
      description: input.Description,
      document: parsePolicy(input.PolicyDocument, 'identity'),
      version: 1,
    };
    policies.set(arn, policy);
    return policy;
  }

  private checkAttachable(arn: string, caller: Caller): void {
    if (
      arn.startsWith(`arn:${caller.partition}:iam::aws:policy/`) &&
      !this.account(caller).knowsDocument(arn)
    ) {
      throw notImplemented(`the AWS managed policy ${JSON.stringify(arn)}`);
    }
    if (!this.account(caller).knowsDocument(arn)) {
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    }
  }

  private parseTrust(text: string): PolicyDocument {
    const document = parsePolicy(text, 'trust');
    const missing = this.principals.missingFrom(document);
    if (missing !== undefined) {
      throw new AwsError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${missing}"`);
    }
    return document;
  }
}

function checkName(what: string, name: string, longest: number): void {
  if (!NAME.test(name) || name.length > longest) {
    throw new AwsError(
      'ValidationError',
      `The specified value for ${what} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-` +
        ` and be at most ${longest} characters long: ${JSON.stringify(name)}`,
    );
  }
}

function roleArn(caller: Caller, path: string, name: string): string {
  return `arn:${caller.partition}:iam::${caller.account}:role${path}${name}`;
}

function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, 409);
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

function describePolicy(policy: ManagedPolicy): object {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: `v${policy.version}`,
    Description: policy.description,
    IsAttachable: true,
    CreateDate: policy.created,
  };
}
