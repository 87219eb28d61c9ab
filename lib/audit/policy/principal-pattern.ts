import { InvalidPolicy, entriesOf, quote, stringsOf } from './invalid-policy';
import { isUnresolved, opaqueName } from './opaque';

/**
 * Whom a statement of a key policy is about.
 *
 * - `any`: everybody, signed in or not (`*`)
 * - `account`: the account as a whole (`…:root` or its 12 digits); its IAM policies decide
 * - `arn`: one role, user, assumed-role session or federated user, or an opaque ARN equal only to itself
 * - `service`: an AWS service that calls as itself
 * - `undecided`: a kind of principal whose callers a policy alone does not tell; `source` is what is written
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type PrincipalPattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'account'; readonly account: string; readonly partition?: string }
  | { readonly kind: 'arn'; readonly arn: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'undecided'; readonly reason: string; readonly source: string };

const ACCOUNT_ARN = /^arn:([^:]+):iam::([^:]+):root$/;
const UNIQUE_ID = /^A(?:ID|RO)A[A-Z0-9]+$/;
const NAMED_ARN = /^arn:[^:]+:(?:iam::[^:]+:(?:role|user)|sts::[^:]+:(?:assumed-role|federated-user))\/./;

/** Reads the `Principal` element of a statement. */
export function parsePrincipals(json: unknown, where: string): PrincipalPattern[] {
  if (json === '*') {
    return [{ kind: 'any' }];
  }
  if (typeof json === 'string') {
    throw new InvalidPolicy(`${where} is ${quote(json)}: it must be "*" or an object such as {"AWS": "…"}`);
  }
  const principals = entriesOf(json, where).flatMap(([type, value]) =>
    stringsOf(value, `${where}.${type}`).map((each) => parsePrincipal(type, each)),
  );
  if (principals.length === 0) {
    throw new InvalidPolicy(`${where} names nobody: give at least one principal`);
  }
  return principals;
}

function parsePrincipal(type: string, value: string): PrincipalPattern {
  const undecided = (reason: string): PrincipalPattern => ({
    kind: 'undecided',
    reason,
    source: `${type} ${value}`,
  });
  if (isUnresolved(value)) {
    return undecided(`the principal ${quote(value)} is not known before the deployment`);
  }
  switch (type) {
    case 'AWS':
      return parseAwsPrincipal(value, undecided);
    case 'Service':
      return /[*?]/.test(value)
        ? undecided(`the service principal ${quote(value)} has a wildcard`)
        : { kind: 'service', service: value };
    default:
      return undecided(`a principal of the type ${quote(type)} is not decided`);
  }
}

function parseAwsPrincipal(value: string, undecided: (reason: string) => PrincipalPattern): PrincipalPattern {
  if (value === '*') {
    return { kind: 'any' };
  }
  // What the deployment makes is named after its resource's attribute: `AccountId`, `Role.Arn`, `Role.RoleId`.
  const made = opaqueName(value);
  if (/^\d{12}$/.test(value) || made?.endsWith('AccountId')) {
    return { kind: 'account', account: value };
  }
  if (/[*?]/.test(value)) {
    return undecided(`the principal ${quote(value)} has a wildcard, which KMS refuses there`);
  }
  const root = ACCOUNT_ARN.exec(value);
  if (root !== null) {
    return { kind: 'account', account: root[2], partition: root[1] };
  }
  if (NAMED_ARN.test(value) || made?.endsWith('Arn')) {
    return { kind: 'arn', arn: value };
  }
  return undecided(
    UNIQUE_ID.test(value)
      ? `the principal ${quote(value)} is a unique id, left by a role or user that was deleted`
      : `the principal ${quote(value)} is of no known form`,
  );
}
