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
  | { readonly kind: 'contained' }
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
  readonly #options: Options;
  #space: RequestSpace | undefined;

  constructor(old: Policy, next: Policy, options: Options = {}) {
    this.#old = old;
    this.#next = next;
    this.#options = options;
  }

  /** Whether the new policy is contained in the old one, for a part of the requests. */
  first(part?: Part): Containment {
    const { witnesses, unknown } = this.#collect(part, 1);
    if (witnesses.length > 0) return { kind: 'witness', witness: witnesses[0] };
    return unknown.length > 0 ? { kind: 'unknown', reasons: unknown } : { kind: 'contained' };
  }

  /** A witness of each kind of request that gets further, in a part of the requests. */
  all(part?: Part): Rises {
    return this.#collect(part, Infinity);
  }

  #collect(part: Part | undefined, count: number): Rises {
    const witnesses: Witness[] = [];
    const unknown = new Set<string>();
    try {
      this.#space ??= new RequestSpace(this.#old, this.#next, this.#options);
      for (const rise of this.#space.rises(part, (reason) => unknown.add(reason))) {
        const replayed = replay(this.#old, this.#next, rise);
        if (typeof replayed === 'string') unknown.add(replayed);
        else if (witnesses.push(replayed) >= count) break;
      }
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      unknown.add(error.message);
    }
    return { witnesses, unknown: [...unknown] };
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
