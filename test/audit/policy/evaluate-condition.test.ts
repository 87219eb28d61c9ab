import { parseConditions } from '../../../lib/audit/policy/condition';
import { evaluateCondition } from '../../../lib/audit/policy/evaluate-condition';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';

/** true, false or undecided: what `{ [operator]: { 'aws:x': wanted } }` says of the values of a request. */
function holds(operator: string, wanted: unknown, ...values: string[]): boolean | 'undecided' {
  const [condition] = parseConditions({ [operator]: { 'aws:x': wanted } }, 'Condition');
  const truth = evaluateCondition(condition, values);
  if (typeof truth === 'object') {
    expect(truth.undecided).not.toBe('');
  }
  return typeof truth === 'object' ? 'undecided' : truth;
}

const ROLE = 'arn:aws:iam::111122223333:role/team/reader';

describe('a condition on one value', () => {
  test.each<[operator: string, wanted: unknown, actual: string, expected: boolean | 'undecided']>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', 'a*', 'a*', true],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', ['a', 'b'], 'c', false],
    ['StringEquals', 111122223333, '111122223333', true],
    ['StringEquals', true, 'true', true],
    ['StringEquals', '__proto__', '__proto__', true],
    ['StringEquals', 'é', 'e\u0301', false],
    ['StringNotEquals', 'a', 'a', false],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringEqualsIgnoreCase', 'Abc', 'aBC', true],
    ['StringEqualsIgnoreCase', 'Abc', 'aBCd', false],
    ['StringEqualsIgnoreCase', 'é', 'é', true],
    ['StringEqualsIgnoreCase', 'é', 'É', 'undecided'],
    ['StringEqualsIgnoreCase', 'é', 'e', 'undecided'],
    ['StringEqualsIgnoreCase', '\u212a', 'k', 'undecided'],
    ['StringEqualsIgnoreCase', 'a', 'é', 'undecided'],
    ['StringNotEqualsIgnoreCase', 'Abc', 'aBC', false],
    ['StringNotEqualsIgnoreCase', 'Abc', 'x', true],
    ['StringLike', 'a', 'a', true],
    ['StringLike', 'a', 'ab', false],
    ['StringLike', '*', 'anything', true],
    ['StringLike', '*', 'two\nlines', true],
    ['StringLike', 'two*lines', 'two\r\n\u2028lines', true],
    ['StringLike', 'a?c', 'a\nc', true],
    ['StringLike', 'a?c', 'ac', false],
    ['StringLike', 'a?c', 'abbc', false],
    ['StringLike', '?', '𝒳', 'undecided'],
    ['StringLike', '*', '𝒳', true],
    ['StringLike', 'a*', 'A', false],
    ['StringLike', '*a*b*', 'xxaxxbxx', true],
    ['StringLike', '*a*b*', 'xxbxxaxx', false],
    ['StringLike', '*ab', 'aab', true],
    ['StringLike', '*aab', 'aaaab', true],
    ['StringLike', 'a**b', 'ab', true],
    ['StringLike', 'a*', 'a', true],
    ['StringLike', '*?', 'a', true],
    ['StringLike', 'a.c', 'abc', false],
    ['StringLike', '[ab]', 'a', false],
    ['StringLike', 'ab', 'aab', false],
    ['StringLike', 's3.*.amazonaws.com', 's3.eu-central-1.amazonaws.com', true],
    ['StringLike', 's3.*.amazonaws.com', 's3.amazonaws.com', false],
    ['StringNotLike', 'a*', 'ab', false],
    ['StringNotLike', ['a*', 'b*'], 'c', true],
    ['ArnEquals', ROLE, ROLE, true],
    ['ArnEquals', 'arn:aws:iam::111122223333:role/*', ROLE, true],
    ['ArnLike', 'arn:aws:iam::*:role/*/reader', ROLE, true],
    ['ArnLike', 'arn:aws:iam::1111*:role/team/reader', ROLE, true],
    ['ArnLike', 'arn:aws:iam*:role/team/reader', 'arn:aws:iam::1:role/team/reader', 'undecided'],
    ['ArnLike', 'arn:aws:*:*:*:*', ROLE, true],
    ['ArnLike', 'arn:aws:a*d:e:*:*', 'arn:aws:ab:cd:e:f:g:h', false],
    ['ArnLike', 'a:b:c:d:e*g:*', 'a:b:c:d:ef:g:h', false],
    ['ArnLike', 'a:b:c:d:*:x', 'a:b:c:d:e:y:x', false],
    ['ArnLike', 'arn:aws:s:r:1:a?b', 'arn:aws:s:r:1:a:b', true],
    ['ArnLike', '?:a:b:c:d:e', '𝒳', false],
    ['ArnLike', 'arn:*:reader:*:*:*', ROLE, false],
    ['ArnLike', 'arn:aws:logs:*:*:log-group:*', 'arn:aws:logs:eu-central-1:1:log-group:/a:b', true],
    ['ArnLike', 'arn:aws:logs:*:log-group:x:*', 'arn:aws:logs:eu-central-1:1:log-group:x:y', false],
    [
      'ArnLike',
      'arn:aws:iam::111122223333:role/AWSReservedSSO_Adm_????',
      'arn:aws:iam::111122223333:role/AWSReservedSSO_Adm_0a1b',
      true,
    ],
    [
      'ArnLike',
      'arn:aws:iam::111122223333:role/AWSReservedSSO_Adm_????',
      'arn:aws:iam::111122223333:role/AWSReservedSSO_Adm_00_0a1b',
      false,
    ],
    ['ArnLike', 'arn:aws:iam::*:role/*', 'logs.amazonaws.com', false],
    ['ArnNotEquals', ROLE, ROLE, false],
    ['ArnNotLike', 'arn:aws:iam::*:role/*', ROLE, false],
    ['ArnNotLike', 'arn:aws:iam::*:user/*', ROLE, true],
    ['ArnNotLike', 'arn:aws:iam::*:user/*', 'logs.amazonaws.com', true],
    ['NumericEquals', '30', '30', true],
    ['NumericEquals', 30, '30.0', true],
    ['NumericEquals', '30', '31', false],
    ['NumericEquals', '30', 'thirty', 'undecided'],
    ['NumericEquals', '30', '', 'undecided'],
    ['NumericEquals', '30', '0x1e', 'undecided'],
    ['NumericEquals', '123456789012345', '123456789012345', true],
    ['NumericNotEquals', '30', '30', false],
    ['NumericNotEquals', '30', '7', true],
    ['NumericLessThan', '30', '29', true],
    ['NumericLessThan', '30', '29.9', true],
    ['NumericLessThan', '30', '30', false],
    ['NumericLessThan', '9', '10', false],
    ['NumericLessThan', '0', '-1', true],
    ['NumericLessThanEquals', '30', '30', true],
    ['NumericLessThanEquals', '30', '31', false],
    ['NumericGreaterThan', '30', '31', true],
    ['NumericGreaterThan', '30', '30', false],
    ['NumericGreaterThanEquals', '30', '30', true],
    ['NumericGreaterThanEquals', '30', '29', false],
    ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', true],
    ['DateEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
    ['DateEquals', '1767225600', '2026-01-01T00:00:00Z', true],
    ['DateEquals', '2026-01-01', '2026-01-02', false],
    ['DateEquals', '2026-01-01', 'soon', 'undecided'],
    ['DateEquals', '2026-01-01', '2026-13-01', 'undecided'],
    ['DateEquals', '2026-01-01', '2026-02-30', 'undecided'],
    ['DateEquals', '2026-01-01', '2026-01-01T00:00', 'undecided'],
    ['DateNotEquals', '2026-01-01', '2026-01-01', false],
    ['DateNotEquals', '2026-01-01', '2026-01-02', true],
    ['DateLessThan', '2026-01-01', '2025-12-31T23:59:59Z', true],
    ['DateLessThan', '2026-01-01', '2026-01-01', false],
    ['DateLessThanEquals', '2026-01-01', '2026-01-01', true],
    ['DateLessThanEquals', '2026-01-01', '2026-01-02', false],
    ['DateGreaterThan', '2026-01-01', '2026-01-02', true],
    ['DateGreaterThan', '2026-01-01', '2026-01-01', false],
    ['DateGreaterThanEquals', '2026-01-01', '2026-01-01', true],
    ['DateGreaterThanEquals', '2026-01-01', '2025-12-31', false],
    ['Bool', 'true', 'true', true],
    ['Bool', true, 'true', true],
    ['Bool', 'true', 'false', false],
    ['Bool', 'false', 'false', true],
    ['Bool', ['true', 'false'], 'false', true],
    ['Bool', 'true', 'True', 'undecided'],
    ['Bool', 'true', 'yes', 'undecided'],
    ['IpAddress', '10.0.0.0/8', '10.255.255.255', true],
    ['IpAddress', '10.0.0.0/8', '11.0.0.0', false],
    ['IpAddress', '10.0.0.1', '10.0.0.1', true],
    ['IpAddress', '10.0.0.1', '10.0.0.2', false],
    ['IpAddress', '10.1.2.3/16', '10.1.255.1', true],
    ['IpAddress', '0.0.0.0/0', '255.255.255.255', true],
    ['IpAddress', '0.0.0.0/0', '::1', false],
    ['IpAddress', '2001:db8::/32', '2001:DB8:0:1::7', true],
    ['IpAddress', '2001:db8::/32', '2001:db9::1', false],
    ['IpAddress', '::/0', '10.0.0.1', false],
    ['IpAddress', '::ffff:0:0/96', '10.0.0.1', false],
    ['IpAddress', '10.0.0.0/8', '10.0.0.0/8', 'undecided'],
    ['IpAddress', '10.0.0.0/8', 'localhost', 'undecided'],
    ['IpAddress', '2001:db8::/32', '2001:db8::1%eth0', 'undecided'],
    ['NotIpAddress', '10.0.0.0/8', '10.0.0.1', false],
    ['NotIpAddress', ['10.0.0.0/8', '192.168.0.0/16'], '172.16.0.1', true],
  ])('%s %j of %j: %j', (operator, wanted, actual, expected) => {
    expect(holds(operator, wanted, actual)).toBe(expected);
    expect(holds(`${operator}IfExists`, wanted, actual)).toBe(expected);
    expect(holds(`ForAnyValue:${operator}`, wanted, actual)).toBe(expected);
    expect(holds(`ForAllValues:${operator}`, wanted, actual)).toBe(expected);
  });
});

