import { identities, type IdentityItem, identityPolicies, type IdentityPolicyItem } from './identity-item';
import { type Json, own } from './json';
import { type AliasItem, aliasItem, type KeyItem, keyItem, type KeyReference } from './key-item';
import { type ParameterValues, Resolver } from './resolver';
import type { Scope } from './scope';
import { noTemplates, type Source } from './source';
import type { Resource, Stack } from './template';

/** What one stack, its nested stacks included, has to do with KMS. */
export interface StackInventory {
  readonly stack: Stack;
  readonly keys: readonly KeyItem[];
  readonly aliases: readonly AliasItem[];

  /** The IAM policies of its roles, users and groups, and those roles and users. */
  readonly identityPolicies: readonly IdentityPolicyItem[];
  readonly identities: readonly IdentityItem[];

  /** What may hide further keys or change those found: whoever decides about the stack has to say so. */
  readonly gaps: readonly string[];
}

/**
 * The keys, replicas and aliases of a source, one stack at a time.
 *
 * Nothing is kept from one stack to the next, so a thousand stacks take no more memory than a dozen.
 * Resources of different stacks are tied together by name: `KeyReference.keyItem` is the `id` of a
 * `KeyItem`, which `key()` finds again.
 */
export class Inventory {
  private readonly resolver: Resolver;

  constructor(
    readonly source: Source,
    parameters: ParameterValues = {},
  ) {
    this.resolver = new Resolver(source, parameters);
  }

  /** Each stack in the order of the source. */
  *stacks(): Generator<StackInventory> {
    let found = false;
    for (const stack of this.source.stacks) {
      const scope = this.resolver.scope(stack);
      if (!scope) continue;
      found = true;
      yield inventoryOf(scope);
    }
    if (!found && this.source.stacks.length > 0) throw noTemplates(this.source.path);
  }

  /** The key that a resource names; undefined when no template of the source makes it. */
  key({ keyItem: id }: KeyReference): KeyItem | undefined {
    if (id === undefined) return undefined;
    const stack = this.source.stacks.find(
      (each) => each.id === '' || afterPrefix(id, each.id).startsWith('>'),
    );
    const scope = stack && this.resolver.scope(stack);
    return scope && inventoryOf(scope).keys.find((key) => key.id === id);
  }

  /** All stacks at once, for questions that put every key beside the others. */
  all(): FullInventory {
    const stacks = [...this.stacks()];
    const aliases = stacks.flatMap((each) => each.aliases);
    const aliasesOf = new Map<string, AliasItem[]>();
    for (const alias of aliases) {
      const id = alias.target.keyItem;
      if (id !== undefined) aliasesOf.set(id, [...(aliasesOf.get(id) ?? []), alias]);
    }
    return {
      stacks,
      keys: stacks.flatMap((each) => each.keys),
      aliases,
      gaps: stacks.flatMap((each) => each.gaps),
      aliasesOf,
    };
  }
}

/** The inventory of a source as a whole. */
export interface FullInventory {
  readonly stacks: readonly StackInventory[];
  readonly keys: readonly KeyItem[];
  readonly aliases: readonly AliasItem[];
  readonly gaps: readonly string[];

  /** The aliases of each key, by the key's id. */
  readonly aliasesOf: ReadonlyMap<string, readonly AliasItem[]>;
}

function inventoryOf(scope: Scope): StackInventory {
  const { stack, resources } = scope.template;
  const present = Object.entries(resources).filter(
    ([, { condition }]) => condition === undefined || scope.condition(condition) !== false,
  );
  const nested = present.flatMap(([logicalId]) => scope.nested(logicalId) ?? []);
  const parts = [ownInventory(scope, present), ...nested.map(inventoryOf)];
  return {
    stack,
    keys: parts.flatMap(({ keys }) => keys),
    aliases: parts.flatMap(({ aliases }) => aliases),
    identityPolicies: parts.flatMap((part) => part.identityPolicies),
    identities: parts.flatMap((part) => part.identities),
    gaps: parts.flatMap(({ gaps }) => gaps),
  };
}

/** What the resources of a template itself have to do with KMS. */
function ownInventory(
  scope: Scope,
  resources: readonly (readonly [logicalId: string, resource: Resource])[],
): Omit<StackInventory, 'stack'> {
  const of = <T>(type: string, read: (logicalId: string, resource: Resource) => T): T[] =>
    resources.filter(([, each]) => each.type === type).map(([logicalId, each]) => read(logicalId, each));
  return {
    keys: [
      ...of('AWS::KMS::Key', (id, resource) => keyItem('key', id, resource, scope)),
      ...of('AWS::KMS::ReplicaKey', (id, resource) => keyItem('replica', id, resource, scope)),
    ],
    aliases: of('AWS::KMS::Alias', (id, resource) => aliasItem(id, resource, scope)),
    identityPolicies: resources.flatMap(([id, resource]) => identityPolicies(id, resource, scope)),
    identities: resources.flatMap(([id, resource]) => identities(id, resource, scope)),
    gaps: [
      ...scope.template.macros.map((macro) => `${macro} can add and change resources when it is deployed`),
      ...resources.flatMap(([id, resource]) => gapAt(id, resource, scope) ?? []),
    ].map((gap) => `${scope.template.stack.displayName}: ${gap}`),
  };
}

/** Why a resource may bring keys that are not seen; undefined when it does not. */
function gapAt(logicalId: string, resource: Resource, scope: Scope): string | undefined {
  if (resource.type === 'AWS::CloudFormation::Stack' && !scope.nested(logicalId)) {
    return `the template of the nested stack ${logicalId} is not here`;
  }
  return mayHideKeys(resource) ? `${logicalId} (${resource.type}) may hold further keys` : undefined;
}

/** Whether a resource brings further resources: a module, or a stack set that does not show them all. */
function mayHideKeys({ type, properties }: Resource): boolean {
  if (type.endsWith('::MODULE')) return true;
  if (type !== 'AWS::CloudFormation::StackSet') return false;
  const body: Json | undefined = own(properties, 'TemplateBody');
  return typeof body !== 'string' || body.includes('AWS::KMS::');
}

function afterPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : '';
}
