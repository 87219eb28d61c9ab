import { Comparison, type Options, type Witness } from '../contain';
import type { FindingRule } from '../finding';
import { MANAGE_ACTIONS } from '../../kms-actions';
import { DELETE_ACTIONS, REPLICATE_ACTIONS, DECRYPT_ACTIONS, ENCRYPT_ACTIONS } from '../../kms-actions';
import { parsePolicy, type Policy, type Statement } from '../policy/document';
import type { Principal } from '../policy/principal';
import type { Json } from '../template/json';
import { arnPatterns, type ExpectedRoles } from './expectations';
import type { Example, Problem } from './problem';

/** A rule about a key policy. */
export interface PolicyRule extends FindingRule {
  check(view: PolicyView): Iterable<Problem>;
}

/** A key policy with all that has a say in what is expected of it. */
export interface PolicyCase {
  readonly document: Json;
  readonly partition: string;

  /** The account of the key; where it is not known, what stands for it in the policy. */
  readonly account: string;
  readonly isAccountKnown: boolean;
  readonly region?: string;
  readonly keyArn: string;
  readonly roles?: ExpectedRoles;
  readonly trustedAccounts: readonly string[];
  readonly organization?: string;
}

/** Change how a key is set up, `kms:PutKeyPolicy` apart, which gives everything. */
export const ADMINISTRATION: readonly string[] = [
  ...MANAGE_ACTIONS.filter((action) => action !== 'kms:PutKeyPolicy'),
  ...REPLICATE_ACTIONS,
  ...DELETE_ACTIONS,
];

/** Turn data into ciphertext or back. */
export const USE: readonly string[] = [...ENCRYPT_ACTIONS, ...DECRYPT_ACTIONS];

const NOTHING: Policy = { statements: [] };

// An id that no policy names, in place of an organization that is not the expected one.
const OTHER_ORGANIZATION = 'o-somebodyelse';

/** What a key policy lets happen; each question is worked out once, when it is first asked. */
export class PolicyView {
  readonly policy: Policy;

  private readonly options: Options;
  private wholeComparison?: Comparison;
  private outsideComparisons?: readonly Comparison[];
  private directComparison?: Comparison;

  constructor(readonly of: PolicyCase) {
    const { document, partition, account, region, trustedAccounts, organization } = of;
    this.policy = parsePolicy(document);
    this.options = {
      environment: { partition, account, ...(region && { region }) },
      accounts: [account, ...trustedAccounts],
      ...(organization && { organization: { id: organization, accounts: [account, ...trustedAccounts] } }),
    };
  }

  /** Everything that the policy lets anybody do, be it through IAM policies. */
  get access(): Comparison {
    return (this.wholeComparison ??= new Comparison(NOTHING, this.policy, this.options));
  }

  /** What it lets those do who are outside of the expected organization: in another one, or in none. */
  get fromOutside(): readonly Comparison[] {
    if (this.of.organization === undefined) return [this.access];
    const { environment, accounts } = this.options;
    return (this.outsideComparisons ??= [[], [OTHER_ORGANIZATION]].map(
      (values) =>
        new Comparison(NOTHING, this.policy, {
          environment,
          accounts,
          pinned: { 'aws:PrincipalOrgID': values },
        }),
    ));
  }

  /**
   * What the policy itself lets people do beyond what is expected of them.
   *
   * Left out are what IAM policies decide, what administrators and users are expected to do, and grants
   * that are made for AWS services.
   */
  get unexpected(): Comparison {
    return (this.directComparison ??= new Comparison(
      NOTHING,
      { statements: [...withoutDelegation(this.policy), ...this.expectedDenied()] },
      this.options,
    ));
  }

  /** Whether a principal belongs to the account of the key. */
  isInside(principal: Principal): boolean {
    return 'account' in principal && principal.account === this.of.account;
  }

  private expectedDenied(): readonly Statement[] {
    const { roles, account } = this.of;
    const deny = (actions: readonly string[], condition: object) => ({
      Effect: 'Deny',
      Principal: '*',
      Action: actions,
      Resource: '*',
      Condition: condition,
    });
    const expect = (actions: readonly string[], names: readonly string[] = []) => {
      const arns = names.flatMap((name) => arnPatterns(name, account));
      return arns.length > 0 ? [deny(actions, { ArnLike: { 'aws:PrincipalArn': arns } })] : [];
    };
    return parsePolicy({
      Statement: [
        ...expect([...ADMINISTRATION, 'kms:PutKeyPolicy'], roles?.administrators),
        ...expect(USE, roles?.users),
        deny(['kms:CreateGrant'], { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
        deny(['kms:CreateGrant'], { Null: { 'kms:ViaService': 'false' } }),
      ],
    }).statements;
  }
}

/** The statements without the principals that leave the decision to IAM policies. */
function withoutDelegation({ statements }: Policy): readonly Statement[] {
  return statements
    .map((statement) =>
      statement.effect === 'Deny'
        ? statement
        : { ...statement, principals: statement.principals.filter(({ kind }) => kind !== 'account') },
    )
    .filter(({ principals }) => principals.length > 0);
}

/** The way to a statement from the resource of its key. */
export function statementPath({ position }: Statement): readonly (string | number)[] {
  return ['Properties', 'KeyPolicy', 'Statement', position - 1];
}

/** A statement as a reader finds it: its position, and its Sid where it has one. */
export function statementName({ position, sid }: Statement): string {
  return sid === undefined ? `${position}` : `${position} ${JSON.stringify(sid)}`;
}

/** What a statement says, as its author wrote it: what an acceptance of a finding about it is bound to. */
export function statementText(view: PolicyView, { position }: Statement): Json {
  const { Statement: statements } = view.of.document as { Statement: Json };
  return Array.isArray(statements) ? statements[position - 1] : statements;
}

/** The witness as an example for people. */
export function exampleOf({ request, newLevel, newStatements }: Witness): Example {
  return { request, level: newLevel, statements: newStatements.map(statementName) };
}

/** Some actions in words, the first of them by name. */
export function actionsText(actions: readonly string[]): string {
  const named = actions.slice(0, 3).join(', ');
  return actions.length > 3 ? `${named} and ${actions.length - 3} more` : named;
}
