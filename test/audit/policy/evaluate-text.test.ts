import * as fc from 'fast-check';
import { arnLike, equals, equalsIgnoringCase, like } from '../../../lib/audit/policy/evaluate-text';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';
import type { Truth } from '../../../lib/audit/policy/truth';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 6 });
const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '\n'), maxLength: 6 });

/** The same match by the regular expressions of JavaScript. */
function matches(pattern: string, text: string): boolean {
  const source = pattern.replaceAll('*', '[^]*').replaceAll('?', '[^]');
  return new RegExp(`^${source}$`).test(text);
}

describe('matching a wildcard pattern', () => {
  test('agrees with regular expressions', () => {
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        expect(like(pattern, text)).toBe(matches(pattern, text));
      }),
      { numRuns: 500 },
    );
  });

  test('of an ARN agrees with matching each of its parts', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 3 });
    const six = fc.tuple(part, part, part, part, part, part);
    const text = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 2 }), {
      minLength: 5,
      maxLength: 8,
    });
    fc.assert(
      fc.property(six, text, (pattern, parts) => {
        const sixth = parts.slice(5).join(':');
        const expected =
          parts.length > 5 && pattern.every((each, index) => matches(each, index < 5 ? parts[index] : sixth));
        expect(arnLike(pattern.join(':'), parts.join(':'))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a value that is unknown before the deployment', () => {
  /** Texts in which `@` stands for the same unknown value. */
  const withHole = (units: string[]) => fc.string({ unit: fc.constantFrom(...units, '@'), maxLength: 5 });
  const fill = (text: string, value: string) => text.replaceAll('@', value);

  function agrees(open: Truth, decide: (value: string) => Truth, values: readonly string[]): void {
    if (typeof open === 'boolean') {
      for (const value of values) {
        expect(decide(value)).toBe(open);
      }
    }
  }

  // No text above has a "z", so these are new; a chosen value may be any of both kinds.
  const made = ['z', 'zz', 'az', 'zb', 'azb', 'z:z'];
  const chosen = [...made, '', 'a', 'b', 'ab', 'aab', '\n'];

  test.each([
    ['made by the deployment', opaque('X'), made],
    ['chosen by somebody later', unresolved('X'), chosen],
  ])('is decided only as every value decides that is %s', (_, token, values) => {
    fc.assert(
      fc.property(withHole(['a', 'b', '*', '?']), withHole(['a', 'b']), (pattern, text) => {
        agrees(
          like(fill(pattern, token), fill(text, token)),
          (value) => like(fill(pattern, value), fill(text, value)),
          values,
        );
        const plain = pattern.replaceAll(/[*?]/g, 'a');
        agrees(
          equals(fill(plain, token), fill(text, token)),
          (value) => equals(fill(plain, value), fill(text, value)),
          values,
        );
        agrees(
          equalsIgnoringCase(fill(plain, token), fill(text, token)),
          (value) => equalsIgnoringCase(fill(plain, value), fill(text, value)),
          values,
        );
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['made by the deployment', opaque('X'), made.filter((value) => !value.includes(':'))],
    ['chosen by somebody later', unresolved('X'), chosen],
  ])('is decided inside ARNs only as every value decides that is %s', (_, token, values) => {
    const arn = (units: string[]) =>
      fc.array(withHole(units), { minLength: 6, maxLength: 6 }).map((parts) => parts.join(':'));
    fc.assert(
      fc.property(arn(['a', '*', '?']), arn(['a']), (pattern, text) => {
        agrees(
          arnLike(fill(pattern, token), fill(text, token)),
          (value) => arnLike(fill(pattern, value), fill(text, value)),
          values,
        );
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['a*', 'b@', false],
    ['*a', '@b', false],
    ['*?a', '@b', false],
    ['a?*', 'b@', false],
    ['*ab', '@b', undefined],
    ['*b', '@ab', true],
    ['*?b', '@ab', undefined],
    ['ab*', 'a@', undefined],
    ['*a*', '@b', undefined],
    ['*@a', 'xa', undefined],
    ['*@a', 'xb', false],
  ])('cannot undo how a text begins and ends: %s and %s', (pattern, text, expected) => {
    const truth = like(fill(pattern, opaque('X')), fill(text, opaque('X')));
    if (expected === undefined) expect(truth).toHaveProperty('undecided');
    else expect(truth).toBe(expected);
  });

  test.each([
    ['*:*:?:?a:*:*', '@:@a::::', undefined],
    ['a:*:b:c:d:e', 'a:@:b:c:d:e', undefined],
    ['a:@:b:c:d:*', 'a:x:b:c:d:e', undefined],
    ['a:@:b:c:d:e', 'a:@:b:c:d:e', true],
    ['a:x:b:c:d:*', 'a:x:b:c:d:@', true],
    ['a:x:b:c:d:@*', 'a:x:b:c:d:@', true],
    ['a:x:b:c:d:e*', 'a:x:b:c:d:f@', false],
    ['a:*x*:b:c:d:*', 'a:yz:b:c:d:@', false],
  ])('may hold colons when somebody chooses it: %s and %s', (pattern, text, expected) => {
    const truth = arnLike(fill(pattern, unresolved('X')), fill(text, unresolved('X')));
    if (expected === undefined) expect(truth).toHaveProperty('undecided');
    else expect(truth).toBe(expected);
  });

  test('is decided wherever a star takes all of it', () => {
    fc.assert(
      fc.property(letters, letters, (before, after) => {
        const text = `${before}${opaque('X')}${after}`;
        expect(like(`${before}*${after}`, text)).toBe(true);
        expect(like('*', text)).toBe(true);
      }),
    );
  });
});
