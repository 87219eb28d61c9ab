import { opaque, isOpaque, unresolved } from '../policy/opaque';
import { type Json, own } from './json';
import { resourceToken } from './resource-token';
import type { Scope } from './scope';
import type { Resource } from './template';

const KEY_TYPES: readonly string[] = ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'];

/** IAM's resources, whose ARNs follow from their names. */
const IAM_TYPES: Readonly<Record<string, { readonly kind: 'role' | 'user'; readonly name: string }>> = {
  'AWS::IAM::Role': { kind: 'role', name: 'RoleName' },
  'AWS::IAM::User': { kind: 'user', name: 'UserName' },
};

/** The value of `Ref` to a resource. */
export function referenceTo(logicalId: string, resource: Resource, scope: Scope): Json {
  if (KEY_TYPES.includes(resource.type)) return keyId(logicalId, scope);
  if (resource.type === 'AWS::KMS::Alias')
    return scope.resolve(own(resource.properties, 'AliasName') ?? null) ?? null;
  if (Object.hasOwn(IAM_TYPES, resource.type)) return iamName(logicalId, resource, scope);
  return other(logicalId, 'Ref', resource, scope);
}

/** The value of `Fn::GetAtt` of a resource. */
export function attributeOf(logicalId: string, attribute: string, resource: Resource, scope: Scope): Json {
  const { partition } = scope.template.stack.environment;
  const [account, region] = [scope.ref('AWS::AccountId') as string, scope.ref('AWS::Region') as string];
  if (KEY_TYPES.includes(resource.type)) {
    const id = keyId(logicalId, scope);
    if (attribute === 'KeyId') return id;
    if (attribute === 'Arn') return `arn:${partition}:kms:${region}:${account}:key/${id}`;
  }
  if (attribute === 'Arn' && Object.hasOwn(IAM_TYPES, resource.type)) {
    const path = scope.resolve(own(resource.properties, 'Path') ?? '/');
    const name = iamName(logicalId, resource, scope);
    if (typeof path === 'string')
      return `arn:${partition}:iam::${account}:${IAM_TYPES[resource.type].kind}${path}${name}`;
  }
  return other(logicalId, attribute, resource, scope);
}

function keyId(logicalId: string, scope: Scope): string {
  return resourceToken({ stackId: scope.template.stack.id, logicalId, attribute: 'KeyId' });
}

function iamName(logicalId: string, resource: Resource, scope: Scope): string {
  const { name } = IAM_TYPES[resource.type];
  const given = scope.resolve(own(resource.properties, name) ?? null);
  return typeof given === 'string'
    ? given
    : resourceToken({ stackId: scope.template.stack.id, logicalId, attribute: name });
}

/**
 * The value of any other attribute: new, unless the resource has a name that could be written out
 * elsewhere, or is one that can return anything.
 */
function other(logicalId: string, attribute: string, resource: Resource, scope: Scope): string {
  const label = scope.label(`${logicalId}.${attribute}`);
  const isFree = /^(Custom::|AWS::CloudFormation::|AWS::SSM::)/.test(resource.type);
  return isFree || isNamed(resource, scope) ? unresolved(label) : opaque(label);
}

/** Whether a template gives a resource its name, as `TopicName` of a topic does; `DisplayName` does not. */
function isNamed({ type, properties }: Resource, scope: Scope): boolean {
  const kind = type.slice(type.lastIndexOf(':') + 1);
  return ['Name', `${kind}Name`, `${kind}Identifier`].some((property) => {
    const name = own(properties, property);
    return name !== undefined && !isOpaque(JSON.stringify(scope.resolve(name) ?? ''));
  });
}
