import { Comparison, type Options, type Rises, type Witness } from '../contain';
import type { Policy } from '../policy/document';
import type { Principal } from '../policy/principal';
import { Names, namedArns } from './names';

const NOTHING: Policy = { statements: [] };

/**
 * The calls that principals named by the old policy cannot make any more in any way.
 *
 * A call that only some more conditions hold for is narrowed, not lost.
 */
export function lostAccess(old: Policy, next: Policy, options: Options): Rises {
  const allows = old.statements.filter(({ effect }) => effect === 'Allow');
  if (allows.every((statement) => namedArns(statement).length === 0)) return { witnesses: [], unknown: [] };
  const named = new Names([{ statements: allows }]);
  const back = new Comparison(next, old, options).all({ principals: (each) => named.isNamed(each) });
  const principals = back.witnesses.flatMap((witness) => witness.principals);
  const best = [old, next].map((policy) => new BestLevel(policy, { ...options, principals }));
  const witnesses = back.witnesses.flatMap((witness) =>
    witness.principals.flatMap((principal) =>
      witness.actions.flatMap((action): Witness[] => {
        const [oldLevel, newLevel] = best.map((each) => each.of(principal, action));
        if (ORDER.indexOf(newLevel) >= ORDER.indexOf(oldLevel)) return [];
        return [
          {
            ...witness,
            request: { ...witness.request, action, principal },
            principals: [principal],
            actions: [action],
            oldLevel,
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

const ORDER = ['none', 'delegated', 'direct'] as const;

/** How far a policy lets a principal at best, whatever the conditions. */
class BestLevel {
  private readonly any: Comparison;
  private readonly direct: Comparison;

  constructor(policy: Policy, options: Options) {
    this.any = new Comparison(NOTHING, policy, options);
    this.direct = new Comparison(NOTHING, withoutDelegation(policy), options);
  }

  of(principal: Principal, action: string): (typeof ORDER)[number] {
    const part = {
      actions: [action],
      principals: (each: Principal) => 'arn' in each && 'arn' in principal && each.arn === principal.arn,
    };
    if (this.direct.first(part).kind === 'witness') return 'direct';
    return this.any.first(part).kind === 'witness' ? 'delegated' : 'none';
  }
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
