import type { FindingRule } from '../finding';
import { InvalidPolicy } from '../policy/invalid-policy';
import type { Inventory } from '../template/inventory';
import type { Json } from '../template/json';
import type { KeyItem } from '../template/key-item';
import { isUndecided } from '../template/setting';
import { type Problem, undecidedProblem } from './problem';
import { differences } from './same-access';

/** A replica lets through what its primary does. */
export const replicaPolicy: FindingRule = {
  id: 'replica-policy',
  severity: 'medium',
  title: 'A replica has the key policy of its primary',
  explanation:
    'Related keys share their material: what is encrypted in one Region can be decrypted in all of them. Each has a key policy of its own, so the weakest of them protects the data. The Region of the primary may stand in its policy where that of the replica stands in the other.',
  remedy: 'Make both policies from the same statements.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html',
};

const PATH = ['Properties', 'PrimaryKeyArn'];

/** How the policy of a replica differs from that of its primary, apart from the Region. */
export function replicaProblems(replica: KeyItem, inventory: Inventory): Problem[] {
  if (replica.primary === undefined) return [];
  const { value } = replica.primary;
  const primary = inventory.key(replica.primary);
  if (primary === undefined) {
    const which = isUndecided(value) ? value.undecided : `${value} is made by no template here`;
    return [undecidedProblem(`the primary of the replica: ${which}`, PATH)];
  }
  if (primary.policy instanceof InvalidPolicy || replica.policy instanceof InvalidPolicy) return [];
  const [from, to] = [primary, replica].map(({ stack }) => stack.environment.region);
  return differences({
    own: replica.policyDocument,
    other:
      from === undefined || to === undefined ? primary.policyDocument : adapted(primary, replica, from, to),
    environment: replica.stack.environment,
    otherName: 'its primary',
  });
}

/**
 * The policy of the primary with the replica's Region in it.
 *
 * A text that the replica has as well is left as it is: a role that deploys both may have the Region of
 * the primary in its name.
 */
function adapted({ policyDocument }: KeyItem, replica: KeyItem, from: string, to: string): Json {
  const kept = new Set(texts(replica.policyDocument));
  return mapTexts(policyDocument, (text) => (kept.has(text) ? text : text.replaceAll(from, to)));
}

function texts(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** The value with every text in it replaced; keys of objects stay. */
function mapTexts(value: Json, replace: (text: string) => string): Json {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each, replace)]));
}
