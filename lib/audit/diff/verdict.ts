import { isAtLeast, type Severity } from '../finding';
import type { Change } from './change';

/** Whether a comparison passes, fails, or cannot be decided; what is certain goes before what is open. */
export function verdictOf(changes: readonly Change[], failOn: Severity): 'holds' | 'violated' | 'undecided' {
  if (changes.some(({ isUndecided, rule }) => !isUndecided && isAtLeast(rule.severity, failOn))) {
    return 'violated';
  }
  return changes.some(({ isUndecided }) => isUndecided) ? 'undecided' : 'holds';
}
