import { administrator, type Identity } from '../caller';
import { IamAccount, type Role } from './account';
import { AWS_MANAGED_POLICIES } from './managed-policies';
import { awsPrincipals, listOf, type PolicyDocument } from './policy-document';

const ARN = /^arn:([\w-]+):(iam|sts)::(\d{12}):(root|user|role|assumed-role)(?:\/(.+))?$/;

/** The policies that decide what a principal may do: allowed by one of `identity`, and by every other list there is. */
export interface PrincipalPolicies {
  readonly identity: readonly PolicyDocument[];
  readonly boundary?: readonly PolicyDocument[];
  readonly session?: readonly PolicyDocument[];
}

/** Every account's principals: which exist, and what their policies are. */
export class Principals {
  private readonly accounts = new Map<string, IamAccount>();

  public account(id: string, partition = 'aws'): IamAccount {
    const known = this.accounts.get(id);
    const account = known ?? new IamAccount(id, partition);
    this.accounts.set(id, account);
    return account;
  }

  public findRole(arn: string): Role | undefined {
    const [, partition, , account, kind, path = ''] = ARN.exec(arn) ?? [];
    const role =
      kind === 'role' ? this.account(account, partition).roles.get(path.split('/').at(-1) ?? '') : undefined;
    return role?.arn === arn ? role : undefined;
  }

  /**
   * The unique id of a principal, or `undefined` when it does not exist.
   *
   * A role that is deleted and made again has another one: a policy that names it means the former role.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
   */
  public uniqueId(arn: string): string | undefined {
    const [, , , account, kind, path = ''] = ARN.exec(arn) ?? [];
    switch (kind) {
      case 'root':
        return account;
      case 'user':
        return arn === administrator(account).arn ? administrator(account).userId : undefined;
      case 'role':
        return this.findRole(arn)?.id;
      case 'assumed-role':
        return this.account(account).roles.get(path.split('/')[0])?.id;
      default:
        return undefined;
    }
  }

  /** The first AWS principal of a policy that does not exist: `*`, account numbers and roots of accounts always do. */
  public missingFrom(policy: PolicyDocument): string | undefined {
    return listOf(policy.Statement)
      .flatMap(awsPrincipals)
      .find((each) => each !== '*' && !/^\d{12}$/.test(each) && this.uniqueId(each) === undefined);
  }

  /** What decides on a caller's requests, apart from the policies of the resources. */
  public policiesOf(identity: Pick<Identity, 'principalArn' | 'account' | 'session'>): PrincipalPolicies {
    const { principalArn, account, session } = identity;
    if (principalArn === administrator(account).principalArn || principalArn.endsWith(':root')) {
      return { identity: [AWS_MANAGED_POLICIES.AdministratorAccess] };
    }
    const role = this.findRole(principalArn);
    if (role === undefined) {
      return { identity: [] };
    }
    const owner = this.account(account);
    return {
      identity: [...role.inline.values(), ...[...role.attached].map((arn) => owner.document(arn))],
      ...(role.boundary !== undefined && { boundary: [owner.document(role.boundary)] }),
      ...(session?.policy !== undefined && { session: [session.policy as PolicyDocument] }),
    };
  }
}
