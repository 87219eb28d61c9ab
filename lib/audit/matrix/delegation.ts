import type { Policy, Statement } from '../policy/document';

/** The policy without what it leaves to the IAM policies of accounts. */
export function withoutDelegation(policy: Policy): Policy {
  return allowing(policy, ({ kind }) => kind !== 'account');
}

/** The policy with nothing but what it leaves to the IAM policies of accounts, and what it denies. */
export function onlyDelegation(policy: Policy): Policy {
  return allowing(policy, ({ kind }) => kind === 'account');
}

function allowing(
  { statements }: Policy,
  isMeant: (principal: Statement['principals'][number]) => boolean,
): Policy {
  return {
    statements: statements.flatMap((statement) => {
      if (statement.effect === 'Deny') return [statement];
      const principals = statement.principals.filter(isMeant);
      return principals.length === 0 ? [] : [{ ...statement, principals }];
    }),
  };
}
