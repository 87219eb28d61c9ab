import { addressRange, dateValue, numericValue } from '../../../lib/audit/policy/condition-value';

describe('a number', () => {
  test.each([
    ['0', 0],
    ['30', 30],
    ['-7', -7],
    ['30.0', 30],
    ['29.95', 29.95],
    ['007', 7],
    ['123456789012345', 123456789012345],
    ['-1234567890.12345', -1234567890.12345],
  ])('is read from %j', (text, value) => {
    expect(numericValue(text)).toBe(value);
  });

  test.each(['', 'ten', '1e3', '0x1e', '+1', ' 1', '1 ', '1.', '.5', '1.2.3', '--1', 'Infinity'])(
    'is not read from %j',
    (text) => {
      expect(numericValue(text)).toBeUndefined();
    },
  );

  test.each(['1234567890123456', '12345678901234.56', '-12345678.90123456', '0.123456789012345'])(
    'is not read from %j, which has more digits than are exact',
    (text) => {
      expect(numericValue(text)).toBeUndefined();
    },
  );
});

describe('a date', () => {
  test.each([
    ['2026-02', '2026-02-01T00:00:00.000Z'],
    ['2026-02-03', '2026-02-03T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-02-03T04:05Z', '2026-02-03T04:05:00.000Z'],
    ['2026-02-03T04:05:06Z', '2026-02-03T04:05:06.000Z'],
    ['2026-02-03T04:05:06.7Z', '2026-02-03T04:05:06.700Z'],
    ['2026-02-03T04:05:06.789Z', '2026-02-03T04:05:06.789Z'],
    ['2026-02-03T04:05:06+12:30', '2026-02-02T15:35:06.000Z'],
    ['2026-02-03T04:05:06-01:00', '2026-02-03T05:05:06.000Z'],
    ['10000', '1970-01-01T02:46:40.000Z'],
    ['1767225600', '2026-01-01T00:00:00.000Z'],
    ['100000000000', '5138-11-16T09:46:40.000Z'],
  ])('is read from %j', (text, date) => {
    expect(new Date(dateValue(text) as number).toISOString()).toBe(date);
  });

  test.each([
    ['nothing', ''],
    ['a word', 'tomorrow'],
    ['a year, or so many seconds', '2026'],
    ['more seconds than a date has', '1000000000000'],
    ['seconds before 1970', '-10000'],
    ['seconds and a fraction', '10000.5'],
    ['a month that is none', '2026-13'],
    ['a day that its month does not have', '2026-02-29'],
    ['such a day at some time', '2026-02-30T00:00:00Z'],
    ['an hour that is none', '2026-02-03T25:00Z'],
    ['a time of no time zone', '2026-02-03T04:05:06'],
    ['a time in another form', '2026-02-03 04:05:06Z'],
    ['microseconds', '2026-02-03T04:05:06.7890Z'],
    ['a year of six digits', '+012026-02-03'],
    ['a date in American form', '02/03/2026'],
    ['a date with a space around it', '2026-02-03 '],
  ])('is not read from %s', (_, text) => {
    expect(dateValue(text)).toBeUndefined();
  });
});

describe('a range of addresses', () => {
  test.each([
    ['10.0.0.1', { family: 'ipv4', address: '10.0.0.1', prefix: 32 }],
    ['10.0.0.0/8', { family: 'ipv4', address: '10.0.0.0', prefix: 8 }],
    ['0.0.0.0/0', { family: 'ipv4', address: '0.0.0.0', prefix: 0 }],
    ['10.0.0.1/32', { family: 'ipv4', address: '10.0.0.1', prefix: 32 }],
    ['2001:db8::7', { family: 'ipv6', address: '2001:db8::7', prefix: 128 }],
    ['2001:db8::/32', { family: 'ipv6', address: '2001:db8::', prefix: 32 }],
    ['2001:db8::7/128', { family: 'ipv6', address: '2001:db8::7', prefix: 128 }],
  ])('is read from %j', (text, range) => {
    expect(addressRange(text)).toEqual(range);
  });

  test.each([
    '',
    'localhost',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-8',
    '10.0.0.0/+8',
    '10.0.0.0/8.0',
    '10.0.0.0/ 8',
    '10.0.0.0/0008',
    '10.0.0.0/8/8',
    '2001:db8::/129',
    '2001:db8::7%eth0',
    '2001:db8::7%eth0/64',
  ])('is not read from %j', (text) => {
    expect(addressRange(text)).toBeUndefined();
  });
});
