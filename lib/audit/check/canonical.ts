/** Writes one text in place of others, and back. */
export interface Renaming {
  readonly rename: <T>(value: T) => T;
  readonly restore: <T>(value: T) => T;
}

const WILDCARD = /[*?]/;

/**
 * Replaces names by placeholders wherever they occur, so that what is decided about one is decided about
 * all that differ in nothing else: the same policy in a hundred accounts is worked out once.
 *
 * A name is left alone when a wildcard could match a part of it, for then it matters how it is spelled,
 * or when its placeholder occurs already.
 *
 * @param value in which names are replaced, as JSON can hold it
 * @param names each with its placeholder, of the same kind so that whatever reads them reads both alike
 */
export function renaming(
  value: unknown,
  names: readonly (readonly [name: string, placeholder: string])[],
): Renaming {
  const text = JSON.stringify(value);
  const patterns = text.match(/"(?:[^"\\]|\\.)*"/g)?.filter((each) => WILDCARD.test(each)) ?? [];
  const pairs = names.filter(
    ([name, placeholder], index) =>
      !text.includes(placeholder) &&
      !names.slice(0, index).some(([other]) => name.includes(other)) &&
      patterns.every((pattern) => !splits(pattern, name) && !splits(pattern, placeholder)),
  );
  return {
    rename: <T>(each: T) => replace(each, pairs),
    restore: <T>(each: T) =>
      replace(
        each,
        pairs.map(([name, placeholder]) => [placeholder, name]),
      ),
  };
}

function replace<T>(value: T, pairs: readonly (readonly [from: string, to: string])[]): T {
  if (pairs.length === 0 || value === undefined) return value;
  const text = pairs.reduce((left, [from, to]) => left.replaceAll(from, to), JSON.stringify(value));
  return JSON.parse(text) as T;
}

/** Whether a wildcard of the pattern could match a part of a name while its letters match the rest. */
function splits(pattern: string, name: string): boolean {
  const runs = pattern.slice(1, -1).split(WILDCARD);
  return runs.some((run, index) => {
    const isBefore = index < runs.length - 1;
    const isAfter = index > 0;
    if (isBefore && isAfter && run !== '' && name.includes(run) && run.length < name.length) return true;
    return Array.from({ length: name.length - 1 }, (_, i) => i + 1).some(
      (length) =>
        (isBefore && run.endsWith(name.slice(0, length))) || (isAfter && run.startsWith(name.slice(-length))),
    );
  });
}
