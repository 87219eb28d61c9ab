import type { PolicyRule } from './policy-rule';
import { statementName, statementPath, statementText } from './policy-words';

/** Every statement is about this key. */
export const ineffectiveStatement: PolicyRule = {
  id: 'ineffective-statement',
  severity: 'high',
  title: 'Every statement is about its key',
  explanation:
    'KMS accepts a statement without Resource, or with a Resource that is not this key, and ignores it, a Deny as well as an Allow. In a key policy "*" means this key.',
  remedy: 'Set Resource to "*".',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html#key-policy-elements',
  *check(view) {
    for (const statement of view.policy.statements) {
      const { ineffective } = statement;
      if (ineffective === undefined) continue;
      yield {
        message: `statement ${statementName(statement)} has no effect: ${ineffective}`,
        path: statementPath(statement),
        subject: statementText(view, statement),
      };
    }
  },
};
