import type { Witness } from '../contain';
import type { Principal } from '../policy/principal';
import { type Problem, undecidedProblem } from './problem';
import type { PolicyRule } from './policy-rule';
import type { PolicyView } from './policy-view';
import { actionsText, exampleOf } from './policy-words';

const PATH = ['Properties', 'KeyPolicy'];
const ORGANIZATION = 'aws:principalorgid';

/** Nobody has access whom the policy does not name by account or organization. */
export const publicAccess: PolicyRule = {
  id: 'public-access',
  severity: 'critical',
  title: 'A key is not public',
  explanation:
    'The key policy lets principals of any AWS account call KMS with this key; their own account decides about the rest.',
  remedy:
    'Name the accounts or roles as Principal, or require aws:PrincipalAccount, kms:CallerAccount or aws:PrincipalOrgID.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  *check(view) {
    const { strangers, unknown } = outsiders(view);
    const all = strangers.get(ANYBODY);
    if (all) {
      yield {
        message: `anybody, in any AWS account, can call ${actionsText(all.actions)}`,
        path: PATH,
        subject: all.actions,
        witness: exampleOf(all.witness),
      };
    }
    yield* unknown;
  },
};

/** Other accounts have access only where they are expected. */
export const crossAccountAccess: PolicyRule = {
  id: 'cross-account-access',
  severity: 'high',
  title: 'Only expected accounts have access to a key',
  explanation:
    'The key policy lets principals of another account call KMS with this key. Who exactly is up to the IAM policies of that account.',
  remedy:
    'Remove it, or declare the account under trustedAccounts, or the organization under organization, in the expectations.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  *check(view) {
    const { strangers, unknown } = outsiders(view);
    for (const [who, { actions, witness }] of strangers) {
      if (who === ANYBODY) continue;
      if (!view.of.isAccountKnown && /^account \d/.test(who)) {
        yield undecidedProblem(
          `whether ${who} is the account of the stack is not known: give --account`,
          PATH,
        );
        continue;
      }
      yield {
        message: `${who} can call ${actionsText(actions)}`,
        path: PATH,
        subject: [who, actions],
        witness: exampleOf(witness),
      };
    }
    yield* unknown;
  },
};

const ANYBODY = 'anybody';

interface Stranger {
  readonly actions: string[];
  readonly witness: Witness;
}

/** Who has access beside the account of the key and those it trusts, with all that they can do. */
function outsiders(view: PolicyView): { strangers: Map<string, Stranger>; unknown: Problem[] } {
  const named = view.namedAccounts;
  const strangers = new Map<string, Stranger>();
  const isOutside = (principal: Principal): boolean =>
    principal.kind === 'anonymous' ||
    ('account' in principal &&
      !view.isInside(principal) &&
      !view.of.trustedAccounts.includes(principal.account));
  const found = view.fromOutside.map((comparison) => view.ask(comparison, { principals: isOutside }));
  for (const witness of found.flatMap(({ witnesses }) => witnesses)) {
    for (const who of new Set(witness.principals.map((principal) => nameOf(principal, witness, named)))) {
      const known = strangers.get(who);
      const actions = [...new Set([...(known?.actions ?? []), ...witness.actions])].sort();
      strangers.set(who, { actions, witness: known?.witness ?? example(witness, who, named) });
    }
  }
  const reasons = new Set(found.flatMap(({ unknown }) => unknown));
  return { strangers, unknown: [...reasons].map((reason) => undecidedProblem(reason, PATH)) };
}

function nameOf(principal: Principal, { request }: Witness, named: ReadonlySet<string>): string {
  const [organization] =
    Object.entries(request.context).find(([key]) => key.toLowerCase() === ORGANIZATION)?.[1] ?? [];
  if ('account' in principal && named.has(principal.account)) return `account ${principal.account}`;
  return organization === undefined ? ANYBODY : `everybody in the organization ${organization}`;
}

/** The witness with a principal of the group for its example. */
function example(witness: Witness, who: string, named: ReadonlySet<string>): Witness {
  const principal = witness.principals.find((each) => nameOf(each, witness, named) === who);
  return principal === undefined ? witness : { ...witness, request: { ...witness.request, principal } };
}
