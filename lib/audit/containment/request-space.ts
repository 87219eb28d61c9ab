import type { Policy } from '../policy/document';
import { findConditionKey } from '../policy/kms-service';
import { DERIVED_KEYS, type Principal } from '../policy/principal';
import type { Request } from '../policy/request';
import { sampleActions } from './action-samples';
import { Atoms, type ConditionAtom } from './atom';
import { Budget } from './budget';
import { assume, bounds, clause, type Bounds, type Clause, type Side } from './clause';
import { cutKey, type Choice, type Variable } from './key-variable';
import { occursFor, occursIn } from './occurrence';
import type { Options, Part } from './options';
import { groupPrincipals, type PrincipalKind } from './principal-kind';
import { samplePrincipals } from './principal-samples';
import { readableValues } from './readable';
import { sampleResources } from './resource-samples';
import { rulesOf, type Rule } from './rule';
import { Search, type Assignment } from './search';
import { groupTexts, type TextKind } from './text-kind';

/** Requests that rise from one policy to another and that nothing tells apart. */
export interface Rise {
  readonly actions: readonly string[];
  readonly principals: readonly Principal[];
  /** One of the requests. */
  readonly request: Request;
  readonly before: Bounds;
  readonly after: Bounds;
}

const LIMIT = 2_000_000;

/** The requests that two policies tell apart: built once, searched as often as needed. */
export class RequestSpace {
  readonly #atoms = new Atoms();
  readonly #old: readonly Rule[];
  readonly #next: readonly Rule[];
  readonly #variables: readonly Variable[];
  readonly #names: ReadonlyMap<string, string>;
  readonly #actions: readonly TextKind[];
  readonly #resources: readonly TextKind[];
  readonly #principals: readonly PrincipalKind[];
  readonly #search: Search;

