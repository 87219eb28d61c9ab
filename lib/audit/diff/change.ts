import { createHash } from 'node:crypto';
import type { AccessChange } from './access-change';
import type { Json } from '../template/json';
import type { AliasItem, KeyItem } from '../template/key-item';
import { type RuleId, RULES } from './rule';
import type { Severity } from './severity';

/** What a change happens to. */
export type Subject = KeyItem | AliasItem;

/** One change with its verdict. */
export interface Change {
  readonly rule: RuleId;
  readonly severity: Severity;

  /** Where people find it: the stack and the logical id. */
  readonly where: string;

  /** The template that it stands in: the new one, unless it is gone from there. */
  readonly file: string;
  readonly logicalId: string;

  /** What changes, in words: `RotationPeriodInDays 365 → 730`. */
  readonly what: string;
  readonly reason: string;
  readonly effect: string;
  readonly remedy: string;
  readonly see: string;

  /** Of a change of access: who, which calls, and one of them as an example. */
  readonly access?: AccessChange;

  /**
   * Tells this change from every other: it holds the values before and after.
   *
   * Whoever accepts a change names it, so that no other change is accepted along with it.
   */
  readonly digest: string;
}

/** What is particular about a change. */
export interface ChangeDetails {
  readonly what: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly severity?: Severity;
  readonly effect?: string;
  readonly remedy?: string;
  readonly access?: AccessChange;
}

/** A change that comes under a rule. */
export function change(
  rule: RuleId,
  { id, where, logicalId, stack }: Pick<Subject, 'id' | 'where' | 'logicalId' | 'stack'>,
  { before = null, after = null, what, ...particular }: ChangeDetails,
): Change {
  const { severity, reason, effect, remedy, see } = RULES[rule];
  return {
    rule,
    severity,
    where,
    file: stack.file,
    logicalId,
    what,
    reason,
    effect,
    remedy,
    see,
    ...particular,
    digest: createHash('sha256')
      .update(JSON.stringify([rule, id, what, before, after]))
      .digest('hex')
      .slice(0, 16),
  };
}
