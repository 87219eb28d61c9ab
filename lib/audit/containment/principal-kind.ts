import type { Principal } from '../policy/principal';
import type { Atoms, Truth } from './atom';
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
): PrincipalKind[] {
  const tests = new Map(
    rules.flatMap(({ onPrincipal }) => onPrincipal).map((atom) => [atom.id, derivedTest(atom)]),
  );
  const parts = groupBy(rules, ({ effect, principals, onPrincipal }) =>
    JSON.stringify([effect, principals, onPrincipal.map(({ id }) => id)]),
  );
  const kinds = new Map<string, PrincipalKind & { members: Principal[] }>();
  for (const principal of principals) {
    const truths = new Map([...tests].map(([id, test]) => [id, test(principal)]));
    const clauses = parts.map(([rule]) => clausesFor(rule, principal, truths, atoms));
    const name = [trait(principal), ...clauses.map((each) => each.map((one) => one.name).join(' '))].join(
      '|',
    );
    const known = kinds.get(name);
    if (known !== undefined) {
      known.members.push(principal);
      continue;
    }
    const relevant = parts.flatMap((same, i) =>
      clauses[i].length === 0 ? [] : same.map((rule) => [rule, clauses[i]] as const),
    );
    kinds.set(name, { members: [principal], clauses: new Map(relevant), trait: trait(principal) });
  }
  return [...kinds.values()];
}

function groupBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    groups.set(name, [...(groups.get(name) ?? []), item]);
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
