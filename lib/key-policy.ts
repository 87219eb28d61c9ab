import {
  AccountPrincipal,
  AnyPrincipal,
  Effect,
  type IPrincipal,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { Token } from 'aws-cdk-lib/core';
import { AccountTrust } from './account-trust';
import { KeyPolicyDocument } from './key-policy-document';
import { type BoundKeyRole, KeyRole, type KeyRoleContext } from './key-role';
import type { KeyService, KeyServiceContext } from './key-service';
import {
  DECRYPT_ACTIONS,
  DELETE_ACTIONS,
  DESCRIBE_ACTIONS,
  ENCRYPT_ACTIONS,
  MANAGE_ACTIONS,
  READ_ACTIONS,
  RECOVERY_ACTIONS,
  REPLICATE_ACTIONS,
  REVOKE_ACTIONS,
  SERVICE_GRANT_ACTIONS,
  USE_ACTIONS,
} from './kms-actions';

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

/**
 * Where a key policy applies.
 *
 * @internal
 */
export interface KeyPolicyContext extends KeyRoleContext, KeyServiceContext {
  /** The Regions that a replica may be made in. */
  readonly replicaRegions: string[];

  /** Deploys the key when the properties name no role. */
  readonly defaultDeploymentRoles: () => KeyRole[];
}

const MINIMUM_PENDING_WINDOW_IN_DAYS = 30;
const ORGANIZATION_ID = /^o-[a-z0-9]{10,32}$/;
const MADE_FOR_AWS_SERVICES = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };

/**
 * Writes the key policy of a common key.
 *
 * Statements are built from roles, trust and action lists alone; what they amount to is decided, and
 * tested, on the JSON that comes out.
 *
 * @throws Error when the same role is given contradicting parts, or a value is refused
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 */
export function keyPolicy(props: KeyAccessProps, context: KeyPolicyContext): KeyPolicyDocument {
  return new KeyPolicyDocument(new KeyPolicyWriter(props, context).statements());
}

class KeyPolicyWriter {
  private readonly administrators: BoundKeyRole[];
  private readonly deletionAdministrators: BoundKeyRole[];
  private readonly users: BoundKeyRole[];
  private readonly encryptOnly: BoundKeyRole[];
  private readonly decryptOnly: BoundKeyRole[];
  private readonly deploymentRoles: BoundKeyRole[];

  constructor(
    private readonly props: KeyAccessProps,
    private readonly context: KeyPolicyContext,
  ) {
    const bind = (roles: KeyRole[]) => roles.map((role) => role._bind(context));
    const administrators = props.administrators ?? [KeyRole.GSO, KeyRole.PSA];
    this.administrators = bind(administrators);
    this.deletionAdministrators = bind(props.deletionAdministrators ?? administrators);
    this.users = bind(props.users ?? [KeyRole.GSO, KeyRole.PSA, KeyRole.PMA]);
    this.encryptOnly = bind(props.encryptOnly ?? []);
    this.decryptOnly = bind(props.decryptOnly ?? []);
    this.deploymentRoles = bind(props.deploymentRoles ?? context.defaultDeploymentRoles());
    this.check();
  }

  public statements(): PolicyStatement[] {
    return [
      ...this.accountStatements(),
      ...this.allow('AdministratorsMayAdminister', this.administrators, this.administration),
      ...this.allow('AdministratorsMayScheduleDeletion', this.deletionAdministrators, DELETE_ACTIONS),
      ...this.allow('DeploymentMayAdminister', this.deploymentRoles, this.administration),
      ...this.allow('UsersMayEncryptAndDecrypt', this.users, USE_ACTIONS),
      ...this.allow('UsersMayGrantToAwsServices', this.users, SERVICE_GRANT_ACTIONS, MADE_FOR_AWS_SERVICES),
      ...this.allow('EncryptersMayEncrypt', this.encryptOnly, [...ENCRYPT_ACTIONS, ...DESCRIBE_ACTIONS]),
      ...this.allow('DecryptersMayDecrypt', this.decryptOnly, [...DECRYPT_ACTIONS, ...DESCRIBE_ACTIONS]),
      ...(this.props.services ?? []).flatMap((service) => service._statements(this.context)),
      ...this.deny('UsersMayNotAdminister', this.onlyUsers, [
        ...MANAGE_ACTIONS,
        ...REPLICATE_ACTIONS,
        ...DELETE_ACTIONS,
      ]),
      ...this.deny('EncryptersMayNotDecrypt', this.encryptOnly, [...DECRYPT_ACTIONS, 'kms:CreateGrant']),
      ...this.deny('DecryptersMayNotEncrypt', this.decryptOnly, [...ENCRYPT_ACTIONS, 'kms:CreateGrant']),
      ...this.guards(),
    ];
  }

  private get onlyUsers(): BoundKeyRole[] {
    const everyUser = [...this.users, ...this.encryptOnly, ...this.decryptOnly];
    return without(everyUser, [...this.administrators, ...this.deploymentRoles]);
  }

  private get administration(): string[] {
    const replicate = this.context.replicaRegions.length > 0 ? REPLICATE_ACTIONS : [];
    return [...READ_ACTIONS, ...MANAGE_ACTIONS, ...REVOKE_ACTIONS, ...replicate];
  }

