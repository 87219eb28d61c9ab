import { KeyAlias } from '../../key-alias';
import type { FindingRule } from '../finding';
import { InvalidPolicy } from '../policy/invalid-policy';
import type { Json } from '../template/json';
import type { AliasItem, KeyItem } from '../template/key-item';
import { isUndecided } from '../template/setting';
import type { Problem } from './problem';
import { differences } from './same-access';

/** The same key of another account lets the same through. */
export const accountDrift: FindingRule = {
  id: 'account-drift',
  severity: 'medium',
  title: 'The same key has the same policy in every account',
  explanation:
    'Keys are the same when their aliases follow the naming convention with the same organization and product, or when they have the same logical id in stacks of the same name. Their policies are compared apart from the account, its name in the convention, and the Regions that the key is in. What is tried out in one account then holds in the next.',
  remedy: 'Make the policies from the same statements, or accept the difference.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
};

interface Member {
  readonly id: string;
  readonly where: string;
  readonly account: string;
  readonly region: string;

  /** What its names begin with, when its alias follows the convention. */
  readonly prefix?: string;

  /** The policy with the account and its name in the convention taken out, as JSON. */
  readonly policy: string;
}

const ACCOUNT = '210987654321';
const PREFIX = 'zz-canonicalzz';

/**
 * Collects keys, and tells those that differ from their like in the first account.
 *
 * Policies are kept once for all accounts in which they are the same.
 */
export class AccountDrift {
  private readonly groups = new Map<string, Member[]>();
  private readonly regions = new Map<string, Set<string>>();
  private readonly policies = new Map<string, string>();
  private readonly groupOf = new Map<string, string>();

  /** Takes note of a key or a replica. */
  add(key: KeyItem, aliases: readonly AliasItem[]): void {
    const { account, region } = key.stack.environment;
    if (account === undefined || region === undefined || key.policy instanceof InvalidPolicy) return;
    const alias = aliases.map(({ name }) => (isUndecided(name) ? undefined : parsed(name))).find(Boolean);
    const primaryGroup =
      key.primary?.keyItem === undefined ? undefined : this.groupOf.get(key.primary.keyItem);
    const group =
      primaryGroup ??
      (alias ? `${alias.organization}-${alias.product}` : `${key.stack.name}>${key.logicalId}`);
    const place = `${group}@${account}`;
    this.regions.set(place, (this.regions.get(place) ?? new Set()).add(region));
    this.groupOf.set(key.id, group);
    const members = this.groups.get(group) ?? [];
    if (key.kind === 'replica' || members.some((each) => each.account === account)) return;
    const prefix = alias && `${alias.organization}-${alias.product}${alias.account}`;
    const text = JSON.stringify(key.policyDocument).replaceAll(account, ACCOUNT);
    const policy = prefix === undefined ? text : text.replaceAll(prefix, PREFIX);
    const known = this.policies.get(policy) ?? policy;
    this.policies.set(known, known);
    this.groups.set(group, [
      ...members,
      { id: key.id, where: key.where, account, region, prefix, policy: known },
    ]);
  }

  /** What is different, by the ids of the keys. */
  *problems(): Iterable<readonly [id: string, problems: readonly Problem[]]> {
    for (const [group, [first, ...others]] of this.groups) {
      const base = this.withoutRegions(group, first);
      for (const other of others) {
        const found = differences({
          own: this.withoutRegions(group, other),
          other: base,
          environment: { account: ACCOUNT, region: PRIMARY_REGION },
          otherName: first.where,
        });
        if (found.length > 0) yield [other.id, restored(found, other)];
      }
    }
  }

  /** The policy with the Region of the primary, and with any Region of a replica, under the same names. */
  private withoutRegions(group: string, { account, region, policy }: Member): Json {
    const replicas = [...(this.regions.get(`${group}@${account}`) ?? [])].filter((each) => each !== region);
    const text = replicas.reduce(
      (left, each) => left.replaceAll(each, REPLICA_REGION),
      policy.replaceAll(region, PRIMARY_REGION),
    );
    return JSON.parse(text) as Json;
  }
}

// Not those of any account, so that nothing else is taken for one of them.
const PRIMARY_REGION = 'zz-primary-1';
const REPLICA_REGION = 'zz-replica-1';

/** What was found, with the names of the one member in it again. */
function restored(
  problems: readonly Problem[],
  { account, region, prefix = PREFIX }: Member,
): readonly Problem[] {
  const text = JSON.stringify(problems)
    .replaceAll(ACCOUNT, account)
    .replaceAll(PREFIX, prefix)
    .replaceAll(PRIMARY_REGION, region);
  return JSON.parse(text) as readonly Problem[];
}

function parsed(aliasName: string): KeyAlias | undefined {
  try {
    return KeyAlias.parse(aliasName);
  } catch {
    return undefined;
  }
}
