import type { Policy, Statement } from './document';
import { evaluate, type Decision } from './evaluate';
import { appliesTo, contextOf } from './evaluate-statement';
import { LEVELS, type Level, type Request } from './request';
import { and, not, or, some, type Truth } from './truth';

/** Everything that decides a call to KMS, as far as policies of the key and of the caller do. */
export interface Call {
  readonly request: Request;
  readonly keyPolicy: Policy;
  /** The account that owns the key. */
  readonly keyAccount: string;
  /** All IAM policies of the caller, as `parseIdentityPolicy` reads them; ignored for a caller that has none. */
  readonly identityPolicies: readonly Policy[];
}

/** Whether a call goes through, and what each side says to it. */
export interface Access {
  readonly effect: 'allowed' | 'denied' | 'undecided';
  /** Why a call is denied. */
  readonly because?:
    | 'key policy denies'
    | 'identity policy denies'
    | 'key policy does not allow'
    | 'identity policy does not allow';
  readonly keyPolicy: Decision;
  readonly identityPolicy: IdentityDecision;
}

/** What the IAM policies of a caller say to a request, all of them together. */
export interface IdentityDecision {
  readonly allowed: Truth;
  readonly denied: Truth;
  /** The statements that apply, or of which it is not known whether they do. */
  readonly statements: readonly Statement[];
}

/**
 * Decides a call by the key policy together with the IAM policies of its caller.
 *
 * Within the account of the key either side suffices, provided that the key policy leaves it to the IAM
 * policies; across accounts both must allow. A Deny on either side ends it. Grants, permissions
 * boundaries, session policies and organization policies are not looked at.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decideAccess({ request, keyPolicy, keyAccount, identityPolicies }: Call): Access {
  const { principal } = request;
  const key = evaluate(keyPolicy, request);
  const hasPolicies =
    principal.kind === 'role' || principal.kind === 'user' || principal.kind === 'federated-user';
  const identity = evaluateIdentity(hasPolicies ? identityPolicies : [], request);
  const needsBoth = hasPolicies && principal.account !== keyAccount;
  const allowed = or(!needsBoth && reaches(key, 'direct'), and(reaches(key, 'delegated'), identity.allowed));
  const passes = and(not(identity.denied), allowed);
  const sides = { keyPolicy: key, identityPolicy: identity };
  if (typeof passes === 'object') {
    return { effect: 'undecided', ...sides };
  }
  return passes
    ? { effect: 'allowed', ...sides }
    : { effect: 'denied', because: reason(key, identity), ...sides };
}

/** Decides what the IAM policies of a caller say to a request. */
export function evaluateIdentity(policies: readonly Policy[], request: Request): IdentityDecision {
  const context = contextOf(request);
  const found = policies
    .flatMap(({ statements }) => statements)
    .map((statement) => ({ statement, truth: appliesTo(statement, request, context) }))
    .filter(({ truth }) => truth !== false);
  const truthOf = (effect: Statement['effect']) =>
    some(found, ({ statement, truth }) => statement.effect === effect && truth);
  return {
    allowed: truthOf('Allow'),
    denied: truthOf('Deny'),
    statements: found.map(({ statement }) => statement),
  };
}

/** Whether a key policy lets a request through at least on a level. */
function reaches({ atLeast, atMost, undecided: [open] }: Decision, level: Level): Truth {
  const rank = LEVELS.indexOf(level);
  if (LEVELS.indexOf(atLeast) >= rank || open === undefined) {
    return LEVELS.indexOf(atLeast) >= rank;
  }
  return LEVELS.indexOf(atMost) >= rank && { undecided: open.reason };
}

function reason(key: Decision, identity: IdentityDecision): Access['because'] {
  if (key.level === 'none') {
    return key.denies.length > 0 ? 'key policy denies' : 'key policy does not allow';
  }
  return identity.denied === true ? 'identity policy denies' : 'identity policy does not allow';
}
