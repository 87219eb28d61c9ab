import type { Policy } from '../policy/document';
import type { Principal } from '../policy/principal';
import { type NamedPrincipal, namedPrincipals } from './named-principal';

/** Principals that a matrix puts into one row. */
export interface PrincipalClass {
  readonly name: string;

  /** A role or user by name, or everybody else of a kind. */
  readonly kind: 'named' | 'account' | 'service' | 'other account';

  /** The account that all of them belong to; absent for services and for accounts that nobody names. */
  readonly account?: string;
  readonly includes: (principal: Principal) => boolean;
}

/**
 * The rows of a policy's matrix: who is named, and everybody else by where they come from.
 *
 * The account's root user is in none of them: it has what the account's IAM policies may give. Nor
 * are federated users: they have at most what the user has who federated them.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getfederationtoken.html
 */
export function principalClasses(policy: Policy, account: string): PrincipalClass[] {
  const named = namedPrincipals(policy);
  const isNamed = named.map(({ patterns }) => patternTest(patterns));
  const unnamed = (principal: Principal): boolean => !isNamed.some((test) => test(principal));
  const patterns = policy.statements.flatMap(({ principals }) => principals);
  const services = distinct(patterns.flatMap((each) => (each.kind === 'service' ? [each.service] : [])));
  const accounts = distinct([
    ...patterns.flatMap((each) => (each.kind === 'account' ? [each.account] : [])),
    ...named.map((each) => each.account).filter((each) => /^\d{12}$/.test(each)),
  ]).filter((each) => each !== account);
  return [
    ...named.map((each, index): PrincipalClass => ({
      name: nameOf(each, account),
      kind: 'named',
      account: each.account,
      includes: isNamed[index],
    })),
    {
      name: 'any other role or user',
      kind: 'account',
      account,
      includes: (each) => each.kind !== 'root' && isOf(account, each) && unnamed(each),
    },
    ...services.map((service): PrincipalClass => ({
      name: service,
      kind: 'service',
      includes: (each) => each.kind === 'service' && each.service === service,
    })),
    {
      name: services.length > 0 ? 'any other AWS service' : 'AWS services',
      kind: 'service',
      includes: (each) => each.kind === 'service' && !services.includes(each.service),
    },
    ...accounts.map((other): PrincipalClass => ({
      name: `${named.some((each) => each.account === other) ? 'any other of ' : ''}account ${other}`,
      kind: 'other account',
      account: other,
      includes: (each) => isOf(other, each) && unnamed(each),
    })),
    {
      name: accounts.length > 0 ? 'any other account' : 'another account',
      kind: 'other account',
      includes: (each) =>
        'account' in each &&
        isOf(each.account, each) &&
        ![account, ...accounts].includes(each.account) &&
        unnamed(each),
    },
  ];
}

function nameOf({ name, account: owner }: NamedPrincipal, account: string): string {
  return owner === account ? name : `${name} of account ${owner}`;
}

function isOf(account: string, principal: Principal): boolean {
  return 'account' in principal && principal.account === account && principal.kind !== 'federated-user';
}

/** Whether a principal's ARN is one of some ARNs and patterns. */
function patternTest(patterns: readonly string[]): (principal: Principal) => boolean {
  const exact = new Set(patterns);
  const wild = patterns.filter((pattern) => /[*?]/.test(pattern)).map(expressionOf);
  return (principal) =>
    'arn' in principal && (exact.has(principal.arn) || wild.some((each) => each.test(principal.arn)));
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === '*') return '.*';
    return part === '?' ? '.' : part.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
