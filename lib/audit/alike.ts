import type { Finding } from './finding';
import { groupsBy } from './groups';
import { labelOf } from './verdict';

/**
 * Findings of one rule that say the same of several places, whatever the account that each is in.
 *
 * @param words what a finding says, without its place
 */
export function alike<F extends Finding>(
  findings: readonly F[],
  words: (finding: F) => readonly (string | undefined)[],
): [F, ...F[]][] {
  return groupsBy(findings, (finding) => {
    const text = JSON.stringify([labelOf(finding), finding.rule.id, ...words(finding)]);
    return finding.account === undefined ? text : text.replaceAll(finding.account, '<account>');
  });
}