describe('a condition on a key that the request does not have', () => {
  test.each([
    ['StringEquals', 'a', false],
    ['StringEqualsIgnoreCase', 'a', false],
    ['StringLike', '*', false],
    ['ArnEquals', ROLE, false],
    ['ArnLike', ROLE, false],
    ['NumericEquals', '1', false],
    ['NumericLessThan', '1', false],
    ['NumericGreaterThanEquals', '1', false],
    ['DateLessThan', '2026-01-01', false],
    ['Bool', 'true', false],
    ['Bool', 'false', false],
    ['IpAddress', '10.0.0.1', false],
    ['StringNotEquals', 'a', true],
    ['StringNotEqualsIgnoreCase', 'a', true],
    ['StringNotLike', '*', true],
    ['ArnNotEquals', ROLE, true],
    ['ArnNotLike', ROLE, true],
    ['NumericNotEquals', '1', true],
    ['DateNotEquals', '2026-01-01', true],
    ['NotIpAddress', '10.0.0.1', true],
  ])('%s %j: %j, unless IfExists or a quantifier says otherwise', (operator, wanted, expected) => {
    expect(holds(operator, wanted)).toBe(expected);
    expect(holds(`${operator}IfExists`, wanted)).toBe(true);
    expect(holds(`ForAllValues:${operator}`, wanted)).toBe(true);
    expect(holds(`ForAllValues:${operator}IfExists`, wanted)).toBe(true);
    expect(holds(`ForAnyValue:${operator}`, wanted)).toBe(false);
    expect(holds(`ForAnyValue:${operator}IfExists`, wanted)).toBe(true);
  });

  test.each([
    ['true', [], true],
    ['true', ['x'], false],
    ['false', [], false],
    ['false', ['x', 'y'], true],
    [true, [], true],
    [['true', 'false'], [], true],
    [['true', 'false'], ['x'], true],
  ])('Null %j of the values %j: %j', (wanted, values, expected) => {
    expect(holds('Null', wanted, ...values)).toBe(expected);
  });
});

