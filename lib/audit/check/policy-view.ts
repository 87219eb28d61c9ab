import {
  DECRYPT_ACTIONS,
  DELETE_ACTIONS,
  ENCRYPT_ACTIONS,
  MANAGE_ACTIONS,
  REPLICATE_ACTIONS,
} from '../../kms-actions';
import { Comparison, type Containment, type Options, type Part, type Rises, type Witness } from '../contain';
import type { FindingRule } from '../finding';
import { parsePolicy, type Policy, type Statement } from '../policy/document';
import { like } from '../policy/evaluate-text';
import { KEY_ACTIONS } from '../policy/kms-service';
import { opaque } from '../policy/opaque';
import { OPEN_REGION } from '../template/environment';
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
    const { document, partition, account, region, trustedAccounts, organization } = of;
    const accounts = [account, ...trustedAccounts];
    this.policy = aboutThisKey(parsePolicy(document), this.keyArn);
    this.options = {
      environment: { partition, account, ...(region && { region }) },
      accounts,
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

/** The policy as KMS reads it: `Resource` is the key itself, or the statement has no effect. */
function aboutThisKey({ statements }: Policy, arn: string): Policy {
  return {
    statements: statements.map((statement) => {
      const { resources, ineffective } = statement;
      if (ineffective !== undefined || resources.undecided !== undefined) return statement;
      const truths = resources.patterns.map((pattern) => pattern === '*' || like(pattern, arn));
      const isMatched = truths.includes(true);
      if (!isMatched && truths.some((truth) => truth !== false)) return statement;
      return isMatched === resources.negated
        ? { ...statement, ineffective: 'its Resource is not this key' }
        : { ...statement, resources: { negated: false, patterns: ['*'] } };
    }),
  };
}

/** Takes from the policy what is expected of it. */
function expectedDenied({ roles, partition, account }: PolicyCase): readonly Statement[] {
  const deny = (actions: readonly string[], condition: object) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: actions,
    Resource: '*',
    Condition: condition,
  });
  const expect = (actions: readonly string[], names: readonly string[] = []) => {
    const arns = names.flatMap((name) => arnPatterns(name, { partition, account }));
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

/** The statements without the principals that leave the decision to IAM policies. */
function withoutDelegation({ statements }: Policy): readonly Statement[] {
  return statements
    .map((statement) => {
      const { effect, principals } = statement;
      const named = principals.filter(({ kind }) => kind !== 'account');
      return effect === 'Deny' || named.length === principals.length
        ? statement
        : { ...statement, principals: named };
    })
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

/** The witness as an example for people, with somebody in it who is no root user where there is one. */
export function exampleOf({ request, principals, newLevel, newStatements }: Witness): Example {
  const other = request.principal.kind === 'root' && principals.find(({ kind }) => kind === 'role');
  return {
    request: other ? { ...request, principal: other } : request,
    level: newLevel,
    statements: newStatements.map(statementName),
  };
}

/** What a reader looks for first. */
const TELLING: readonly string[] = [
  'kms:PutKeyPolicy',
  'kms:Decrypt',
  'kms:ScheduleKeyDeletion',
  'kms:CreateGrant',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:DisableKey',
];

/** Some actions in words, the most telling of them by name; those that KMS may add later do not count. */
export function actionsText(actions: readonly string[]): string {
  const known = actions.filter((action) => KEY_ACTIONS.includes(action));
  const ordered = [...new Set([...TELLING.filter((action) => known.includes(action)), ...known])];
  if (ordered.length === 0) return 'actions that KMS adds later';
  const named = ordered.slice(0, 3).join(', ');
  return ordered.length > 3 ? `${named} and ${ordered.length - 3} more` : named;
}
