import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Acceptable, isDay, readAcceptances, review } from '../../lib/audit/acceptance';
import { findingId } from '../../lib/audit/finding';

const folder = mkdtempSync(join(tmpdir(), 'acceptance-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string, name = 'accepted.yaml'): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const ENTRY = `
  - finding: rotation/0123456789ab
    resource: stack@111111111111/eu-central-1:Key
    reason: The material is rotated by hand each year
    acceptedBy: Jane Doe
    expires: 2027-03-31
`;

describe('readAcceptances', () => {
  test.each([
    ['YAML', written(`accepted:${ENTRY}`)],
    [
      'JSON',
      written(
        JSON.stringify({
          accepted: [
            {
              finding: 'rotation/0123456789ab',
              resource: 'stack@111111111111/eu-central-1:Key',
              reason: 'The material is rotated by hand each year',
              acceptedBy: 'Jane Doe',
              expires: '2027-03-31',
            },
          ],
        }),
        'accepted.json',
      ),
    ],
  ])('reads %s', (_, file) => {
    expect(readAcceptances(file)).toEqual([
      {
        finding: 'rotation/0123456789ab',
        resource: 'stack@111111111111/eu-central-1:Key',
        reason: 'The material is rotated by hand each year',
        acceptedBy: 'Jane Doe',
        expires: '2027-03-31',
        file,
        position: 0,
      },
    ]);
  });

  test.each<[string, string, RegExp]>([
    ['is a list', '[]', /must have "accepted"/],
    ['has something beside the list', `accepted: []\nignored: []`, /must have "accepted"/],
    ['has an entry that is a text', 'accepted: [rotation]', /accepted\[0\] is "rotation"/],
    ...['finding', 'resource', 'reason', 'acceptedBy', 'expires'].map((field): [string, string, RegExp] => [
      `lacks ${field}`,
      `accepted:${ENTRY.replace(new RegExp(`(- )?${field}: .*`), field === 'finding' ? '-' : '')}`,
      new RegExp(`accepted\\[0\\]\\.${field} is undefined`),
    ]),
    ['has an empty reason', `accepted:${ENTRY.replace(/reason: .*/, 'reason: " "')}`, /reason is " "/],
    ['has an unknown field', `accepted:${ENTRY}    approver: me`, /has "approver"/],
    ['has an entry twice', `accepted:${ENTRY}${ENTRY}`, /accepted\[1\] accepts what accepted\[0\] does/],
    ['expires on no day', `accepted:${ENTRY.replace('2027-03-31', '2027-02-30')}`, /expires is "2027-02-30"/],
    ['expires never', `accepted:${ENTRY.replace('2027-03-31', 'never')}`, /expires is "never"/],
  ])('fails when the file %s', (_, text, message) => {
    expect(() => readAcceptances(written(text))).toThrow(message);
  });

  test('fails when there is no file', () => {
    expect(() => readAcceptances(join(folder, 'missing.yaml'))).toThrow(/cannot be read/);
  });
});

describe('review', () => {
  const [acceptance] = readAcceptances(written(`accepted:${ENTRY}`));
  const finding: Acceptable = { id: acceptance.finding, resource: acceptance.resource };

  test('accepts the finding up to the last day, and not the day after', () => {
    expect(review([finding], [acceptance], '2027-03-31')).toEqual({
      open: [],
      accepted: [{ finding, acceptance }],
      expired: [],
      unused: [],
    });
    expect(review([finding], [acceptance], '2027-04-01')).toEqual({
      open: [finding],
      accepted: [],
      expired: [acceptance],
      unused: [],
    });
  });

  test.each([
    ['another finding', { ...finding, id: 'rotation/000000000000' }],
    ['the same finding at another resource', { ...finding, resource: 'other:Key' }],
  ])('leaves %s open, and tells that the acceptance is unused', (_, other) => {
    expect(review([other], [acceptance], '2027-01-01')).toMatchObject({
      open: [other],
      unused: [acceptance],
    });
  });
});

test('the id of a finding changes with the rule, the resource and what was found', () => {
  const ids = [
    findingId('rotation', 'a', 1),
    findingId('rotation', 'a', 2),
    findingId('rotation', 'b', 1),
    findingId('enabled', 'a', 1),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  expect(findingId('rotation', 'a', 1)).toBe(ids[0]);
  expect(ids[0]).toMatch(/^rotation\/[0-9a-f]{12}$/);
});

test.each([
  ['2028-02-29', true],
  ['2027-02-29', false],
  ['2027-2-1', false],
  ['2027-03-31T00:00', false],
])('%s is a day: %s', (text, expected) => {
  expect(isDay(text)).toBe(expected);
});
