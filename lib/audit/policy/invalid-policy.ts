import { describeOpaque } from './opaque';

/**
 * A policy document that AWS would refuse, or that has no single meaning.
 *
 * The message says where in the document, what was found there, and what is accepted.
 */
export class InvalidPolicy extends Error {
  public override readonly name = 'InvalidPolicy';
}

const QUOTED_LENGTH = 80;

/**
 * The value received, short enough for a message.
 *
 * Objects are named by their kind alone: they may be deep, huge or cyclic.
 */
export function quote(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'an empty list' : 'a list';
  }
  if (typeof value === 'object' && value !== null) {
    return 'an object';
  }
  if (typeof value !== 'string') {
    return String(value);
  }
  const shown = describeOpaque(value);
  return JSON.stringify(shown.length > QUOTED_LENGTH ? `${shown.slice(0, QUOTED_LENGTH)}…` : shown);
}

/** A plain JSON object, as its own entries: a key named `__proto__` is an entry like any other. */
export function entriesOf(value: unknown, where: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidPolicy(`${where} is ${quote(value)}: it must be an object`);
  }
  return Object.entries(value);
}

/** One string or a list of strings, the way policies write both. */
export function stringsOf(value: unknown, where: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each, index) => {
    if (typeof each !== 'string') {
      const place = Array.isArray(value) ? `${where}[${index}]` : where;
      throw new InvalidPolicy(`${place} is ${quote(each)}: it must be a string, so put it in quotes`);
    }
    return each;
  });
}
