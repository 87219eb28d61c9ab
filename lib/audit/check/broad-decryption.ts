import { compare } from '../contain';
import type { FindingRule } from '../finding';
import { parseIdentityPolicy, type Policy } from '../policy/document';
import { like } from '../policy/evaluate-text';
import { InvalidPolicy } from '../policy/invalid-policy';
import { OPEN_ACCOUNT, OPEN_REGION } from '../template/environment';
import type { IdentityPolicyItem } from '../template/identity-item';
import { exampleOf } from './policy-words';
import { type Problem, undecidedProblem } from './problem';

/** A rule about one IAM policy. */
export interface IdentityRule extends FindingRule {
  check(policy: IdentityPolicyItem): Iterable<Problem>;
}

// A key that nobody has thought of when the policy was written.
const SOME_KEY = 'key/00000000-0000-4000-8000-000000000000';
const DECRYPTION = ['kms:Decrypt', 'kms:ReEncryptFrom'];

/** Conditions on these limit which keys a statement is about; a key nobody thought of meets none of them. */
const OF_THE_KEY = /^(?:aws:resourcetag\/|kms:resourcealiases$|kms:requestalias$)/;

/** An IAM policy decrypts under keys that it names. */
export const broadDecryption: IdentityRule = {
  id: 'broad-decryption',
  severity: 'medium',
  title: 'An IAM policy decrypts under the keys that it names only',
  explanation:
    'The policy allows kms:Decrypt or kms:ReEncryptFrom with every key of the account, those made later too. Whatever key policies leave to IAM policies is then open to whoever has this one.',
  remedy:
    'Name the keys in Resource, or add a condition on kms:ResourceAliases or aws:ResourceTag/… to the statement.',
  see: 'https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-1',
  *check({ document, path, isManaged, stack: { environment } }) {
    const { partition, account = OPEN_ACCOUNT, region = OPEN_REGION } = environment;
    try {
      const policy = aboutSomeKey(
        parseIdentityPolicy(document),
        `arn:${partition}:kms:${region}:${account}:${SOME_KEY}`,
      );
      const keys = policy.statements.flatMap(({ conditions }) => conditions.map(({ key }) => key));
      const found = compare({ statements: [] }, policy, {
        environment: { partition, account },
        pinned: Object.fromEntries(keys.filter((key) => OF_THE_KEY.test(key)).map((key) => [key, []])),
      });
      if (found.kind === 'unknown') {
        for (const reason of found.reasons) yield undecidedProblem(reason, path);
      } else if (found.kind === 'witness') {
        yield {
          message: `${isManaged ? 'the managed policy' : 'the inline policy'} decrypts with every key: statement ${found.witness.newStatements.map(({ position }) => position).join(', ')}`,
          path,
          subject: document,
          witness: exampleOf(found.witness),
        };
      }
    } catch (error) {
      if (!(error instanceof InvalidPolicy)) throw error;
      if (mentionsKms(document)) yield undecidedProblem(error.message, path);
    }
  },
};

/** What the policy lets its holder do with one key, as a policy of that key. */
function aboutSomeKey({ statements }: Policy, arn: string): Policy {
  const isAboutDecryption = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) =>
      DECRYPTION.some((action) => like(pattern.toLowerCase(), action.toLowerCase()) !== false),
    );
  return {
    statements: statements.flatMap((statement) => {
      const { resources, actions } = statement;
      if (!actions.negated && !isAboutDecryption(actions.patterns)) return [];
      const truths = resources.patterns.map((pattern) => like(pattern, arn));
      const isOpen = !truths.includes(true) && truths.some((truth) => truth !== false);
      if (!isOpen && truths.includes(true) === resources.negated) return [];
      return [
        {
          ...statement,
          principals: [{ kind: 'any' as const }],
          ...(!isOpen && { resources: { negated: false, patterns: ['*'] } }),
        },
      ];
    }),
  };
}

function mentionsKms(document: unknown): boolean {
  return /kms:|"\*"/i.test(JSON.stringify(document) ?? '');
}
