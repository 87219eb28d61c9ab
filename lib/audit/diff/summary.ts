import { countsText } from '../verdict';
import type { Report } from './report';

/** `2 critical, 1 high, 1 accepted`. */
export function summary(report: Report): string {
  return countsText(report) || 'no key, replica or alias changes';
}
