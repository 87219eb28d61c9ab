import { KEY_ACTIONS, KMS_ACTIONS, LATER_ACTION } from '../policy/kms-service';
import type { Budget } from './budget';
import { Glob, bothCases, wildcards } from './glob';
import { cutBeside } from './regions';
import type { Selector } from './rule';
import { Words } from './words';

const TODAY = new Set(KMS_ACTIONS.map(({ name }) => name.toLowerCase()));
/** What readers of a key policy look for first. */
const MOST_TELLING = 'kms:Decrypt';
const WRITTEN_OUT = /^kms:[!-~]+$/i;
/** What stands for the rest of a name where a pattern has a wildcard. */
const LATER_NAME = LATER_ACTION.slice('kms:'.length);

/**
 * The actions that take a key, and one of each kind that KMS may add later.
 *
 * Without the latter `kms:*` would equal a list of all actions of today.
 */
export function sampleActions(selectors: readonly Selector[], budget: Budget): string[] {
  const written = selectors.flatMap(({ exact }) => exact);
  const patterns = new Map(selectors.flatMap((selector) => [...selector.patterns]));
  const known = new Set([...TODAY, ...written.map((action) => action.toLowerCase())]);
  const taken = {
    has: (action: string) => known.has(action.toLowerCase()),
    automaton: () => new Words(known, { variants: bothCases }),
  };
  const later = [
    ...[...patterns.keys()].map((pattern) => pattern.replaceAll('*', LATER_NAME).replaceAll('?', 'X')),
    ...cutBeside(new Glob(wildcards('kms:?*')), [...patterns.values()], taken, budget),
  ].filter((action) => !taken.has(action));
  return [
    MOST_TELLING,
    ...KEY_ACTIONS,
    ...[...written, ...later].filter(
      (action) => WRITTEN_OUT.test(action) && !TODAY.has(action.toLowerCase()),
    ),
  ];
}
