import fc from 'fast-check';
import { bothCases } from '../../../lib/audit/containment/glob';
import { Words } from '../../../lib/audit/containment/words';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'B'), maxLength: 4 });

function accepts(words: Words, text: string): boolean {
  let state = words.start;
  for (const character of text) state = words.next(state, character);
  return words.accepts(state);
}

describe('Words', () => {
  test('accepts its words and no other text', () => {
    fc.assert(
      fc.property(fc.array(word), word, (all, text) => {
        expect(accepts(new Words(all), text)).toBe(all.includes(text));
      }),
    );
  });

  test('accepts its words in any case where it is told to', () => {
    fc.assert(
      fc.property(fc.array(word), word, (all, text) => {
        const expected = all.some((each) => each.toLowerCase() === text.toLowerCase());
        expect(accepts(new Words(all, { variants: bothCases }), text)).toBe(expected);
      }),
    );
  });

  test('accepts what begins with a word where it is told to', () => {
    fc.assert(
      fc.property(fc.array(word), word, (all, text) => {
        expect(accepts(new Words(all, { asPrefixes: true }), text)).toBe(
          all.some((each) => text.startsWith(each)),
        );
      }),
    );
  });

  test('is dead where no word goes on, and distinguishes the characters with which one does', () => {
    const words = new Words(['ab', 'ac']);
    const afterA = words.next(words.start, 'a');
    expect(words.distinguishes(words.start)).toEqual(['a']);
    expect(words.distinguishes(afterA)).toEqual(['b', 'c']);
    expect([words.isDead(words.start), words.isDead(afterA), words.isDead(words.next(afterA, 'x'))]).toEqual([
      false,
      false,
      true,
    ]);
  });
});
