import type { Policy, Statement } from './document';
import { evaluate, type Decision } from './evaluate';
import { appliesTo, contextOf } from './evaluate-statement';
import { LEVELS, type Level, type Request } from './request';
import { and, not, or, some, type Truth, type Undecided } from './truth';

/** Everything that decides a call to KMS, as far as policies of the key and of the caller do. */
export interface Call {
  readonly request: Request;
  readonly keyPolicy: Policy;
  /** The account that owns the key. */
  readonly keyAccount: string;
  /**
   * All IAM policies of the caller, as `parseIdentityPolicy` reads them; undefined when they are not known.
   *
   * They are ignored for a caller that has none: a root user, a service, somebody anonymous.
   */
  readonly identityPolicies?: readonly Policy[];
}

/** Whether a call goes through, and what each side says to it. */
export interface Access {
  readonly effect: 'allowed' | 'denied' | 'undecided';
  /** Which side makes it so, in words. */
  readonly because: string;
  readonly keyPolicy: Decision;
  readonly identityPolicy: IdentityDecision;
}

/** What the IAM policies of a caller say to a request, all of them together. */
export interface IdentityDecision {
  readonly allowed: Truth;
  readonly denied: Truth;
  /** The statements that apply, or of which it is not known whether they do. */
  readonly statements: readonly AppliedStatement[];
}

/** A statement that applies, or of which it is not known whether it does. */
export interface AppliedStatement {
  readonly statement: Statement;
  readonly truth: Exclude<Truth, false>;
}

/**
 * Decides a call by the key policy together with the IAM policies of its caller.
 *
 * Within the account of the key either side suffices, provided that the key policy leaves it to the IAM
 * policies; across accounts both must allow. A Deny on either side ends it, but one in IAM policies that
 * are not known is not reckoned with. Grants, permissions boundaries, session policies and organization
 * policies are not looked at.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decideAccess({ request, keyPolicy, keyAccount, identityPolicies }: Call): Access {
  const { principal } = request;
  const hasPolicies = 'arn' in principal && principal.kind !== 'root';
  const isForeign = hasPolicies && principal.account !== keyAccount;
  const key = evaluate(keyPolicy, request);
  const identity = hasPolicies ? evaluateIdentity(identityPolicies, request) : NO_POLICIES;
  const allowed = or(!isForeign && reaches(key, 'direct'), and(reaches(key, 'delegated'), identity.allowed));
  const passes = and(not(identity.denied), allowed);
  const effect = typeof passes === 'object' ? 'undecided' : passes ? 'allowed' : 'denied';
  return {
    effect,
    because: explain(effect, key, identity, isForeign),
    keyPolicy: key,
    identityPolicy: identity,
  };
}

const KEY_POLICY_IS_OPEN: Undecided = { undecided: 'the key policy cannot be decided' };

// Stryker disable next-line BooleanLiteral: who has no policies is never left to them
const NO_POLICIES: IdentityDecision = { allowed: false, denied: false, statements: [] };

/** Decides what the IAM policies of a caller say to a request; undefined when they are not known. */
export function evaluateIdentity(
  policies: readonly Policy[] | undefined,
  request: Request,
): IdentityDecision {
  if (policies === undefined) {
    return { ...NO_POLICIES, allowed: { undecided: 'the IAM policies of the caller are not given' } };
  }
  const context = contextOf(request);
  const statements = policies
    .flatMap((policy) => policy.statements)
    .flatMap((statement): AppliedStatement[] => {
      const truth = appliesTo(statement, request, context);
      return truth === false ? [] : [{ statement, truth }];
    });
  const truthOf = (effect: Statement['effect']) =>
    some(statements, ({ statement, truth }) => statement.effect === effect && truth);
  return { allowed: truthOf('Allow'), denied: truthOf('Deny'), statements };
}

/** Whether a key policy lets a request through at least on a level. */
function reaches({ atLeast, atMost }: Decision, level: Level): Truth {
  const isReached = (reached: Level) => LEVELS.indexOf(reached) >= LEVELS.indexOf(level);
  return isReached(atLeast) || (isReached(atMost) && KEY_POLICY_IS_OPEN);
}

function explain(
  effect: Access['effect'],
  key: Decision,
  { denied, statements }: IdentityDecision,
  isForeign: boolean,
): string {
  if (key.level === 'none') {
    return key.denies.length > 0 ? 'the key policy denies it' : 'nothing in the key policy allows it';
  }
  if (denied === true) {
    return 'an IAM policy of the caller denies it';
  }
  if (key.level === 'undecided' && effect === 'undecided') {
    return KEY_POLICY_IS_OPEN.undecided;
  }
  if (key.atLeast === 'direct' && !isForeign) {
    return effect === 'allowed'
      ? 'the key policy allows it by itself'
      : 'whether an IAM policy of the caller denies it cannot be decided';
  }
  const share = isForeign
    ? 'the key policy allows it to the account of the caller, so it is up to the IAM policies there'
    : 'the key policy leaves it to the IAM policies of its account';
  const verdicts = {
    allowed: 'which allow it',
    denied: 'which do not allow it',
    undecided: statements.length === 0 ? 'which are not given' : 'which cannot be decided',
  };
  return `${share}, ${verdicts[effect]}`;
}
