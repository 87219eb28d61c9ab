import type { Answer, DecidingStatement } from './ask';
import type { Principal } from './policy/principal';
import { printable } from './report/printable';
import { DEFAULT_WIDTH } from './report/terminal-table';

const LABEL_WIDTH = 14;

/** An answer for people: the verdict, the question as it was understood, and what decides it. */
export function answerText(answer: Answer): string {
  const { effect, because, request, level, statements, absentKeys, notLookedAt } = answer;
  const context = Object.entries(request.context).map(([key, values]) => `${key} = ${values.join(', ')}`);
  const rows: (readonly [string, readonly string[]])[] = [
    ['principal', principalLines(request.principal)],
    ['action', [request.action]],
    ['with', context],
    ['key', request.resource === undefined ? [] : [request.resource]],
    ['decided by', statements.map((each) => statementLine(each, level === 'delegated'))],
    ['taken absent', wrapped(absentKeys)],
    ['not looked at', wrapped(notLookedAt)],
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
function statementLine(
  { identityPolicy, position, sid, effect, undecided }: DecidingStatement,
  isDelegated: boolean,
): string {
  const name = sid === undefined ? '' : ` ${JSON.stringify(sid)}`;
  const policy = identityPolicy === undefined ? '' : ` of IAM policy ${identityPolicy}`;
  const verb = effect === 'Allow' ? 'allow' : 'deny';
  const verdicts = {
    allow: isDelegated && identityPolicy === undefined ? 'leaves it to IAM policies' : 'allows it',
    deny: 'denies it',
  };
  const verdict = undecided === undefined ? verdicts[verb] : `may ${verb} it: ${undecided}`;
  return `statement ${position}${name}${policy} ${verdict}`;
}

/** A list in as many lines as it needs. */
function wrapped(words: readonly string[]): string[] {
  return words.reduce<string[]>((lines, word) => {
    const line = lines.at(-1);
    const longer = `${line}, ${word}`;
    const fits = line !== undefined && longer.length < DEFAULT_WIDTH - LABEL_WIDTH;
    return fits ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
}
