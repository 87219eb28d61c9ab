/**
 * Values that CloudFormation knows only after the deployment, inside otherwise known strings.
 *
 * Such a value is written into the string as a named token between two private-use characters, which
 * no AWS name can hold. Nothing is assumed about it: a token equals the token of the same name and no
 * other string, and what a wildcard or a number would make of it stays undecided.
 */
const OPEN = '\uE000';
const CLOSE = '\uE001';
/** Begins the name of a token that could be any value at all, even one that is written out elsewhere. */
const UNRESOLVED = '\uE002';

/** Matches each token of a string. */
export const OPAQUE_TOKEN = new RegExp(`${OPEN}([^${OPEN}${CLOSE}]*)${CLOSE}`, 'g');

/**
 * A token for a value that the deployment makes, such as the generated name of a role.
 *
 * It is new, so it differs from every string that is written out in a template.
 */
export function opaque(name: string): string {
  if (/[\uE000-\uE002]/.test(name)) {
    throw new Error(`the name ${JSON.stringify(name)} of an opaque value holds a delimiter of such values`);
  }
  return `${OPEN}${name}${CLOSE}`;
}

/**
 * A token for a value that somebody chooses later, such as a parameter without a default.
 *
 * It may turn out to be anything, so whatever depends on it is undecided.
 */
export function unresolved(name: string): string {
  return opaque(name).replace(OPEN, OPEN + UNRESOLVED);
}

/** The name of the token that a string is from end to end. */
export function opaqueName(text: string): string | undefined {
  return /^\uE000([^\uE001]*)\uE001$/.exec(text)?.[1];
}

/** Whether a string holds a value that is unknown before the deployment. */
export function isOpaque(text: string): boolean {
  return text.includes(OPEN);
}

/** Whether a string holds a value that may turn out to be anything. */
export function isUnresolved(text: string): boolean {
  return text.includes(UNRESOLVED);
}

/** The string as a reader sees it: `arn:aws:iam::111122223333:role/⟨AdminRole⟩`. */
export function describeOpaque(text: string): string {
  return text.replaceAll(UNRESOLVED, '').replaceAll(OPEN, '⟨').replaceAll(CLOSE, '⟩');
}
