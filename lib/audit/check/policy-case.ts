import { parsePolicy, type Policy, type Statement } from '../policy/document';
import { like } from '../policy/evaluate-text';
import type { Json } from '../template/json';
import { ADMINISTRATION, USE } from './duty';
import { arnPatterns, type ExpectedRoles } from './expectations';

/** A key policy with all that has a say in what is expected of it. */
export interface PolicyCase {
  readonly document: Json;
  readonly partition: string;

  /** The account of the key; where it is not known, what stands for it in the policy. */
  readonly account: string;
  readonly isAccountKnown: boolean;
  readonly region?: string;
  readonly roles?: ExpectedRoles;

  /** The ARN of the role with which CloudFormation deploys the key, where it is known. */
  readonly deployer?: string;
  readonly trustedAccounts: readonly string[];
  readonly organization?: string;
}

/** The policy as KMS reads it: `Resource` is the key itself, or the statement has no effect. */
export function aboutThisKey({ statements }: Policy, arn: string): Policy {
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
export function expectedDenied({ roles, partition, account }: PolicyCase): readonly Statement[] {
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
export function withoutDelegation({ statements }: Policy): readonly Statement[] {
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
