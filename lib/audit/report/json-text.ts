import { describeOpaque } from '../policy/opaque';

/** JSON for other programs: indented, with unknown values by name. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, (_, each: unknown) => (typeof each === 'string' ? describeOpaque(each) : each), 2)}\n`;
}
