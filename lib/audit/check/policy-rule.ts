import type { FindingRule } from '../finding';
import type { PolicyView } from './policy-view';
import type { Problem } from './problem';

/** A rule about a key policy. */
export interface PolicyRule extends FindingRule {
  check(view: PolicyView): Iterable<Problem>;
}
