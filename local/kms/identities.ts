import type { Caller } from '../caller';

/** Condition keys of a request with their values. */
export type ConditionContext = Readonly<Record<string, readonly string[]>>;

/**
 * What a caller's own policies say to an action.
 *
 * - `allowed`, `denied`: they say so
 * - `silent`: none of them mentions it, which a key policy can make up for
 * - `withheld`: a session policy or a permissions boundary leaves it out, which a key policy cannot
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export type IdentityDecision = 'allowed' | 'denied' | 'silent' | 'withheld';

/** What KMS asks IAM. */
export interface Identities {
  /** The unique id of a role or user that exists (`AROA…`, `AIDA…`). */
  uniqueId(arn: string): string | undefined;

  /** The global condition keys of a caller's requests, such as `aws:SecureTransport`. */
  contextOf(caller: Caller): ConditionContext;

  /** @param context condition keys beyond the global ones */
  decide(caller: Caller, action: string, resource: string, context: ConditionContext): IdentityDecision;
}
