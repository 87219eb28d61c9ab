import type { MatrixCell } from '../../../local/session/access-matrix';
import { printReport } from '../../../local/session/report';
import type { Report } from '../../../local/session/session';

const right: MatrixCell = { got: 'allowed', expected: 'allowed' };
const wrong: MatrixCell = { got: 'allowed', expected: 'AccessDeniedException' };

function printed(report: Partial<Report>): { holds: boolean; text: string } {
  let text = '';
  const holds = printReport(
    {
      overview: 'the keys',
      matrices: new Map(),
      attempts: [],
      timings: [{ step: 'prove', seconds: 1.25 }],
      ...report,
    },
    (part) => (text += part),
  );
  return { holds, text };
}

function matrices(dev: MatrixCell, prod: MatrixCell): Report['matrices'] {
  const row = (cell: MatrixCell) => [{ request: 'Encrypt', cells: Array<MatrixCell>(7).fill(cell) }];
  return new Map([
    ['dev', row(dev)],
    ['prod', row(prod)],
  ]);
}

test('a report holds when everything came back as expected, and says where the time went', () => {
  const { holds, text } = printed({
    matrices: matrices(right, right),
    attempts: [{ account: 'dev', tried: 'decrypt', got: 'allowed', expected: 'allowed' }],
  });
  expect(holds).toBe(true);
  expect(text).toContain('15 of 15 came back as expected. 1.3 s: prove 1.3 s.');
  expect(text).not.toContain('✗');
});

test('fails on one cell of one account, and says in which account', () => {
  const { holds, text } = printed({ matrices: matrices(right, wrong) });
  expect(holds).toBe(false);
  expect(text.replace(/[\s│]+/g, ' ')).toContain('dev: allowed');
  expect(text).toContain('✗');
  expect(text).toContain('7 of 14 came back as expected.');
});

test('fails on one attempt, and says what was expected', () => {
  const attempts = ['dev', 'prod', 'stage'].map((account) => ({
    account,
    tried: 'decrypt what was tampered with',
    got: account === 'stage' ? 'allowed' : 'InvalidCiphertextException',
    expected: 'InvalidCiphertextException',
  }));
  const { holds, text } = printed({ attempts });
  expect(holds).toBe(false);
  expect(text).toMatch(/dev, prod: decrypt what was tampered with .* InvalidCiphertextException .* ✓/);
  expect(text).toMatch(
    /stage: decrypt what was tampered with .* allowed .* ✗ expected InvalidCiphertextException/,
  );
});
