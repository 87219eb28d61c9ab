import type { Policy } from '../policy/document';
import type { InvalidPolicy } from '../policy/invalid-policy';
import { isObject, type Json, type JsonObject, own } from './json';
import { defaultPolicy, tryParsePolicy } from './key-policy-document';
import { type KeySettings, keySettings } from './key-settings';
import { keyOf } from './resource-token';
import type { Scope } from './scope';
import { type Setting, textSetting } from './setting';
import type { Resource, Stack } from './template';

/** What is said of every resource. */
export interface Item {
  /** Tells the resource from all others of its source, and stays the same in the source's next version. */
  readonly id: string;
  readonly stack: Stack;
  readonly logicalId: string;

  /** Where people find it: the stack and the logical id. */
  readonly where: string;

  /** The condition that the resource depends on, when it is not known whether it holds. */
  readonly undecidedCondition?: string;

  /** Of such a condition: what it leans on. The same in two versions, it holds in both or in none. */
  readonly definitions?: string;
  readonly deletionPolicy: Setting<string>;
  readonly updateReplacePolicy: Setting<string>;

  /** Every property with its functions carried out; values not known are tokens inside the strings. */
  readonly properties: JsonObject;
}

/** A key or a replica. */
export interface KeyItem extends Item {
  readonly kind: 'key' | 'replica';
  readonly arn: string;
  readonly settings: KeySettings;

  /** The policy document, resolved; KMS's own default where the template has none. */
  readonly policyDocument: Json;
  readonly hasDefaultPolicy: boolean;

  /** The policy as data, or why the document is none. */
  readonly policy: Policy | InvalidPolicy;

  /** Of a replica: the key that it is related to. */
  readonly primary?: KeyReference;
}

/** An alias. */
export interface AliasItem extends Item {
  readonly kind: 'alias';

  /** With the prefix `alias/`. */
  readonly name: Setting<string>;
  readonly target: KeyReference;
}

/** A key as another resource names it. */
export interface KeyReference {
  /** The key's id or ARN. */
  readonly value: Setting<string>;

  /** The id of the `KeyItem` when a template of the same source makes the key. */
  readonly keyItem?: string;
}

/** The key or replica that a resource declares. */
export function keyItem(kind: KeyItem['kind'], logicalId: string, resource: Resource, scope: Scope): KeyItem {
  const item = itemOf(logicalId, resource, scope);
  const document = own(item.properties, 'KeyPolicy');
  const policyDocument = document ?? defaultPolicy(scope);
  return {
    ...item,
    kind,
    arn: scope.attribute(logicalId, 'Arn') as string,
    settings: keySettings(item.properties, kind),
    policyDocument,
    hasDefaultPolicy: document === undefined,
    policy: tryParsePolicy(policyDocument),
    ...(kind === 'replica' && { primary: referenceOf(own(item.properties, 'PrimaryKeyArn')) }),
  };
}

/** The alias that a resource declares. */
export function aliasItem(logicalId: string, resource: Resource, scope: Scope): AliasItem {
  const item = itemOf(logicalId, resource, scope);
  return {
    ...item,
    kind: 'alias',
    name: requiredText(own(item.properties, 'AliasName')),
    target: referenceOf(own(item.properties, 'TargetKeyId')),
  };
}

/** The id of the item that a template declares. */
export function itemId({
  stackId,
  logicalId,
}: {
  readonly stackId: string;
  readonly logicalId: string;
}): string {
  return stackId ? `${stackId}>${logicalId}` : logicalId;
}

/** What is said of every resource, of one. */
export function itemOf(logicalId: string, resource: Resource, scope: Scope): Item {
  const { stack } = scope.template;
  const properties = scope.resolve(resource.properties);
  const { condition, deletionPolicy, updateReplacePolicy } = resource;
  return {
    id: itemId({ stackId: stack.id, logicalId }),
    stack,
    logicalId,
    where: `${stack.displayName}: ${logicalId}`,
    ...(condition !== undefined &&
      scope.condition(condition) === undefined && {
        undecidedCondition: condition,
        definitions: scope.definitions(),
      }),
    deletionPolicy: textSetting(scope.resolve(deletionPolicy ?? 'Delete'), 'Delete'),
    updateReplacePolicy: textSetting(scope.resolve(updateReplacePolicy ?? 'Delete'), 'Delete'),
    properties: isObject(properties) ? properties : {},
  };
}

function referenceOf(value: Json | undefined): KeyReference {
  const made = typeof value === 'string' ? keyOf(value) : undefined;
  return made && typeof value === 'string'
    ? { value, keyItem: itemId(made) }
    : { value: requiredText(value) };
}

function requiredText(value: Json | undefined): Setting<string> {
  return textSetting(value, undefined) ?? { undecided: 'it is missing' };
}
