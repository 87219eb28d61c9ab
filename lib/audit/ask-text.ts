import type { Answer, DecidingStatement } from './ask';
import type { Principal } from './policy/principal';
import { printable } from './report/printable';

const LABEL_WIDTH = 14;

/** An answer for people: the verdict, the question as it was understood, and what decides it. */
export function answerText(answer: Answer): string {
  const { effect, because, request, statements, absentKeys, notLookedAt } = answer;
  const context = Object.entries(request.context).map(([key, values]) => `${key} = ${values.join(', ')}`);
  const rows: (readonly [string, readonly string[]])[] = [
    ['principal', principalLines(request.principal)],
    ['action', [request.action]],
    ['with', context],
    ['key', request.resource === undefined ? [] : [request.resource]],
    ['decided by', statements.map(statementLine)],
    ['taken absent', absentKeys],
    ['not looked at', [notLookedAt.join(', ')]],
  ];
  const lines = rows.flatMap(([label, values]) =>
    values.map((value, index) => `${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${printable(value)}`),
  );
  return [`${effect}: ${because}`, '', ...lines, ''].join('\n');
}

function principalLines(principal: Principal): string[] {
  switch (principal.kind) {
    case 'anonymous':
      return ['anybody who is not signed in'];
    case 'service':
      return [principal.service];
    case 'role':
      return [principal.arn, ...(principal.session === undefined ? [] : [`in session ${principal.session}`])];
    default:
      return [principal.arn];
  }
}

/** `statement 3 "Users" allows it`, `statement 1 of IAM policy 2 may deny it: …` */
function statementLine({ statement, identityPolicy, undecided }: DecidingStatement): string {
  const sid = statement.sid === undefined ? '' : ` ${JSON.stringify(statement.sid)}`;
  const policy = identityPolicy === undefined ? '' : ` of IAM policy ${identityPolicy}`;
  const verb = statement.effect === 'Allow' ? 'allow' : 'deny';
  const verdict =
    undecided === undefined ? `${verb === 'deny' ? 'denies' : 'allows'} it` : `may ${verb} it: ${undecided}`;
  return `statement ${statement.position}${sid}${policy} ${verdict}`;
}
