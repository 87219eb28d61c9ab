import type { Statement } from '../policy/document';
import { undecidedProblem } from './problem';
import type { PolicyRule } from './policy-rule';
import type { PolicyView } from './policy-view';
import { statementName, statementPath, statementText } from './policy-words';

/** Every statement does something. */
export const deadStatement: PolicyRule = {
  id: 'dead-statement',
  severity: 'low',
  title: 'Every statement does something',
  explanation:
    'An Allow is dead when the policy allows the same without it, and a Deny when it meets no request at all. Often a condition holds for nobody, or another statement has made this one superfluous. A Deny that forbids what nothing allows today guards against the statements of tomorrow, and is not dead; neither is a statement that does something for some of the values that are open.',
  remedy: 'Remove the statement, or mend its condition.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  *check(view) {
    const alive = aliveAtSight(view);
    const dead = new Set<Statement>();
    for (const statement of [...view.policy.statements].reverse()) {
      if (statement.ineffective !== undefined || alive.has(statement)) continue;
      const others = view.policy.statements.filter((each) => each !== statement && !dead.has(each));
      const effect =
        statement.effect === 'Allow' ? view.allowedBy(statement, others) : view.deniedBy(statement);
      if (effect.kind === 'witness') continue;
      if (effect.kind === 'unknown') {
        // With open values the statement does something for one value or another.
        if (view.policy.statements.some(({ undecided }) => undecided.length > 0)) continue;
        for (const reason of effect.reasons) yield undecidedProblem(reason, statementPath(statement));
        continue;
      }
      dead.add(statement);
      yield {
        message:
          statement.effect === 'Allow'
            ? `statement ${statementName(statement)} allows nothing that is not allowed without it, or denied anyway`
            : `statement ${statementName(statement)} denies nothing: no request meets it`,
        path: statementPath(statement),
        subject: statementText(view, statement),
      };
    }
  },
};

/** Without a statement that alone gives a request its level, the level would be lower. */
function aliveAtSight(view: PolicyView): ReadonlySet<Statement> {
  const sole = [view.access, view.unexpected]
    .flatMap((comparison) => view.ask(comparison).witnesses)
    // The root user has directly what its account delegates, which `unexpected` leaves out.
    .filter(({ request }) => request.principal.kind !== 'root')
    .flatMap(({ newStatements }) => (newStatements.length === 1 ? newStatements : []))
    .map(({ position }) => position);
  return new Set(
    view.policy.statements.filter(
      ({ effect, position, conditions, undecided }) =>
        (effect === 'Allow' && sole.includes(position)) ||
        (effect === 'Deny' && conditions.length === 0 && undecided.length === 0),
    ),
  );
}
