import {
  AccountPrincipal,
  ArnPrincipal,
  ComparablePrincipal,
  Effect,
  type IPrincipal,
  OrganizationPrincipal,
  PolicyDocument,
  type PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { type Stack, Token } from 'aws-cdk-lib/core';
import { keyActionsLike } from './kms-actions';
import { withoutConditions } from './wrapped-principal';

/** The most bytes that KMS takes as a key policy. */
const KEY_POLICY_MAX_BYTES = 32768;
const ACTIONS_NAMED_IN_A_SID = 2;

/**
 * A key policy in which every statement stands once, under a Sid that tells who may do what.
 *
 * Constructs of the CDK add statements without a Sid. One is made from their principals and actions,
 * numbered where another statement already bears it, so that a finding can name the statement.
 */
export class KeyPolicyDocument extends PolicyDocument {
  // Fields of this class do not exist yet while the base constructor adds its statements: none are passed to it.
  private readonly known = new Map<string, PolicyStatement>();

  constructor(statements: PolicyStatement[]) {
    // Merging would drop the Sids.
    super({ minimize: false });
    this.addStatements(...statements);
  }

  public override addStatements(...statements: PolicyStatement[]): void {
    for (const statement of statements) {
      const content = contentOf(statement);
      if (!this.known.has(content)) {
        statement.sid = this.unused(statement.sid ?? tellingSid(statement));
        this.known.set(content, statement);
        super.addStatements(statement);
      }
    }
  }

  /** The Sid of a statement that denies one of the actions to the role of that ARN, by its ARN alone. */
  public denyingSid(arn: string, actions: readonly string[]): string | undefined {
    const denying = [...this.known.values()].find(
      (statement) =>
        statement.effect === Effect.DENY &&
        Object.keys(statement.conditions as object).join() === 'ArnLike' &&
        subjectsOf(statement).some((pattern) => isLike(inAnyPartition(arn), pattern)) &&
        statement.actions.some((action) => actions.includes(action)),
    );
    return denying?.sid;
  }

  /** Whether the policy lets everyone that the statement names do what it allows. */
  public admits(statement: PolicyStatement): boolean {
    const subjects = subjectsOf(statement);
    const wanted = statement.actions.flatMap(keyActionsLike);
    const admitted = subjects.every((subject) => {
      const allowed = this.allowedTo(subject);
      // Constructs ask for more than a service does with the key: beside these two, Encrypt and ReEncrypt*.
      const used = subject.startsWith(SERVICE)
        ? wanted.filter((each) => USED_BY_SERVICES.includes(each))
        : [];
      return (used.length > 0 ? used : wanted).every((action) => allowed.includes(action));
    });
    return admitted && subjects.length > 0;
  }

  /** Whether any statement lets a service in, told by the first word of its principal: `logs`. */
  public admitsService(service: string): boolean {
    return [...this.known.values()].some(
      (statement) =>
        statement.effect === Effect.ALLOW &&
        subjectsOf(statement).some((subject) => subject.startsWith(`${SERVICE}${service}.`)),
    );
  }

  private allowedTo(subject: string): string[] {
    return [...this.known.values()]
      .filter(
        (statement) =>
          statement.effect === Effect.ALLOW &&
          // A statement for the account as a whole admits nobody: it leaves the decision to IAM policies.
          !statement.principals.some((principal) => principal instanceof AccountPrincipal) &&
          subjectsOf(statement).some((pattern) => isLike(subject, pattern)),
      )
      .flatMap((statement) => statement.actions);
  }

  /**
   * Says what is wrong with the length of the policy, counted as KMS does.
   *
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
   */
  public sizeProblems(stack: Stack): string[] {
    const bytes = Buffer.byteLength(JSON.stringify(stack.resolve(this)));
    return bytes > KEY_POLICY_MAX_BYTES
      ? [
          `the key policy has ${bytes} bytes: KMS takes at most ${KEY_POLICY_MAX_BYTES}; name fewer roles, or let trust and IAM policies decide for some`,
        ]
      : [];
  }

  private unused(sid: string): string {
    const taken = new Set([...this.known.values()].map((statement) => statement.sid));
    let free = sid;
    for (let number = 2; taken.has(free); number++) {
      free = `${sid}${number}`;
    }
    return free;
  }
}

/** What a statement says, whatever its Sid. Services are told by name: their JSON is a new token each time. */
function contentOf(statement: PolicyStatement): string {
  const Principal = statement.principals.map(
    (principal) =>
      ComparablePrincipal.dedupeStringFor(principal) ??
      JSON.stringify(principal.policyFragment.principalJson),
  );
  return JSON.stringify({ ...(statement.toStatementJson() as object), Sid: undefined, Principal });
}

const SERVICE = 'service:';
const USED_BY_SERVICES = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Whom a statement names: services, and the ARNs of roles, users and accounts, in any partition. */
function subjectsOf(statement: PolicyStatement): string[] {
  const { ArnLike } = statement.conditions as Record<string, Record<string, unknown>>;
  const arns = [ArnLike?.['aws:PrincipalArn'] ?? []].flat() as string[];
  const named = statement.principals.flatMap((principal) =>
    principal instanceof ServicePrincipal
      ? `${SERVICE}${principal.service}`
      : (principal.policyFragment.principalJson.AWS ?? []),
  );
  return [...arns, ...named.filter((arn) => arn !== '*')].map(inAnyPartition);
}

function inAnyPartition(arn: string): string {
  return arn.replace(/^arn:[^:]+:/, 'arn:');
}

function isLike(subject: string, pattern: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(subject);
}

function tellingSid(statement: PolicyStatement): string {
  const actions = statement.actions.map((action) => camel(action.replace(/^kms:/i, '')));
  const what = actions.length > ACTIONS_NAMED_IN_A_SID ? 'UseKey' : actions.join('And');
  const who = statement.principals
    .map((principal) => camel(nameOf(withoutConditions(principal))))
    .join('And');
  const { StringEquals } = statement.conditions as Record<string, Record<string, unknown>>;
  const via = StringEquals?.['kms:ViaService'];
  const through = typeof via === 'string' && !Token.isUnresolved(via) ? `Via${camel(via.split('.')[0])}` : '';
  return `${who || 'Anyone'}${statement.effect === Effect.DENY ? 'MayNot' : 'May'}${what || 'UseKey'}${through}`;
}

function nameOf(principal: IPrincipal): string {
  if (principal instanceof ServicePrincipal) {
    return principal.service.replace(/\.amazonaws\.com(\.cn)?$/, '');
  }
  if (principal instanceof AccountPrincipal) {
    return Token.isUnresolved(principal.accountId) ? 'Account' : `Account-${principal.accountId}`;
  }
  if (principal instanceof OrganizationPrincipal) {
    return `Organization-${principal.organizationId}`;
  }
  if (principal instanceof ArnPrincipal && !Token.isUnresolved(principal.arn)) {
    return principal.arn.replace(/^.*[:/]/, '');
  }
  return 'Principal';
}

function camel(words: string): string {
  return words
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
