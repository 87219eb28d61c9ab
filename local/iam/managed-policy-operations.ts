import { notImplemented } from '../aws-error';
import type { Caller } from '../caller';
import { taking, type Operations } from '../service';
import type { ManagedPolicy } from './account';
import type { Desk } from './desk';
import { alreadyExists, checkName, deleteConflict, entityArn, newId } from './entity';
import { parsePolicy } from './policy-document';

interface CreateInput {
  readonly PolicyName: string;
  readonly PolicyDocument: string;
  readonly Path?: string;
  readonly Description?: string;
}

interface Named {
  readonly PolicyArn: string;
}

/**
 * The managed policies of an account.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
 */
export function managedPolicyOperations(desk: Desk): Operations {
  return {
    CreatePolicy: taking<CreateInput>('PolicyName PolicyDocument Path Description', (input, caller) => ({
      Policy: describePolicy(createPolicy(desk, input, caller)),
    })),
    GetPolicy: taking<Named>('PolicyArn', (input, caller) => ({
      Policy: describePolicy(desk.policy('GetPolicy', input.PolicyArn, caller)),
    })),
    CreatePolicyVersion: taking<Named & { PolicyDocument: string; SetAsDefault: boolean | string }>(
      'PolicyArn PolicyDocument SetAsDefault',
      (input, caller) => {
        const policy = desk.policy('CreatePolicyVersion', input.PolicyArn, caller);
        if (String(input.SetAsDefault) !== 'true') {
          throw notImplemented('iam:CreatePolicyVersion without SetAsDefault');
        }
        policy.document = parsePolicy(input.PolicyDocument, 'identity');
        policy.version += 1;
        return { PolicyVersion: { VersionId: `v${policy.version}`, IsDefaultVersion: true } };
      },
    ),
    DeletePolicy: taking<Named>('PolicyArn', (input, caller) => {
      desk.policy('DeletePolicy', input.PolicyArn, caller);
      const account = desk.account(caller);
      if (account.attachments(input.PolicyArn).length > 0) {
        throw deleteConflict('Cannot delete a policy attached to entities.');
      }
      account.policies.delete(input.PolicyArn);
    }),
  };
}

function createPolicy(desk: Desk, input: CreateInput, caller: Caller): ManagedPolicy {
  const { PolicyName: name, Path: path = '/' } = input;
  checkName('policyName', name, 128);
  const arn = entityArn('policy', path, name, caller);
  desk.check('CreatePolicy', arn, caller);
  const { policies } = desk.account(caller);
  if (policies.has(arn)) {
    throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
  }
  const policy: ManagedPolicy = {
    name,
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
