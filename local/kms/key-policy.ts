import { parsePolicy, type Policy } from '../../lib/audit/policy/document';
import { InvalidPolicy } from '../../lib/audit/policy/invalid-policy';
import { opaque } from '../../lib/audit/policy/opaque';
import { AwsError, notImplemented, validation } from '../aws-error';
import { awsPrincipals, listOf, type PolicyDocument } from '../iam/policy-document';
import type { Identities } from './identities';

/** The only name that a key policy can have. */
export const POLICY_NAME = 'default';

const MAX_BYTES = 32_768;
const CHARACTERS = /^[\t\n\r -\u00FF]+$/;

/**
 * The policy of a key that is created without one: the account's IAM policies decide.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function defaultPolicy(account: string, partition: string): string {
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement: [statement] }, null, 2);
}

/**
 * A key policy that was accepted, and whom its ARNs meant at that time.
 *
 * KMS keeps principals by their unique ids: after a role is deleted its statement shows the id, and a
 * role that is made again under the same name is another principal.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
 */
export class KeyPolicy {
  /**
   * Reads a policy as KMS does when it is put.
   *
   * @throws AwsError `MalformedPolicyDocumentException`, `LimitExceededException` or `ValidationException`
   * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
   */
  public static read(text: string, partition: string, identities: Identities): KeyPolicy {
    if (Buffer.byteLength(text) > MAX_BYTES) {
      throw new AwsError('LimitExceededException', `The key policy is larger than ${MAX_BYTES} bytes`);
    }
    if (!CHARACTERS.test(text)) {
      throw validation(
        "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
      );
    }
    const document = parseJson(text);
    const policy = parse(document);
    const holders = new Map<string, string>();
    const named = listOf((document as PolicyDocument).Statement).flatMap(awsPrincipals);
    for (const principal of named.filter((each) => !isAccount(each, partition))) {
      const id = principal.startsWith(`arn:${partition}:`) ? identities.uniqueId(principal) : undefined;
      if (id === undefined) {
        throw malformed('Policy contains a statement with one or more invalid principals.');
      }
      holders.set(principal, id);
    }
    const undecided = policy.statements.flatMap((statement) => statement.undecided);
    if (undecided.length > 0) {
      throw notImplemented(`a key policy in which ${undecided.join(', and ')}`);
    }
    return new KeyPolicy(text, policy, holders);
  }

  private constructor(
    private readonly text: string,
    private readonly policy: Policy,
    /** The unique ids of the roles and users, by ARN. */
    private readonly holders: ReadonlyMap<string, string>,
  ) {}

  /** The document as `GetKeyPolicy` answers it. */
  public document(identities: Identities): string {
    return this.departed(identities).reduce(
      (text, [arn, id]) => text.replaceAll(JSON.stringify(arn), JSON.stringify(id)),
      this.text,
    );
  }

  /** The policy as it decides: a principal that is gone is nobody. */
  public effective(identities: Identities): Policy {
    const departed = new Map(this.departed(identities));
    if (departed.size === 0) {
      return this.policy;
    }
    const statements = this.policy.statements.map((statement) => ({
      ...statement,
      principals: statement.principals.map((each) => {
        const id = each.kind === 'arn' ? departed.get(each.arn) : undefined;
        return id === undefined ? each : { kind: 'arn' as const, arn: opaque(id) };
      }),
    }));
    return { statements };
  }

  private departed(identities: Identities): [string, string][] {
    return [...this.holders].filter(([arn, id]) => identities.uniqueId(arn) !== id);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(`The key policy is not valid JSON: ${(error as SyntaxError).message}`);
  }
}

function parse(document: unknown): Policy {
  try {
    return parsePolicy(document);
  } catch (error) {
    if (error instanceof InvalidPolicy) {
      throw malformed(`The key policy is not valid: ${error.message}`);
    }
    throw error;
  }
}

/** Everybody, or an account as a whole: these exist without IAM. */
function isAccount(principal: string, partition: string): boolean {
  return principal === '*' || new RegExp(`^(?:\\d{12}|arn:${partition}:iam::\\d{12}:root)$`).test(principal);
}

export function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
