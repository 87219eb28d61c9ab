import type { FindingRule } from '../finding';
import { isOpaque } from '../policy/opaque';
import { InvalidPolicy } from '../policy/invalid-policy';
import type { StackInventory } from '../template/inventory';
import type { KeyItem } from '../template/key-item';
import type { Template } from '../template/template';
import type { Problem } from './problem';
import { statementName, statementPath } from './policy-words';

/** Roles and users that a policy names as principals exist when it is put. */
export const namedPrincipal: FindingRule = {
  id: 'named-principal',
  severity: 'low',
  title: 'A principal that a policy names is made before its key',
  explanation:
    'KMS refuses a key policy that names a role or user which does not exist ("invalid principals"): the deployment fails. A role that is deleted and made again is another principal, which the policy silently does not mean any more.',
  remedy:
    'Compare aws:PrincipalArn in a condition instead, with the account as aws:PrincipalAccount; or refer to the role that the template makes with Ref or Fn::GetAtt.',
  see: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles',
};

/**
 * The principals of a key policy that have to exist already.
 *
 * @param template the key's, unresolved: it tells what CloudFormation makes before the key
 */
export function* namedPrincipalProblems(
  key: KeyItem,
  { identities }: StackInventory,
  template: () => Template | undefined,
): Iterable<Problem> {
  if (key.policy instanceof InvalidPolicy) return;
  for (const statement of key.policy.statements) {
    for (const principal of statement.principals) {
      if (principal.kind !== 'arn' || isOpaque(principal.arn.replace(/^arn:[^/]*/, ''))) continue;
      const { arn } = principal;
      const made = identities.find((each) => each.arn === arn);
      if (made && isMadeBefore(made.logicalId, key, template())) continue;
      yield {
        message: `statement ${statementName(statement)} names ${arn}, ${
          made
            ? `which ${made.logicalId} makes: nothing tells CloudFormation to make it before the key`
            : 'which has to exist before the deployment'
        }`,
        path: statementPath(statement),
        subject: arn,
      };
    }
  }
}

/**
 * Whether CloudFormation makes a resource before the key: the key refers to it, or a stack around that of
 * the key hands it over.
 */
function isMadeBefore(logicalId: string, key: KeyItem, template: Template | undefined): boolean {
  const resource = template?.resources[key.logicalId];
  if (resource === undefined || !Object.hasOwn(template?.resources ?? {}, logicalId)) return true;
  const reference = new RegExp(`"(?:Ref":"|Fn::GetAtt":(?:\\["|"))${logicalId}["."]|\\$\\{${logicalId}[.}]`);
  return (
    [resource.dependsOn ?? []].flat().includes(logicalId) ||
    reference.test(JSON.stringify(resource.properties))
  );
}
