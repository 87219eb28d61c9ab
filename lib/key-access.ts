import { Token } from 'aws-cdk-lib/core';
import type { AccountTrust } from './account-trust';
import { type BoundKeyRole, KeyRole, type KeyRoleContext } from './key-role';
import type { KeyService } from './key-service';

/**
 * Who may do what with a common key: roles that the key policy itself admits, and how far the IAM
 * policies of the account may decide beside it.
 */
export interface KeyAccessProps {
  /**
   * Roles that administer the key: they see and change how it is set up, and do not use it.
   *
   * @default - GSO and PSA, by convention
   */
  readonly administrators?: KeyRole[];

  /**
   * Administrators that may schedule the key's deletion; nobody else may.
   *
   * @default - all administrators
   */
  readonly deletionAdministrators?: KeyRole[];

  /**
   * Roles that encrypt and decrypt. Those that are not administrators too are denied administration.
   *
   * @default - GSO, PSA and PMA, by convention
   */
  readonly users?: KeyRole[];

  /**
   * Roles that encrypt and are denied decrypting.
   *
   * @default - none
   */
  readonly encryptOnly?: KeyRole[];

  /**
   * Roles that decrypt and are denied encrypting.
   *
   * @default - none
   */
  readonly decryptOnly?: KeyRole[];

  /**
   * Roles with which CloudFormation deploys the key. Without them it would lock itself out.
   *
   * @default - the CloudFormation execution role of the stack's bootstrap, in every Region of the key
   */
  readonly deploymentRoles?: KeyRole[];

  /**
   * How far IAM policies of the key's account may decide.
   *
   * @default AccountTrust.USE
   */
  readonly trust?: AccountTrust;

  /**
   * AWS services that call KMS as themselves.
   *
   * @default - none
   */
  readonly services?: KeyService[];

  /**
   * The organization id outside of which every request is denied, for example `o-a1b2c3d4e5`.
   *
   * @default - requests are not compared with an organization
   */
  readonly organizationId?: string;
}

const ORGANIZATION_ID = /^o-[a-z0-9]{10,32}$/;

/** What nobody could do if nobody were named for it. */
const DUTIES: Record<string, string> = {
  administrators: 'administer the key',
  deletionAdministrators: 'ever delete it',
  deploymentRoles: 'deploy it',
};

/**
 * The roles of a key as its policy names them, checked against each other.
 *
 * @internal
 */
export class BoundKeyAccess {
  public readonly administrators: BoundKeyRole[];
  public readonly deletionAdministrators: BoundKeyRole[];
  public readonly users: BoundKeyRole[];
  public readonly encryptOnly: BoundKeyRole[];
  public readonly decryptOnly: BoundKeyRole[];
  public readonly deploymentRoles: BoundKeyRole[];

  /**
   * @param defaultDeploymentRoles deploy the key when the properties name no role
   * @throws Error when the same role is given contradicting parts, or a value is refused
   */
  constructor(props: KeyAccessProps, context: KeyRoleContext, defaultDeploymentRoles: () => KeyRole[]) {
    const bind = (roles: KeyRole[]) => roles.map((role) => role._bind(context));
    const administrators = props.administrators ?? [KeyRole.GSO, KeyRole.PSA];
    this.administrators = bind(administrators);
    this.deletionAdministrators = bind(props.deletionAdministrators ?? administrators);
    this.users = bind(props.users ?? [KeyRole.GSO, KeyRole.PSA, KeyRole.PMA]);
    this.encryptOnly = bind(props.encryptOnly ?? []);
    this.decryptOnly = bind(props.decryptOnly ?? []);
    this.deploymentRoles = bind(props.deploymentRoles ?? defaultDeploymentRoles());
    this.check(props);
  }

  /** Those that use the key, and neither administer nor deploy it. */
  public get onlyUsers(): BoundKeyRole[] {
    const everyUser = [...this.users, ...this.encryptOnly, ...this.decryptOnly];
    return without(everyUser, [...this.administrators, ...this.deploymentRoles]);
  }

  private check({ organizationId }: KeyAccessProps): void {
    if (
      organizationId !== undefined &&
      !Token.isUnresolved(organizationId) &&
      !ORGANIZATION_ID.test(organizationId)
    ) {
      throw new Error(
        `organization id ${JSON.stringify(organizationId)} is refused: it must be o- and 10 to 32 lower-case letters and digits`,
      );
    }
    for (const [part, roles] of Object.entries({
      administrators: this.administrators,
      deletionAdministrators: this.deletionAdministrators,
      deploymentRoles: this.deploymentRoles,
    })) {
      if (roles.length === 0) {
        throw new Error(`${part} is empty: name at least one role, or nobody could ${DUTIES[part]}`);
      }
    }
    const strangers = without(this.deletionAdministrators, this.administrators);
    if (strangers.length > 0) {
      throw new Error(
        `deletionAdministrators names ${listed(strangers)}, which administrators does not: add it there, or remove it here`,
      );
    }
    for (const [part, roles, others] of [
      ['encryptOnly', this.encryptOnly, [...this.users, ...this.decryptOnly]],
      ['decryptOnly', this.decryptOnly, this.users],
    ] as const) {
      const twice = roles.filter((role) => without([role], others).length === 0);
      if (twice.length > 0) {
        throw new Error(
          `${part} names ${listed(twice)}, which may do the opposite too: name it in users alone`,
        );
      }
    }
  }
}

function without(roles: readonly BoundKeyRole[], others: readonly BoundKeyRole[]): BoundKeyRole[] {
  const known = new Set(others.flatMap((role) => role.arns));
  return roles.filter((role) => !role.arns.every((arn) => known.has(arn)));
}

function listed(roles: BoundKeyRole[]): string {
  return roles.map((role) => JSON.stringify(role.arns[0])).join(', ');
}
