import { equals } from './evaluate-text';
import { quote } from './invalid-policy';
import { isOpaque } from './opaque';
import { sessionArn, type Principal } from './principal';
import type { PrincipalPattern } from './principal-pattern';
import type { Truth } from './truth';

/**
 * Whether a pattern is about a principal.
 *
 * The pattern of an account is about everybody who belongs to it; how far it lets them through is
 * another matter (`delegates`).
 */
export function matchesPrincipal(pattern: PrincipalPattern, principal: Principal): Truth {
  switch (pattern.kind) {
    case 'any':
      return true;
    case 'undecided':
      return { undecided: pattern.reason };
    case 'service':
      return principal.kind === 'service' && equals(pattern.service, principal.service);
    case 'account':
      return matchesAccount(pattern, principal);
    case 'arn':
      return 'arn' in principal && matchesArn(pattern.arn, principal);
  }
}

/**
 * Whether a pattern leaves the decision to the IAM policies of the principal's account.
 *
 * The root user has no IAM policies: it holds what its account holds.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
 */
export function delegates(pattern: PrincipalPattern, principal: Principal): boolean {
  return pattern.kind === 'account' && principal.kind !== 'root';
}

type Signed = Extract<Principal, { arn: string }>;

function matchesAccount(
  { account, partition }: { account: string; partition?: string },
  principal: Principal,
): Truth {
  if (!('arn' in principal)) {
    return false;
  }
  // An ARN that the deployment makes does not show its partition, but its account is in one partition only.
  const [prefix, own] = principal.arn.split(':');
  const elsewhere = partition !== undefined && prefix === 'arn' && own !== partition;
  return !elsewhere && equals(account, principal.account);
}

/**
 * Whether an ARN names a principal: its own ARN does, and for a role that of its session.
 *
 * A federated user speaks for the user who asked for its token, which a request does not tell.
 */
function matchesArn(expected: string, principal: Signed): Truth {
  const named = equals(expected, principal.arn);
  if (named !== false) {
    return named;
  }
  if (principal.kind === 'role' && expected.includes(':assumed-role/')) {
    return matchesSession(expected, principal);
  }
  const [, partition] = principal.arn.split(':');
  const users = `arn:${partition}:iam::${principal.account}:user/`;
  if (principal.kind === 'federated-user' && expected.startsWith(users)) {
    return { undecided: `whether the user ${quote(expected)} federated the caller is not known` };
  }
  return false;
}

function matchesSession(expected: string, role: Extract<Principal, { kind: 'role' }>): Truth {
  const open = { undecided: `whether the caller is the session ${quote(expected)} is not known` };
  if (isOpaque(role.arn)) {
    return open;
  }
  const sessions = sessionArn(role.arn, '');
  return role.session === undefined
    ? expected.startsWith(sessions) && open
    : expected === `${sessions}${role.session}`;
}
