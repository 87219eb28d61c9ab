import type { Policy } from '../policy/document';
import type { ActionGroup } from './action-group';
import { requirementWords } from './condition-words';
import type { PrincipalClass } from './principal-class';
import { onlyDelegation, withoutDelegation } from './delegation';
import type { Reach, Reaches } from './reach';

/** How far a key policy lets principals through. */
export type Grade = 'direct' | 'delegated' | 'none';

/** Some actions of a column that are decided alike. */
export interface Part {
  readonly grade: Grade;

  /** What a request has to fulfil, in words; empty when nothing. */
  readonly conditions: string;
  readonly actions: readonly string[];
}

/** What the principals of a row can do of the actions of a column. */
export interface Cell {
  /** The farthest that any of the principals gets with any of the actions. */
  readonly grade: Grade;
  readonly parts: readonly Part[];

  /** Whether the principals can give themselves or others what they do not have. */
  readonly escalates: boolean;

  /** Why the cell is not decided; empty when it is. */
  readonly undecided: readonly string[];
}

const GRADES: readonly Grade[] = ['direct', 'delegated', 'none'];

/** Decides one cell. */
export function cellOf(policy: Policy, reaches: Reaches, who: PrincipalClass, group: ActionGroup): Cell {
  const { reaches: found, undecided } = reaches.of(group.actions, who);
  const parts = new Map<string, { grade: Grade; conditions: string; actions: string[] }>();
  for (const [action, reach] of found) {
    const part = { grade: gradeOf(reach), conditions: conditionsOf(policy, action, reach) };
    const known = parts.get(JSON.stringify(part));
    if (known) known.actions.push(action);
    else parts.set(JSON.stringify(part), { ...part, actions: [action] });
  }
  const sorted = [...parts.values()].sort((a, b) => GRADES.indexOf(a.grade) - GRADES.indexOf(b.grade));
  return { grade: sorted[0].grade, parts: sorted, escalates: escalates(found, reaches, who), undecided };
}

function gradeOf({ direct, any }: Reach): Grade {
  if (direct !== 'never') return 'direct';
  return any === 'never' ? 'none' : 'delegated';
}

function conditionsOf(policy: Policy, action: string, { direct, any, example }: Reach): string {
  if (!example) return '';
  const delegated = any === 'always' ? '' : requirementWords(onlyDelegation(policy), action, example);
  if (direct === 'sometimes') {
    const words = requirementWords(withoutDelegation(policy), action, example) ?? '';
    // Under the same condition the account's IAM policies have nothing more to decide.
    if (delegated === undefined || delegated === words) return words;
    return `${words}; else as IAM policies decide ${delegated}`.trimEnd();
  }
  return direct === 'never' ? (delegated ?? '') : '';
}

function escalates(found: ReadonlyMap<string, Reach>, reaches: Reaches, who: PrincipalClass): boolean {
  const can = (action: string): boolean => (found.get(action)?.direct ?? 'never') !== 'never';
  return can('kms:PutKeyPolicy') || (can('kms:CreateGrant') && reaches.makesFreeGrants(who));
}
