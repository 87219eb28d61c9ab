import { AccountPrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { Token } from 'aws-cdk-lib/core';
import type { KeyAlias } from './key-alias';

/**
 * Where a role is looked for: the account of the key, and the convention its names follow.
 *
 * @internal
 */
export interface KeyRoleContext {
  readonly partition: string;
  readonly account: string;
  readonly alias: KeyAlias;
}

/**
 * What a key policy says to mean a role.
 *
 * @internal
 */
export interface BoundKeyRole {
  /** What `aws:PrincipalArn` is when the role calls; `*` and `?` are wildcards. */
  readonly arns: string[];

  /** The principal to name, when the role is one exact principal that must exist. */
  readonly principal?: IPrincipal;
}

const IAM_NAME = /^[\w+=,.@-]+$/;
const IAM_PATH_AND_NAME = /^(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;
const PERMISSION_SET_MAX_LENGTH = 32;

/**
 * A role of the platform, and how a key policy names it.
 *
 * A role given by name, or by the name of a permission set, need not exist when the key is
 * deployed, and keeps its access when it is deleted and created again: the key policy compares
 * `aws:PrincipalArn`. A role given as a principal must exist, and is another principal once it has
 * been recreated.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export class KeyRole {
  /** The security officers, by convention: they administer and use the key. */
  public static readonly GSO = KeyRole.byConvention('gso');

  /** The platform system administrators, by convention: they administer and use the key. */
  public static readonly PSA = KeyRole.byConvention('psa');

  /** The platform management agent, a role of automation, by convention: it uses the key. */
  public static readonly PMA = KeyRole.byConvention('pma');

  /**
   * The role `<organization>-<product><account>-iamr-<name>` of the key's account.
   *
   * @param name the last part of the role's name, for example `reader`
   */
  public static byConvention(name: string): KeyRole {
    return KeyRole.named((alias) => alias.roleName(name));
  }

  /**
   * A role of the key's account by its name.
   *
   * @param roleName the name, with its path before it if the role has one: `team/reader`
   * @throws Error when IAM refuses the name, or when it has a wildcard
   */
  public static fromRoleName(roleName: string): KeyRole {
    if (!Token.isUnresolved(roleName) && !IAM_PATH_AND_NAME.test(roleName)) {
      throw new Error(
        `role name ${JSON.stringify(roleName)} is refused: it must be at most 64 of A-Z a-z 0-9 + = , . @ _ -, after a path without a leading slash if the role has one`,
      );
    }
    return KeyRole.named(() => roleName);
  }

  /**
   * The role that IAM Identity Center makes in the key's account for a permission set.
   *
   * @param name the permission set's name
   * @throws Error when IAM Identity Center refuses the name: at most 32 characters of `A-Z a-z 0-9 + = , . @ _ -`
   * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
   */
  public static fromPermissionSetName(name: string): KeyRole {
    if (!Token.isUnresolved(name) && (!IAM_NAME.test(name) || name.length > PERMISSION_SET_MAX_LENGTH)) {
      throw new Error(
        `permission set name ${JSON.stringify(name)} is refused: it must be 1 to ${PERMISSION_SET_MAX_LENGTH} of A-Z a-z 0-9 + = , . @ _ -`,
      );
    }
    return new KeyRole(({ partition, account }) => {
      // Sixteen single-character wildcards, so that one set's name never matches a longer one's.
      const role = `AWSReservedSSO_${name}_${'?'.repeat(16)}`;
      const path = `arn:${partition}:iam::${account}:role/aws-reserved/sso.amazonaws.com`;
      // The home Region of IAM Identity Center is part of the path everywhere but in us-east-1.
      return { arns: [`${path}/${role}`, `${path}/*/${role}`] };
    });
  }

  /**
   * One exact role or user, which must exist when the key is deployed.
   *
   * @param principal a role, a user, or an `ArnPrincipal`
   * @throws Error at synth when the principal is not one role or user
   */
  public static fromPrincipal(principal: IPrincipal): KeyRole {
    return new KeyRole(() => ({ arns: [exactArn(principal)], principal }));
  }

  private static named(roleName: (alias: KeyAlias) => string): KeyRole {
    return new KeyRole(({ partition, account, alias }) => ({
      arns: [`arn:${partition}:iam::${account}:role/${roleName(alias)}`],
    }));
  }

  private constructor(private readonly bind: (context: KeyRoleContext) => BoundKeyRole) {}

  /** @internal */
  public _bind(context: KeyRoleContext): BoundKeyRole {
    return this.bind(context);
  }
}

function exactArn(principal: IPrincipal): string {
  const { principalJson, conditions } = principal.policyFragment;
  const arns = principalJson.AWS ?? [];
  const exact =
    Object.keys(principalJson).length === 1 &&
    arns.length === 1 &&
    arns[0] !== '*' &&
    Object.keys(conditions).length === 0 &&
    !(principal instanceof AccountPrincipal);
  if (!exact) {
    throw new Error(
      `key role ${JSON.stringify(principalJson)} is not one role or user: pass a role, a user or an ArnPrincipal; ` +
        'AWS services go into services, and the whole account into trust',
    );
  }
  return arns[0];
}
