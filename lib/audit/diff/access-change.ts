import type { Witness } from '../contain';
import type { Statement } from '../policy/document';
import { LATER_ACTION } from '../policy/kms-service';
import type { Level, Request } from '../policy/request';
import { own } from '../template/json';
import type { Names } from './names';

/** Access that somebody has under one policy and not under the other. */
export interface AccessChange {
  /** Who, in words: several where the same is true of all. */
  readonly who: readonly string[];
  readonly actions: readonly string[];
  readonly oldLevel: Level;
  readonly newLevel: Level;

  /** One call of which it is true. */
  readonly example: Request;

  /** The statements that decide under each policy, by Sid or position. */
  readonly oldStatements: readonly string[];
  readonly newStatements: readonly string[];
}

/** Puts together what is true of several actions and of several principals in the same circumstances. */
export function inWords(witnesses: readonly Witness[], names: Names): AccessChange[] {
  const single = witnesses.flatMap(({ request, principals, actions, ...witness }) =>
    principals.map((principal): AccessChange => ({
      who: [names.of(principal)],
      actions,
      oldLevel: witness.oldLevel,
      newLevel: witness.newLevel,
      example: { ...request, principal },
      oldStatements: witness.oldStatements.map(nameOf),
      newStatements: witness.newStatements.map(nameOf),
    })),
  );
  const byWho = merge(single, ({ who }) => who);
  return merge(byWho, ({ actions }) => actions);
}

/** How the way in which a call is allowed changes, after who and what. */
const HOW: Readonly<Record<string, string>> = {
  'none delegated': ', as far as IAM policies of the account allow it',
  'delegated direct': ' without an IAM policy',
  'direct delegated': ' unless an IAM policy of the account allows it',
};

const ACTIONS_SHOWN = 5;
const LATER_NAME = LATER_ACTION.slice('kms:'.length);

/** `PMA gains kms:ScheduleKeyDeletion in prod/eu-central-1`. */
export function sentence(
  { who, actions, oldLevel, newLevel }: AccessChange,
  verb: 'gain' | 'lose',
  place: string,
): string {
  const words = actionsInWords(actions);
  const shown =
    words.length > ACTIONS_SHOWN + 1
      ? [...words.slice(0, ACTIONS_SHOWN), `${words.length - ACTIONS_SHOWN} further actions`]
      : words;
  const how = own(HOW, `${oldLevel} ${newLevel}`) ?? '';
  return `${list(who)} ${verb}${who.length === 1 ? 's' : ''} ${list(shown)} in ${place}${how}`;
}

/** The actions that there are, then whether others would count among them. */
export function actionsInWords(actions: readonly string[]): string[] {
  const later = actions.filter((action) => action.endsWith(LATER_NAME));
  return [
    ...actions.filter((action) => !later.includes(action)),
    ...(later.length > 0 ? ['actions that KMS adds later'] : []),
  ];
}

/** Makes one of all changes between the same levels, in the same circumstances, that have the same in one field. */
function merge(
  changes: readonly AccessChange[],
  same: (each: AccessChange) => readonly string[],
): AccessChange[] {
  const merged = new Map<string, AccessChange>();
  for (const each of changes) {
    const id = JSON.stringify([same(each), each.oldLevel, each.newLevel, each.example.context]);
    const known = merged.get(id);
    merged.set(id, {
      ...(known ?? each),
      who: union(known?.who, each.who),
      actions: union(known?.actions, each.actions).sort(),
    });
  }
  return [...merged.values()];
}

function union(known: readonly string[] = [], more: readonly string[]): string[] {
  return [...new Set([...known, ...more])];
}

function list(words: readonly string[]): string {
  return words.length < 2
    ? (words[0] ?? '')
    : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

function nameOf({ sid, position }: Statement): string {
  return sid ?? `statement ${position}`;
}
