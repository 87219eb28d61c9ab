import { clause, type Clause, type Side } from './clause';
import type { PrincipalKind } from './principal-kind';
import type { Rule } from './rule';
import type { TextKind } from './text-kind';

/** What is left of some rules for the requests of one kind. */
export function sideOf(
  rules: readonly Rule[],
  action: TextKind,
  principal: PrincipalKind,
  resource: TextKind,
): Side {
  const allows = new Map<string, Clause>();
  const denies = new Map<string, Clause>();
  for (const rule of rules) {
    const selected = [action.truths.get(rule.actions.atom), resource.truths.get(rule.resources.atom)];
    const ofPrincipal = principal.clauses.get(rule);
    if (ofPrincipal === undefined || selected.includes(false)) continue;
    const open = [rule.actions, rule.resources]
      .filter((_, i) => selected[i] === undefined)
      .map(({ atom }) => -1 - atom);
    for (const { rank, atoms } of ofPrincipal) {
      const left = clause(rank, [...atoms, ...rule.onContext, ...open]);
      (rule.effect === 'Deny' ? denies : allows).set(left.name, left);
    }
  }
  return { allows: [...allows.values()], denies: [...denies.values()] };
}
