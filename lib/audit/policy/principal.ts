import { quote } from './invalid-policy';
import { InvalidRequest } from './invalid-request';
import { opaque } from './opaque';

/**
 * Who makes a request.
 *
 * A role is the principal of every session of it; the session's name matters only to a policy that
 * names one session.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type Principal =
  | { readonly kind: 'root'; readonly arn: string; readonly account: string }
  | { readonly kind: 'user'; readonly arn: string; readonly account: string }
  | { readonly kind: 'role'; readonly arn: string; readonly account: string; readonly session?: string }
  | { readonly kind: 'federated-user'; readonly arn: string; readonly account: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'anonymous' };

const IAM_ARN = /^arn:[^:]+:iam::([^:]+):(root$|(?:user|role)(?=\/.))/;
const STS_ARN = /^arn:[^:]+:sts::([^:]+):(federated-user|assumed-role)\/./;
const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/;

/**
 * Reads a principal as people write one: an ARN, a service such as `logs.amazonaws.com`, or `anonymous`.
 *
 * The ARN of an assumed-role session is refused, because it leaves out the path of the role.
 *
 * @param session the name of the session, of a role only
 */
export function parsePrincipal(text: string, session?: string): Principal {
  const principal = readPrincipal(text);
  if (session === undefined) {
    return principal;
  }
  if (principal.kind !== 'role') {
    throw new InvalidRequest(
      `the principal ${quote(text)} has no session ${quote(session)}: only a role has sessions`,
    );
  }
  return { ...principal, session };
}

function readPrincipal(text: string): Principal {
  if (text === 'anonymous') {
    return { kind: 'anonymous' };
  }
  if (SERVICE.test(text)) {
    return { kind: 'service', service: text };
  }
  const arn = IAM_ARN.exec(text) ?? STS_ARN.exec(text);
  if (arn === null || /[*?]/.test(text)) {
    throw new InvalidRequest(
      `the principal ${quote(text)} is not one: use the ARN of a role, a user or an account's root, a service such as "logs.amazonaws.com", or "anonymous"`,
    );
  }
  const [, account, kind] = arn;
  if (kind === 'assumed-role') {
    throw new InvalidRequest(
      `the principal ${quote(text)} is a session, whose ARN leaves out the path of its role: use the ARN of the role and, apart from it, the name of the session`,
    );
  }
  return {
    kind: kind as 'root' | 'user' | 'role' | 'federated-user',
    arn: text,
    account,
  };
}

/** The ARN that a session of a role calls with: the role's path is not in it. */
export function sessionArn(role: string, session: string): string {
  const [, partition, , , account] = role.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${role.slice(role.lastIndexOf('/') + 1)}/${session}`;
}

/** What a condition key holds that follows from the principal. */
export type Derived =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      /** The lists of values of which it is one; undefined where it may be anything. */
      readonly among?: readonly (readonly string[])[];
    };

const TYPES = {
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  'federated-user': 'FederatedUser',
  anonymous: 'Anonymous',
} as const;

/**
 * How each condition key, in lower case, follows from the principal.
 *
 * `aws:PrincipalArn` of a session is the ARN of its role. What AWS does not document is unknown: of a
 * service that calls as itself it says neither ARN nor account, but they are none that a customer has.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const DERIVATIONS: ReadonlyMap<string, (principal: Principal) => Derived> = new Map<
  string,
  (principal: Principal) => Derived
>([
  [
    'aws:principalarn',
    (principal) => {
      if ('arn' in principal) {
        return value(principal.arn);
      }
      return principal.kind === 'anonymous' ? ABSENT : unknown('the ARN', principal, principal.service);
    },
  ],
  [
    'aws:principalaccount',
    (principal) => (principal.kind === 'anonymous' ? value('anonymous') : accountOf(principal)),
  ],
  ['kms:calleraccount', accountOf],
  [
    'aws:principaltype',
    (principal) =>
      principal.kind === 'service' ? unknown('the type', principal) : value(TYPES[principal.kind]),
  ],
  ['aws:principalisawsservice', (principal) => value(String(principal.kind === 'service'))],
  [
    'aws:principalservicename',
    (principal) => (principal.kind === 'service' ? value(principal.service) : ABSENT),
  ],
  [
    'aws:username',
    (principal) =>
      principal.kind === 'user' ? value(principal.arn.slice(principal.arn.lastIndexOf('/') + 1)) : ABSENT,
  ],
]);

/** The condition keys, in lower case, whose values follow from the principal. */
export const DERIVED_KEYS: readonly string[] = [...DERIVATIONS.keys()];

/** The value of a condition key, in lower case, that follows from the principal; undefined for every other key. */
export function derivedValue(principal: Principal, key: string): Derived | undefined {
  return DERIVATIONS.get(key)?.(principal);
}

const ABSENT: Derived = { kind: 'absent' };

function value(text: string): Derived {
  return { kind: 'value', value: text };
}

function accountOf(principal: Principal): Derived {
  return 'account' in principal
    ? value(principal.account)
    : unknown('the account', principal, opaque('an account of AWS'));
}

/** A value that AWS does not document: absent, or one that no policy writes out. */
function unknown(what: string, principal: Principal, other?: string): Derived {
  const who = principal.kind === 'service' ? `the service ${principal.service}` : 'an anonymous caller';
  return {
    kind: 'unknown',
    reason: `AWS does not document ${what} of ${who}`,
    ...(other !== undefined && { among: [[], [other]] }),
  };
}
