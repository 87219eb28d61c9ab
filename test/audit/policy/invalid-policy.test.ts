import { InvalidPolicy, entriesOf, quote, stringsOf } from '../../../lib/audit/policy/invalid-policy';
import { opaque } from '../../../lib/audit/policy/opaque';

test('an invalid policy says in a log what it is', () => {
  expect(String(new InvalidPolicy('the policy is null'))).toBe('InvalidPolicy: the policy is null');
});

describe('a quoted value', () => {
  test.each<[value: unknown, quoted: string]>([
    ['a "b"\n', '"a \\"b\\"\\n"'],
    [opaque('Role.Arn'), '"⟨Role.Arn⟩"'],
    ['x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
    [7, '7'],
    [false, 'false'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[], 'an empty list'],
    [[[]], 'a list'],
    [{}, 'an object'],
  ])('%j is %s', (value, quoted) => {
    expect(quote(value)).toBe(quoted);
  });
});

describe('the entries of an object', () => {
  test('are its own, whatever their names', () => {
    expect(entriesOf(JSON.parse('{"__proto__": 1, "a": 2}'), 'x')).toEqual([
      ['__proto__', 1],
      ['a', 2],
    ]);
  });

  test.each([[null], ['{}'], [7], [[]], [undefined]])('fails on %j', (value) => {
    expect(() => entriesOf(value, 'here')).toThrow(
      new InvalidPolicy(`here is ${quote(value)}: it must be an object`),
    );
  });
});

describe('strings', () => {
  test.each<[value: unknown, strings: string[]]>([
    ['a', ['a']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [[], []],
  ])('of %j are %j', (value, strings) => {
    expect(stringsOf(value, 'here')).toStrictEqual(strings);
  });

  test.each<[value: unknown, message: string]>([
    [7, 'here is 7: it must be a string, so put it in quotes'],
    [['a', null], 'here[1] is null: it must be a string, so put it in quotes'],
    [[['a']], 'here[0] is a list: it must be a string, so put it in quotes'],
  ])('fails on %j', (value, message) => {
    expect(() => stringsOf(value, 'here')).toThrow(new InvalidPolicy(message));
  });
});
