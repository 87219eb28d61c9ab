import { alike } from '../../lib/audit/alike';
import type { Finding } from '../../lib/audit/finding';

const rule = {
  id: 'public-access',
  severity: 'high',
  title: 't',
  explanation: 'e.',
  remedy: 'r.',
  see: 'https://example.com',
} as const;

function finding(message: string, account?: string, more: Partial<Finding> = {}): Finding {
  const where = { resource: 'stack:Key', where: 'stack: Key', file: 'template.json', path: [] };
  return { id: 'public-access/0', rule, ...where, message, account, isUndecided: false, ...more };
}

const sizes = (...findings: Finding[]): number[] =>
  alike(findings, ({ message }) => [message]).map(({ length }) => length);

describe('alike', () => {
  test.each<[string, number[], Finding[]]>([
    ['puts the same words together, in their order', [2, 1], ['a', 'b', 'a'].map((each) => finding(each))],
    [
      'takes the accounts that findings are in for the same',
      [2],
      ['111111111111', '222222222222'].map((account) => finding(`account ${account} is open`, account)),
    ],
    [
      'keeps other accounts apart',
      [1, 1],
      ['888888888888', '999999999999'].map((other) => finding(`account ${other} is trusted`, '111111111111')),
    ],
    [
      'keeps apart what comes under different rules',
      [1, 1],
      [finding('a'), finding('a', undefined, { rule: { ...rule, id: 'lockout' } })],
    ],
    [
      'keeps apart what is certain and what is not decided',
      [1, 1],
      [finding('a'), finding('a', undefined, { isUndecided: true })],
    ],
  ])('%s', (_, expected, findings) => {
    expect(sizes(...findings)).toEqual(expected);
  });
});
