import { Comparison, type Environment } from '../contain';
import type { Policy, Statement } from '../policy/document';
import type { Principal } from '../policy/principal';
import { namedPrincipals } from './named-principal';
import type { PrincipalClass } from './principal-class';
import { type Risen, Rising } from './rising';
import { withoutDelegation } from './delegation';

/** How far a request gets: always, for some requests and not for others, or never. */
export type Extent = 'always' | 'sometimes' | 'never';

/** How far some principals get with one action. */
export interface Reach {
  /** Let through by the key policy itself. */
  readonly direct: Extent;

  /** Let through by the key policy, or left by it to the IAM policies of the account. */
  readonly any: Extent;

  /** A principal that stands for the others. */
  readonly example?: Principal;
}

const NOTHING: Policy = { statements: [] };
const EVERYTHING = allow([{ kind: 'any' }]);

/**
 * How far principals get with actions under a policy, decided by searching for requests.
 *
 * "Sometimes" is the one answer that two searches give: some request gets that far, and some does not.
 */
export class Reaches {
  private readonly toDirect: Rising;
  private readonly fromDirect: Rising;
  private readonly toAny: Rising;
  private readonly fromAny: Rising;
  private readonly toFreeGrants: Rising;
  private readonly delegatingAccounts: readonly string[];

  constructor(policy: Policy, environment: Environment, rows: readonly PrincipalClass[]) {
    const { account = '' } = environment;
    const options = { environment, principals: namedPrincipals(policy).flatMap((each) => each.examples) };
    const rising = (from: Policy, to: Policy, pinned = {}): Rising =>
      new Rising(new Comparison(from, to, { ...options, pinned }), rows);
    const itself = withoutDelegation(policy);
    this.delegatingAccounts = [...new Set([account, ...accountsNamedBy(policy)])];
    const delegated = allow(this.delegatingAccounts.map((each) => ({ kind: 'account', account: each })));
    this.toDirect = rising(NOTHING, itself);
    this.fromDirect = rising(itself, EVERYTHING);
    this.toAny = rising(NOTHING, policy);
    this.fromAny = rising(policy, delegated);
    this.toFreeGrants = rising(NOTHING, itself, { 'kms:GrantIsForAWSResource': ['false'] });
  }

  /** How far the principals of a row get with each of some actions. */
  of(actions: readonly string[], row: PrincipalClass): Answer {
    const direct = extents(this.toDirect, this.fromDirect, actions, row);
    // Who belongs to an account that the policy leaves nothing to gets through directly or not at all.
    const isDelegable = row.account !== undefined && this.delegatingAccounts.includes(row.account);
    const any = isDelegable ? extents(this.toAny, this.fromAny, actions, row) : direct;
    const reaches = actions.map((action): [string, Reach] => [
      action,
      {
        direct: direct.of(action),
        any: any.of(action),
        example: direct.examples.get(action) ?? any.examples.get(action),
      },
    ]);
    return { reaches: new Map(reaches), undecided: [...new Set([...direct.undecided, ...any.undecided])] };
  }

  /** Whether some principals of a row can make grants for others than AWS services. */
  makesFreeGrants(row: PrincipalClass): boolean {
    return this.toFreeGrants.of(['kms:CreateGrant'], row).examples.size > 0;
  }
}

/** How far principals get with each of some actions. */
export interface Answer {
  readonly reaches: ReadonlyMap<string, Reach>;
  readonly undecided: readonly string[];
}

/** Asks which requests reach a level, and, where some do, which do not. */
function extents(
  to: Rising,
  from: Rising,
  actions: readonly string[],
  row: PrincipalClass,
): Risen & { of(action: string): Extent } {
  const { examples, undecided } = to.of(actions, row);
  const missing = examples.size > 0 ? from.of(actions, row) : undefined;
  return {
    examples,
    undecided: [...undecided, ...(missing?.undecided ?? [])],
    of: (action) => {
      if (!examples.has(action)) return 'never';
      return missing?.examples.has(action) ? 'sometimes' : 'always';
    },
  };
}

function accountsNamedBy({ statements }: Policy): string[] {
  const patterns = statements.flatMap(({ principals }) => principals);
  return patterns.flatMap((each) => (each.kind === 'account' ? [each.account] : []));
}

function allow(principals: Statement['principals']): Policy {
  const every = { negated: false, patterns: ['*'] };
  return {
    statements: [
      {
        position: 1,
        effect: 'Allow',
        principals,
        actions: every,
        resources: every,
        conditions: [],
        undecided: [],
      },
    ],
  };
}
