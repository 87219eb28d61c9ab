import type { Principal } from '../policy/principal';
import { type Problem, undecidedProblem } from './problem';
import { ADMINISTRATION, USE } from './duty';
import type { PolicyRule } from './policy-rule';
import type { PolicyView } from './policy-view';
import { actionsText, exampleOf } from './policy-words';
import { type Doer, doers } from './who';

const PATH = ['Properties', 'KeyPolicy'];
const SEE = 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html';

/** Only those administer a key who are expected to. */
export const unexpectedAdministrator: PolicyRule = {
  id: 'unexpected-administrator',
  severity: 'high',
  title: 'Only expected principals administer a key',
  explanation:
    'The key policy itself lets somebody change how the key is set up, or delete it, who is not declared as an administrator.',
  remedy:
    'Take the administrative actions from the statement, or declare the principal under administrators in the expectations.',
  see: SEE,
  check: (view) => beyond(view, ADMINISTRATION, 'administers the key'),
};

/** Only those use a key who are expected to. */
export const unexpectedUser: PolicyRule = {
  id: 'unexpected-user',
  severity: 'high',
  title: 'Only expected principals use a key',
  explanation:
    'The key policy itself lets somebody encrypt or decrypt who is not declared as a user: an administrator, say, who is meant not to see what the key protects.',
  remedy:
    'Take the cryptographic actions from the statement, or declare the principal under users in the expectations.',
  see: SEE,
  check: (view) => beyond(view, USE, 'uses the key'),
};

/** Where nothing is declared, nobody both administers and uses a key. */
export const separationOfDuties: PolicyRule = {
  id: 'separation-of-duties',
  severity: 'medium',
  title: 'Nobody both administers and uses a key, unless declared',
  explanation:
    'The key policy itself lets one principal both administer the key and use it. Asked only where no roles are declared and the alias does not follow the naming convention.',
  remedy: 'Split the statement, or declare administrators and users in the expectations.',
  see: SEE,
  *check(view) {
    if (view.of.roles !== undefined) return;
    const found = all(view, ADMINISTRATION);
    const users = all(view, USE);
    for (const [who, { actions, witness }] of found.doers) {
      const use = users.doers.get(who);
      if (use === undefined) continue;
      yield {
        message: `${who} administers the key (${actionsText(actions)}) and uses it (${actionsText(use.actions)})`,
        path: PATH,
        subject: [who, actions, use.actions],
        witness: exampleOf(witness),
      };
    }
    yield* found.unknown;
    yield* users.unknown;
  },
};

function* beyond(view: PolicyView, actions: readonly string[], does: string): Iterable<Problem> {
  if (view.of.roles === undefined) return;
  const found = all(view, actions);
  for (const [who, doer] of found.doers) {
    yield {
      message: `${who} ${does} beyond what is expected: ${actionsText(doer.actions)}`,
      path: PATH,
      subject: [who, doer.actions],
      witness: exampleOf(doer.witness),
    };
  }
  yield* found.unknown;
}

/** Everybody of the account of the key, and every service, that does something unexpected. */
function all(view: PolicyView, actions: readonly string[]): { doers: Map<string, Doer>; unknown: Problem[] } {
  // Services use keys on behalf of others all the time; only that they administer one is of interest.
  const isAsked = (principal: Principal): boolean =>
    view.isInside(principal) || (actions === ADMINISTRATION && principal.kind === 'service');
  const { witnesses, unknown } = view.ask(view.unexpected, { actions, principals: isAsked });
  return {
    doers: doers(view, witnesses),
    unknown: unknown.map((reason) => undecidedProblem(reason, PATH)),
  };
}
