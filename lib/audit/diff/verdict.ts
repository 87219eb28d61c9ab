import type { Change } from './change';
import { isAtLeast, type Severity } from './severity';

/** Whether a comparison passes, fails, or cannot be decided; what is certain goes before what is open. */
export function verdictOf(changes: readonly Change[], failOn: Severity): 'holds' | 'violated' | 'undecided' {
  if (changes.some(({ rule, severity }) => rule !== 'undecided' && isAtLeast(severity, failOn))) {
    return 'violated';
  }
  return changes.some(({ rule }) => rule === 'undecided') ? 'undecided' : 'holds';
}
