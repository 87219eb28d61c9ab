import type { Authorization, ConditionContext } from '../authorization';
import { AwsError } from '../aws-error';
import { partitionOf, type Caller } from '../caller';
import type { IamAccount, ManagedPolicy, Role } from './account';
import { entityArn } from './entity';
import { parsePolicy, type PolicyDocument } from './policy-document';
import type { Principals } from './principals';

/** What every operation asks before it does anything: which role or policy, and may the caller. */
export class Desk {
  constructor(
    private readonly principals: Principals,
    private readonly authorization: Authorization,
  ) {}

  public account(caller: Caller): IamAccount {
    return this.principals.account(caller.account, partitionOf(caller.region));
  }

  /** @throws AwsError `AccessDenied` */
  public check(operation: string, resource: string, caller: Caller, context?: ConditionContext): void {
    this.authorization.check({ caller, action: `iam:${operation}`, resource, context });
  }

  /** The role, if the caller may do this to it. */
  public role(operation: string, name: string, caller: Caller, context?: ConditionContext): Role {
    const account = this.account(caller);
    const resource = account.roles.get(name)?.arn ?? entityArn('role', '/', name, caller);
    this.check(operation, resource, caller, context);
    return account.role(name);
  }

  /** The managed policy, if the caller may do this to it. */
  public policy(operation: string, arn: string, caller: Caller): ManagedPolicy {
    this.check(operation, arn, caller);
    return this.account(caller).policy(arn);
  }

  /** A trust policy, all of whose principals exist. */
  public parseTrust(text: string): PolicyDocument {
    const document = parsePolicy(text, 'trust');
    const missing = this.principals.missingFrom(document);
    if (missing !== undefined) {
      throw new AwsError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${missing}"`);
    }
    return document;
  }
}
