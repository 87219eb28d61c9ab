import { quote } from '../policy/invalid-policy';
import { isOpaque, isUnresolved } from '../policy/opaque';
import { derivedValue, sessionArn, type Derived, type Principal } from '../policy/principal';
import type { PrincipalPattern } from '../policy/principal-pattern';
import { holdsWhenAbsent, type ConditionAtom, type Truth } from './atom';
import type { Rank } from './clause';
import { textTest } from './text';

/** How far an Allow for a pattern lets a principal, and why that may be open. */
export interface Match {
  readonly rank: Rank;
  readonly open?: string;
}

const NONE: Match = { rank: 0 };
const DIRECT: Match = { rank: 2 };

/** How far an Allow for a pattern of `Principal` lets a principal. */
export function matchPrincipal(pattern: PrincipalPattern, principal: Principal): Match {
  switch (pattern.kind) {
    // Stryker disable next-line ConditionalExpression: what has no reason is not open
    case 'any':
      return DIRECT;
    case 'undecided':
      return { rank: 2, open: pattern.reason };
    case 'service':
      // Stryker disable next-line ConditionalExpression: nobody else has a service
      return principal.kind === 'service' && principal.service === pattern.service ? DIRECT : NONE;
    case 'account':
      return 'arn' in principal ? matchAccount(pattern, principal) : NONE;
    case 'arn':
      return 'arn' in principal ? matchArn(pattern.arn, principal) : NONE;
  }
}

type Signed = Extract<Principal, { arn: string }>;

/** Belonging to an account is delegated to its IAM policies; the root user is the account. */
function matchAccount(
  { account, partition }: { account: string; partition?: string },
  principal: Signed,
): Match {
  const rank = principal.kind === 'root' ? 2 : 1;
  if (
    partition !== undefined &&
    principal.arn.startsWith('arn:') &&
    principal.arn.split(':')[1] !== partition
  ) {
    return NONE;
  }
  if (principal.account === account) return { rank };
  return isUnresolved(principal.account) || isUnresolved(account)
    ? { rank, open: `the account of ${quote(principal.arn)} is not known` }
    : NONE;
}

function matchArn(arn: string, principal: Signed): Match {
  if (arn === principal.arn) return DIRECT;
  if (principal.kind === 'role' && arn.includes(':assumed-role/')) return matchSession(arn, principal);
  return principal.kind === 'federated-user' &&
    arn.startsWith(principal.arn.replace(/sts(::[^:]+:).*/s, 'iam$1user/'))
    ? { rank: 2, open: `whether ${quote(arn)} federated the caller is not known` }
    : NONE;
}

/** A session names its role without the path. */
function matchSession(arn: string, { arn: role, session }: Extract<Principal, { kind: 'role' }>): Match {
  const isSession =
    session === undefined ? arn.startsWith(sessionArn(role, '')) : arn === sessionArn(role, session);
  if (isOpaque(role) || (session === undefined && isSession)) {
    return { rank: 2, open: `whether the caller is the session ${quote(arn)} is not known` };
  }
  return isSession ? DIRECT : NONE;
}

/** The test that a condition makes of a principal, whose key follows from it. */
export function derivedTest({ condition }: ConditionAtom): (principal: Principal) => Truth {
  // What follows from a principal is text: other comparisons stay open.
  // Stryker disable next-line Regex: no other operator has these words
  const test = /^(?:String|Arn|Bool)/.test(condition.operator) ? textTest(condition) : () => undefined;
  const testOne = ([value]: readonly string[]): Truth => {
    if (value === undefined) return holdsWhenAbsent(condition);
    if (condition.operator === 'Null') return condition.values.includes('false');
    return isUnresolved(value) ? undefined : test(value);
  };
  return (principal) => {
    const truths = new Set(possibleValues(principal, condition.key).map(testOne));
    return truths.size === 1 ? [...truths][0] : undefined;
  };
}

/** The lists of values that a key may have, of which nothing tells which it is; none when that is not known either. */
function possibleValues(principal: Principal, key: string): readonly (readonly string[])[] {
  const derived = derivedValue(principal, key) as Derived;
  switch (derived.kind) {
    case 'value':
      return [[derived.value]];
    case 'absent':
      return [[]];
    default:
      return derived.among ?? [];
  }
}
