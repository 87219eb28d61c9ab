import { type Finding, findingId } from '../finding';
import type { Json } from '../template/json';
import type { AliasItem, KeyItem } from '../template/key-item';
import type { Stack } from '../template/template';
import type { AccessChange } from './access-change';
import { type ChangeRule, type RuleId, RULES } from './rule';

/** What a change happens to. */
export type Subject = KeyItem | AliasItem;

/** One change with its verdict. */
export interface Change extends Finding {
  readonly rule: ChangeRule;

  /** The stack, as messages name it: `prod/eu-central-1`. */
  readonly place: string;

  /** What AWS does when it is deployed. */
  readonly effect: string;

  /** The way to do it safely. */
  readonly remedy: string;

  /** Of a change of access: who, which calls, and one of them as an example. */
  readonly access?: AccessChange;
}

/** What is particular about a change. */
export interface ChangeDetails {
  /** In words: `RotationPeriodInDays 365 → 730`. */
  readonly message: string;

  /** The values: they bind the id to exactly this change. */
  readonly before?: Json;
  readonly after?: Json;

  /** Where it stands within the resource. */
  readonly path?: readonly string[];
  readonly effect?: string;
  readonly remedy?: string;
  readonly access?: AccessChange;
}

/** A change that comes under a rule. */
export function change(
  rule: RuleId,
  { id, where, logicalId, stack }: Pick<Subject, 'id' | 'where' | 'logicalId' | 'stack'>,
  { before = null, after = null, path = [], ...particular }: ChangeDetails,
): Change {
  const { effect, remedy } = RULES[rule];
  const words = particular.access && [particular.access.who, particular.access.actions];
  return {
    id: findingId(rule, id, [path, before, after, words ?? null]),
    rule: { id: rule, ...RULES[rule] },
    resource: id,
    where,
    place: placeOf(stack),
    account: stack.environment.account,
    isUndecided: rule === 'undecided',
    file: stack.file,
    path: logicalId ? ['Resources', logicalId, ...path] : [],
    effect,
    remedy,
    ...particular,
  };
}

/** The construct path without the name of the stack: `prod/eu-central-1`. */
export function placeOf({ displayName }: Stack): string {
  return displayName.replace(/ \(.*\)$/, '');
}
