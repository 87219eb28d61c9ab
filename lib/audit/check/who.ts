import type { Witness } from '../contain';
import { like } from '../policy/evaluate-text';
import type { Principal } from '../policy/principal';
import type { PolicyView } from './policy-view';

/** Somebody who can do something, with all of it and one example. */
export interface Doer {
  readonly actions: readonly string[];
  readonly witness: Witness;
}

const ANYBODY = 'anybody, in any AWS account,';

/** Who can do what, by names for people; when anybody can, nobody else is told apart. */
export function doers(view: PolicyView, witnesses: readonly Witness[]): Map<string, Doer> {
  const found = new Map<string, Doer>();
  for (const witness of witnesses) {
    for (const principal of witness.principals) {
      const who = nameOf(principal, view);
      const known = found.get(who);
      found.set(who, {
        actions: [...new Set([...(known?.actions ?? []), ...witness.actions])].sort(),
        witness: known?.witness ?? { ...witness, request: { ...witness.request, principal } },
      });
    }
  }
  const anybody = found.get(ANYBODY);
  return anybody ? new Map([[ANYBODY, anybody]]) : found;
}

/** A principal as the policy names it: by its ARN, by the pattern that it matches, or not at all. */
function nameOf(principal: Principal, view: PolicyView): string {
  if (principal.kind === 'anonymous') return ANYBODY;
  if (principal.kind === 'service')
    return view.names(principal.service) ? `the service ${principal.service}` : 'every AWS service';
  const patterns = namedArns(view);
  if (patterns.has(principal.arn)) return principal.arn;
  const pattern = [...patterns].find((each) => /[*?]/.test(each) && like(each, principal.arn) === true);
  if (pattern !== undefined) return pattern;
  return view.isInside(principal) || view.namedAccounts.has(principal.account)
    ? `everybody in the account ${principal.account}`
    : ANYBODY;
}

function namedArns({ policy: { statements } }: PolicyView): ReadonlySet<string> {
  const allowing = statements.filter(({ effect }) => effect === 'Allow');
  return new Set([
    ...allowing.flatMap(({ principals }) =>
      principals.flatMap((each) => (each.kind === 'arn' ? [each.arn] : [])),
    ),
    ...allowing.flatMap(({ conditions }) =>
      conditions.filter(({ key }) => key === 'aws:principalarn').flatMap(({ values }) => values),
    ),
  ]);
}