  /** @throws BudgetExceeded when the patterns overlap too much to be cut */
  constructor(
    old: Policy,
    next: Policy,
    readonly options: Options = {},
  ) {
    const budget = new Budget(options.limit ?? LIMIT);
    this.#old = rulesOf(old, this.#atoms);
    this.#next = rulesOf(next, this.#atoms);
    const rules = [...this.#old, ...this.#next];
    const asked = this.#atoms.all.filter((atom): atom is ConditionAtom => atom.condition !== undefined);
    const isDerived = ({ condition }: ConditionAtom): boolean => DERIVED_KEYS.includes(condition.key);
    const free = groupBy(
      asked.filter((atom) => !isDerived(atom)),
      ({ condition }) => condition.key,
    );
    this.#names = new Map(
      [...free].map(([key, [{ condition }]]) => [
        key,
        condition.label.slice(condition.label.indexOf(' ') + 1),
      ]),
    );
    this.#variables = [...free].map(([key, atoms]) =>
      cutKey(
        key,
        atoms,
        {
          known: key === ORGANIZATION && options.organization !== undefined ? [options.organization.id] : [],
          readable: readableValues(key),
          only: this.#pinned(key) ?? (findConditionKey(key)?.type === 'Bool' ? ['true', 'false'] : undefined),
          multivalued:
            findConditionKey(key)?.multivalued ??
            atoms.some(({ condition }) => condition.quantifier !== undefined),
        },
        budget,
      ),
    );
    const occurrences = (of: (key: string) => string): string =>
      this.#variables.map(({ key }) => of(key)).join();
    const actions = rules.map((rule) => rule.actions);
    this.#actions = groupTexts(sampleActions(actions, budget), actions, (action) =>
      occurrences((key) => occursIn(key, action)),
    );
    const resources = rules.map((rule) => rule.resources);
    this.#resources = groupTexts(sampleResources(resources, options.environment ?? {}, budget), resources);
    const { principals = [], accounts = [], organization, environment = {} } = options;
    const samples = samplePrincipals(
      {
        patterns: rules.flatMap((rule) => rule.principals),
        conditions: asked.filter(isDerived).map(({ condition }) => condition),
        known: principals,
        accounts: [...accounts, ...(organization?.accounts ?? [])],
        account: environment.account,
        partition: environment.partition,
      },
      budget,
    );
    this.#principals = groupPrincipals(samples, rules, this.#atoms, (principal) =>
      occurrences((key) => occursFor(key, principal) + String(this.#isMember(principal))),
    );
    this.#search = new Search(this.#variables, budget);
  }

  /**
   * One request of each kind that ranks higher under the new policy than under the old.
   *
   * @param report takes the reasons why others could not be decided
   */
  *rises({ actions, principals = () => true }: Part = {}, report: (reason: string) => void): Generator<Rise> {
    const wanted = actions && new Set(actions.map((action) => action.toLowerCase()));
    for (const action of this.#actions) {
      const names = action.members.filter((name) => wanted?.has(name.toLowerCase()) ?? true);
      if (names.length === 0) continue;
      for (const principal of this.#principals) {
        const who = principal.members.filter(principals);
        if (who.length === 0) continue;
        for (const resource of this.#resources) {
          const rise = this.#rise(action, principal, resource, report);
          if (rise === undefined) continue;
          const { assignment, before, after } = rise;
          yield {
            actions: names,
            principals: who,
            request: this.#request(names[0], who[0], resource.members[0], assignment),
            before,
            after,
          };
          break;
        }
      }
    }
  }

  #rise(action: TextKind, principal: PrincipalKind, resource: TextKind, report: (reason: string) => void) {
    const side = (rules: readonly Rule[]): Side => sideOf(rules, action, principal, resource);
    const old = side(this.#old);
    const next = side(this.#next);
    const choices = this.#choicesFor(action, principal);
    const { found, open } = this.#search.find(old, next, choices, `${action.trait}/${principal.trait}`);
    if (found === undefined) {
      this.#atoms.reasons(open).forEach(report);
      return undefined;
    }
    const assignment = new Map(
      this.#variables.map((variable) => [variable.key, found.get(variable.key) ?? choices(variable)[0]]),
    );
    const final = ({ allows, denies }: Side): Bounds =>
      bounds(
        [...assignment.values()].reduce<Side>(
          (left, { truths }) => ({
            allows: assume(left.allows, truths),
            denies: assume(left.denies, truths),
          }),
          { allows, denies },
        ),
      );
    return { assignment, before: final(old), after: final(next) };
  }

  #request(action: string, principal: Principal, resource: string, assignment: Assignment): Request {
    const present = [...assignment].filter(([, { values }]) => values.length > 0);
    const context = Object.fromEntries(
      present.map(([key, { values }]) => [this.#names.get(key) ?? key, values]),
    );
    return { action, principal, context, ...(resource !== '' && { resource }) };
  }

  /** The only values of a key; undefined when it may have any. */
  #pinned(key: string): readonly string[] | undefined {
    const { environment, pinned = {} } = this.options;
    if (key === 'aws:requestedregion' && environment?.region !== undefined) return [environment.region];
    return Object.entries(pinned).find(([name]) => name.toLowerCase() === key)?.[1];
  }

  #isMember(principal: Principal): boolean {
    return (
      'account' in principal && (this.options.organization?.accounts.includes(principal.account) ?? false)
    );
  }

  /** The choices that a key leaves in the requests of a kind. */
  #choicesFor(action: TextKind, principal: PrincipalKind): (variable: Variable) => readonly Choice[] {
    const member = this.#isMember(principal.members[0]);
    return ({ key, choices }) => {
      const [absent, ...present] = choices;
      const occurs = [occursIn(key, action.members[0]), occursFor(key, principal.members[0])];
      if (this.#pinned(key)?.length === 0 || occurs.includes('never')) return [absent];
      if (key === ORGANIZATION && member)
        return present.filter(({ values }) => values[0] === this.options.organization?.id);
      return this.#pinned(key) !== undefined || occurs.includes('always') ? present : choices;
    };
  }
}

const ORGANIZATION = 'aws:principalorgid';

const groupBy = <Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item]);
  return groups;
};

/** What is left of the rules for requests of one kind. */
function sideOf(
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
