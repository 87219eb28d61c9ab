import fc from 'fast-check';
import { renaming } from '../../../lib/audit/check/canonical';
import { like } from '../../../lib/audit/policy/evaluate-text';

const NAME = '111122223333';
const PLACEHOLDER = '210987654321';
const names = [[NAME, PLACEHOLDER]] as const;

/** Texts in which the name, parts of it, the placeholder and wildcards are near each other. */
const texts = fc
  .array(fc.constantFrom(NAME, '1111', '2222', '3333', '21098', '7654321', PLACEHOLDER, '*', '?', ':', 'a'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

test('what is replaced is restored', () => {
  fc.assert(
    fc.property(fc.array(texts), (value) => {
      const { rename, restore } = renaming(value, names);
      expect(restore(rename(value))).toEqual(value);
    }),
  );
});

test('replacing a name changes no match of any pattern with any text', () => {
  fc.assert(
    fc.property(texts, fc.array(texts, { maxLength: 3 }), (pattern, others) => {
      const { rename } = renaming([pattern, ...others], names);
      for (const text of others.filter((each) => !/[*?]/.test(each))) {
        expect(like(rename(pattern), rename(text))).toBe(like(pattern, text));
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['a name by itself', 'arn:aws:iam::111122223333:root', true],
  ['a name beside a wildcard', 'arn:aws:iam::111122223333:role/*', true],
  ['a part of the name before a wildcard', 'arn:aws:iam::1111*:root', false],
  ['a part of the name after a wildcard', 'arn:aws:iam::*3333:root', false],
  ['a part of the name between wildcards', '*2222*', false],
  ['a part of the placeholder before a wildcard', 'arn:aws:iam::2109*:root', false],
])('%s is replaced: %s', (_, text, isReplaced) => {
  expect(renaming({ text, name: NAME }, names).rename(NAME)).toBe(isReplaced ? PLACEHOLDER : NAME);
});

test('a name is left alone when its placeholder occurs', () => {
  expect(renaming([PLACEHOLDER], names).rename(NAME)).toBe(NAME);
});
