import fc from 'fast-check';
import {
  Glob,
  arnWildcards,
  digits,
  exactly,
  ignoringCase,
  otherThan,
  wildcards,
  wildcardsIgnoringCase,
  within,
} from '../../../lib/audit/containment/glob';
import { opaque } from '../../../lib/audit/policy/opaque';

/** What a pattern means, by the regular expression engine. */
const asRegExp = (pattern: string, wild = '.', flags = ''): RegExp =>
  new RegExp(`^${pattern.replaceAll('*', `${wild}*`).replaceAll('?', wild)}$`, `s${flags}`);

const text = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 7 });

describe('Glob', () => {
  test('matches wildcards as a regular expression does', () => {
    fc.assert(
      fc.property(text('ab*?'), text('abc\n'), (pattern, value) => {
        expect(new Glob(wildcards(pattern)).matches(value)).toBe(asRegExp(pattern).test(value));
      }),
      { numRuns: 1000 },
    );
  });

  test('matches wildcards that stop at a separator as a regular expression does', () => {
    fc.assert(
      fc.property(text('ab*?:'), text('ab:'), (pattern, value) => {
        expect(new Glob(within(':', wildcards(pattern))).matches(value)).toBe(
          asRegExp(pattern, '[^:]').test(value),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('matches wildcards regardless of case', () => {
    fc.assert(
      fc.property(text('aB*?'), text('abAB'), (pattern, value) => {
        expect(new Glob(wildcardsIgnoringCase(pattern)).matches(value)).toBe(
          asRegExp(pattern, '.', 'i').test(value),
        );
      }),
    );
  });

  test.each([
    ['aB-1', 'Ab-1', true],
    ['aB-1', 'Ab-2', false],
    ['a*', 'ab', false],
  ])('compares %j with %j regardless of case: %j', (pattern, value, expected) => {
    expect(new Glob(ignoringCase(pattern)).matches(value)).toBe(expected);
  });

  test.each([
    ['a*', 'a*', true],
    ['a*', 'ab', false],
    ['', '', true],
    ['ab', 'a', false],
    ['ab', 'abc', false],
  ])('takes %j as it is against %j: %j', (pattern, value, expected) => {
    expect(new Glob(exactly(pattern)).matches(value)).toBe(expected);
  });

  test.each([
    ['012', true],
    ['01a', false],
    ['0129', false],
    ['01', false],
  ])('knows whether %j is three digits: %j', (value, expected) => {
    expect(new Glob(digits(3)).matches(value)).toBe(expected);
  });

  test.each([
    ['arn:aws:s3:*:1:*', 'arn:aws:s3::1:x:y', true],
    ['arn:*:*:*:*:a', 'arn:aws:s3:r:1:a', true],
    ['arn:*:a', 'arn:aws:s3:r:1:a', false],
    ['arn:*:1:a*', 'arn:aws:s3:r:1:a', false],
    ['arn:aws:s?:r:1:a', 'arn:aws:s3:r:1:a', true],
    ['arn:aws:s?r:1:1:a', 'arn:aws:s:r:1:a', false],
    ['a:b:c:d:e:f', 'a:b:c:d:e', false],
  ])('matches the ARN pattern %j part by part against %j: %j', (pattern, value, expected) => {
    expect(new Glob(arnWildcards(pattern)).matches(value)).toBe(expected);
  });

  const token = opaque('Role');
  test.each([
    ['*', token, true],
    ['role/*', `role/${token}`, true],
    ['user/*', `role/${token}`, false],
    ['role/a*', `role/${token}`, undefined],
    ['*a', `${token}a`, true],
    ['*a', `${token}b`, false],
    ['?*', token, undefined],
    ['*x*', `${token}x${token}`, true],
    ['a*c', `a${token}b${token}c`, true],
    ['a?c', `a${token}bc${token}c`, false],
    ['a?c', `a${token}c`, undefined],
  ])('matches %j against %j, whose value nobody knows: %j', (pattern, value, expected) => {
    expect(new Glob(wildcards(pattern)).matches(value)).toBe(expected);
  });

  test('has no more states than its pattern has positions, apart from the one that is dead', () => {
    fc.assert(
      fc.property(text('ab'), text('abc'), (needle, value) => {
        const glob = new Glob(wildcards(`*${needle}*`));
        const states = new Set([glob.start]);
        let state = glob.start;
        for (const character of value) states.add((state = glob.next(state, character)));
        expect(states.size).toBeLessThanOrEqual(needle.length + 1);
      }),
    );
  });

  test('knows when nothing that follows can match', () => {
    const glob = new Glob(exactly('ab'));
    expect(glob.isDead(glob.next(glob.start, 'a'))).toBe(false);
    expect(glob.isDead(glob.next(glob.start, 'b'))).toBe(true);
  });
});

describe('arnWildcards', () => {
  test.each([
    ['a:b:*:d:e:f', 'a:b:x:d:e:f', true],
    ['a:b:*:d:e:f', 'a:b:x:c:d:e:f', false],
    ['a:b:?:d:e:f', 'a:b:::d:e:f', false],
    ['a:b:c:d:e:f:g', 'a:b:c:d:e:f:g', true],
    ['a:b:c:d:e:f*', 'a:b:c:d:e:f:g', true],
    ['a:b:c:d:e*', 'a:b:c:d:e:f', false],
  ])('%s of %s: %j', (pattern, arn, expected) => {
    expect(new Glob(arnWildcards(pattern)).matches(arn)).toBe(expected);
  });
});

describe('otherThan', () => {
  test('finds a character beside all that are readable', () => {
    const readable = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code));
    const found = otherThan([...readable, '\u4e00']);
    expect(found).toHaveLength(1);
    expect([...readable, '\u4e00']).not.toContain(found);
  });

  test('finds a character beside any number of others, a readable one first', () => {
    expect(otherThan([])).toBe('x');
    expect(otherThan(['x', 'y'])).toBe('z');
    const all = Array.from({ length: 0x4e10 }, (_, code) => String.fromCodePoint(code));
    expect(all).not.toContain(otherThan(all));
  });
});
