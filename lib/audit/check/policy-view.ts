import { Comparison, type Containment, type Options, type Part, type Rises } from '../contain';
import { parsePolicy, type Policy, type Statement } from '../policy/document';
import { opaque } from '../policy/opaque';
import { parsePrincipal, type Principal } from '../policy/principal';
import { OPEN_REGION } from '../template/environment';
import { aboutThisKey, expectedDenied, type PolicyCase, withoutDelegation } from './policy-case';

const NOTHING: Policy = { statements: [] };

// An id that no policy names, in place of an organization that is not the expected one.
const OTHER_ORGANIZATION = 'o-somebodyelse';

/** Lets everybody do everything: what no request meets under it, none meets at all. */
const EVERYTHING = parsePolicy({
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
});

/**
 * What a key policy lets happen.
 *
 * All questions but those about another organization are asked of one request space, which is worked out
 * when the first is asked.
 */
export class PolicyView {
  readonly policy: Policy;

  /** The accounts that the policy writes out. */
  readonly namedAccounts: ReadonlySet<string>;

  private readonly options: Options;
  private readonly direct: readonly Statement[];
  private readonly expected: readonly Statement[];
  private readonly space: Comparison;

  constructor(readonly of: PolicyCase) {
    const { document, partition, account, region, deployer, trustedAccounts, organization } = of;
    const accounts = [account, ...trustedAccounts];
    this.policy = aboutThisKey(parsePolicy(document), this.keyArn);
    this.options = {
      environment: { partition, account, ...(region && { region }) },
      accounts,
      ...(deployer && { principals: [parsePrincipal(deployer)] }),
      ...(organization && { organization: { id: organization, accounts } }),
    };
    this.namedAccounts = new Set(JSON.stringify(document).match(/(?<!\d)\d{12}(?!\d)/g));
    this.direct = withoutDelegation(this.policy);
    this.expected = expectedDenied(of);
    const statements = [
      ...this.policy.statements,
      ...this.direct,
      ...this.expected,
      ...EVERYTHING.statements,
    ];
    this.space = new Comparison(NOTHING, { statements }, this.options);
  }

  /** Everything that the policy lets anybody do, be it through IAM policies. */
  get access(): Comparison {
    return this.space.between(NOTHING, this.policy);
  }

  /** What it lets those do who are outside of the expected organization: in another one, or in none. */
  get fromOutside(): readonly Comparison[] {
    if (this.of.organization === undefined) return [this.access];
    const { environment, accounts } = this.options;
    const named = JSON.stringify(this.of.document).match(/(?<![\w-])o-[a-z0-9]{10,32}(?![\w-])/g) ?? [];
    const others = [OTHER_ORGANIZATION, ...named.filter((id) => id !== this.of.organization)];
    return [[], [...new Set(others)]].map(
      (values) =>
        new Comparison(NOTHING, this.policy, {
          environment,
          accounts,
          pinned: { 'aws:PrincipalOrgID': values },
        }),
    );
  }

  /**
   * What the policy itself lets people do beyond what is expected of them.
   *
   * Left out are what IAM policies decide, what administrators and users are expected to do, and grants
   * that are made for AWS services.
   */
  get unexpected(): Comparison {
    return this.space.between(NOTHING, { statements: [...this.direct, ...this.expected] });
  }

  /** A request that gets further because of an Allow, beside some other statements of the policy. */
  allowedBy(statement: Statement, others: readonly Statement[]): Containment {
    return this.space.between({ statements: others }, { statements: [...others, statement] }).first();
  }

  /** A request that a Deny is about, whether or not anything allows it. */
  deniedBy(statement: Statement): Containment {
    return this.space.between({ statements: [...EVERYTHING.statements, statement] }, EVERYTHING).first();
  }

  /** The ARN of the key itself, whose id the deployment makes. */
  get keyArn(): string {
    const { partition, region = OPEN_REGION, account } = this.of;
    return `arn:${partition}:kms:${region}:${account}:key/${opaque('KeyId')}`;
  }

  /** Everybody of some principals who gets further, one example a kind, and what is open about them. */
  ask(comparison: Comparison, { actions, principals = () => true }: Part = {}): Rises {
    return comparison.all({
      ...(actions && { actions }),
      principals: (principal) => this.isOfInterest(principal) && principals(principal),
    });
  }

  /** Whether a principal belongs to the account of the key. */
  isInside(principal: Principal): boolean {
    return 'account' in principal && principal.account === this.of.account;
  }

  /** Whether a principal belongs to an account that may turn out to be that of the key. */
  mayBeInside(principal: Principal): boolean {
    return (
      this.isInside(principal) ||
      (!this.of.isAccountKnown && 'account' in principal && this.namedAccounts.has(principal.account))
    );
  }

  /** Whether the policy writes an ARN out. */
  names(arn: string): boolean {
    return JSON.stringify(this.of.document).includes(JSON.stringify(arn));
  }

  /** Federated users get what the user has who federated them, and are told apart only where they are named. */
  private isOfInterest(principal: Principal): boolean {
    return principal.kind !== 'federated-user' || this.names(principal.arn);
  }
}
