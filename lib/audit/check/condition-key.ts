import type { Condition } from '../policy/condition';
import type { Statement } from '../policy/document';
import { canOccur, findConditionKey, KEY_ACTIONS } from '../policy/kms-service';
import { like } from '../policy/evaluate-text';
import { holdsWhenAbsent } from './for-all-values';
import type { Problem } from './problem';
import type { PolicyRule } from './policy-rule';
import type { PolicyView } from './policy-view';
import { actionsText, statementName, statementPath } from './policy-words';

const SEE =
  'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html';

/** The former names of `kms:KeySpec` and `kms:KeyUsage`, which AWS no longer lists and still takes. */
const FORMER = /^kms:customermasterkey(?:spec|usage)$/;

/** A condition is about a key that AWS knows. */
export const unknownConditionKey: PolicyRule = {
  id: 'unknown-condition-key',
  severity: 'high',
  title: 'A condition key is one that AWS knows',
  explanation:
    'A key that no request has, for a typing error most often, makes an Allow hold for nobody or for everybody, and a Deny the other way round. KMS accepts it without a word.',
  remedy: 'Correct the name of the condition key.',
  see: SEE,
  *check(view) {
    for (const statement of effective(view)) {
      for (const { key, label } of statement.conditions) {
        if (!/^(aws|kms):/.test(key) || FORMER.test(key) || findConditionKey(key) !== undefined) continue;
        yield problem(statement, `${label}: AWS knows no such condition key`, [label]);
      }
    }
  },
};

/** A condition limits the actions that it is written for. */
export const conditionKey: PolicyRule = {
  id: 'condition-key',
  severity: 'medium',
  title: 'A condition key occurs in requests for its actions',
  explanation:
    'Not every action has every condition key. Where the key never occurs, a Deny that asks for it never applies, and a condition that holds without it limits nothing.',
  remedy: 'Give the actions that do not have the key a statement of their own.',
  see: SEE,
  *check(view) {
    for (const { statement, condition, actions } of absences(view)) {
      const holds = holdsWhenAbsent(condition);
      if (statement.effect === 'Allow' && !holds) continue;
      const consequence = holds
        ? `limits nothing: ${statement.effect === 'Allow' ? 'allowed' : 'denied'} whatever the request`
        : 'never holds: nothing is denied';
      yield problem(
        statement,
        `${condition.label} never occurs for ${actionsText(actions)}, so that it ${consequence}`,
        [condition.label, actions],
      );
    }
  },
};

/** An Allow allows each of its actions. */
export const unreachableAction: PolicyRule = {
  id: 'unreachable-action',
  severity: 'low',
  title: 'An Allow can allow each action that it lists',
  explanation:
    'The condition asks for a key that requests for the action never have, so that the statement never allows the action, although it lists it.',
  remedy: 'Allow the action in a statement without the condition, or take it from the list.',
  see: SEE,
  *check(view) {
    for (const { statement, condition, actions } of absences(view)) {
      if (statement.effect === 'Deny' || holdsWhenAbsent(condition)) continue;
      yield problem(
        statement,
        `never allows ${actionsText(actions)}: ${condition.label} never occurs there`,
        [condition.label, actions],
      );
    }
  },
};

interface Absence {
  readonly statement: Statement;
  readonly condition: Condition;

  /** The actions of the statement that never have the key. */
  readonly actions: readonly string[];
}

/**
 * The conditions with actions for which their keys never occur.
 *
 * An action counts when it is listed by name, or when a wildcard matches no action that has the key:
 * nobody who writes `kms:*` means each single action. A condition with IfExists, or on whether the key is
 * there, is meant for both.
 */
function* absences(view: PolicyView): Iterable<Absence> {
  for (const statement of effective(view)) {
    if (statement.actions.negated) continue;
    const lists = statement.actions.patterns.map(actionsOf);
    for (const condition of statement.conditions) {
      const { key, ifExists, operator } = condition;
      const lacks = (action: string): boolean => canOccur(key, action) === false;
      const actions = [...new Set(lists.filter((list) => list.length > 0 && list.every(lacks)).flat())];
      const isMeant = (ifExists || operator === 'Null') && lists.some((list) => !list.every(lacks));
      if (actions.length > 0 && !isMeant) yield { statement, condition, actions };
    }
  }
}

function effective({ policy }: PolicyView): readonly Statement[] {
  return policy.statements.filter(({ ineffective }) => ineffective === undefined);
}

function actionsOf(pattern: string): readonly string[] {
  return KEY_ACTIONS.filter((action) => like(pattern.toLowerCase(), action.toLowerCase()) === true);
}

function problem(statement: Statement, message: string, subject: unknown): Problem {
  return {
    message: `statement ${statementName(statement)}: ${message}`,
    path: statementPath(statement),
    subject: [statement.sid ?? statement.position, subject],
  };
}
