import { ACTION_ROWS, GLOBAL_KEY_ROWS, KEY_ROWS } from './kms-service-table';

/** An action of KMS. */
export interface KmsAction {
  /** For example `kms:Decrypt`. */
  readonly name: string;
  /** As AWS classes it: Read, Write, List, Tagging, Permissions management. */
  readonly accessLevel: string;
  /** Whether it is about one key, so that a key policy decides it. */
  readonly takesKey: boolean;
}

/** A condition key that a request to KMS can have. */
export interface ConditionKey {
  /** As AWS writes it; it ends in `/` or `:` when it begins a family such as `aws:PrincipalTag/`. */
  readonly name: string;
  readonly type: 'String' | 'ARN' | 'Bool' | 'Numeric' | 'Date' | 'IPAddress';
  /** Whether a request can have several values of it, so that a condition needs a quantifier. */
  readonly multivalued: boolean;
}

/** All actions of KMS. */
export const KMS_ACTIONS: readonly KmsAction[] = ACTION_ROWS.map(([name, accessLevel, takesKey]) => ({
  name,
  accessLevel,
  takesKey,
}));

/** The names of the actions that a key policy decides. */
export const KEY_ACTIONS: readonly string[] = KMS_ACTIONS.filter(({ takesKey }) => takesKey).map(
  ({ name }) => name,
);

/** Finds an action of KMS, whatever the case of its name. */
export function findAction(name: string): KmsAction | undefined {
  return KMS_ACTIONS.find((each) => each.name.toLowerCase() === name.toLowerCase());
}

/**
 * Stands for every action that KMS may add later.
 *
 * Only a wildcard can match it, so a policy that allows `kms:*` never equals one with a list of all
 * actions of today.
 */
export const LATER_ACTION = 'kms:AnActionOfTheFuture';

interface Row extends ConditionKey {
  /** In lower case; undefined when every action has the key. */
  readonly actions?: ReadonlySet<string>;
}

const ROWS: ReadonlyMap<string, Row> = new Map(
  [...KEY_ROWS, ...GLOBAL_KEY_ROWS].map(([name, type, actions]) => [
    name.toLowerCase(),
    {
      name,
      type: type.replace('ArrayOf', '') as ConditionKey['type'],
      multivalued: type.startsWith('ArrayOf'),
      ...(actions !== undefined && {
        actions: new Set(actions.split(' ').map((action) => `kms:${action.toLowerCase()}`)),
      }),
    },
  ]),
);

/** Finds a condition key, or the family that it belongs to, whatever its case. */
export function findConditionKey(key: string): ConditionKey | undefined {
  return rowOf(key);
}

/**
 * Whether a request for an action can have a condition key at all; undefined when the action or the
 * key is not in the table, so that nothing is known.
 *
 * A result that rests on this table rests on AWS's service authorization reference, and should say so.
 */
export function canOccur(key: string, action: string): boolean | undefined {
  const row = rowOf(key);
  const name = action.toLowerCase();
  if (row === undefined || findAction(action) === undefined) {
    return undefined;
  }
  return row.actions?.has(name) ?? true;
}

function rowOf(key: string): Row | undefined {
  const folded = key.toLowerCase();
  const family = /^(?:aws:\w+\/|kms:encryptioncontext:)(?=.)/.exec(folded)?.[0];
  return ROWS.get(family ?? folded);
}
