import type { Policy } from './document';
import { evaluate, type Decision } from './evaluate';
import { LEVELS, type Level, type Request } from './request';

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
  /** `direct` is an Allow here, and `none` a Deny where `denies` has a statement. */
  readonly identityPolicy: Decision;
}

type Identity = 'allow' | 'deny' | 'none';

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
  const statements = hasPolicies ? identityPolicies.flatMap((policy) => policy.statements) : [];
  const identity = evaluate({ statements }, request);
  const foreign = hasPolicies && principal.account !== keyAccount;
  const passes = (level: Level, effect: Identity): boolean =>
    effect !== 'deny' && level !== 'none' && ((level === 'direct' && !foreign) || effect === 'allow');

  const outcomes = levelsOf(key).flatMap((level) =>
    identitiesOf(identity).map((effect) => passes(level, effect)),
  );
  const sides = { keyPolicy: key, identityPolicy: identity };
  if (outcomes.every((each) => each)) {
    return { effect: 'allowed', ...sides };
  }
  return outcomes.some((each) => each)
    ? { effect: 'undecided', ...sides }
    : { effect: 'denied', because: reason(key, identity), ...sides };
}

function levelsOf({ atLeast, atMost }: Decision): Level[] {
  return LEVELS.slice(LEVELS.indexOf(atLeast), LEVELS.indexOf(atMost) + 1);
}

function identitiesOf({ level, denies, atMost }: Decision): Identity[] {
  if (level === 'direct') {
    return ['allow'];
  }
  return [
    ...(denies.length > 0 ? ['deny' as const] : []),
    ...(denies.length === 0 || level === 'undecided' ? ['none' as const] : []),
    ...(atMost === 'direct' ? ['allow' as const] : []),
  ];
}

function reason(key: Decision, identity: Decision): Access['because'] {
  if (key.level === 'none') {
    return key.denies.length > 0 ? 'key policy denies' : 'key policy does not allow';
  }
  return identity.denies.length > 0 ? 'identity policy denies' : 'identity policy does not allow';
}
