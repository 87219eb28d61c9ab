import type { Policy, Statement } from '../policy/document';

/**
 * Whether two policies consist of the same statements, whatever these are called and how they are ordered.
 *
 * Nothing has to be decided about them then, not even what is not known before the deployment.
 */
export function haveSameStatements(one: Policy, other: Policy): boolean {
  return textOf(one) === textOf(other);
}

function textOf({ statements }: Policy): string {
  return JSON.stringify([...new Set(statements.map(statementText))].sort());
}

function statementText({ effect, principals, actions, resources, conditions, undecided }: Statement): string {
  const parts = [principals, conditions].map((list) => list.map((each) => JSON.stringify(each)).sort());
  const patterns = [actions, resources].map((each) => ({ ...each, patterns: [...each.patterns].sort() }));
  return JSON.stringify([effect, parts, patterns, undecided]);
}
