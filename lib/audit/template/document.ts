import { readFileSync, statSync } from 'node:fs';
import { InputError } from './input-error';
import { type Json, parseJson } from './json';
import { parseYaml } from './yaml';

/**
 * The largest template that CloudFormation takes.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const MAX_TEMPLATE_BYTES = 1_048_576;
const MAX_DEPTH = 100;

// Control characters but tab and line ends, lone surrogates, and the private-use characters that
// this program marks undecided values with.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ue000-\uf8ff]|\p{Surrogate}/u;

/** Reads a file of JSON or YAML. */
export function readDocument(file: string, maxBytes = MAX_TEMPLATE_BYTES): Json {
  try {
    // Asked first, so that nothing huge is read to be refused.
    if (statSync(file).size > maxBytes) throw tooLarge(file, maxBytes);
    return parseDocument(readFileSync(file, 'utf8'), file, maxBytes);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${JSON.stringify(file)} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Reads JSON or YAML, and refuses what could make a later stage decide about something else than
 * what is written there, or not end.
 */
export function parseDocument(text: string, source: string, maxBytes = MAX_TEMPLATE_BYTES): Json {
  if (Buffer.byteLength(text) > maxBytes) throw tooLarge(source, maxBytes);
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  const value = guardStack(source, () =>
    /^\s*[{[]/.test(plain) && !/\.ya?ml$/.test(source) ? parseJson(plain, source) : parseYaml(plain, source),
  );
  inspect(value, [], source);
  return value;
}

function inspect(value: Json, path: readonly string[], source: string): void {
  if (typeof value === 'string') return inspectText(value, path, source);
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= MAX_DEPTH) throw tooDeep(source);
  for (const [key, child] of Object.entries(value)) {
    inspectText(key, path, source);
    if (key === '__proto__')
      throw new InputError(`${source} has a key called "__proto__" ${at(path)}: rename it`);
    inspect(child, [...path, key], source);
  }
}

function inspectText(text: string, path: readonly string[], source: string): void {
  const found = FORBIDDEN.exec(text);
  if (!found) return;
  const code = (text.codePointAt(found.index) ?? 0).toString(16).padStart(4, '0');
  throw new InputError(`${source} holds the character U+${code.toUpperCase()} ${at(path)}: remove it`);
}

function at(path: readonly string[]): string {
  return path.length === 0 ? 'at the top' : `at ${path.join('.')}`;
}

function tooLarge(source: string, maxBytes: number): InputError {
  return new InputError(`${source} is larger than ${maxBytes} bytes, the most that CloudFormation accepts`);
}

function tooDeep(source: string): InputError {
  return new InputError(`${source} is nested more than ${MAX_DEPTH} levels deep`);
}

function guardStack<T>(source: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(source);
    throw error;
  }
}
