import { AwsError } from '../aws-error';

type OneOrMore<T> = T | readonly T[];

/** A statement of an IAM or resource policy, as JSON. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMore<string>>>;
  readonly NotPrincipal?: unknown;
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore<string | number | boolean>>>>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: OneOrMore<Statement>;
}

const STATEMENT_KEYS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/** A single value, or all of several. */
export function listOf<T>(value: OneOrMore<T> | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/**
 * Reads a policy as IAM does when it is put.
 *
 * @param kind an identity policy has no `Principal`; a trust policy has no `Resource`; a resource policy has both
 * @throws AwsError `MalformedPolicyDocument`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(text: string, kind: 'identity' | 'trust' | 'resource'): PolicyDocument {
  let document: PolicyDocument;
  try {
    document = JSON.parse(text) as PolicyDocument;
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  const statements = listOf(document?.Statement);
  if (statements.length === 0 || statements.some((each) => typeof each !== 'object' || each === null)) {
    throw malformed('Syntax errors in policy.');
  }
  for (const statement of statements) {
    checkStatement(statement, kind);
  }
  return document;
}

function checkStatement(statement: Statement, kind: 'identity' | 'trust' | 'resource'): void {
  const unknown = Object.keys(statement).find((key) => !STATEMENT_KEYS.has(key));
  if (unknown !== undefined || (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')) {
    throw malformed('Syntax errors in policy.');
  }
  if ((statement.Action === undefined) === (statement.NotAction === undefined)) {
    throw malformed('Policy statement must contain actions.');
  }
  const hasPrincipal = statement.Principal !== undefined || statement.NotPrincipal !== undefined;
  if (hasPrincipal !== (kind !== 'identity')) {
    throw malformed(
      kind === 'identity'
        ? 'Policy document should not specify a principal.'
        : 'Policy statement must contain principals.',
    );
  }
  const hasResource = statement.Resource !== undefined || statement.NotResource !== undefined;
  if (hasResource !== (kind !== 'trust')) {
    throw malformed(
      kind === 'trust' ? 'Has prohibited field Resource' : 'Policy statement must contain resources.',
    );
  }
}

/** The IAM ARNs and account numbers that a statement names as principals. */
export function awsPrincipals(statement: Statement): readonly string[] {
  return typeof statement.Principal === 'object' ? listOf(statement.Principal.AWS) : [];
}

export function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message);
}
