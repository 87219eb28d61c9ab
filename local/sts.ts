import { AwsError } from './aws-error';
import type { Authorization } from './authorization';
import { callerIn, type Caller, type Identity } from './caller';
import type { Credentials } from './credentials';
import { parsePolicy } from './iam/policy-document';
import type { Principals } from './iam/principals';
import { taking, type Operations, type Service } from './service';

interface AssumeRoleInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: string;
  readonly ExternalId?: string;
  readonly Policy?: string;
}

/**
 * AWS Security Token Service: who the caller is, and sessions of roles.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 */
export class Sts implements Service {
  public readonly name = 'sts';

  public readonly operations: Operations = {
    GetCallerIdentity: taking('', (_input, caller) => ({
      UserId: caller.userId,
      Account: caller.account,
      Arn: caller.arn,
    })),
    AssumeRole: taking<AssumeRoleInput>(
      'RoleArn RoleSessionName DurationSeconds ExternalId Policy',
      (input, caller) => {
        const identity = this.assume(input, caller);
        return {
          Credentials: this.credentials.issue(identity, Number(input.DurationSeconds ?? 3600)),
          AssumedRoleUser: { AssumedRoleId: identity.userId, Arn: identity.arn },
        };
      },
    ),
  };

  constructor(
    private readonly principals: Principals,
    private readonly authorization: Authorization,
    private readonly credentials: Credentials,
  ) {}

  /**
   * The session that a caller has of a role: the role's trust policy lets it in, or the caller is refused.
   *
   * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
   */
  public assume(input: AssumeRoleInput, caller: Caller): Identity {
    const { RoleArn, RoleSessionName, ExternalId, Policy } = input;
    if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
      );
    }
    const role = this.principals.findRole(RoleArn);
    const account = RoleArn.split(':')[4] ?? '';
    this.authorization.check({
      caller,
      action: 'sts:AssumeRole',
      resource: RoleArn,
      account,
      resourcePolicy: role?.trust,
      policyMust: true,
      context: {
        'sts:RoleSessionName': RoleSessionName,
        ...(ExternalId !== undefined && { 'sts:ExternalId': ExternalId }),
      },
    });
    return {
      account,
      principalArn: RoleArn,
      arn: `arn:${caller.partition}:sts::${account}:assumed-role/${role?.name}/${RoleSessionName}`,
      userId: `${role?.id}:${RoleSessionName}`,
      session: {
        name: RoleSessionName,
        ...(Policy !== undefined && { policy: parsePolicy(Policy, 'identity') }),
      },
    };
  }

  /** The session of a role that an AWS service works in on somebody's behalf. */
  public assumeAsService(service: string, RoleArn: string, RoleSessionName: string, region: string): Caller {
    const principal: Identity = {
      account: '',
      arn: service,
      principalArn: service,
      userId: service,
      service,
    };
    return callerIn(this.assume({ RoleArn, RoleSessionName }, callerIn(principal, region)), region);
  }
}
