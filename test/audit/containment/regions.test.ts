import fc from 'fast-check';
import { Budget, BudgetExceeded } from '../../../lib/audit/containment/budget';
import { Glob, exactly, wildcards } from '../../../lib/audit/containment/glob';
import { cutBeside, cutIntoRegions, points } from '../../../lib/audit/containment/regions';

const LETTERS = ['a', 'b', 'x'];

/** All texts of up to five letters, the shortest first. */
const ALL_TEXTS = [''];
for (let i = 0; ALL_TEXTS[i].length < 5; i += 1)
  ALL_TEXTS.push(...LETTERS.map((letter) => ALL_TEXTS[i] + letter));

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 });
const patterns = fc.array(pattern, { maxLength: 4 });
const glob = (text: string): Glob => new Glob(wildcards(text));
const asRegExp = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');

/** The first text of each region, by trying all texts. */
function bruteForce(texts: readonly string[], domain: string, all: readonly string[]): Map<string, string> {
  const regions = new Map<string, string>();
  const expressions = texts.map(asRegExp);
  for (const text of all.filter((each) => asRegExp(domain).test(each))) {
    const name = expressions.map((expression) => expression.test(text)).join();
    if (!regions.has(name)) regions.set(name, text);
  }
  return regions;
}

describe('cutIntoRegions', () => {
  test('finds the regions that brute force finds, each with one of its shortest texts', () => {
    fc.assert(
      fc.property(patterns, fc.constantFrom('*', 'a*', '?*', '*b?'), (texts, domain) => {
        const regions = cutIntoRegions(glob(domain), texts.map(glob), new Budget(1e6));
        const expected = bruteForce(texts, domain, ALL_TEXTS);
        for (const [name, shortest] of expected) {
          const region = regions.find(({ matches }) => matches.join() === name);
          expect(region?.witness.length).toBe(shortest.length);
        }
        for (const { matches, witness } of regions) {
          expect(texts.map((text) => asRegExp(text).test(witness))).toEqual(matches);
          expect(asRegExp(domain).test(witness)).toBe(true);
        }
        const names = regions.map(({ matches }) => matches.join());
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 200 },
    );
  });

  test('ends within its budget however much the patterns overlap', () => {
    const overlapping = Array.from({ length: 30 }, (_, i) =>
      glob(`*${String.fromCharCode(97 + (i % 26))}*${i}*`),
    );
    expect(() => cutIntoRegions(glob('*'), overlapping, new Budget(10_000))).toThrow(BudgetExceeded);
    expect(() => cutIntoRegions(glob('*'), overlapping, new Budget(10_000))).toThrow(
      'undecided after 10000 steps',
    );
  });
});

describe('cutBeside', () => {
  test('finds a text beside the given points in each region that holds one', () => {
    fc.assert(
      fc.property(patterns, fc.subarray(ALL_TEXTS.slice(0, 40)), (texts, given) => {
        const found = cutBeside(glob('*'), texts.map(glob), points(given), new Budget(1e6));
        const expected = bruteForce(
          texts,
          '*',
          ALL_TEXTS.filter((text) => !given.includes(text)),
        );
        const expressions = texts.map(asRegExp);
        const names = found.map((text) => expressions.map((expression) => expression.test(text)).join());
        for (const name of expected.keys()) expect(names).toContain(name);
        const added = [...expected.keys()].length > 0 ? found.filter((text) => given.includes(text)) : [];
        expect(added).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('leaves out a region that holds nothing but points', () => {
    const domain = new Glob(exactly('a'));
    expect(cutBeside(domain, [], points([]), new Budget(100))).toEqual(['a']);
    expect(cutBeside(domain, [], points(['a']), new Budget(100))).toEqual([]);
  });
});
