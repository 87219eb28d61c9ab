import { Comparison, type Options, type Witness } from '../contain';
import { InvalidPolicy } from '../policy/invalid-policy';
import { describeOpaque } from '../policy/opaque';
import { OPEN_ACCOUNT } from '../template/environment';
import type { Principal } from '../policy/principal';
import type { KeyItem } from '../template/key-item';
import { inWords, sentence } from './access-change';
import { change, type Change, placeOf } from './change';
import { lostAccess } from './lost-access';
import type { Pair } from './match';
import { Names } from './names';
import { haveSameStatements } from './policy-text';
import type { RuleId } from './rule';

/**
 * What changes in the access to a key: decided by what the policies mean, not by their text.
 *
 * Whatever somebody gains is said. A loss is said of principals that the old policy names; all other
 * narrowing is what everybody hopes for.
 */
export function accessChanges({ before, after, recognition }: Pair<KeyItem>): Change[] {
  // In another account or Region the policy speaks of other principals: it is not the same policy.
  if (recognition === 'relocated') return [];
  const documents = {
    before: before.policyDocument,
    after: after.policyDocument,
    path: ['Properties', 'KeyPolicy'],
  };
  if (JSON.stringify(documents.before) === JSON.stringify(documents.after)) return [];
  const undecided = (reason: string): Change =>
    change('undecided', after, { message: `KeyPolicy: ${describeOpaque(reason)}`, ...documents });
  const [old, next] = [before.policy, after.policy];
  if (old instanceof InvalidPolicy) return [undecided(old.message)];
  if (next instanceof InvalidPolicy) return [undecided(next.message)];
  if (haveSameStatements(old, next)) return [];

  const options: Options = { environment: after.stack.environment };
  const names = new Names([old, next]);
  const place = placeOf(after.stack);
  const gained = new Comparison(old, next, options).all();
  const lost = lostAccess(old, next, options);
  const gains = (rule: RuleId, isMeant: (principal: Principal) => boolean): Change[] =>
    inWords(only(gained.witnesses, isMeant), names).map((access) =>
      change(rule, after, { message: sentence(access, 'gain', place), access, ...documents }),
    );
  return [
    ...gains('access-opened', (principal) => isOutsider(principal, after)),
    ...gains('access-gained', (principal) => !isOutsider(principal, after)),
    ...inWords(lost.witnesses, names).map((access) =>
      change('access-lost', after, { message: sentence(access, 'lose', place), access, ...documents }),
    ),
    ...[...new Set([...gained.unknown, ...lost.unknown])].map(undecided),
  ];
}

/** What is true of some of the principals alone. */
function only(witnesses: readonly Witness[], isMeant: (principal: Principal) => boolean): Witness[] {
  return witnesses
    .map((witness) => ({ ...witness, principals: witness.principals.filter(isMeant) }))
    .filter(({ principals }) => principals.length > 0);
}

/** Whether a caller belongs neither to the key's account nor to AWS. */
function isOutsider(principal: Principal, { stack }: KeyItem): boolean {
  if (principal.kind === 'service') return false;
  if (principal.kind === 'anonymous') return true;
  return principal.account !== (stack.environment.account ?? OPEN_ACCOUNT);
}
