import { AccountPrincipal, type PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ResourceEnvironment, Token } from 'aws-cdk-lib/core';
import { differ } from './key-environment';
import { KeyService } from './key-service';
import { DECRYPT_ACTIONS, DESCRIBE_ACTIONS, ENCRYPT_ACTIONS, keyActionsLike } from './kms-actions';

/**
 * What the owner of a key must do for its key policy to say what a statement says.
 *
 * It is told in the properties of the construct, which the import repeats: that is how the import
 * knows that the owner has done it.
 *
 * @param account where the statement is needed
 * @internal
 */
export function ownerRemedy(statement: PolicyStatement, owner: ResourceEnvironment, account: string): string {
  const services = servicesOf(statement);
  if (services.length > 0 && differ(account, owner.account)) {
    return `a service that calls as itself is let in for account ${owner.account} alone; use a key of account ${account}`;
  }
  const todo =
    services.length > 0
      ? `add ${services.map(({ service }) => KeyService._named(service)).join(', ')} to services`
      : `add ${keyRole(statement, owner)} to ${part(statement)}`;
  return `the owner of the key must ${todo}, and the import repeat it`;
}

/**
 * The services that a statement names, which call as themselves.
 *
 * @internal
 */
export function servicesOf(statement: PolicyStatement): ServicePrincipal[] {
  return statement.principals.filter((principal) => principal instanceof ServicePrincipal);
}

/** The property that gives what the statement asks for, and nothing that it does not. */
function part({ actions }: PolicyStatement): string {
  const wanted = actions.flatMap(keyActionsLike).filter((action) => !DESCRIBE_ACTIONS.includes(action));
  if (wanted.every((action) => ENCRYPT_ACTIONS.includes(action))) {
    return 'encryptOnly or users';
  }
  return wanted.every((action) => DECRYPT_ACTIONS.includes(action)) ? 'decryptOnly or users' : 'users';
}

function keyRole({ conditions, principals }: PolicyStatement, owner: ResourceEnvironment): string {
  if (principals[0] instanceof AccountPrincipal) {
    return `each role of account ${principals[0].accountId} by KeyRole.fromPrincipal(new ArnPrincipal(…))`;
  }
  const { ArnLike } = conditions as Record<string, Record<string, string> | undefined>;
  const arn = ArnLike?.['aws:PrincipalArn'] ?? principals[0].policyFragment.principalJson.AWS?.[0] ?? '*';
  const ownRole = `:iam::${owner.account}:role/`;
  if (arn.includes(ownRole)) {
    return `KeyRole.fromRoleName(${JSON.stringify(arn.slice(arn.indexOf(ownRole) + ownRole.length))})`;
  }
  return Token.isUnresolved(arn)
    ? 'the role, by a name that it must be given,'
    : `KeyRole.fromPrincipal(new ArnPrincipal(${JSON.stringify(arn)}))`;
}
