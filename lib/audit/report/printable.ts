import { describeOpaque } from '../policy/opaque';

// Control characters steer a terminal, and bidirectional ones show text in another order than it has.
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text of a template as it may be shown to people: unknown values by name, nothing that deceives.
 */
export function printable(text: string): string {
  return describeOpaque(text).replace(
    STEERING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
