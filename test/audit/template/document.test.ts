import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseDocument } from '../../../lib/audit/template/document';
import { InputError } from '../../../lib/audit/template/input-error';

const nested = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + close.repeat(depth);

test.each([
  ['malformed JSON', 'a.json', '{"Resources": }', /^a\.json is not valid JSON: Unexpected token/],
  ['truncated JSON', 'a.json', '{"Resources": {', /^a\.json is not valid JSON: /],
  ['malformed YAML', 'a.yaml', 'Resources:\n  - a\n b: [', /^a\.yaml is not valid YAML: .*line 3/],
  ['a tab as indentation', 'a.yaml', 'Resources:\n\tKey: 1', /^a\.yaml is not valid YAML: /],
  ['two YAML documents', 'a.yaml', 'a: 1\n---\nb: 2', /^a\.yaml holds several YAML documents/],
  [
    'a key given twice in JSON',
    'a.json',
    '{"a": {"b": 1,\n"c": 2, "b": 3}}',
    /names the key "b" twice in one object, at line 2/,
  ],
  ['a key given twice in two spellings', 'a.json', '{"b": 1, "\\u0062": 2}', /names the key "b" twice/],
  [
    'a key given twice in YAML',
    'a.yaml',
    'a: 1\na: 2',
    /^a\.yaml is not valid YAML: Map keys must be unique/,
  ],
  ['JSON nested too deeply', 'a.json', nested('[', ']', 101), /nested more than 100 levels deep/],
  ['JSON nested without end', 'a.json', nested('[', ']', 500_000), /nested more than 100 levels deep/],
  [
    'objects nested without end',
    'a.json',
    nested('{"a":', '}', 100_000).replace('}', '1}'),
    /nested more than 100/,
  ],
  ['YAML nested too deeply', 'a.yaml', nested('[', ']', 5000), /nested more than 100 levels deep/],
  [
    'more than CloudFormation takes',
    'a.json',
    JSON.stringify('a'.repeat(1_048_576)),
    /larger than 1048576 bytes/,
  ],
  [
    'a control character in JSON',
    'a.json',
    '{"a": {"b": "x\\u001b[2J"}}',
    /^a\.json holds the character U\+001B at a\.b: remove it/,
  ],
  ['a control character in a key', 'a.json', '{"a\\u0000": 1}', /holds the character U\+0000 at the top/],
  ['a control character in YAML', 'a.yaml', 'a: "\\x07"', /holds the character U\+0007 at a/],
  ['half of a surrogate pair', 'a.json', '["\\ud800"]', /holds the character U\+D800 at 0/],
  ['the mark of an unknown value', 'a.json', '["\ue000Role.Arn\ue001"]', /holds the character U\+E000/],
  [
    'a prototype as a key',
    'a.json',
    '{"a": {"__proto__": {"admin": true}}}',
    /has a key called "__proto__" at a: rename it/,
  ],
  ['a prototype as a key in YAML', 'a.yaml', '__proto__: {a: 1}', /has a key called "__proto__" at the top/],
  ['an alias', 'a.yaml', 'a: &x 1\nb: *x', /uses the YAML alias "\*x": CloudFormation accepts none/],
  ['an alias to what it is in', 'a.yaml', 'a: &x [*x]', /is not valid YAML|uses the YAML alias/],
  ['aliases that multiply', 'a.yaml', `a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]`, /uses the YAML alias/],
  ['a key that is a list', 'a.yaml', '? [a, b]\n: 1', /has a key that is not a string/],
])('fails with one clear error on %s', (_, name, text, message) => {
  const started = performance.now();
  expect(() => parseDocument(text, name)).toThrow(InputError);
  expect(() => parseDocument(text, name)).toThrow(message);
  expect(performance.now() - started).toBeLessThan(5000);
});

test.each([
  ['!Ref Name', { Ref: 'Name' }],
  ['!Condition Name', { Condition: 'Name' }],
  ['!GetAtt Role.Arn', { 'Fn::GetAtt': 'Role.Arn' }],
  ['!Sub "${A}-b"', { 'Fn::Sub': '${A}-b' }],
  ['!Sub ["${A}", {A: !Ref B}]', { 'Fn::Sub': ['${A}', { A: { Ref: 'B' } }] }],
  ['!Join [":", [a, !Ref B]]', { 'Fn::Join': [':', ['a', { Ref: 'B' }]] }],
  ['Fn::If: [C, !Ref A, {a: 1}]', { 'Fn::If': ['C', { Ref: 'A' }, { a: 1 }] }],
  ['!Transform {Name: X}', { 'Fn::Transform': { Name: 'X' } }],
  ['!NoSuchFunction x', { 'Fn::NoSuchFunction': 'x' }],
  ['2012-10-17', '2012-10-17'],
  ['[yes, off, true, ~]', [true, false, true, null]],
  ['[123456789012, 012345678901, 1.0, 1e3, 0o17]', [123456789012, '012345678901', '1.0', '1e3', '0o17']],
  ['{on: 1, 012: 2, constructor: 3}', { on: 1, '012': 2, constructor: 3 }],
  ['"{not: json}"', '{not: json}'],
])('reads the YAML %s as CloudFormation does', (text, expected) => {
  expect(parseDocument(text, 'a.yaml')).toEqual(expected);
});

test('reads whatever JSON a template can hold as JSON.parse does, and the same from YAML', () => {
  const text = fc.string({ unit: 'grapheme-ascii' });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        tie('value'),
        { maxKeys: 4 },
      ),
    ),
  }));
  fc.assert(
    fc.property(
      fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        value,
      ),
      (object) => {
        const json = JSON.stringify(object);
        expect(parseDocument(json, 'a.json')).toEqual(JSON.parse(json));
        expect(parseDocument(stringify(JSON.parse(json), { version: '1.1' }), 'a.yaml')).toEqual(
          JSON.parse(json),
        );
      },
    ),
  );
});

test('never fails but with a clear error, whatever the text', () => {
  const fragment = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"a"',
    ':',
    ',',
    '\n',
    '- ',
    'a: ',
    '&a ',
    '*a',
    '!Ref ',
    '\t',
    '? ',
    '<<: ',
    '#',
    '|',
    '\u0000',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fragment, fc.string()), { maxLength: 30 }),
      fc.constantFrom('a.json', 'a.yaml', 'a'),
      (parts, name) => {
        try {
          parseDocument(parts.join(''), name);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      },
    ),
  );
});
