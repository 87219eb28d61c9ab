import { canOccur, findConditionKey } from '../policy/kms-service';
import type { Principal } from '../policy/principal';
import type { Choice, KeyTraits, Variable } from './key-variable';
import type { Options } from './options';
import { readableValues } from './readable';

const ORGANIZATION = 'aws:principalorgid';

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
const OF_SERVICES = /^aws:(?:source(?:account|arn|orgid|orgpaths)|principalservicenameslist)$/;

/** Keys that tell about an IAM principal, which a service that calls as itself is not. */
const OF_IDENTITIES = /^aws:(?:principalorgid|principalorgpaths|principaltag\/.*)$/;

/**
 * What is known about the condition keys of a request: by its action, by its principal, or by agreement.
 *
 * Keys are independent of each other otherwise, which never misses access.
 */
export class Assumptions {
  readonly #pinned: ReadonlyMap<string, readonly string[]>;
  readonly #organization: Options['organization'];

  constructor({ environment = {}, pinned = {}, organization }: Options) {
    const { region, account } = environment;
    this.#organization = organization;
    this.#pinned = new Map([
      ...(region === undefined ? [] : [['aws:requestedregion', [region]] as const]),
      ...(account === undefined ? [] : [['aws:resourceaccount', [account]] as const]),
      ...Object.entries(pinned).map(([key, values]) => [key.toLowerCase(), values] as const),
    ]);
  }

  /** What is known about the values of a key. */
  traitsOf(key: string): KeyTraits {
    const known = findConditionKey(key);
    return {
      known: key === ORGANIZATION && this.#organization !== undefined ? [this.#organization.id] : [],
      readable: readableValues(key),
      only: this.#pinned.get(key) ?? (known?.type === 'Bool' ? ['true', 'false'] : undefined),
      multivalued: known?.multivalued,
    };
  }

  /** What tells actions apart by the keys that they have. */
  ofAction(keys: readonly string[], action: string): string {
    // Stryker disable next-line EqualityOperator: the other keys tell them apart as well
    return keys.filter((key) => canOccur(key, action) === false).join();
  }

  /** What tells principals apart by the keys that they have. */
  ofPrincipal(keys: readonly string[], principal: Principal): string {
    const lacks = keys.filter((key) => lacksKey(key, principal));
    return [this.#organizationOf(principal)?.id, ...lacks].join();
  }

  /** The choices that a key has in the requests of a principal for an action. */
  choices({ key, choices }: Variable, action: string, principal: Principal): readonly Choice[] {
    const [absent, ...present] = choices;
    const pinned = this.#pinned.get(key);
    if (pinned !== undefined) return pinned.length === 0 ? [absent] : present;
    const organization = this.#organizationOf(principal);
    if (key === ORGANIZATION && organization !== undefined) {
      return present.filter(({ values }) => values[0] === organization.id);
    }
    if (canOccur(key, action) === false || lacksKey(key, principal)) return [absent];
    return ALWAYS.includes(key) ? present : choices;
  }

  #organizationOf(principal: Principal): Options['organization'] {
    const isMember = 'account' in principal && this.#organization?.accounts.includes(principal.account);
    return isMember === true ? this.#organization : undefined;
  }
}

const lacksKey = (key: string, { kind }: Principal): boolean =>
  (kind === 'service' ? OF_IDENTITIES : OF_SERVICES).test(key);