describe('a condition on several values', () => {
  test.each<[operator: string, wanted: string[], actual: string[], expected: boolean | 'undecided']>([
    ['ForAnyValue:StringEquals', ['a', 'b'], ['b', 'c'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'd'], false],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'], false],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
    ['ForAllValues:StringNotEquals', ['a'], ['a', 'c'], false],
    ['ForAnyValue:StringLike', ['alias/team-*'], ['alias/x', 'alias/team-1'], true],
    ['ForAllValues:StringLike', ['alias/team-*'], ['alias/x', 'alias/team-1'], false],
    ['StringEquals', ['a'], ['a', 'a'], 'undecided'],
    ['StringEqualsIfExists', ['a'], ['a', 'b'], 'undecided'],
    ['ForAllValues:StringEquals', ['a'], ['a', ''], 'undecided'],
    ['ForAnyValue:NumericEquals', ['1'], ['x', '1'], true],
    ['ForAnyValue:NumericEquals', ['1'], ['x', '2'], 'undecided'],
    ['ForAllValues:NumericEquals', ['1'], ['x', '2'], false],
    ['ForAllValues:NumericEquals', ['1'], ['x', '1'], 'undecided'],
  ])('%s %j of %j: %j', (operator, wanted, actual, expected) => {
    expect(holds(operator, wanted, ...actual)).toBe(expected);
  });
});

