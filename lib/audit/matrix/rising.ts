import type { Comparison } from '../contain';
import type { Principal } from '../policy/principal';
import type { PrincipalClass } from './principal-class';

/** Which requests of some principals rise from one policy to another. */
export interface Risen {
  /** For each action with such a request, a principal that makes it. */
  readonly examples: ReadonlyMap<string, Principal>;
  readonly undecided: readonly string[];
}

const NONE: Risen = { examples: new Map(), undecided: [] };

/**
 * Asks a comparison about each row of a matrix.
 *
 * One search answers for all rows at once. Only where it leaves something open is each row asked about
 * by itself, to tell which ones are.
 */
export class Rising {
  private readonly answers = new Map<string, ReadonlyMap<PrincipalClass, Risen> | undefined>();
  private readonly classes = new Map<string, PrincipalClass | undefined>();

  constructor(
    private readonly comparison: Comparison,
    private readonly rows: readonly PrincipalClass[],
  ) {}

  /** What rises of a row's principals with some actions. */
  of(actions: readonly string[], row: PrincipalClass): Risen {
    if (actions.length === 0) return NONE;
    const name = actions.join();
    if (!this.answers.has(name)) this.answers.set(name, this.ofAll(actions));
    const answer = this.answers.get(name);
    return answer ? (answer.get(row) ?? NONE) : this.ofOne(actions, row);
  }

  private ofAll(actions: readonly string[]): ReadonlyMap<PrincipalClass, Risen> | undefined {
    const { witnesses, unknown } = this.comparison.all({ actions });
    if (unknown.length > 0) return undefined;
    const found = new Map<PrincipalClass, { examples: Map<string, Principal>; undecided: [] }>();
    for (const witness of witnesses) {
      for (const principal of witness.principals) {
        const row = this.classOf(principal);
        if (!row) continue;
        const risen = found.get(row) ?? { examples: new Map<string, Principal>(), undecided: [] };
        for (const action of witness.actions) risen.examples.set(action, principal);
        found.set(row, risen);
      }
    }
    return found;
  }

  private ofOne(actions: readonly string[], row: PrincipalClass): Risen {
    const { witnesses, unknown } = this.comparison.all({
      actions,
      principals: (principal) => this.classOf(principal) === row,
    });
    const examples = witnesses.flatMap((witness) =>
      witness.actions.map((action) => [action, witness.principals[0]] as const),
    );
    return { examples: new Map(examples), undecided: unknown };
  }

  private classOf(principal: Principal): PrincipalClass | undefined {
    const name = 'arn' in principal ? principal.arn : principal.kind === 'service' ? principal.service : '';
    if (!this.classes.has(name)) {
      this.classes.set(
        name,
        this.rows.find(({ includes }) => includes(principal)),
      );
    }
    return this.classes.get(name);
  }
}
