import type { JsonObject } from '../../lib/audit/template/json';
import { notImplemented } from '../aws-error';
import type { Caller } from '../caller';

/**
 * What an update does that changes a property: changes the resource where it is, replaces it by
 * another, or fails.
 */
export type UpdateBehavior = 'in-place' | 'replace' | 'immutable';

/** AWS as a resource's handler calls it: as the execution role of the stack. */
export interface Handlers {
  readonly caller: Caller;
  call<Output = JsonObject>(
    service: string,
    operation: string,
    input: object,
    region?: string,
  ): Promise<Output>;
  /** A name of the form `<stack>-<logical id>-<random>`. */
  newName(longest: number): string;
}

/** One CloudFormation resource type: its properties, and what happens when a stack has one. */
export interface ResourceType {
  readonly properties: Readonly<Record<string, UpdateBehavior>>;
  readonly required: readonly string[];
  /** What an absent property means: naming the default explicitly is no change. */
  readonly defaults?: Readonly<Record<string, string | number | boolean>>;
  /** Whether the tags of the stack are put on the resource. */
  readonly taggable?: boolean;

  /**
   * @param created called with the physical id as soon as the resource exists, so that a rollback
   * finds it even when a later step of the creation fails
   */
  create(properties: JsonObject, aws: Handlers, created: (id: string) => void): Promise<void>;
  update(id: string, properties: JsonObject, previous: JsonObject, aws: Handlers): Promise<void>;
  delete(id: string, properties: JsonObject, aws: Handlers): Promise<void>;
  /**
   * What an import finds an existing resource by; a type without it cannot be imported.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
   */
  readonly identifier?: string;
  /** @throws AwsError when there is no resource of that physical id */
  find?(id: string, aws: Handlers): Promise<unknown>;

  /** What `Fn::GetAtt` can ask for. */
  attributes(id: string, properties: JsonObject, aws: Handlers): Promise<Readonly<Record<string, string>>>;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Refuses the members of a nested property that nothing here acts on. */
export function acceptOnly(where: string, value: object | undefined, names: readonly string[]): void {
  const unknown = Object.keys(value ?? {}).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw notImplemented(
      `the property ${unknown.map((name) => JSON.stringify(`${where}.${name}`)).join(', ')}`,
    );
  }
}

/** The tags to set and the keys to remove between two lists of tags. */
export function tagChanges(
  previous: readonly Tag[] = [],
  next: readonly Tag[] = [],
): { readonly set: readonly Tag[]; readonly remove: readonly string[] } {
  const before = new Map(previous.map(({ Key, Value }) => [Key, Value]));
  const after = new Set(next.map(({ Key }) => Key));
  return {
    set: next.filter(({ Key, Value }) => before.get(Key) !== Value),
    remove: [...before.keys()].filter((key) => !after.has(key)),
  };
}

/** The properties that differ, once each absent one is read as its default. */
export function changedProperties(type: ResourceType, before: JsonObject, after: JsonObject): string[] {
  const [old, next] = [before, after].map((each) => ({ ...type.defaults, ...each }));
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].filter(
    (name) => !same(old[name], next[name]),
  );
}

/** Whether two property values mean the same to CloudFormation, to which `true` and `"true"` are one. */
export function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) => {
    if (typeof each === 'number' || typeof each === 'boolean') {
      return String(each);
    }
    if (typeof each === 'object' && each !== null && !Array.isArray(each)) {
      return Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)));
    }
    return each;
  });
}