describe('a condition on values that are unknown before the deployment', () => {
  const role = `arn:aws:iam::111122223333:role/${opaque('Role')}`;
  const later = unresolved('parameter Name');

  test.each<[operator: string, wanted: string, actual: string, expected: boolean | 'undecided']>([
    ['StringEquals', role, role, true],
    ['StringEquals', role, ROLE, false],
    ['StringEquals', ROLE, role, false],
    ['StringEquals', opaque('A'), opaque('B'), false],
    ['StringNotEquals', opaque('A'), opaque('B'), true],
    ['StringEquals', 'a', later, 'undecided'],
    ['StringNotEquals', 'a', later, 'undecided'],
    ['StringEqualsIgnoreCase', role, role, true],
    ['StringEqualsIgnoreCase', ROLE, role, false],
    ['StringEqualsIgnoreCase', opaque('Role'), opaque('role'), false],
    ['StringEqualsIgnoreCase', 'a', later, 'undecided'],
    ['StringLike', '*', opaque('A'), true],
    ['StringLike', '*', later, true],
    ['StringLike', 'a*', `a${opaque('A')}`, true],
    ['StringLike', 'a*', `b${opaque('A')}`, false],
    ['StringLike', 'b*c', `ab${opaque('A')}`, false],
    ['StringLike', `x*${opaque('A')}`, opaque('B'), 'undecided'],
    ['StringLike', 'ab*', `a${opaque('A')}`, 'undecided'],
    ['StringLike', 'a*b', `a${opaque('A')}`, 'undecided'],
    ['StringLike', '?', opaque('A'), 'undecided'],
    ['StringLike', '?*', opaque('A'), 'undecided'],
    ['StringLike', `${opaque('A')}*`, `${opaque('A')}-x`, true],
    ['StringLike', `${opaque('A')}?`, `${opaque('A')}x`, 'undecided'],
    ['StringLike', `${opaque('A')}*`, 'x', 'undecided'],
    ['StringLike', `x-${opaque('A')}*`, 'y', false],
    ['StringLike', opaque('A'), 'x', false],
    ['StringLike', 'x', opaque('A'), false],
    ['StringLike', 'x', later, 'undecided'],
    ['StringLike', 'x', `y${later}`, false],
    ['StringLike', '*x', later, 'undecided'],
    ['StringNotLike', 'ab*', `a${opaque('A')}`, 'undecided'],
    ['ArnEquals', role, role, true],
    ['ArnEquals', opaque('Role.Arn'), opaque('Role.Arn'), true],
    ['ArnEquals', opaque('Role.Arn'), ROLE, false],
    ['ArnLike', 'arn:aws:iam::111122223333:role/*', role, true],
    ['ArnLike', 'arn:aws:iam::111122223333:role/team/*', role, 'undecided'],
    ['ArnLike', 'arn:aws:iam::444455556666:role/*', role, false],
    ['ArnLike', 'arn:aws:iam::111122223333:user/*', role, false],
    ['ArnLike', 'arn:aws:iam::*:role/*', opaque('Role.Arn'), 'undecided'],
    ['ArnLike', `${opaque('Role.Arn')}*`, ROLE, 'undecided'],
    ['ArnLike', `arn:aws:iam::${opaque('Account')}:role/*`, ROLE, false],
    ['ArnLike', `arn:aws:iam::${opaque('Account')}:role/*`, `arn:aws:iam::${opaque('Account')}:role/x`, true],
    ['ArnLike', ROLE, `arn:aws:iam::111122223333:role/${later}`, 'undecided'],
    ['ArnNotLike', 'arn:aws:iam::111122223333:role/team/*', role, 'undecided'],
    ['NumericLessThan', '30', opaque('Days'), 'undecided'],
    ['DateLessThan', '2026-01-01', opaque('Day'), 'undecided'],
    ['Bool', 'true', opaque('Flag'), 'undecided'],
    ['IpAddress', '10.0.0.0/8', opaque('Address'), 'undecided'],
    ['Null', 'false', opaque('A'), true],
  ])('%s %j of %j: %j', (operator, wanted, actual, expected) => {
    expect(holds(operator, wanted, actual)).toBe(expected);
  });
});

