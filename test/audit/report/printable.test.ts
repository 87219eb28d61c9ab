import fc from 'fast-check';
import { opaque } from '../../../lib/audit/policy/opaque';
import { markdownCode, markdownTable, markdownText } from '../../../lib/audit/report/markdown';
import { printable } from '../../../lib/audit/report/printable';
import { terminalTable } from '../../../lib/audit/report/terminal-table';

test.each([
  ['a terminal escape', '\u001b[2J', '\\u001b[2J'],
  ['a line end', 'a\nb', 'a\\u000ab'],
  ['text that runs backwards', 'role/\u202egnp.exe', 'role/\\u202egnp.exe'],
  ['an unknown value', `role/${opaque('Role.RoleName')}`, 'role/⟨Role.RoleName⟩'],
  ['letters of any language', 'ünïcödé 鍵 🔑', 'ünïcödé 鍵 🔑'],
])('shows %s without its effect', (_, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test.each([
  ['a table', 'a | b', 'a \\| b'],
  ['an image', '![x](https://example.com)', '!\\[x\\](https://example.com)'],
  ['a tag', '<img src=x>', '\\<img src=x\\>'],
  ['several lines', '# a\n- b', '\\# a - b'],
  ['an escape', '\\|', '\\\\\\|'],
])('shows %s as text in Markdown', (_, text, expected) => {
  expect(markdownText(text)).toBe(expected);
});

test('shows whatever there is in a code span', () => {
  expect(markdownCode('a`|b')).toBe('`` a`\\|b ``');
  expect(markdownCode('alias/x')).toBe('`alias/x`');
});

test('writes a table whose every row has as many cells as its head, whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 5 }), (rows) => {
      const lines = markdownTable(
        ['a', 'b'],
        rows.map((row) => row.map(markdownText)),
      )
        .trimEnd()
        .split('\n');
      expect(lines).toHaveLength(rows.length + 2);
      for (const line of lines) expect(line.match(/(?<!\\)(?:\\\\)*\|/g)).toHaveLength(3);
    }),
  );
});

test('keeps a table for terminals within its width', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string(), fc.string({ maxLength: 300 })), { minLength: 1, maxLength: 4 }),
      (rows) => {
        const table = terminalTable(['one', 'two'], rows, 60);
        expect(Math.max(...table.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(60);
      },
    ),
  );
});
