import type { Policy } from '../policy/document';
import { parsePrincipal, type Principal } from '../policy/principal';

/** A role, a user or a group of roles that a policy names, by ARN or by a pattern of ARNs. */
export interface NamedPrincipal {
  /** The role's name without account and path; of a permission set its name. */
  readonly name: string;
  readonly account: string;

  /** One ARN for each way in which the policy names the principal, wildcards filled in. */
  readonly examples: readonly Principal[];
}

const IAM_ARN = /^arn:[^:]+:iam::([^:]*):(?:role|user)\/(?:.*\/)?([^/]+)$/s;
const PERMISSION_SET = /^AWSReservedSSO_(.+)_\?{16}$/;

/**
 * The roles and users that a policy names: as principals, and in conditions on `aws:PrincipalArn`.
 */
export function namedPrincipals(policy: Policy): NamedPrincipal[] {
  const found = new Map<string, { name: string; account: string; examples: Map<string, Principal> }>();
  for (const arn of new Set(policy.statements.flatMap(namedArns))) {
    const [, account, last] = IAM_ARN.exec(arn) ?? [];
    if (account === undefined) continue;
    const set = PERMISSION_SET.exec(last)?.[1];
    const name = set ?? last;
    const example = parsePrincipal(fillIn(arn));
    const id = `${account}/${name}`;
    const known = found.get(id) ?? { name, account, examples: new Map<string, Principal>() };
    found.set(id, known);
    known.examples.set(arn, example);
  }
  return [...found.values()].map((each) => ({ ...each, examples: [...each.examples.values()] }));
}

function namedArns(statement: Policy['statements'][number]): string[] {
  return [
    ...statement.principals.flatMap((each) => (each.kind === 'arn' ? [each.arn] : [])),
    ...statement.conditions.filter(({ key }) => key === 'aws:principalarn').flatMap(({ values }) => values),
  ];
}

function fillIn(pattern: string): string {
  return pattern
    .replaceAll('sso.amazonaws.com/*/', 'sso.amazonaws.com/eu-central-1/')
    .replaceAll('*', 'example')
    .replaceAll('?', '0');
}
