/** Thrown when a decision would take more work than it was given: the answer is then "unknown". */
export class BudgetExceeded extends Error {
  constructor(readonly limit: number) {
    super(`too many overlapping patterns and conditions: undecided after ${limit} steps`);
  }
}

/**
 * How much work one decision may take.
 *
 * Steps are counted, not seconds: the same policies get the same answer on every machine, and the
 * worst case stays a bounded one, since the number of regions can double with every wildcard.
 */
export class Budget {
  #left: number;

  constructor(readonly limit: number) {
    this.#left = limit;
  }

  /** Begins a new decision. */
  refill(): void {
    this.#left = this.limit;
  }

  /** @throws BudgetExceeded when nothing is left */
  spend(steps = 1): void {
    this.#left -= steps;
    if (this.#left < 0) throw new BudgetExceeded(this.limit);
  }
}
