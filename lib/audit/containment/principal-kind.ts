import { isUnresolved } from '../policy/opaque';
import type { Principal } from '../policy/principal';
import type { Atoms, Truth } from './atom';
import type { Budget } from './budget';
import { clause, type Clause } from './clause';
import { derivedTest, matchPrincipal } from './principal-match';
import type { Rule } from './rule';

/** Principals that two policies do not tell apart. */
export interface PrincipalKind {
  readonly members: readonly Principal[];
  /** What is left of each rule that is about them; the other rules are not. */
  readonly clauses: ReadonlyMap<Rule, readonly Clause[]>;
  /** What else tells them apart. */
  readonly trait: string;
}

/**
 * Groups principals by what two policies make of them.
 *
 * @param trait what else tells principals apart
 */
export function groupPrincipals(
  principals: readonly Principal[],
  rules: readonly Rule[],
  atoms: Atoms,
  trait: (principal: Principal) => string,
  budget: Budget,
): PrincipalKind[] {
  const tests = new Map(
    rules.flatMap(({ onPrincipal }) => onPrincipal).map((atom) => [atom.id, derivedTest(atom)]),
  );
  const parts = groupRules(rules);
  const kinds = new Map<string, PrincipalKind & { members: Principal[] }>();
  for (const principal of principals) {
    budget.spend(parts.length);
    const truths = new Map([...tests].map(([id, test]) => [id, test(principal)]));
    const relevant = parts.flatMap((same, i) => {
      const clauses = clausesFor(same[0], principal, truths, atoms);
      // Stryker disable next-line ConditionalExpression: only for speed
      return clauses.length === 0 ? [] : [{ same, clauses, name: [i, clauses.map(({ name }) => name)] }];
    });
    const name = JSON.stringify([trait(principal), relevant.map((each) => each.name)]);
    const known = kinds.get(name);
    if (known === undefined) {
      const clauses = relevant.flatMap((each) => each.same.map((rule) => [rule, each.clauses] as const));
      kinds.set(name, { members: [principal], clauses: new Map(clauses), trait: trait(principal) });
    } else {
      known.members.push(principal);
    }
  }
  return [...kinds.values()];
}

/** The rules that treat principals alike, as far as it is known whom they are about. */
function groupRules(rules: readonly Rule[]): Rule[][] {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) {
    const { effect, principals, onPrincipal } = rule;
    const alike = JSON.stringify([effect, principals, onPrincipal.map(({ id }) => id)]);
    const name = isUnresolved(alike) ? `${groups.size}` : alike;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [rule]);
    else group.push(rule);
  }
  return [...groups.values()];
}

/** What is left of a rule for one principal: a clause for what is certain, and one for each open match. */
function clausesFor(
  { effect, principals, onPrincipal }: Rule,
  principal: Principal,
  truths: ReadonlyMap<number, Truth>,
  atoms: Atoms,
): Clause[] {
  if (onPrincipal.some(({ id }) => truths.get(id) === false)) return [];
  const open = onPrincipal.filter(({ id }) => truths.get(id) === undefined).map(({ id }) => -1 - id);
  const clauses = principals.flatMap((pattern) => {
    const match = matchPrincipal(pattern, principal);
    if (match.rank === 0) return [];
    const reason = match.open && atoms.openFor(`Principal ${JSON.stringify(pattern)}`, match.open);
    return [clause(effect === 'Deny' ? 0 : match.rank, reason ? [...open, -1 - reason.id] : open)];
  });
  return [...new Map(clauses.map((each) => [each.name, each])).values()];
}
