import { KEY_ACTIONS, KMS_ACTIONS, LATER_ACTION } from '../policy/kms-service';
import type { Budget } from './budget';
import { Glob, ignoringCase, wildcards } from './glob';
import { cutBeside } from './regions';
import type { Selector } from './rule';

const KNOWN = KMS_ACTIONS.map(({ name }) => name);
const LOWERED = new Set(KNOWN.map((action) => action.toLowerCase()));
/** What stands for the rest of a name where a pattern has a wildcard. */
const LATER_NAME = LATER_ACTION.slice('kms:'.length);

/**
 * The actions that take a key, and one of each kind that KMS may add later.
 *
 * Without the latter `kms:*` would equal a list of all actions of today.
 */
export function sampleActions(selectors: readonly Selector[], budget: Budget): string[] {
  const globs = new Map(selectors.flatMap(({ patterns }) => [...patterns]));
  const taken = {
    has: (action: string) => LOWERED.has(action.toLowerCase()),
    globs: () => KNOWN.map((action) => new Glob(ignoringCase(action))),
  };
  const later = [
    ...[...globs.keys()].map((pattern) => pattern.replaceAll('*', LATER_NAME).replaceAll('?', 'X')),
    ...cutBeside(new Glob(wildcards('kms:?*')), [...globs.values()], taken, budget),
  ];
  return [...KEY_ACTIONS, ...later.filter((action) => /^kms:./.test(action) && !taken.has(action))];
}
