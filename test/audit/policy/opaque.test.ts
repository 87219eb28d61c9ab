import {
  OPAQUE_TOKEN,
  describeOpaque,
  isOpaque,
  isUnresolved,
  opaque,
  opaqueName,
  unresolved,
} from '../../../lib/audit/policy/opaque';

describe('an opaque value', () => {
  const arn = `arn:aws:iam::111122223333:role/${opaque('AdminRole')}`;

  test('is recognized inside a string', () => {
    expect([isOpaque(arn), isOpaque('arn:aws:iam::111122223333:role/x')]).toEqual([true, false]);
  });

  test('reads well', () => {
    expect(describeOpaque(arn)).toBe('arn:aws:iam::111122223333:role/⟨AdminRole⟩');
    expect(describeOpaque(`a-${unresolved('parameter X')}-${opaque('Y')}`)).toBe('a-⟨parameter X⟩-⟨Y⟩');
  });

  test('is unresolved only when somebody chooses it later', () => {
    expect([isUnresolved(arn), isUnresolved(`x${unresolved('X')}`)]).toEqual([false, true]);
    expect(isOpaque(unresolved('X'))).toBe(true);
  });

  test.each([
    [opaque('Role.Arn'), 'Role.Arn'],
    [arn, undefined],
    [`${opaque('A')}-x`, undefined],
    [`${opaque('A')}${opaque('B')}`, undefined],
    ['Role.Arn', undefined],
  ])('names %j, where it is the whole string, %j', (text, name) => {
    expect(opaqueName(text)).toBe(name);
  });

  test('is found wherever it stands in a string', () => {
    expect(`${opaque('A')}-${unresolved('B')}-C`.replace(OPAQUE_TOKEN, '1')).toBe('1-1-C');
  });

  test('is the same for the same name only', () => {
    expect(opaque('A')).toBe(opaque('A'));
    expect(new Set([opaque('A'), opaque('B'), unresolved('A'), 'A']).size).toBe(4);
  });

  test.each(['\uE000', 'a\uE001b', unresolved('X')])('fails on a name that holds a delimiter', (name) => {
    expect(() => opaque(name)).toThrow('of an opaque value holds a delimiter of such values');
  });
});
