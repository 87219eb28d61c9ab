import { describeOpaque, isOpaque } from '../policy/opaque';
import type { Json } from './json';

/** A property whose value is not known before the deployment, or is none that AWS takes. */
export interface Undecided {
  readonly undecided: string;
}

/** A property's value, or why it is not known. */
export type Setting<T> = T | Undecided;

/** Whether a property's value is not known. */
export function isUndecided(setting: unknown): setting is Undecided {
  return typeof setting === 'object' && setting !== null && 'undecided' in setting;
}

/** Text; numbers and truth values count as the text that CloudFormation makes of them. */
export function textSetting<T extends string | undefined>(
  value: Json | undefined,
  fallback: T,
): Setting<string | T> {
  if (value === undefined) return fallback;
  if (typeof value === 'object') return unexpected(value, 'a string');
  const text = String(value);
  return isOpaque(text) ? unknown(text) : text;
}

/** A truth value, written as such or as text. */
export function booleanSetting(value: Json | undefined, fallback: boolean): Setting<boolean> {
  const text = textSetting(value, String(fallback));
  if (isUndecided(text)) return text;
  return text === 'true' || text === 'false' ? text === 'true' : unexpected(value, 'true or false');
}

/** A whole number, written as such or as text. */
export function numberSetting(value: Json | undefined, fallback: number): Setting<number> {
  const text = textSetting(value, String(fallback));
  if (isUndecided(text)) return text;
  return /^\d+$/.test(text) ? Number(text) : unexpected(value, 'a whole number');
}

function unknown(text: string): Undecided {
  return { undecided: `${describeOpaque(text)} is not known before the deployment` };
}

function unexpected(value: Json | undefined, expected: string): Undecided {
  return { undecided: `${describeOpaque(JSON.stringify(value)).slice(0, 80)} is not ${expected}` };
}
