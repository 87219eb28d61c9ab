import { parseConditions } from '../../../lib/audit/policy/condition';
import { InvalidPolicy } from '../../../lib/audit/policy/invalid-policy';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';

const parse = (form: string, value: unknown) => parseConditions({ [form]: { 'aws:X': value } }, 'Condition');

describe('reading a condition', () => {
  test.each([
    ['StringEquals', { operator: 'StringEquals', ifExists: false }],
    ['StringEqualsIfExists', { operator: 'StringEquals', ifExists: true }],
    ['ForAnyValue:StringEquals', { operator: 'StringEquals', quantifier: 'ForAnyValue', ifExists: false }],
    [
      'ForAllValues:StringNotLikeIfExists',
      { operator: 'StringNotLike', quantifier: 'ForAllValues', ifExists: true },
    ],
  ])('takes the operator, the quantifier and the suffix of %s', (form, parts) => {
    expect(parse(form, ['a', 7, true])).toEqual([
      { ...parts, key: 'aws:x', label: `${form} aws:X`, values: ['a', '7', 'true'], undecided: undefined },
    ]);
  });

  test('takes every key of every operator', () => {
    const conditions = parseConditions(
      { Bool: { 'aws:a': 'true', 'aws:b': 'false' }, BoolIfExists: { 'aws:a': 'true' } },
      'Condition',
    );
    expect(conditions.map(({ label }) => label)).toEqual(['Bool aws:a', 'Bool aws:b', 'BoolIfExists aws:a']);
  });

  test.each([
    'BinaryEquals',
    'stringequals',
    'constructor',
    'IfExists',
    '',
    'ForSomeValues:StringEquals',
    'ForAnyValue:ForAllValues:StringEquals',
    'StringEqualsIfExistsIfExists',
    'StringEqualsifexists',
    ' StringEquals',
    'x\nStringEquals',
  ])('leaves the operator %j undecided, with its key and its values', (form) => {
    expect(parse(form, 'AA==')).toEqual([
      expect.objectContaining({
        operator: 'StringEquals',
        key: 'aws:x',
        values: ['AA=='],
        undecided: `the condition operator ${JSON.stringify(form)} is not decided`,
      }),
    ]);
  });
});

describe('the values of a condition', () => {
  test.each<[operator: string, values: unknown]>([
    ['StringLike', ['', '*', 'a?']],
    ['StringEquals', opaque('Name')],
    ['ArnLike', 'arn:aws:iam::111122223333:role/*'],
    ['ArnLike', '*:*:*:*:*:*:*'],
    ['ArnEquals', opaque('Role.Arn')],
    ['NumericLessThan', [7, '30.5']],
    ['DateLessThan', ['2026-01-01', '1767225600']],
    ['Bool', [true, 'false']],
    ['Null', [false, 'true']],
    ['IpAddress', ['10.0.0.0/8', '::1']],
  ])('can be decided: %s %j', (operator, values) => {
    expect(parse(operator, values)[0].undecided).toBeUndefined();
  });

  test.each<[operator: string, values: unknown, reason: string]>([
    ['StringEquals', [], 'StringEquals aws:X: there is no value to compare aws:x with'],
    ['StringEquals', unresolved('X'), 'the value "⟨X⟩" is not known before the deployment'],
    ['ArnLike', unresolved('X'), 'the value "⟨X⟩" is not known before the deployment'],
    ['StringLike', ['a', 'b-${aws:username}'], 'the value "b-${aws:username}" has a policy variable'],
    ['ArnEquals', 'arn:aws:iam:*', 'the value "arn:aws:iam:*" is not of the type arn'],
    ['NumericEquals', ['1', 'ten', 'two'], 'the value "ten" is not of the type numeric'],
    ['NumericEquals', opaque('Days'), 'the value "⟨Days⟩" is not of the type numeric'],
    ['DateEquals', '2026', 'the value "2026" is not of the type date'],
    ['Bool', 'TRUE', 'the value "TRUE" is not of the type bool'],
    ['Null', 'maybe', 'the value "maybe" is not of the type null'],
    ['NotIpAddress', '10.0.0.256', 'the value "10.0.0.256" is not of the type ip'],
    ['NullIfExists', 'true', 'NullIfExists aws:X: Null takes neither IfExists nor a quantifier'],
    ['ForAnyValue:Null', 'true', 'ForAnyValue:Null aws:X: Null takes neither IfExists nor a quantifier'],
  ])('cannot be decided: %s %j, because %s', (operator, values, reason) => {
    expect(parse(operator, values)[0].undecided).toBe(reason);
  });
});

describe('reading a malformed condition', () => {
  test.each<[what: string, json: unknown, message: string]>([
    ['a list', [], 'Condition is an empty list: it must be an object'],
    ['an operator without keys', { Bool: 'true' }, 'Condition.Bool is "true": it must be an object'],
    ...['X', ':X', 'aws:', ' aws:X', 'aws_x:X', '__proto__', ''].map((key): [string, unknown, string] => [
      `the key ${JSON.stringify(key)}`,
      { Bool: Object.fromEntries([[key, 'true']]) },
      `Condition.Bool.${key} is no condition key: write it as <service>:<name>`,
    ]),
    [
      'a key twice',
      { Bool: { 'aws:X': 'true', 'AWS:x': 'false' } },
      'Condition.Bool.AWS:x is there twice, apart from upper and lower case: keep one',
    ],
    [
      'an operator twice',
      { Bool: { 'aws:X': 'true' }, bool: { 'aws:X': 'true' } },
      'Condition.bool.aws:X is there twice, apart from upper and lower case: keep one',
    ],
    [
      'a value that is null',
      { Bool: { 'aws:X': null } },
      'Condition.Bool.aws:X is null: it must be a string, a number or a boolean',
    ],
    [
      'an object among the values',
      { Bool: { 'aws:X': ['true', {}] } },
      'Condition.Bool.aws:X[1] is an object: it must be a string, a number or a boolean',
    ],
  ])('fails on %s', (_, json, message) => {
    expect(() => parseConditions(json, 'Condition')).toThrow(new InvalidPolicy(message));
  });
});
