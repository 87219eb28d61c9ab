import { KeyAlias } from '../../key-alias';
import type { AliasItem, KeyItem } from '../template/key-item';
import { OPEN_ACCOUNT } from '../template/environment';
import { isUndecided } from '../template/setting';
import { renaming } from './canonical';
import { conventionalRoles, type Expectations } from './expectations';
import type { PolicyCase } from './policy-case';
import type { PolicyRule } from './policy-rule';
import { PolicyView } from './policy-view';
import type { Problem } from './problem';

/** What a rule says about a policy. */
export interface PolicyProblem extends Problem {
  readonly rule: string;
}

// Twelve digits, as an account has, and a name of the convention, as an alias begins with.
const ACCOUNT_PLACEHOLDER = '210987654321';
const PREFIX_PLACEHOLDER = 'zz-canonicalzz';
const MAX_REMEMBERED = 256;

/**
 * Asks the rules about policies, and remembers their answers: policies that differ in nothing but their
 * account, and the prefix of their names, are decided once.
 */
export class PolicyJudge {
  private readonly remembered = new Map<string, readonly PolicyProblem[]>();

  constructor(
    private readonly rules: readonly PolicyRule[],
    private readonly expectations: Expectations,
  ) {}

  /** What the rules say about the policy of a key, which has to be a policy. */
  problems(key: KeyItem, aliases: readonly AliasItem[]): readonly PolicyProblem[] {
    const names = aliases.flatMap(({ name }) => (isUndecided(name) ? [] : [name]));
    const policyCase = this.caseOf(key, names);
    const renamed = renaming(policyCase, [
      [policyCase.account, ACCOUNT_PLACEHOLDER],
      ...names.flatMap(prefixOf).map((prefix) => [prefix, PREFIX_PLACEHOLDER] as const),
    ]);
    const canonical = renamed.rename(policyCase);
    return renamed.restore(this.recall(JSON.stringify(canonical), () => this.ask(canonical)));
  }

  private caseOf(
    { policyDocument, stack: { environment, executionRole } }: KeyItem,
    aliasNames: readonly string[],
  ): PolicyCase {
    const { roles, trustedAccounts, organization } = this.expectations;
    const expected = roles ?? aliasNames.map(conventionalRoles).find((each) => each !== undefined);
    return {
      document: policyDocument,
      partition: environment.partition,
      account: environment.account ?? OPEN_ACCOUNT,
      isAccountKnown: environment.account !== undefined,
      ...(environment.region !== undefined && { region: environment.region }),
      ...(expected && { roles: expected }),
      ...(executionRole !== undefined && isRole(executionRole) && { deployer: executionRole }),
      trustedAccounts: trustedAccounts.filter((account) => account !== environment.account),
      ...(organization !== undefined && { organization }),
    };
  }

  private ask(policyCase: PolicyCase): PolicyProblem[] {
    const view = new PolicyView(policyCase);
    return this.rules.flatMap((rule) =>
      [...rule.check(view)].map((problem) => ({ ...problem, rule: rule.id })),
    );
  }

  private recall(name: string, work: () => readonly PolicyProblem[]): readonly PolicyProblem[] {
    const known = this.remembered.get(name) ?? work();
    this.remembered.delete(name);
    this.remembered.set(name, known);
    if (this.remembered.size > MAX_REMEMBERED) this.remembered.delete([...this.remembered.keys()][0]);
    return known;
  }
}

/** What the names of an alias's account begin with, when it follows the convention. */
function prefixOf(aliasName: string): string[] {
  try {
    const { organization, product, account } = KeyAlias.parse(aliasName);
    return [`${organization}-${product}${account}`];
  } catch {
    return [];
  }
}

/** Whether a text is the ARN of one role; what the deployment fills in is not. */
function isRole(arn: string): boolean {
  return /^arn:[^:$]+:iam::\d{12}:role\/[^$*?]+$/.test(arn);
}
