import type { Witness } from '../contain';
import type { Statement } from '../policy/document';
import { KEY_ACTIONS } from '../policy/kms-service';
import type { Json } from '../template/json';
import type { PolicyView } from './policy-view';
import type { Example, Path } from './problem';

/** The way to a statement from the resource of its key. */
export function statementPath({ position }: Statement): Path {
  return ['Properties', 'KeyPolicy', 'Statement', position - 1];
}

/** A statement as a reader finds it: its position, and its Sid where it has one. */
export function statementName({ position, sid }: Statement): string {
  return sid === undefined ? `${position}` : `${position} ${JSON.stringify(sid)}`;
}

/** What a statement says, as its author wrote it: what an acceptance of a finding about it is bound to. */
export function statementText(view: PolicyView, { position }: Statement): Json {
  const { Statement: statements } = view.of.document as { Statement: Json };
  return Array.isArray(statements) ? statements[position - 1] : statements;
}

/** The witness as an example for people, with somebody in it who is no root user where there is one. */
export function exampleOf({ request, principals, newLevel, newStatements }: Witness): Example {
  const other = request.principal.kind === 'root' && principals.find(({ kind }) => kind === 'role');
  return {
    request: other ? { ...request, principal: other } : request,
    level: newLevel,
    statements: newStatements.map(statementName),
  };
}

/** What a reader looks for first. */
const TELLING: readonly string[] = [
  'kms:PutKeyPolicy',
  'kms:Decrypt',
  'kms:ScheduleKeyDeletion',
  'kms:CreateGrant',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:DisableKey',
];

/** Some actions in words, the most telling of them by name; those that KMS may add later do not count. */
export function actionsText(actions: readonly string[]): string {
  const known = actions.filter((action) => KEY_ACTIONS.includes(action));
  const ordered = [...new Set([...TELLING.filter((action) => known.includes(action)), ...known])];
  if (ordered.length === 0) return 'actions that KMS adds later';
  const named = ordered.slice(0, 3).join(', ');
  return ordered.length > 3 ? `${named} and ${ordered.length - 3} more` : named;
}
