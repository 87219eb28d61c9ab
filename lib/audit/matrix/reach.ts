import { Comparison, type Environment, type Part } from '../contain';
import type { Policy, Statement } from '../policy/document';
import type { Principal } from '../policy/principal';
import { namedPrincipals } from './named-principal';
import type { PrincipalClass } from './principal-class';

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
  private readonly toDirect: Comparison;
  private readonly fromDirect: Comparison;
  private readonly toAny: Comparison;
  private readonly fromAny: Comparison;
  private readonly toFreeGrants: Comparison;
  private readonly delegatingAccounts: readonly string[];

  constructor(policy: Policy, environment: Environment) {
    const { account = '' } = environment;
    const options = { environment, principals: namedPrincipals(policy).flatMap((each) => each.examples) };
    const itself = withoutDelegation(policy);
    this.delegatingAccounts = [account, ...accountsNamedBy(policy)];
    const delegated = allow(this.delegatingAccounts.map((each) => ({ kind: 'account', account: each })));
    this.toDirect = new Comparison(NOTHING, itself, options);
    this.fromDirect = new Comparison(itself, EVERYTHING, options);
    this.toAny = new Comparison(NOTHING, policy, options);
    this.fromAny = new Comparison(policy, delegated, options);
    this.toFreeGrants = new Comparison(NOTHING, itself, {
      ...options,
      pinned: { 'kms:GrantIsForAWSResource': ['false'] },
    });
  }

  /** How far principals get with each of some actions. */
  of(actions: readonly string[], who: PrincipalClass): Answer {
    const part = { actions, principals: who.includes };
    const direct = extents(this.toDirect, this.fromDirect, part);
    // Who belongs to an account that the policy leaves nothing to gets through directly or not at all.
    const isDelegable = who.account !== undefined && this.delegatingAccounts.includes(who.account);
    const any = isDelegable ? extents(this.toAny, this.fromAny, part) : direct;
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

  /** Whether some principals can make grants for others than AWS services. */
  makesFreeGrants({ includes }: PrincipalClass): boolean {
    return ask(this.toFreeGrants, { actions: ['kms:CreateGrant'], principals: includes }).examples.size > 0;
  }
}

/** How far principals get with each of some actions. */
export interface Answer {
  readonly reaches: ReadonlyMap<string, Reach>;
  readonly undecided: readonly string[];
}

interface Found {
  /** For each action that some principal gets further with, one such principal. */
  readonly examples: ReadonlyMap<string, Principal>;
  readonly undecided: readonly string[];
}

/** Asks which requests reach a level, and, of the actions that have any, which do not. */
function extents(to: Comparison, from: Comparison, part: Part): Found & { of(action: string): Extent } {
  const some = ask(to, part);
  const actions = [...some.examples.keys()];
  const missing = actions.length > 0 ? ask(from, { ...part, actions }) : undefined;
  return {
    examples: some.examples,
    undecided: [...some.undecided, ...(missing?.undecided ?? [])],
    of: (action) => {
      if (!some.examples.has(action)) return 'never';
      return missing?.examples.has(action) ? 'sometimes' : 'always';
    },
  };
}

function ask(comparison: Comparison, part: Part): Found {
  const { witnesses, unknown } = comparison.all(part);
  const examples = witnesses.flatMap(({ actions, principals }) =>
    actions.map((action) => [action, principals[0]] as const),
  );
  return { examples: new Map(examples), undecided: unknown };
}

function accountsNamedBy({ statements }: Policy): string[] {
  const patterns = statements.flatMap(({ principals }) => principals);
  return patterns.flatMap((each) => (each.kind === 'account' ? [each.account] : []));
}

/** The policy without what it leaves to the IAM policies of accounts. */
export function withoutDelegation({ statements }: Policy): Policy {
  return {
    statements: statements.flatMap((statement) => {
      if (statement.effect === 'Deny') return [statement];
      const principals = statement.principals.filter(({ kind }) => kind !== 'account');
      return principals.length === 0 ? [] : [{ ...statement, principals }];
    }),
  };
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
