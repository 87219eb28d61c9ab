import {
  AccountPrincipal,
  AnyPrincipal,
  Effect,
  type IPrincipal,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { AccountTrust } from './account-trust';
import { BoundKeyAccess, type KeyAccessProps } from './key-access';
import { KeyPolicyDocument } from './key-policy-document';
import type { BoundKeyRole, KeyRole, KeyRoleContext } from './key-role';
import type { KeyServiceContext } from './key-service';
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
  private readonly roles: BoundKeyAccess;

  constructor(
    private readonly props: KeyAccessProps,
    private readonly context: KeyPolicyContext,
  ) {
    this.roles = new BoundKeyAccess(props, context, context.defaultDeploymentRoles);
  }

  public statements(): PolicyStatement[] {
    return [
      ...this.accountStatements(),
      ...this.allow('AdministratorsMayAdminister', this.roles.administrators, this.administration),
      ...this.allow('AdministratorsMayScheduleDeletion', this.roles.deletionAdministrators, DELETE_ACTIONS),
      ...this.allow('DeploymentMayAdminister', this.roles.deploymentRoles, this.administration),
      ...this.allow('UsersMayEncryptAndDecrypt', this.roles.users, USE_ACTIONS),
      ...this.allow(
        'UsersMayGrantToAwsServices',
        this.roles.users,
        SERVICE_GRANT_ACTIONS,
        MADE_FOR_AWS_SERVICES,
      ),
      ...this.allow('EncryptersMayEncrypt', this.roles.encryptOnly, [
        ...ENCRYPT_ACTIONS,
        ...DESCRIBE_ACTIONS,
      ]),
      ...this.allow('DecryptersMayDecrypt', this.roles.decryptOnly, [
        ...DECRYPT_ACTIONS,
        ...DESCRIBE_ACTIONS,
      ]),
      ...(this.props.services ?? []).flatMap((service) => service._statements(this.context)),
      ...this.deny('UsersMayNotAdminister', this.roles.onlyUsers, [
        ...MANAGE_ACTIONS,
        ...REPLICATE_ACTIONS,
        ...DELETE_ACTIONS,
      ]),
      ...this.deny('EncryptersMayNotDecrypt', this.roles.encryptOnly, [
        ...DECRYPT_ACTIONS,
        'kms:CreateGrant',
      ]),
      ...this.deny('DecryptersMayNotEncrypt', this.roles.decryptOnly, [
        ...ENCRYPT_ACTIONS,
        'kms:CreateGrant',
      ]),
      ...this.guards(),
    ];
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
        ArnNotLike: { 'aws:PrincipalArn': this.roles.deletionAdministrators.flatMap((role) => role.arns) },
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
}

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
