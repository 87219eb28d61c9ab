import type { Principal } from '../policy/principal';

/** What is known about the requests, beyond the policies. Whatever is not said may be anything. */
export interface Options {
  /** Where the key is. `aws:RequestedRegion` is then that Region, since a key is called in its own. */
  readonly environment?: Environment;
  /** Principals to tell apart and to prefer as examples. */
  readonly principals?: readonly Principal[];
  /** Accounts to tell apart and to prefer as examples. */
  readonly accounts?: readonly string[];
  /** An organization and accounts that are certain to belong to it. */
  readonly organization?: { readonly id: string; readonly accounts: readonly string[] };
  /** The only values that a condition key has in any request; none when no request has the key. */
  readonly pinned?: Readonly<Record<string, readonly string[]>>;
  /** How many steps the search may take before it says "unknown". */
  readonly limit?: number;
}

/** Where a key is. */
export interface Environment {
  readonly partition?: string;
  readonly account?: string;
  readonly region?: string;
}

/** A part of all requests. */
export interface Part {
  /** By name, in any case. */
  readonly actions?: readonly string[];
  readonly principals?: (principal: Principal) => boolean;
}
