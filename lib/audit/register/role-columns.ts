import { DECRYPT_ACTIONS, DELETE_ACTIONS, ENCRYPT_ACTIONS, MANAGE_ACTIONS } from '../../kms-actions';
import { type NamedPrincipal, namedPrincipals } from '../access/named-principal';
import type { Policy } from '../policy/document';
import { evaluate } from '../policy/evaluate';
import { InvalidPolicy } from '../policy/invalid-policy';
import type { KeyItem } from '../template/key-item';

/** The roles that a key policy itself lets administer and use a key. */
export interface RoleColumns {
  readonly administrators: readonly string[];
  readonly users: readonly string[];
  readonly undecided: readonly string[];
}

/** An ordinary call: the deletion window that KMS takes when none is given. */
const CONTEXT = { 'kms:ScheduleKeyDeletionPendingWindowInDays': ['30'] };

/**
 * Who administers and who uses a key, by what its policy decides for each role that it names.
 */
export function roleColumns({ policy }: KeyItem): RoleColumns {
  if (policy instanceof InvalidPolicy) {
    return { administrators: [], users: [], undecided: [`KeyPolicy: ${policy.message}`] };
  }
  const undecided: string[] = [];
  const principals = namedPrincipals(policy);
  const who = (actions: readonly string[]): Set<string> =>
    new Set(
      principals
        .filter((each) => actions.some((action) => mayDirectly(policy, each, action, undecided)))
        .map(({ name }) => name),
    );
  const encrypters = who(ENCRYPT_ACTIONS);
  const decrypters = who(DECRYPT_ACTIONS);
  return {
    administrators: [...who([...MANAGE_ACTIONS, ...DELETE_ACTIONS])],
    users: [...new Set([...encrypters, ...decrypters])].map((name) => {
      if (!decrypters.has(name)) return `${name} (encrypt only)`;
      return encrypters.has(name) ? name : `${name} (decrypt only)`;
    }),
    undecided: [...new Set(undecided)],
  };
}

function mayDirectly(
  policy: Policy,
  { name, examples }: NamedPrincipal,
  action: string,
  undecided: string[],
): boolean {
  return examples.some((principal) => {
    const decision = evaluate(policy, { action, principal, context: CONTEXT });
    if (decision.level === 'undecided') {
      undecided.push(`KeyPolicy: ${action} by ${name}: ${decision.undecided[0]?.reason}`);
    }
    return decision.level === 'direct';
  });
}
