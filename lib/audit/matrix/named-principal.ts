import type { Policy, Statement } from '../policy/document';
import { parsePrincipal, type Principal } from '../policy/principal';

/** A role or user that a policy names by its ARN, or roles that it names by a pattern of ARNs. */
export interface NamedPrincipal {
  /** The name without account and path; of a permission set its own; of a pattern with its path. */
  readonly name: string;
  readonly account: string;

  /** The ARNs and patterns by which the policy names it. */
  readonly patterns: readonly string[];

  /** One for each pattern, with its wildcards filled in. */
  readonly examples: readonly Principal[];
}

const ACCOUNT_AND_PATH = /^arn:[^:]+:iam::([^:]*):(?:role|user)\/(.+)$/s;
const PERMISSION_SET = /^AWSReservedSSO_(.+)_\?{16}$/;

/**
 * The roles and users that a policy names: as principals, and in conditions on `aws:PrincipalArn`.
 */
export function namedPrincipals(policy: Policy): NamedPrincipal[] {
  const named = new Map<string, { name: string; account: string; patterns: string[] }>();
  for (const pattern of new Set(policy.statements.flatMap(namedArns))) {
    const [, account, path] = ACCOUNT_AND_PATH.exec(pattern) ?? [];
    if (account === undefined) continue;
    const name = nameOf(path);
    const known = named.get(`${account}/${name}`);
    if (known) known.patterns.push(pattern);
    else named.set(`${account}/${name}`, { name, account, patterns: [pattern] });
  }
  return [...named.values()].map((each) => ({
    ...each,
    examples: each.patterns.map((pattern) => parsePrincipal(fillIn(pattern))),
  }));
}

function nameOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  return PERMISSION_SET.exec(last)?.[1] ?? (/[*?]/.test(last) ? path : last);
}

function namedArns({ principals, conditions }: Statement): string[] {
  return [
    ...principals.flatMap((each) => (each.kind === 'arn' ? [each.arn] : [])),
    ...conditions.filter(({ key }) => key === 'aws:principalarn').flatMap(({ values }) => values),
  ];
}

/** An ARN that a pattern stands for, as AWS would write one. */
function fillIn(pattern: string): string {
  return pattern
    .replaceAll('sso.amazonaws.com/*/', 'sso.amazonaws.com/eu-central-1/')
    .replaceAll(/(?<=:)\*(?=:)/g, '999999999999')
    .replaceAll('*', 'example')
    .replaceAll('?', '0');
}
