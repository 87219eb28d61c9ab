import { compare, type Containment } from '../contain';
import { parsePolicy, type Policy, type Statement } from '../policy/document';
import { undecidedProblem } from './problem';
import { type PolicyRule, type PolicyView, statementName, statementPath, statementText } from './policy-view';

const EVERYTHING = parsePolicy({
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
});

/** Every statement does something. */
export const deadStatement: PolicyRule = {
  id: 'dead-statement',
  severity: 'low',
  title: 'Every statement does something',
  explanation:
    'An Allow is dead when the policy allows the same without it, and a Deny when it meets no request at all. Often a condition holds for nobody, or another statement has made this one superfluous. A Deny that forbids what nothing allows today guards against the statements of tomorrow, and is not dead.',
  remedy: 'Remove the statement, or mend its condition.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  *check(view) {
    const alive = aliveAtSight(view);
    const dead = new Set<Statement>();
    for (const statement of [...view.policy.statements].reverse()) {
      if (statement.ineffective !== undefined || alive.has(statement)) continue;
      const others = view.policy.statements.filter((each) => each !== statement && !dead.has(each));
      const effect = effectOf(statement, { statements: others }, view);
      if (effect.kind === 'witness') continue;
      if (effect.kind === 'unknown') {
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
function aliveAtSight({ access, unexpected, policy }: PolicyView): ReadonlySet<Statement> {
  const sole = [access, unexpected]
    .flatMap((comparison) => comparison.all().witnesses)
    .flatMap(({ newStatements }) => (newStatements.length === 1 ? newStatements : []))
    .map(({ position }) => position);
  return new Set(
    policy.statements.filter(
      ({ effect, position, conditions, undecided }) =>
        (effect === 'Allow' && sole.includes(position)) ||
        (effect === 'Deny' && conditions.length === 0 && undecided.length === 0),
    ),
  );
}

/** A request that gets further, or less far, because of the statement. */
function effectOf(statement: Statement, others: Policy, view: PolicyView): Containment {
  const { partition, account, region } = view.of;
  const options = { environment: { partition, account, ...(region && { region }) } };
  return statement.effect === 'Allow'
    ? compare(others, { statements: [...others.statements, statement] }, options)
    : compare({ statements: [...EVERYTHING.statements, statement] }, EVERYTHING, options);
}
