import { notImplemented, type AwsError } from '../aws-error';
import type { Caller } from '../caller';
import { taking, type Operations } from '../service';
import type { Desk } from './desk';
import { noSuchEntity } from './entity';
import { parsePolicy } from './policy-document';

interface Named {
  readonly RoleName: string;
}

interface InlineInput extends Named {
  readonly PolicyName: string;
  readonly PolicyDocument: string;
}

interface AttachedInput extends Named {
  readonly PolicyArn: string;
}

/**
 * The policies of a role: those written into it, and the managed ones attached to it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
 */
export function rolePolicyOperations(desk: Desk): Operations {
  return {
    PutRolePolicy: taking<InlineInput>('RoleName PolicyName PolicyDocument', (input, caller) => {
      const role = desk.role('PutRolePolicy', input.RoleName, caller);
      role.inline.set(input.PolicyName, parsePolicy(input.PolicyDocument, 'identity'));
    }),
    GetRolePolicy: taking<InlineInput>('RoleName PolicyName', (input, caller) => {
      const role = desk.role('GetRolePolicy', input.RoleName, caller);
      const document = role.inline.get(input.PolicyName);
      if (document === undefined) {
        throw noSuchInlinePolicy(input.PolicyName);
      }
      return { ...input, PolicyDocument: encodeURIComponent(JSON.stringify(document)) };
    }),
    DeleteRolePolicy: taking<InlineInput>('RoleName PolicyName', (input, caller) => {
      const role = desk.role('DeleteRolePolicy', input.RoleName, caller);
      if (!role.inline.delete(input.PolicyName)) {
        throw noSuchInlinePolicy(input.PolicyName);
      }
    }),
    ListRolePolicies: taking<Named>('RoleName', (input, caller) => ({
      PolicyNames: [...desk.role('ListRolePolicies', input.RoleName, caller).inline.keys()],
      IsTruncated: false,
    })),
    AttachRolePolicy: taking<AttachedInput>('RoleName PolicyArn', ({ RoleName, PolicyArn }, caller) => {
      const role = desk.role('AttachRolePolicy', RoleName, caller, { 'iam:PolicyARN': PolicyArn });
      checkAttachable(desk, PolicyArn, caller);
      role.attached.add(PolicyArn);
    }),
    DetachRolePolicy: taking<AttachedInput>('RoleName PolicyArn', ({ RoleName, PolicyArn }, caller) => {
      const role = desk.role('DetachRolePolicy', RoleName, caller, { 'iam:PolicyARN': PolicyArn });
      if (!role.attached.delete(PolicyArn)) {
        throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      }
    }),
    ListAttachedRolePolicies: taking<Named>('RoleName', (input, caller) => ({
      AttachedPolicies: [...desk.role('ListAttachedRolePolicies', input.RoleName, caller).attached].map(
        (arn) => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn }),
      ),
      IsTruncated: false,
    })),
  };
}

function checkAttachable(desk: Desk, arn: string, caller: Caller): void {
  if (!desk.account(caller).knowsDocument(arn)) {
    throw arn.startsWith(`arn:${caller.partition}:iam::aws:policy/`)
      ? notImplemented(`the AWS managed policy ${JSON.stringify(arn)}`)
      : noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }
}

function noSuchInlinePolicy(name: string): AwsError {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`);
}
