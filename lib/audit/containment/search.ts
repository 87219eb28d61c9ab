import type { Budget } from './budget';
import { assume, bounds, isWithin, type Clause, type Side } from './clause';
import type { Choice, Variable } from './key-variable';

/** The part of a request that the search is left to choose: its condition keys. */
export type Assignment = ReadonlyMap<Variable, Choice>;

/** What a search comes to. */
export interface Outcome {
  /** Values under which the new side ranks higher. */
  readonly found?: Assignment;
  /** When none were found: the atoms whose open answers kept some requests from being decided. */
  readonly open: readonly number[];
}

const CONTAINED: Outcome = { open: [] };

/**
 * Searches the condition keys of a request for values under which the new side ranks higher than the old.
 *
 * Depth first, key by key, cut where the highest rank of the new side is no higher than the lowest of the
 * old one. What was searched without success is remembered by what was left of both sides.
 */
export class Search {
  readonly #variableOf = new Map<number, Variable>();
  readonly #done = new Map<string, Outcome>();

  constructor(
    variables: readonly Variable[],
    readonly budget: Budget,
  ) {
    for (const variable of variables) {
      for (const atom of variable.choices[0].truths.keys()) this.#variableOf.set(atom, variable);
    }
  }

  /**
   * @param choices the values that a key may have in this part of the request space
   * @param space names this part of the request space: the same name, the same choices
   */
  find(old: Side, next: Side, choices: (variable: Variable) => readonly Choice[], space: string): Outcome {
    this.budget.spend(clausesOf(old, next).length);
    const { low, high } = bounds(old);
    const target = bounds(next);
    if (target.high <= low) return CONTAINED;
    if (target.low > high) return { found: new Map(), open: [] };
    if (isWithin(next, old)) return CONTAINED;
    const name = JSON.stringify([space, ...[old.allows, old.denies, next.allows, next.denies].map(namesOf)]);
    const known = this.#done.get(name);
    // Stryker disable next-line ConditionalExpression: only for speed
    if (known !== undefined) return known;
    const outcome = this.#branch(old, next, choices, space);
    this.#done.set(name, outcome);
    return outcome;
  }

  #branch(old: Side, next: Side, choices: (variable: Variable) => readonly Choice[], space: string): Outcome {
    const clauses = clausesOf(old, next);
    const variable = this.#mostAsked(clauses);
    if (variable === undefined) {
      return { open: clauses.flatMap(({ atoms }) => atoms).map((atom) => -1 - atom) };
    }
    const asked = new Set(
      // Stryker disable next-line all: atoms of other keys have the same answer under every choice, none
      clauses.flatMap(({ atoms }) => atoms).filter((atom) => this.#variableOf.get(atom) === variable),
    );
    const tried = new Set<string>();
    const open = new Set<number>();
    for (const choice of choices(variable)) {
      const effect = [...asked].map((atom) => choice.truths.get(atom)).join();
      // Stryker disable next-line ConditionalExpression: only for speed
      if (tried.has(effect)) continue;
      tried.add(effect);
      const outcome = this.find(assume(old, choice.truths), assume(next, choice.truths), choices, space);
      if (outcome.found !== undefined)
        return { found: new Map([...outcome.found, [variable, choice]]), open: [] };
      for (const atom of outcome.open) open.add(atom);
    }
    return { open: [...open] };
  }

  /** The condition key that most clauses wait for. */
  #mostAsked(clauses: readonly Clause[]): Variable | undefined {
    const counts = new Map<Variable, number>();
    for (const { atoms } of clauses) {
      for (const variable of new Set(atoms.map((atom) => this.#variableOf.get(atom)))) {
        if (variable !== undefined) counts.set(variable, (counts.get(variable) ?? 0) + 1);
      }
    }
    return [...counts].reduce<[Variable | undefined, number]>(
      // Stryker disable next-line all: any key that is asked for will do, this one for speed
      (best, each) => (each[1] > best[1] ? each : best),
      [undefined, 0],
    )[0];
  }
}

const clausesOf = (...sides: readonly Side[]): Clause[] =>
  sides.flatMap(({ allows, denies }) => [...allows, ...denies]);

const namesOf = (clauses: readonly Clause[]): string[] => clauses.map(({ name }) => name);
