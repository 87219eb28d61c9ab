import { Comparison, type Options } from '../contain';
import { InvalidPolicy } from '../policy/invalid-policy';
import { describeOpaque } from '../policy/opaque';
import { OPEN_ACCOUNT } from '../template/environment';
import type { Request } from '../policy/request';
import type { KeyItem } from '../template/key-item';
import { inWords, sentence } from './access-change';
import { change, type Change, placeOf } from './change';
import { lostAccess } from './lost-access';
import type { Pair } from './match';
import { Names } from './names';

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

  const options: Options = { environment: after.stack.environment };
  const names = new Names([old, next]);
  const place = placeOf(after.stack);
  const gained = new Comparison(old, next, options).all();
  const lost = lostAccess(old, next, options);
  return [
    ...inWords(gained.witnesses, names).map((access) =>
      change(isOutsider(access.example, after) ? 'access-opened' : 'access-gained', after, {
        message: sentence(access, 'gain', place),
        access,
        ...documents,
      }),
    ),
    ...inWords(lost.witnesses, names).map((access) =>
      change('access-lost', after, { message: sentence(access, 'lose', place), access, ...documents }),
    ),
    ...[...new Set([...gained.unknown, ...lost.unknown])].map(undecided),
  ];
}

/** Whether a caller belongs neither to the key's account nor to AWS. */
function isOutsider({ principal }: Request, { stack }: KeyItem): boolean {
  if (principal.kind === 'service') return false;
  if (principal.kind === 'anonymous') return true;
  return principal.account !== (stack.environment.account ?? OPEN_ACCOUNT);
}
