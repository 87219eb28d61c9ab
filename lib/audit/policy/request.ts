import { quote } from './invalid-policy';
import { InvalidRequest } from './invalid-request';
import { DERIVED_KEYS, type Principal } from './principal';

/** One call to AWS, with all that a policy may look at. */
export interface Request {
  /** For example `kms:Decrypt`. */
  readonly action: string;
  readonly principal: Principal;
  /**
   * Condition keys with their values; a key that is not here is absent from the request.
   *
   * Keys that follow from the principal (`DERIVED_KEYS`) are never given. The case of a key is free.
   */
  readonly context: Readonly<Record<string, readonly string[]>>;
  /** The ARN of the key; needed only when a statement's `Resource` is anything but `*`. */
  readonly resource?: string;
}

/**
 * How far a key policy lets a request through.
 *
 * - `direct`: the key policy allows it by itself (a caller from another account needs an IAM policy too)
 * - `delegated`: it is up to the IAM policies of the caller's account
 * - `none`: denied, or not mentioned
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
export type Level = 'none' | 'delegated' | 'direct';

/** The levels from the lowest to the highest. */
export const LEVELS: readonly Level[] = ['none', 'delegated', 'direct'];

/**
 * Checks a request that people wrote.
 *
 * @throws InvalidRequest when it names an action, a key or a value that no request can have
 */
export function checkRequest({ action, context }: Request): void {
  if (!/^[^:*?]+:[^:*?]+$/.test(action)) {
    throw new InvalidRequest(
      `the action ${quote(action)} is not one: write it as <service>:<name>, without wildcards`,
    );
  }
  const seen = new Set<string>();
  for (const [key, values] of Object.entries(context)) {
    const folded = key.toLowerCase();
    if (!/^[a-z0-9-]+:./.test(folded)) {
      throw new InvalidRequest(`the condition key ${quote(key)} is not one: write it as <service>:<name>`);
    }
    if (DERIVED_KEYS.includes(folded)) {
      throw new InvalidRequest(`the condition key ${quote(key)} follows from the principal: leave it out`);
    }
    if (seen.has(folded)) {
      throw new InvalidRequest(
        `the condition key ${quote(key)} is there twice, apart from upper and lower case`,
      );
    }
    if (values.includes('')) {
      throw new InvalidRequest(`the condition key ${quote(key)} has an empty value: leave the key out`);
    }
    seen.add(folded);
  }
}
