import { type Finding, findingId, type FindingRule } from '../finding';
import { describeOpaque, isOpaque } from '../policy/opaque';
import { InvalidPolicy } from '../policy/invalid-policy';
import type { Inventory, StackInventory } from '../template/inventory';
import type { AliasItem, Item, KeyItem } from '../template/key-item';
import type { Stack } from '../template/template';
import { AccountDrift, accountDrift } from './account-drift';
import { broadDecryption } from './broad-decryption';
import type { Expectations } from './expectations';
import { namedPrincipal, namedPrincipalProblems } from './named-principal';
import { PolicyJudge } from './policy-judge';
import { replicaPolicy, replicaProblems } from './replica-policy';
import type { Example, Path, Problem } from './problem';
import { ALIAS_RULES, KEY_RULES, OPTIONAL_ALIAS_RULE, POLICY_RULES, UNDECIDED, VALID_POLICY } from './rules';

/** What a rule found at a resource. */
export interface CheckFinding extends Finding {
  /** An example: a request that shows it. */
  readonly witness?: Example;
}

/** What a check found, and how much it looked at. */
export interface Checked {
  readonly findings: readonly CheckFinding[];

  /** Keys and replicas. */
  readonly keys: number;
  readonly aliases: number;
}

/** A problem with the rule that found it. */
interface Found extends Problem {
  readonly rule: FindingRule;
}

/**
 * Asks every rule about the keys, replicas and aliases of a source, one stack at a time.
 *
 * Nothing is kept from one stack to the next but what compares them, so a thousand stacks take little
 * more memory than a dozen.
 */
export function check(inventory: Inventory, expectations: Expectations): Checked {
  const findings: CheckFinding[] = [];
  let [keys, aliases] = [0, 0];
  const drift = new AccountDrift();
  const judge = new PolicyJudge(POLICY_RULES, expectations);
  const aliasRules = expectations.aliasConvention ? [...ALIAS_RULES, OPTIONAL_ALIAS_RULE] : ALIAS_RULES;
  for (const stack of inventory.stacks()) {
    for (const key of stack.keys) {
      const ownAliases = aliasesOf(key, stack);
      drift.add(key, ownAliases);
      findings.push(
        ...findingsAt(key, [
          ...KEY_RULES.flatMap((rule) => by(rule, rule.check(key))),
          ...policyProblems(key, ownAliases, judge),
          ...by(
            namedPrincipal,
            namedPrincipalProblems(key, stack, () => inventory.source.read(key.stack)),
          ),
          ...by(replicaPolicy, replicaProblems(key, inventory)),
        ]),
      );
    }
    for (const policy of stack.identityPolicies) {
      findings.push(...findingsAt(policy, by(broadDecryption, broadDecryption.check(policy))));
    }
    for (const alias of stack.aliases) {
      findings.push(
        ...findingsAt(
          alias,
          aliasRules.flatMap((rule) => by(rule, rule.check(alias))),
        ),
      );
    }
    findings.push(...stack.gaps.map((gap) => gapFinding(stack.stack, gap)));
    keys += stack.keys.length;
    aliases += stack.aliases.length;
  }
  for (const [id, problems] of drift.problems()) {
    const key = inventory.key({ value: id, keyItem: id });
    if (key) findings.push(...findingsAt(key, by(accountDrift, problems)));
  }
  return { findings, keys, aliases };
}

function by(rule: FindingRule, problems: Iterable<Problem>): Found[] {
  return [...problems].map((problem) => ({ ...problem, rule }));
}

function aliasesOf({ id }: KeyItem, { aliases }: StackInventory): AliasItem[] {
  return aliases.filter(({ target }) => target.keyItem === id);
}

function policyProblems(key: KeyItem, aliases: readonly AliasItem[], judge: PolicyJudge): Found[] {
  const path = ['Properties', 'KeyPolicy'];
  const { policy, policyDocument } = key;
  if (policy instanceof InvalidPolicy) {
    const { message } = policy;
    const isOpen = isOpaque(JSON.stringify(policyDocument));
    return [{ rule: VALID_POLICY, message, path, subject: message, ...(isOpen && { isUndecided: true }) }];
  }
  return judge.problems(key, aliases).map((problem) => ({
    ...problem,
    rule: POLICY_RULES.find(({ id }) => id === problem.rule) ?? UNDECIDED,
  }));
}

/** The findings at a resource; what keeps several rules from being decided is one finding. */
function findingsAt(item: Item, problems: readonly Found[]): CheckFinding[] {
  const open = new Map<string, Found[]>();
  for (const problem of problems.filter(({ isUndecided }) => isUndecided)) {
    open.set(problem.message, [...(open.get(problem.message) ?? []), problem]);
  }
  return [
    ...problems.filter(({ isUndecided }) => !isUndecided).map((problem) => findingOf(item, problem)),
    ...[...open].map(([reason, [first, ...others]]) => {
      const rules = [...new Set([first, ...others].map(({ rule }) => rule.id))];
      return findingOf(item, {
        ...first,
        rule: UNDECIDED,
        message: `${reason} (${rules.join(', ')})`,
        subject: reason,
      });
    }),
  ];
}

function findingOf(item: Item, { rule, message, path, subject, witness, isUndecided }: Found): CheckFinding {
  return {
    ...foundIn(item.stack, rule, item.id, subject),
    where: item.where,
    message: describeOpaque(message),
    isUndecided: isUndecided ?? false,
    path: pathOf(item, path),
    ...(witness && { witness }),
  };
}

function pathOf({ logicalId }: Item, path: Path): Path {
  return ['Resources', logicalId, ...path];
}

function gapFinding(stack: Stack, gap: string): CheckFinding {
  return {
    ...foundIn(stack, UNDECIDED, stack.id || stack.displayName, gap),
    where: stack.displayName,
    message: gap,
    isUndecided: true,
    path: [],
  };
}

function foundIn({ file, environment }: Stack, rule: FindingRule, resource: string, subject: unknown) {
  return { id: findingId(rule.id, resource, subject), rule, resource, account: environment.account, file };
}