  /** What IAM policies of the account may decide. */
  private accountStatements(): PolicyStatement[] {
    const { account, region, urlSuffix } = this.context;
    const may = (sid: string, actions: readonly string[], conditions?: Record<string, unknown>) =>
      new PolicyStatement({
        sid,
        effect: Effect.ALLOW,
        principals: [new AccountPrincipal(account)],
        actions: [...actions],
        resources: ['*'],
        conditions,
      });
    const recover = may('AccountMayRecover', RECOVERY_ACTIONS);
    switch (this.props.trust ?? AccountTrust.USE) {
      case AccountTrust.EVERYTHING:
        return [may('AccountMayDoEverything', ['kms:*'])];
      case AccountTrust.USE:
        return [
          recover,
          may('AccountMayEncryptAndDecrypt', USE_ACTIONS),
          may('AccountMayGrantToAwsServices', SERVICE_GRANT_ACTIONS, MADE_FOR_AWS_SERVICES),
        ];
      case AccountTrust.VIA_SERVICES: {
        // Both spellings, as the ending of a service's name differs in the Regions of China.
        const services = [...new Set(['amazonaws.com', urlSuffix])].map((suffix) => `*.${region}.${suffix}`);
        const viaServices = {
          StringEquals: { 'kms:CallerAccount': account },
          StringLike: { 'kms:ViaService': services },
        };
        return [
          recover,
          may('AccountMayEncryptAndDecryptViaServices', USE_ACTIONS, viaServices),
          may('AccountMayGrantToAwsServices', SERVICE_GRANT_ACTIONS, {
            ...viaServices,
            ...MADE_FOR_AWS_SERVICES,
          }),
        ];
      }
      case AccountTrust.RECOVERY:
        return [recover];
    }
  }

  /** What is denied whatever anybody else allows. */
  private guards(): PolicyStatement[] {
    const { replicaRegions } = this.context;
    const { organizationId } = this.props;
    return [
      denyEveryone('OnlyDeletionAdministratorsMayScheduleDeletion', DELETE_ACTIONS, {
        ArnNotLike: { 'aws:PrincipalArn': this.deletionAdministrators.flatMap((role) => role.arns) },
      }),
      denyEveryone('NobodyMayShortenThePendingWindow', DELETE_ACTIONS, {
        NumericLessThan: {
          'kms:ScheduleKeyDeletionPendingWindowInDays': String(MINIMUM_PENDING_WINDOW_IN_DAYS),
        },
      }),
      denyEveryone('NobodyMayBypassTheLockoutCheck', ['kms:PutKeyPolicy'], {
        Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' },
      }),
      denyEveryone(
        'NobodyMayReplicateElsewhere',
        REPLICATE_ACTIONS,
        replicaRegions.length > 0 ? { StringNotEquals: { 'kms:ReplicaRegion': replicaRegions } } : undefined,
      ),
      ...(organizationId === undefined
        ? []
        : [
            denyEveryone('NobodyOutsideTheOrganization', ['kms:*'], {
              StringNotEquals: { 'aws:PrincipalOrgID': organizationId },
              Bool: { 'aws:PrincipalIsAWSService': 'false' },
            }),
          ]),
    ];
  }

  /** One statement for roles known by their ARN alone, and one for exact principals. */
  private allow(
    sid: string,
    roles: BoundKeyRole[],
    actions: readonly string[],
    conditions: Record<string, unknown> = {},
  ): PolicyStatement[] {
    const arns = roles.filter((role) => role.principal === undefined).flatMap((role) => role.arns);
    const principals = roles.flatMap((role) => role.principal ?? []);
    const statement = (name: string, who: IPrincipal[], when: Record<string, unknown>) =>
      new PolicyStatement({
        sid: name,
        principals: who,
        actions: [...actions],
        resources: ['*'],
        conditions: when,
      });
    return [
      ...(arns.length > 0
        ? [
            statement(sid, [new AnyPrincipal()], {
              ...conditions,
              StringEquals: { 'aws:PrincipalAccount': this.context.account },
              ArnLike: { 'aws:PrincipalArn': arns },
            }),
          ]
        : []),
      ...(principals.length > 0 ? [statement(`${sid}AsPrincipals`, principals, conditions)] : []),
    ];
  }

  /** Denied by ARN even to exact principals, so that recreating a role does not lift the denial. */
  private deny(sid: string, roles: BoundKeyRole[], actions: readonly string[]): PolicyStatement[] {
    const arns = roles.flatMap((role) => role.arns);
    return arns.length > 0 ? [denyEveryone(sid, actions, { ArnLike: { 'aws:PrincipalArn': arns } })] : [];
  }

  private check(): void {
    const { organizationId } = this.props;
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

const DUTIES: Record<string, string> = {
  administrators: 'administer the key',
  deletionAdministrators: 'ever delete it',
  deploymentRoles: 'deploy it',
};

function denyEveryone(
  sid: string,
  actions: readonly string[],
  conditions?: Record<string, unknown>,
): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources: ['*'],
    conditions,
  });
}

function without(roles: readonly BoundKeyRole[], others: readonly BoundKeyRole[]): BoundKeyRole[] {
  const known = new Set(others.flatMap((role) => role.arns));
  return roles.filter((role) => !role.arns.every((arn) => known.has(arn)));
}

function listed(roles: BoundKeyRole[]): string {
  return roles.map((role) => JSON.stringify(role.arns[0])).join(', ');
}
