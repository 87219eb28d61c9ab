import { parseIdentityPolicy, parsePolicy as parseKeyPolicy } from '../../lib/audit/policy/document';
import { InvalidPolicy } from '../../lib/audit/policy/invalid-policy';
import { AwsError } from '../aws-error';

type OneOrMore<T> = T | readonly T[];

/** A statement of a policy, as JSON: what this endpoint reads of it by itself. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMore<string>>>;
  readonly Action?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: OneOrMore<Statement>;
}

/** A single value, or all of several. */
export function listOf<T>(value: OneOrMore<T> | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/**
 * Reads a policy as IAM does when it is put.
 *
 * @param kind an identity policy has no `Principal`, a trust policy has no `Resource`, a resource policy has both
 * @throws AwsError `MalformedPolicyDocument`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(text: string, kind: 'identity' | 'trust' | 'resource'): PolicyDocument {
  let document: PolicyDocument;
  try {
    document = JSON.parse(text) as PolicyDocument;
    (kind === 'identity' ? parseIdentityPolicy : parseKeyPolicy)(document);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw malformed('This policy contains invalid Json');
    }
    if (error instanceof InvalidPolicy) {
      throw malformed(`Syntax errors in policy. (${error.message})`);
    }
    throw error;
  }
  const statements = listOf(document.Statement);
  if (kind === 'trust' && statements.some((each) => each.Resource !== undefined)) {
    throw malformed('Has prohibited field Resource');
  }
  return document;
}

/** The IAM ARNs and account numbers that a statement names as principals. */
export function awsPrincipals(statement: Statement): readonly string[] {
  return typeof statement.Principal === 'object' ? listOf(statement.Principal.AWS) : [];
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message);
}
