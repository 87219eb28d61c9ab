import { decideAccess, type Access, type Call } from './policy/access';
import type { Policy, Statement } from './policy/document';
import type { Decision } from './policy/evaluate';
import { matchesAction } from './policy/evaluate-actions';
import { matchesPrincipal } from './policy/evaluate-principal';
import { quote } from './policy/invalid-policy';
import { InvalidRequest } from './policy/invalid-request';
import { KEY_ACTIONS, canOccur, findAction } from './policy/kms-service';
import { DERIVED_KEYS } from './policy/principal';
import { checkRequest, type Request } from './policy/request';
import { some } from './policy/truth';

/** The answer to "can this principal make this call?", with the statements that decide. */
export interface Answer {
  readonly effect: Access['effect'];
  /** Which side makes it so, in words. */
  readonly because: string;
  /** What the key policy says by itself. */
  readonly level: Decision['level'];
  readonly request: Request;
  readonly statements: readonly DecidingStatement[];
  /** Condition keys that the key policy looks at here and that the request does not have. */
  readonly absentKeys: readonly string[];
  /** What can change the answer and is not looked at. */
  readonly notLookedAt: readonly string[];
}

/** A statement that decides, or that might. */
export interface DecidingStatement {
  /** Its IAM policy, counted from 1 in the order given; undefined for the key policy. */
  readonly identityPolicy?: number;
  readonly position: number;
  readonly sid?: string;
  readonly effect: Statement['effect'];
  /** Why it is not known whether it applies. */
  readonly undecided?: string;
}

/**
 * Answers one question about one key policy, and the IAM policies of the caller where they are given.
 *
 * @throws InvalidRequest when the request is none that AWS could receive
 */
export function ask(call: Call): Answer {
  checkRequest(call.request);
  const request = { ...call.request, action: keyAction(call.request.action) };
  const access = decideAccess({ ...call, request });
  return {
    effect: access.effect,
    because: access.because,
    level: access.keyPolicy.level,
    request,
    statements: decidingStatements(access, call.identityPolicies),
    absentKeys: absentKeys(call.keyPolicy, request),
    notLookedAt: [
      ...(call.identityPolicies === undefined ? ['IAM policies'] : []),
      'grants',
      'permissions boundaries',
      'session policies',
      'organization policies',
    ],
  };
}

/**
 * The name of an action as AWS writes it.
 *
 * A misspelt one would be denied, or allowed by `kms:*`, as if it were an action.
 */
function keyAction(name: string): string {
  const action = findAction(name);
  if (action?.takesKey !== true) {
    throw new InvalidRequest(
      `the action ${quote(name)} is none that a key policy decides: use one of ${KEY_ACTIONS.join(', ')}`,
    );
  }
  return action.name;
}

function decidingStatements(
  { keyPolicy: { allows, denies, undecided }, identityPolicy }: Access,
  identityPolicies: readonly Policy[] = [],
): DecidingStatement[] {
  return [
    ...[...denies, ...allows].map((statement) => ({
      ...named(statement),
      undecided: undecided.find((open) => open.statement === statement)?.reason,
    })),
    ...identityPolicy.statements.map(({ statement, truth }) => ({
      identityPolicy: identityPolicies.findIndex(({ statements }) => statements.includes(statement)) + 1,
      ...named(statement),
      undecided: truth === true ? undefined : truth.undecided,
    })),
  ];
}

function named({ position, sid, effect }: Statement): Pick<Statement, 'position' | 'sid' | 'effect'> {
  return { position, sid, effect };
}

/** The keys of the conditions that stand between the request and a statement, as the policy writes them. */
function absentKeys({ statements }: Policy, { action, principal, context }: Request): string[] {
  const known = new Set([...Object.keys(context).map((key) => key.toLowerCase()), ...DERIVED_KEYS]);
  const keys = statements
    .filter(
      ({ actions, principals }) =>
        matchesAction(actions, action) !== false &&
        some(principals, (pattern) => matchesPrincipal(pattern, principal)) !== false,
    )
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => !known.has(key) && canOccur(key, action) !== false)
    .map(({ key, label }) => [key, label.slice(label.indexOf(' ') + 1)] as const);
  return [...new Map(keys).values()];
}
