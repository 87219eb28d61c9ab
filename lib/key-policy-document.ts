import { PolicyDocument, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Stack, Token } from 'aws-cdk-lib/core';

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
  private readonly known = new Map<string, string>();

  constructor(statements: PolicyStatement[]) {
    // Merging would drop the Sids.
    super({ minimize: false });
    this.addStatements(...statements);
  }

  public override addStatements(...statements: PolicyStatement[]): void {
    for (const statement of statements) {
      const { Sid, ...meaning } = statement.toStatementJson() as Record<string, unknown>;
      const content = JSON.stringify(meaning);
      if (!this.known.has(content)) {
        statement.sid = this.unused(typeof Sid === 'string' ? Sid : tellingSid(meaning));
        this.known.set(content, statement.sid);
        super.addStatements(statement);
      }
    }
  }

  /** The Sid of a statement that denies one of the actions to the role of that ARN, by its ARN alone. */
  public denyingSid(arn: string, actions: readonly string[]): string | undefined {
    for (const [content, sid] of this.known) {
      const { Effect, Action, Condition } = JSON.parse(content) as Record<string, unknown>;
      const { ArnLike, ...others } = (Condition ?? {}) as Record<string, Record<string, unknown>>;
      const arns = [ArnLike?.['aws:PrincipalArn'] ?? []].flat();
      if (
        Effect === 'Deny' &&
        Object.keys(others).length === 0 &&
        arns.includes(arn) &&
        [Action].flat().some((action) => actions.includes(action as string))
      ) {
        return sid;
      }
    }
    return undefined;
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
    const taken = new Set(this.known.values());
    let free = sid;
    for (let number = 2; taken.has(free); number++) {
      free = `${sid}${number}`;
    }
    return free;
  }
}

function tellingSid(statement: Record<string, unknown>): string {
  const actions = ([statement.Action ?? []].flat() as string[]).map((action) =>
    camel(action.replace(/^kms:/i, '')),
  );
  const what = actions.length > ACTIONS_NAMED_IN_A_SID ? 'UseKey' : actions.join('And');
  const principals = Object.values((statement.Principal ?? {}) as Record<string, unknown>).flat();
  const who = principals.map((principal) => camel(nameOf(principal))).join('And');
  return `${who || 'Anyone'}${statement.Effect === 'Deny' ? 'MayNot' : 'May'}${what || 'UseKey'}`;
}

function nameOf(principal: unknown): string {
  if (typeof principal !== 'string' || principal === '*' || Token.isUnresolved(principal)) {
    return 'Principal';
  }
  return principal.replace(/\.amazonaws\.com(\.cn)?$/, '').replace(/^arn:.*[:/]/, '');
}

function camel(words: string): string {
  return words
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
