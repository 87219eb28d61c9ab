import fc from 'fast-check';
import { wrap } from '../../../lib/audit/report/wrap';

test.each([
  ['a short text', 'ab cd', 10, ['ab cd']],
  ['words', 'aa bb cc', 5, ['aa bb', '  cc']],
  ['a long name at its hyphens', 'gwt-atlasdev-iamr-gso', 13, ['gwt-atlasdev-', '  iamr-gso']],
  ['a word that has no joints', 'abcdefgh', 5, ['abc', '  def', '  gh']],
  ['nothing', '', 5, ['']],
])('wraps %s', (_, text, width, expected) => {
  expect(wrap(text, width, '  ')).toEqual(expected);
});

test('keeps every character but spaces, and every line within the width', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), fc.integer({ min: 4, max: 30 }), (text, width) => {
      const lines = wrap(text, width, '  ');
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }),
  );
});
