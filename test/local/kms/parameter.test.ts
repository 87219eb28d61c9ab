import { validation } from '../../../local/aws-error';
import {
  blob,
  checkInput,
  flag,
  integer,
  list,
  pairs,
  required,
  structure,
  text,
} from '../../../local/kms/parameter';

const parameters = {
  Name: required(text({ min: 1, max: 3, pattern: /^[a-z]*$/ })),
  Kind: text({ values: ['A', 'B'] }),
  Count: integer({ min: 1, max: 9 }),
  Bytes: blob({ min: 1, max: 2 }),
  On: flag,
  Pairs: pairs,
  List: list(text({ max: 1 }), { min: 1, max: 2 }),
  Inner: structure({ Field: required(text()) }),
};

const check = (input: Readonly<Record<string, unknown>>) => () => checkInput('kms:Test', parameters, input);
const failed = (path: string, constraint: string) =>
  validation(`1 validation error detected: ${path} failed to satisfy constraint: Member must ${constraint}`);

test('a good input passes, and null counts as absent', () => {
  const good = { Name: 'abc', Kind: 'A', Count: 9, Bytes: 'AAE=', On: false, Pairs: { a: '' }, List: ['x'] };
  expect(check({ ...good, Inner: { Field: '' } })).not.toThrow();
  expect(check({ Name: 'a', Kind: null, Count: undefined })).not.toThrow();
});

test.each<[Readonly<Record<string, unknown>>, Error]>([
  [{}, failed("Value null at 'name'", 'not be null')],
  [{ Name: '' }, failed("Value '' at 'name'", 'have length greater than or equal to 1')],
  [{ Name: 'abcd' }, failed("Value 'abcd' at 'name'", 'have length less than or equal to 3')],
  [{ Name: 'A' }, failed("Value 'A' at 'name'", 'satisfy regular expression pattern: ^[a-z]*$')],
  [{ Name: 'a', Kind: 'C' }, failed("Value 'C' at 'kind'", 'satisfy enum value set: [A, B]')],
  [{ Name: 'a', Count: 0 }, failed("Value '0' at 'count'", 'have value greater than or equal to 1')],
  [{ Name: 'a', Bytes: 'AAEC' }, failed("Value at 'bytes'", 'have length less than or equal to 2')],
  [{ Name: 'a', List: [] }, failed("Value '[]' at 'list'", 'have length greater than or equal to 1')],
  [
    { Name: 'a', List: ['x', 'yy'] },
    failed("Value 'yy' at 'list.2.member'", 'have length less than or equal to 1'),
  ],
  [{ Name: 'a', Inner: {} }, failed("Value null at 'inner.field'", 'not be null')],
])('fails for %j in the words of AWS', (input, error) => {
  expect(check(input)).toThrow(error);
});

test('fails with everything that is wrong at once', () => {
  expect(check({ Kind: 'C', Count: 10 })).toThrow(
    /^3 validation errors detected: .*'name'.*; .*'kind'.*; .*'count'/,
  );
});

test.each<[Readonly<Record<string, unknown>>, RegExp]>([
  [{ Name: 1 }, /^name is 1: it must be of type string$/],
  [{ Name: 'a', Count: '1' }, /^count is "1": it must be of type number$/],
  [{ Name: 'a', Count: 1.5 }, /^count is 1.5: it must be of type integer$/],
  [{ Name: 'a', Bytes: '%%' }, /^bytes is "%%": it must be of type base64$/],
  [{ Name: 'a', List: {} }, /^list is {}: it must be of type array$/],
  [{ Name: 'a', Pairs: { a: 1 } }, /^pairs.value is 1: it must be of type string$/],
  [{ Name: 'a', Other: 1 }, /the parameter "Other" of kms:Test$/],
  [{ Name: 'a', Inner: { Field: '', Other: 1 } }, /the parameter "Other" of inner$/],
  [
    JSON.parse('{"Name":"a","__proto__":1}') as Record<string, unknown>,
    /the parameter "__proto__" of kms:Test$/,
  ],
])('fails for %j, naming what it is', (input, message) => {
  expect(check(input)).toThrow(message);
});
