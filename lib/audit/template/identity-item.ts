import { type Item, itemOf } from './key-item';
import { isObject, type Json, own } from './json';
import type { Scope } from './scope';
import type { Resource } from './template';

/** An IAM policy as a template attaches it to a role, a user or a group. */
export interface IdentityPolicyItem extends Item {
  readonly kind: 'identity-policy';

  /** A policy of its own, or one that is a part of a role, a user or a group. */
  readonly isManaged: boolean;
  readonly document: Json;

  /** The way to the document from the resource. */
  readonly path: readonly (string | number)[];
}

/** A role or user that a template makes. */
export interface IdentityItem {
  readonly logicalId: string;
  readonly arn: string;
}

const SEPARATE = /^AWS::IAM::(?:Policy|ManagedPolicy|RolePolicy|UserPolicy|GroupPolicy)$/;
const WITH_POLICIES = /^AWS::IAM::(?:Role|User|Group)$/;

/** The IAM policies that a resource is or has. */
export function identityPolicies(logicalId: string, resource: Resource, scope: Scope): IdentityPolicyItem[] {
  const { type } = resource;
  if (!SEPARATE.test(type) && !WITH_POLICIES.test(type)) return [];
  const item = itemOf(logicalId, resource, scope);
  const policyOf = (document: Json | undefined, path: readonly (string | number)[]): IdentityPolicyItem => ({
    ...item,
    kind: 'identity-policy',
    isManaged: type === 'AWS::IAM::ManagedPolicy',
    document: document ?? null,
    path: ['Properties', ...path],
  });
  if (SEPARATE.test(type)) return [policyOf(own(item.properties, 'PolicyDocument'), ['PolicyDocument'])];
  const inline = own(item.properties, 'Policies') ?? [];
  return Array.isArray(inline)
    ? inline.map((each, index) =>
        policyOf(isObject(each) ? own(each, 'PolicyDocument') : each, ['Policies', index, 'PolicyDocument']),
      )
    : [policyOf(inline, ['Policies'])];
}

/** The role or user that a resource is. */
export function identities(logicalId: string, { type }: Resource, scope: Scope): IdentityItem[] {
  if (type !== 'AWS::IAM::Role' && type !== 'AWS::IAM::User') return [];
  const arn = scope.attribute(logicalId, 'Arn');
  return typeof arn === 'string' ? [{ logicalId, arn }] : [];
}
