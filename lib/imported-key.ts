import type { AddToResourcePolicyResult, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ResourceEnvironment } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { AccountTrust } from './account-trust';
import { CommonKeyBase } from './common-key-base';
import type { KeyAlias } from './key-alias';
import { KeysOfApp } from './keys-of-app';
import type { KeyAccessProps } from './key-access';
import { keyPolicy } from './key-policy';
import type { KeyPolicyDocument } from './key-policy-document';
import { KeyRole } from './key-role';
import { differ } from './key-environment';
import { ownerRemedy, servicesOf } from './owner-remedy';

/**
 * Where a key that is made elsewhere is, and what it is called.
 *
 * @internal
 */
export interface ImportedKeyProps {
  readonly keyArn: string;
  readonly keyId: string;
  readonly alias: KeyAlias;
  readonly env: Partial<ResourceEnvironment>;

  /** What the owner of the key has set. */
  readonly access: KeyAccessProps;

  /** The stack that the ARN is read from, if it is. */
  readonly stackName?: string;
}

/**
 * A common key that is made elsewhere.
 *
 * Its key policy cannot be changed from here, but it is known: it follows from the convention, and
 * from what the import says of the owner's properties. What that policy would not admit is an error.
 *
 * @internal
 */
export class ImportedKey extends CommonKeyBase {
  public readonly keyArn: string;
  public readonly keyId: string;
  public readonly aliasName: string;
  public readonly trust: AccountTrust;
  public override readonly _isImported = true;
  public readonly _policy: KeyPolicyDocument;

  constructor(scope: Construct, id: string, props: ImportedKeyProps) {
    super(scope, id, props.env);
    this.keyArn = props.keyArn;
    this.keyId = props.keyId;
    this.aliasName = props.alias.aliasName;
    this.trust = props.access.trust ?? AccountTrust.USE;
    this._policy = keyPolicy(props.access, {
      partition: this.stack.partition,
      account: this.env.account,
      region: this.env.region,
      urlSuffix: this.stack.urlSuffix,
      alias: props.alias,
      replicaRegions: [],
      // Who deploys the key is of no concern to those that use it.
      defaultDeploymentRoles: () => [KeyRole.byConvention('deployment')],
    });
    const app = KeysOfApp.of(this);
    app.addImported(this, this._policy);
    this.node.addValidation({ validate: () => app.importProblems(this, props.stackName) });
  }

  /**
   * Accepts what the key policy says already.
   *
   * @throws Error when it does not: constructs of the CDK would go on as if the statement had been added
   */
  public override addToResourcePolicy(
    statement: PolicyStatement,
    _allowNoOp?: boolean,
  ): AddToResourcePolicyResult {
    if (this._admits(statement)) {
      return { statementAdded: true };
    }
    const who = statement.principals.map(({ policyFragment }) =>
      JSON.stringify(this.stack.resolve(policyFragment.principalJson)),
    );
    throw new Error(
      `key ${this.aliasName} is imported at ${JSON.stringify(this.node.path)}, and its key policy does not let ${who.join(', ')} call ${statement.actions.join(', ')}: ${ownerRemedy(statement, this.env, this.stack.account)}`,
    );
  }

  /** Services that the key lets in work for its own account alone. */
  public override _admits(statement: PolicyStatement): boolean {
    return (
      this._policy.admits(statement) &&
      !(differ(this.stack.account, this.env.account) && servicesOf(statement).length > 0)
    );
  }
}
