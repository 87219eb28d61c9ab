import { quote } from './invalid-policy';
import { OPAQUE_TOKEN, isOpaque, isUnresolved } from './opaque';
import { every, type Truth } from './truth';

/** Whether two strings are equal; a value that somebody chooses later may turn out to be any string. */
export function equals(expected: string, actual: string): Truth {
  if (expected === actual) {
    return true;
  }
  return isUnresolved(expected) || isUnresolved(actual) ? undecided(expected, actual) : false;
}

/**
 * Equality apart from upper and lower case.
 *
 * AWS does not document how it folds letters beyond ASCII, so those leave the question open.
 */
export function equalsIgnoringCase(expected: string, actual: string): Truth {
  if (isOpaque(expected) || isOpaque(actual)) {
    return equals(expected, actual);
  }
  if (expected.toLowerCase() === actual.toLowerCase()) {
    return expected === actual || isAscii(expected + actual) ? true : undecided(expected, actual);
  }
  return isAscii(expected + actual) ? false : undecided(expected, actual);
}

/**
 * Whether a string matches a pattern in which `*` stands for any string and `?` for one character.
 *
 * A value unknown before the deployment is matched by `*` whatever it turns out to be; where more of
 * it would have to be known, the question stays open.
 */
export function like(pattern: string, text: string): Truth {
  // Stryker disable next-line all: without it the result is the same, only later
  if (!isOpaque(pattern) && !isOpaque(text)) {
    return likeKnown(pattern, text);
  }
  const open = isUnresolved(pattern) || isUnresolved(text);
  const encode = tokenEncoder();
  return likeEncoded(encode(pattern), encode(text), open) ?? undecided(pattern, text);
}

/**
 * Whether an ARN matches a pattern: each of its six parts by itself, so that no `*` reaches over a colon.
 *
 * Only the last part may hold colons.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnLike(pattern: string, arn: string): Truth {
  // What does not match as a whole does not match part by part.
  // Stryker disable next-line all: without it the result is the same, only later
  if (like(pattern, arn) === false) {
    return false;
  }
  const open = isUnresolved(pattern) || isUnresolved(arn);
  const encode = tokenEncoder();
  const patternParts = partsOf(encode(pattern));
  const parts = partsOf(encode(arn));
  if (patternParts === undefined || parts === undefined) {
    // Not an ARN as far as it is written out; an opaque value in it may still make it one.
    const known = (!isOpaque(pattern) && !isOpaque(arn)) || !/[*?]/.test(pattern);
    return known ? equals(pattern, arn) : undecided(pattern, arn);
  }
  // What somebody chooses may hold colons, and then other parts than those that are written out.
  if (open && TOKEN_CHARACTER.test([...patternParts.slice(0, 5), ...parts.slice(0, 5)].join())) {
    return pattern === arn || undecided(pattern, arn);
  }
  return every(
    patternParts,
    (part, index) => likeEncoded(part, parts[index], open) ?? undecided(pattern, arn),
  );
}

function likeKnown(pattern: string, text: string): Truth {
  // Whether `?` takes one UTF-16 unit or one character is not documented.
  return pattern.includes('?') && /[\ud800-\udfff]/.test(text)
    ? undecided(pattern, text)
    : matches(pattern, text);
}

/** The match of strings whose opaque values are single characters; undefined where those decide. */
function likeEncoded(pattern: string, text: string, open: boolean): Truth | undefined {
  const opaqueText = TOKEN_CHARACTER.test(text);
  if (!opaqueText && !TOKEN_CHARACTER.test(pattern)) {
    return likeKnown(pattern, text);
  }
  // What is unknown of the text may be of any length.
  if (!(opaqueText && pattern.includes('?')) && matches(pattern, text)) {
    return true;
  }
  const [start, end] = knownEnds(pattern);
  const [textStart, textEnd] = knownEnds(text);
  const contradicts =
    (!start.startsWith(textStart) && !textStart.startsWith(start)) ||
    (!end.endsWith(textEnd) && !textEnd.endsWith(end));
  const literal = !/[*?]/.test(pattern) && !open;
  return contradicts || literal ? false : undefined;
}

/** What is known for certain of how a string begins and ends. */
function knownEnds(text: string): readonly [string, string] {
  const known = text.split(OPEN_CHARACTER);
  return [known[0], known[known.length - 1]];
}

const TOKEN_CHARACTER = /[\ue100-\uf8ff]/;
/** What a string does not tell: an opaque value, or a wildcard. */
const OPEN_CHARACTER = /[\ue100-\uf8ff*?]/;
const FIRST_TOKEN_CHARACTER = 0xe100;

/** Writes each opaque value as one character, the same for the same value. */
function tokenEncoder(): (text: string) => string {
  const tokens = new Map<string, string>();
  return (text) =>
    !isOpaque(text)
      ? text
      : text.replace(OPAQUE_TOKEN, (token) => {
          const character = tokens.get(token) ?? String.fromCharCode(FIRST_TOKEN_CHARACTER + tokens.size);
          tokens.set(token, character);
          return character;
        });
}

/** The six parts of an ARN. */
function partsOf(arn: string): string[] | undefined {
  const parts = arn.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const STAR = 0x2a;
const QUESTION_MARK = 0x3f;

/**
 * Matches without backtracking further than to the last star, so in time of at most pattern × text.
 */
function matches(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < text.length) {
    const code = pattern.charCodeAt(at);
    if (code === STAR) {
      star = at++;
      resume = position;
    } else if (code === QUESTION_MARK || code === text.charCodeAt(position)) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++resume;
    } else {
      return false;
    }
  }
  while (pattern.charCodeAt(at) === STAR) {
    at++;
  }
  return at === pattern.length;
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function undecided(pattern: string, text: string): Truth {
  return { undecided: `whether ${quote(text)} matches ${quote(pattern)} is not known` };
}