describe('the reason of an undecided condition', () => {
  test.each<[operator: string, wanted: string, actual: string[], reason: string]>([
    ['Bool', 'true', ['yes'], '"yes" is neither "true" nor "false"'],
    ['NumericEquals', '1', ['one'], '"one" is no exact number'],
    ['DateEquals', '2026-01-01', ['soon'], '"soon" is no exact date'],
    ['IpAddress', '10.0.0.0/8', ['here'], '"here" is no IP address'],
    ['StringEquals', 'a', ['a', 'b'], 'StringEquals aws:x: several values need ForAnyValue or ForAllValues'],
    ['StringEquals', 'a', [''], 'StringEquals aws:x: AWS takes an empty value for no value at times'],
    ['StringLike', 'a*', [opaque('A')], 'whether "⟨A⟩" matches "a*" is not known'],
    ['StringLike', '${a}', ['a'], 'the value "${a}" has a policy variable'],
  ])('%s %j of %j: %s', (operator, wanted, actual, reason) => {
    const [condition] = parseConditions({ [operator]: { 'aws:x': wanted } }, 'Condition');
    expect(evaluateCondition(condition, actual)).toEqual({ undecided: reason });
  });
});

describe('a hostile condition', () => {
  test('ends at once on many stars', () => {
    const start = Date.now();
    expect(holds('StringLike', `${'*a'.repeat(2000)}b`, 'a'.repeat(4000))).toBe(false);
    expect(Date.now() - start).toBeLessThan(2000);
  });
});
