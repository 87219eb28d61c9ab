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
  const { stack, resources, macros } = scope.template;
  const keys: KeyItem[] = [];
  const aliases: AliasItem[] = [];
  const policies: IdentityPolicyItem[] = [];
  const made: IdentityItem[] = [];
  const gaps = macros.map(
    (macro) => `${stack.displayName}: ${macro} can add and change resources when it is deployed`,
  );
  for (const [logicalId, resource] of Object.entries(resources)) {
    if (resource.condition !== undefined && scope.condition(resource.condition) === false) continue;
    switch (resource.type) {
      case 'AWS::KMS::Key':
        keys.push(keyItem('key', logicalId, resource, scope));
        break;
      case 'AWS::KMS::ReplicaKey':
        keys.push(keyItem('replica', logicalId, resource, scope));
        break;
      case 'AWS::KMS::Alias':
        aliases.push(aliasItem(logicalId, resource, scope));
        break;
      case 'AWS::CloudFormation::Stack': {
        const nested = scope.nested(logicalId);
        const found = nested && inventoryOf(nested);
        keys.push(...(found?.keys ?? []));
        aliases.push(...(found?.aliases ?? []));
        policies.push(...(found?.identityPolicies ?? []));
        made.push(...(found?.identities ?? []));
        gaps.push(
          ...(found?.gaps ?? [
            `${stack.displayName}: the template of the nested stack ${logicalId} is not here`,
          ]),
        );
        break;
      }
      default:
        policies.push(...identityPolicies(logicalId, resource, scope));
        made.push(...identities(logicalId, resource, scope));
        if (mayHideKeys(resource))
          gaps.push(`${stack.displayName}: ${logicalId} (${resource.type}) may hold further keys`);
    }
  }
  return { stack, keys, aliases, identityPolicies: policies, identities: made, gaps };
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
