import { InputError } from './input-error';

/** A value as JSON can hold it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** An object as JSON can hold it; ask with `Object.hasOwn`, since a key may be called `constructor`. */
export interface JsonObject {
  [key: string]: Json;
}

/** Whether a value is an object, neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under a key of an object's own; nothing of what every object inherits. */
export function own<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/**
 * Reads JSON, and refuses an object that names a key twice.
 *
 * `JSON.parse` silently keeps the last of two equal keys. CloudFormation need not choose the same
 * one, so whatever is decided about such a template may be decided about another policy.
 */
export function parseJson(text: string, source: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new InputError(
      `${source} is not valid JSON: ${(error as Error).message}${place(text, error as Error)}`,
    );
  }
  refuseDuplicateKeys(text, source);
  return value;
}

function refuseDuplicateKeys(text: string, source: string): void {
  const open: (Set<string> | undefined)[] = [];
  let string = '';
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') string = token;
    else {
      const keys = open.at(-1);
      const key = JSON.parse(string) as string;
      if (keys?.has(key)) {
        const line = text.slice(0, index).split('\n').length;
        throw new InputError(
          `${source} names the key ${JSON.stringify(key)} twice in one object, at line ${line}`,
        );
      }
      keys?.add(key);
    }
  }
}

function place(text: string, error: Error): string {
  const position = /at position (\d+)/.exec(error.message)?.[1];
  if (position === undefined) return '';
  const lines = text.slice(0, Number(position)).split('\n');
  return ` (line ${lines.length}, column ${lines[lines.length - 1].length + 1})`;
}
