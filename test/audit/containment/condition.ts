import { parseConditions, type Condition } from '../../../lib/audit/policy/condition';

/** The condition that a policy writes as `{ [operator]: { [key]: values } }`. */
export function conditionOf(operator: string, values: unknown, key = 'aws:PrincipalTag/team'): Condition {
  return parseConditions({ [operator]: { [key]: values } }, 'Condition')[0];
}
