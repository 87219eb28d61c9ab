import * as iam from 'aws-cdk-lib/aws-iam';
import { type IResource, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { AccountTrust } from './account-trust';
import { differ } from './key-environment';
import type { KeyPolicyDocument } from './key-policy-document';
import { ownerRemedy } from './owner-remedy';
import { withoutConditions } from './wrapped-principal';
import {
  KEY_ACTIONS,
  keyActionsLike,
  READ_ACTIONS,
  RECOVERY_ACTIONS,
  SERVICE_GRANT_ACTIONS,
  USE_ACTIONS,
} from './kms-actions';

/**
 * The key that a grant is made on.
 *
 * @internal
 */
export interface GrantedKey extends IResource {
  readonly keyArn: string;
  readonly aliasName: string;
  readonly trust: AccountTrust;
  /** Whether the key is made elsewhere: its ARN reads the same in every stack, and its policy cannot be changed. */
  readonly _isImported: boolean;
  /** Whether the key policy, which cannot be changed, says so already. */
  _admits(statement: iam.PolicyStatement): boolean;
  addToResourcePolicy(statement: iam.PolicyStatement): iam.AddToResourcePolicyResult;
}

/** What IAM policies of the account can give without a condition on how the call reaches KMS. */
const ADMITTED_BY_TRUST: Record<AccountTrust, readonly string[]> = {
  [AccountTrust.EVERYTHING]: KEY_ACTIONS,
  [AccountTrust.USE]: [...USE_ACTIONS, ...SERVICE_GRANT_ACTIONS, ...RECOVERY_ACTIONS],
  [AccountTrust.VIA_SERVICES]: RECOVERY_ACTIONS,
  [AccountTrust.RECOVERY]: RECOVERY_ACTIONS,
};

/** What a grant may add to the key policy; administration is given by naming administrators alone. */
const GRANTED_BY_KEY_POLICY: readonly string[] = [...USE_ACTIONS, ...SERVICE_GRANT_ACTIONS, ...READ_ACTIONS];

type Conditions = Record<string, Record<string, unknown>>;

/**
 * Makes a grant effective, or says why it cannot be.
 *
 * Where the trust of the key lets IAM policies decide, the grantee's own policy gets the statement;
 * everywhere else the key policy does. Across accounts both do.
 *
 * @throws Error when the grant would have no effect, or would hand out administration
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
export function grantOnKey(
  key: GrantedKey,
  policy: KeyPolicyDocument,
  grantee: iam.IGrantable,
  patterns: string[],
): iam.Grant {
  return new KeyGrant(key, policy, grantee, patterns).make();
}

class KeyGrant {
  /** Who is granted to, without the conditions that a construct has wrapped around it. */
  private readonly principal: iam.IPrincipal;
  private readonly conditions: Conditions;
  private readonly actions: string[];

  constructor(
    private readonly key: GrantedKey,
    private readonly policy: KeyPolicyDocument,
    private readonly grantee: iam.IGrantable,
    private readonly patterns: string[],
  ) {
    this.principal = withoutConditions(grantee.grantPrincipal);
    this.conditions = grantee.grantPrincipal.policyFragment.conditions as Conditions;
    this.actions = patterns.flatMap((pattern) => this.matching(pattern));
  }

  public make(): iam.Grant {
    this.refuseDenied();
    if (!this.isCrossAccount && this.isAdmittedByTrust && !isImmutable(this.principal)) {
      const grant = this.grantByIdentityPolicy();
      if (grant.success) {
        return grant;
      }
    }
    const resource = this.grantByKeyPolicy();
    // Across accounts both sides must allow. Within one, constructs expect a statement to put conditions on.
    const identity = this.grantByIdentityPolicy();
    return identity.success ? identity.combine(resource) : resource;
  }

  /** Whether the trust of the key leaves the decision to IAM policies of its account. */
  private get isAdmittedByTrust(): boolean {
    const { trust, env } = this.key;
    const via = [this.conditions.StringEquals?.['kms:ViaService'] ?? []].flat() as string[];
    const viaServices =
      trust === AccountTrust.VIA_SERVICES &&
      via.length > 0 &&
      via.every((service) => Token.isUnresolved(service) || service.includes(`.${env.region}.`));
    const admitted = ADMITTED_BY_TRUST[viaServices ? AccountTrust.USE : trust];
    return this.actions.every((action) => admitted.includes(action));
  }

  /** The actions of a symmetric encryption key that a pattern such as `kms:GenerateDataKey*` means. */
  private matching(pattern: string): string[] {
    const actions = keyActionsLike(pattern);
    if (actions.length === 0) {
      throw this.refusal(`${JSON.stringify(pattern)} is no operation on a symmetric encryption key`);
    }
    return actions;
  }

  private grantByIdentityPolicy(): iam.Grant {
    const { stack, keyArn, aliasName, env } = this.key;
    const granteeStack = Construct.isConstruct(this.principal) ? Stack.of(this.principal) : stack;
    const knowsArn =
      this.key._isImported || (!this.isCrossAccount && !differ(granteeStack.region, env.region));
    return iam.Grant.addToPrincipal({
      grantee: this.principal,
      actions: this.patterns,
      // The id of a key is known only where it is made; elsewhere its alias tells it from other keys.
      // https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
      resourceArns: [knowsArn ? keyArn : `arn:${stack.partition}:kms:${env.region}:${env.account}:key/*`],
      conditions: knowsArn
        ? this.conditions
        : { ...this.conditions, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': aliasName } },
    });
  }

  private grantByKeyPolicy(): iam.Grant {
    const beyond = this.actions.filter((action) => !GRANTED_BY_KEY_POLICY.includes(action));
    if (beyond.length > 0) {
      throw this.refusal(
        `trust ${JSON.stringify(this.key.trust)} lets no IAM policy administer the key: name the role in administrators`,
        beyond,
      );
    }
    const principal = this.keyPolicyPrincipal();
    const forServices = this.patterns.filter((pattern) => this.matching(pattern).every(isServiceGrant));
    const direct = this.patterns.filter((pattern) => !forServices.includes(pattern));
    const grants = [
      ...(direct.length > 0 ? [this.addToKeyPolicy(principal, direct)] : []),
      ...(forServices.length > 0
        ? [this.addToKeyPolicy(principal, forServices, { Bool: { 'kms:GrantIsForAWSResource': 'true' } })]
        : []),
    ];
    return grants.reduce((all, grant) => all.combine(grant));
  }

  private addToKeyPolicy(principal: iam.IPrincipal, actions: string[], conditions?: Conditions) {
    return iam.Grant.addToPrincipalOrResource({
      grantee: principal,
      actions,
      resourceArns: [this.key.keyArn],
      resourceSelfArns: ['*'],
      conditions,
      resource: {
        env: this.key.env,
        addToResourcePolicy: (statement) => {
          // What trust lets IAM policies of the account decide needs no statement for the account itself.
          const decided = this.isOwnAccount && this.isAdmittedByTrust;
          if (decided || this.key._admits(statement)) {
            return { statementAdded: true };
          }
          if (this.key._isImported) {
            const remedy = ownerRemedy(statement, this.key.env, this.key.stack.account);
            const or = this.key.trust === AccountTrust.VIA_SERVICES ? '; or grant on key.viaService(…)' : '';
            throw this.refusal(`its key policy does not let it: ${remedy}${or}`);
          }
          if (Construct.isConstruct(this.principal)) {
            statement.sid = `${this.principal.node.path.replace(/[^A-Za-z0-9]/g, '')}MayUseKey`;
          }
          return this.key.addToResourcePolicy(statement);
        },
      },
    });
  }

  /** How the key policy names the grantee: a role or user by its ARN, anything else as it is. */
  private keyPolicyPrincipal(): iam.IPrincipal {
    const { principalJson } = this.principal.policyFragment;
    if ('Federated' in principalJson || 'CanonicalUser' in principalJson || 'groupName' in this.principal) {
      throw this.refusal(`a key policy cannot name ${JSON.stringify(principalJson)}: grant to a role`);
    }
    if (principalJson.AWS?.[0] === '*' && Object.keys(this.conditions).length === 0) {
      throw this.refusal('everyone is no grantee of a key: grant to a role, a service or an account');
    }
    if (!Construct.isConstruct(this.principal)) {
      return this.grantee.grantPrincipal;
    }
    return new iam.PrincipalWithConditions(new iam.AnyPrincipal(), {
      ...this.conditions,
      StringEquals: {
        ...this.conditions.StringEquals,
        'aws:PrincipalAccount': this.principal.principalAccount ?? this.key.env.account,
      },
      ArnLike: { ...this.conditions.ArnLike, 'aws:PrincipalArn': this.granteeArn() },
    });
  }

  /** The grantee's ARN as the key's stack can write it without depending on the grantee's stack. */
  private granteeArn(): string {
    const arn = this.principal.policyFragment.principalJson.AWS[0];
    if (!Construct.isConstruct(this.principal) || Stack.of(this.principal) === this.key.stack) {
      return literalArn(this.principal) ?? arn;
    }
    const literal = literalArn(this.principal);
    if (literal === undefined && this.principal.node.defaultChild !== undefined) {
      throw this.refusal(
        'its name is made up at deployment, in another stack than the key: give it a name, or make it in the stack of the key',
      );
    }
    return literal ?? arn;
  }

  private refuseDenied(): void {
    const arn = literalArn(this.principal);
    const sid = arn === undefined ? undefined : this.policy.denyingSid(arn, this.actions);
    if (sid !== undefined) {
      throw this.refusal(
        `the key policy denies it in statement ${sid}: change the part that the role has in the key's properties`,
      );
    }
  }

  private get isOwnAccount(): boolean {
    return (
      this.principal instanceof iam.AccountPrincipal &&
      !differ(String(this.principal.accountId), this.key.env.account)
    );
  }

  private get isCrossAccount(): boolean {
    return differ(this.principal.principalAccount, this.key.env.account);
  }

  private refusal(reason: string, actions: string[] = this.patterns): Error {
    const who = Construct.isConstruct(this.principal)
      ? this.principal.node.path
      : JSON.stringify(this.key.stack.resolve(this.principal.policyFragment.principalJson));
    return new Error(`cannot grant ${actions.join(', ')} on ${this.key.aliasName} to ${who}: ${reason}`);
  }
}

function isServiceGrant(action: string): boolean {
  return SERVICE_GRANT_ACTIONS.includes(action);
}

/** Whether the CDK drops what is added to the role's policies, as it does for `mutable: false`. */
function isImmutable(principal: iam.IPrincipal): boolean {
  const { PROPERTY_INJECTION_ID } = principal.constructor as { PROPERTY_INJECTION_ID?: string };
  return PROPERTY_INJECTION_ID === 'aws-cdk-lib.aws-iam.ImmutableRole';
}

/** The ARN of a role or user that is named in the app, without a reference to its stack. */
function literalArn(principal: iam.IPrincipal): string | undefined {
  if (!Construct.isConstruct(principal)) {
    return undefined;
  }
  const { partition, account } = Stack.of(principal);
  const resource = principal.node.defaultChild;
  if (resource instanceof iam.CfnRole && isLiteral(resource.roleName)) {
    return `arn:${partition}:iam::${account}:role${resource.path ?? '/'}${resource.roleName}`;
  }
  if (resource instanceof iam.CfnUser && isLiteral(resource.userName)) {
    return `arn:${partition}:iam::${account}:user${resource.path ?? '/'}${resource.userName}`;
  }
  return resource === undefined ? principal.policyFragment.principalJson.AWS?.[0] : undefined;
}

function isLiteral(name: string | undefined): name is string {
  return name !== undefined && !Token.isUnresolved(name);
}
