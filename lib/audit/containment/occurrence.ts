import { canOccur } from '../policy/kms-service';
import type { Principal } from '../policy/principal';

/** Whether requests of some kind have a condition key at all. */
export type Occurrence = 'never' | 'always' | 'maybe';

/**
 * Keys that every request has.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const ALWAYS: readonly string[] = [
  'aws:currenttime',
  'aws:epochtime',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:viaawsservice',
];

/**
 * Keys that only calls of AWS services as themselves have.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceaccount
 */
const OF_SERVICES = /^aws:(?:sourceaccount|sourcearn|sourceorgid|sourceorgpaths|principalservicenameslist)$/;

/** Keys that tell about an IAM principal, which a service that calls as itself is not. */
const OF_IDENTITIES = /^aws:(?:principalorgid|principalorgpaths|principaltag\/.*)$/;

/** Whether the requests for an action have a condition key, as far as the action tells. */
export const occursIn = (key: string, action: string): Occurrence =>
  canOccur(key, action) === false ? 'never' : 'maybe';

/** Whether the requests of a principal have a condition key, as far as the principal tells. */
export function occursFor(key: string, principal: Principal): Occurrence {
  if (ALWAYS.includes(key)) return 'always';
  return (principal.kind === 'service' ? OF_IDENTITIES : OF_SERVICES).test(key) ? 'never' : 'maybe';
}
