import type { Condition } from '../policy/condition';
import { OPERATORS } from '../policy/condition';
import type { Statement } from '../policy/document';
import type { PolicyRule } from './policy-rule';
import { statementName, statementPath, statementText } from './policy-words';

/** What is always there needs no guard: every grant is for at least one operation. */
const ALWAYS_PRESENT: Readonly<Record<string, readonly string[]>> = {
  'kms:grantoperations': ['kms:creategrant'],
};

/** A condition for all values is not met by having none. */
export const forAllValues: PolicyRule = {
  id: 'for-all-values',
  severity: 'high',
  title: 'ForAllValues in an Allow has a guard',
  explanation:
    'ForAllValues holds as well when the request does not have the key at all, so that the statement allows what it was meant to limit.',
  remedy: 'Add {"Null": {"<key>": "false"}} to the condition, or use ForAnyValue.',
  see: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html',
  *check(view) {
    for (const statement of view.policy.statements) {
      if (statement.effect === 'Deny' || statement.ineffective !== undefined) continue;
      for (const { key, label } of statement.conditions.filter(isForAll)) {
        if (isPresent(key, statement)) continue;
        yield {
          message: `statement ${statementName(statement)} also holds when the request does not have the key of ${label}`,
          path: statementPath(statement),
          subject: [label, statementText(view, statement)],
        };
      }
    }
  },
};

const isForAll = ({ quantifier }: Condition): boolean => quantifier === 'ForAllValues';

/** Whether another condition, or the action itself, makes sure that the key is there. */
function isPresent(key: string, { conditions, actions }: Statement): boolean {
  const always = ALWAYS_PRESENT[key];
  return (
    (always !== undefined &&
      !actions.negated &&
      actions.patterns.every((action) => always.includes(action.toLowerCase()))) ||
    conditions.some(
      (condition) => condition.key === key && !isForAll(condition) && !holdsWhenAbsent(condition),
    )
  );
}

/** Whether a condition holds for a request that does not have its key. */
export function holdsWhenAbsent({ operator, quantifier, ifExists, values }: Condition): boolean {
  if (operator === 'Null') return values.includes('true');
  if (ifExists || quantifier === 'ForAllValues') return true;
  return quantifier === undefined && OPERATORS[operator].negated;
}
