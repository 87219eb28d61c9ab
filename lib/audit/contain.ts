import { BudgetExceeded } from './containment/budget';
import type { Options, Part } from './containment/options';
import { RequestSpace, type Rise } from './containment/request-space';
import type { Policy, Statement } from './policy/document';
import { evaluate, type Decision } from './policy/evaluate';
import type { Principal } from './policy/principal';
import { LEVELS, type Level, type Request } from './policy/request';

export type { Environment, Options, Part } from './containment/options';

/** A request that one policy lets further through than another. */
export interface Witness {
  readonly request: Request;
  /** All actions and all principals of which the same is true; those of the request come first. */
  readonly actions: readonly string[];
  readonly principals: readonly Principal[];
  readonly oldLevel: Level;
  readonly newLevel: Level;
  /** The statements that decide on each side: those that deny, or else those that allow. */
  readonly oldStatements: readonly Statement[];
  readonly newStatements: readonly Statement[];
}

/** Whether every request gets at most as far under the new policy as under the old. */
export type Containment =
  | {
      readonly kind: 'contained';
      /** What AWS documents about condition keys that the answer rests on, if it does: it would be another without. */
      readonly restsOn: readonly string[];
    }
  | { readonly kind: 'witness'; readonly witness: Witness }
  | { readonly kind: 'unknown'; readonly reasons: readonly string[] };

/** All that rises from one policy to another, one witness a kind, and what could not be decided. */
export interface Rises {
  readonly witnesses: readonly Witness[];
  /** Empty when the witnesses are all there is. */
  readonly unknown: readonly string[];
}

/**
 * Two policies to be compared: which requests get further under the new one?
 *
 * Built once, asked as often as needed: `first` and `all` take a part of the requests, such as some actions
 * of some principals, and answer from what earlier questions have found. The answer comes from a symbolic
 * search; each witness is replayed through the evaluator, which shares no matching code with it.
 *
 * ```ts
 * const comparison = new Comparison(parsePolicy(before), parsePolicy(after), { environment: { account, region } });
 * comparison.first();                                        // contained, a witness, or unknown
 * comparison.all({ actions: ['kms:ScheduleKeyDeletion'] });  // everybody who gains it
 * ```
 */
export class Comparison {
  readonly #old: Policy;
  readonly #next: Policy;
  readonly #space: () => RequestSpace;

  constructor(old: Policy, next: Policy, options: Options = {}, space = lazySpace([old, next], options)) {
    this.#old = old;
    this.#next = next;
    this.#space = space;
  }

  /** A comparison of other policies that are made of the same statements, at little cost. */
  between(old: Policy, next: Policy): Comparison {
    return new Comparison(old, next, {}, this.#space);
  }

  /** Whether the new policy is contained in the old one, for a part of the requests. */
  first(part?: Part): Containment {
    const { witnesses, unknown } = this.#collect(part, 1);
    if (witnesses.length > 0) return { kind: 'witness', witness: witnesses[0] };
    if (unknown.length > 0) return { kind: 'unknown', reasons: unknown };
    return { kind: 'contained', restsOn: this.#restsOn(part) };
  }

  /** A witness of each kind of request that gets further, in a part of the requests. */
  all(part?: Part): Rises {
    return this.#collect(part, Infinity);
  }

  #collect(part: Part | undefined, count: number): Rises {
    const witnesses: Witness[] = [];
    const unknown = new Set<string>();
    const report = (reason: string): void => void unknown.add(reason);
    try {
      for (const rise of this.#space().rises({ old: this.#old, next: this.#next, part, report })) {
        const replayed = replay(this.#old, this.#next, rise);
        if (typeof replayed === 'string') report(replayed);
        else if (witnesses.push(replayed) >= count) break;
      }
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      report(error.message);
    }
    return { witnesses, unknown: [...unknown] };
  }

  /** What rules out the first request that would be a witness if condition keys could occur anywhere. */
  #restsOn(part: Part | undefined): readonly string[] {
    const question = { old: this.#old, next: this.#next, part, anyKeys: true, report: () => undefined };
    try {
      for (const { unlikely } of this.#space().rises(question)) return unlikely;
      return [];
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      return ['which condition keys occur in which requests'];
    }
  }
}

/** The request space of some policies, built when it is first needed; that it cannot be built is remembered. */
function lazySpace(policies: readonly Policy[], options: Options): () => RequestSpace {
  let space: RequestSpace | BudgetExceeded | undefined;
  return () => {
    space ??= buildSpace(policies, options);
    if (space instanceof BudgetExceeded) throw space;
    return space;
  };
}

function buildSpace(policies: readonly Policy[], options: Options): RequestSpace | BudgetExceeded {
  try {
    return new RequestSpace(
      policies.flatMap(({ statements }) => statements),
      options,
    );
  } catch (error) {
    if (error instanceof BudgetExceeded) return error;
    throw error;
  }
}

/**
 * Decides whether every request gets at most as far under the new policy as under the old.
 *
 * @see Comparison to ask more than one question about the same two policies
 */
export function compare(old: Policy, next: Policy, options?: Options): Containment {
  return new Comparison(old, next, options).first();
}

/**
 * What the evaluator says to a request that the search found.
 *
 * @returns the witness, or the reason why the evaluator leaves it open
 * @throws Error when the two contradict each other: one of them is wrong
 */
function replay(
  old: Policy,
  next: Policy,
  { actions, principals, request, before, after }: Rise,
): Witness | string {
  const [oldDecision, newDecision] = [evaluate(old, request), evaluate(next, request)];
  if (!overlaps(oldDecision, before) || !overlaps(newDecision, after)) {
    throw new Error(
      `the search and the evaluator disagree about ${JSON.stringify(request)}: ` +
        `${JSON.stringify([before, after])} against ${JSON.stringify([oldDecision.level, newDecision.level])}`,
    );
  }
  if (oldDecision.level === 'undecided' || newDecision.level === 'undecided') {
    return [...oldDecision.undecided, ...newDecision.undecided][0].reason;
  }
  return {
    request,
    actions,
    principals,
    oldLevel: oldDecision.level,
    newLevel: newDecision.level,
    oldStatements: deciding(oldDecision),
    newStatements: deciding(newDecision),
  };
}

const overlaps = ({ atLeast, atMost }: Decision, { low, high }: { low: number; high: number }): boolean =>
  LEVELS.indexOf(atLeast) <= high && low <= LEVELS.indexOf(atMost);

const deciding = ({ denies, allows }: Decision): readonly Statement[] =>
  denies.length > 0 ? denies : allows;
