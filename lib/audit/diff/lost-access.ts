import { Comparison, type Options, type Rises, type Witness } from '../contain';
import type { Policy } from '../policy/document';
import type { Principal } from '../policy/principal';
import type { Level } from '../policy/request';
import { Names, namedArns } from './names';

const NOTHING: Policy = { statements: [] };

/**
 * The calls that the old policy itself allows a principal by name, and that the new one does not allow it
 * in any circumstances.
 *
 * A call that only some more conditions hold for is narrowed, not lost.
 */
export function lostAccess(old: Policy, next: Policy, options: Options): Rises {
  const allows = old.statements.filter(({ effect }) => effect === 'Allow');
  if (allows.every((statement) => namedArns(statement).length === 0)) return { witnesses: [], unknown: [] };
  const named = new Names([{ statements: allows }]);
  const back = new Comparison(next, old, options).all({ principals: (each) => named.isNamed(each) });
  const known = { ...options, principals: back.witnesses.flatMap(({ principals }) => principals) };
  const before = new Comparison(NOTHING, withoutDelegation(old), known);
  const after = new Comparison(NOTHING, withoutDelegation(next), known);
  const left = new Comparison(NOTHING, next, known);
  const witnesses = back.witnesses.flatMap((witness) =>
    witness.principals.flatMap((principal) =>
      witness.actions.flatMap((action): Witness[] => {
        if (!isPossible(before, principal, action) || isPossible(after, principal, action)) return [];
        const newLevel: Level = isPossible(left, principal, action) ? 'delegated' : 'none';
        return [
          {
            request: { ...witness.request, action, principal },
            principals: [principal],
            actions: [action],
            oldLevel: 'direct',
            newLevel,
            oldStatements: witness.newStatements,
            newStatements: witness.oldStatements,
          },
        ];
      }),
    ),
  );
  return { witnesses, unknown: back.unknown };
}

/** Whether some call of a principal goes through, whatever its conditions. */
function isPossible(rises: Comparison, principal: Principal, action: string): boolean {
  const principals = (each: Principal): boolean =>
    'arn' in each && 'arn' in principal && each.arn === principal.arn;
  return rises.first({ actions: [action], principals }).kind === 'witness';
}

/** The policy without its trust in the IAM policies of accounts. */
function withoutDelegation({ statements }: Policy): Policy {
  return {
    statements: statements.flatMap((statement) => {
      if (statement.effect === 'Deny') return [statement];
      const principals = statement.principals.filter(({ kind }) => kind !== 'account');
      return principals.length > 0 ? [{ ...statement, principals }] : [];
    }),
  };
}
