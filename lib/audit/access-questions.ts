import { Comparison, compare, type Containment, type Options, type Part, type Rises } from './contain';
import type { Policy, Statement } from './policy/document';

/** The policy that lets nobody do anything. */
const NOTHING: Policy = { statements: [] };

/** Who can do what: every kind of request that a policy lets through, for a part of all requests. */
export const accessUnder = (policy: Policy, part?: Part, options?: Options): Rises =>
  new Comparison(NOTHING, policy, options).all(part);

/**
 * What principals outside some accounts can do: everything that makes a key public or shared.
 *
 * Services that call as themselves belong to no account and are left out.
 */
export const accessFromOutside = (
  policy: Policy,
  accounts: readonly string[],
  options: Options = {},
): Rises =>
  accessUnder(
    policy,
    { principals: (principal) => 'account' in principal && !accounts.includes(principal.account) },
    { ...options, accounts: [...(options.accounts ?? []), ...accounts] },
  );

/** Whether a policy gives everything that another one, which says what is required, gives. */
export const keeps = (policy: Policy, required: Policy, options?: Options): Containment =>
  compare(policy, required, options);

/** Whether two policies let every request through equally far. */
export function compareBothWays(one: Policy, other: Policy, options?: Options): Containment {
  const forth = compare(one, other, options);
  return forth.kind === 'contained' ? compare(other, one, options) : forth;
}

/** A statement without which a policy would mean the same. */
export interface DeadStatement {
  readonly statement: Statement;
  /** Why that is not certain; empty when it is. */
  readonly unknown: readonly string[];
}

/** The statements that may each be left out, taken one by one. */
export function deadStatements(policy: Policy, options?: Options): DeadStatement[] {
  const comparison = new Comparison(policy, policy, options);
  return policy.statements.flatMap((statement) => {
    const without: Policy = { statements: policy.statements.filter((other) => other !== statement) };
    const [old, next] = statement.effect === 'Allow' ? [without, policy] : [policy, without];
    const change = comparison.between(old, next).first();
    if (change.kind === 'witness') return [];
    return [{ statement, unknown: change.kind === 'unknown' ? change.reasons : [] }];
  });
}
