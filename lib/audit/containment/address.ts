import { OPERATORS, type Condition } from '../policy/condition';
import { addressRange, type AddressRange } from '../policy/condition-value';
import type { Domain } from './text';

type Family = AddressRange['family'];

interface Interval {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

const BITS: Record<Family, number> = { ipv4: 32, ipv6: 128 };

/**
 * The IP addresses that a key may hold: one of each stretch that no range begins or ends within.
 *
 * IPv4 and IPv6 are two lines of numbers; a range of the one never holds an address of the other.
 */
export function addressDomain(conditions: readonly Condition[]): Domain {
  const intervals = conditions.map(({ values }) =>
    values.map((value) => intervalOf(addressRange(value) as AddressRange)),
  );
  const starts = (family: Family): bigint[] => [
    ...new Set(
      intervals
        .flat()
        .filter((interval) => interval.family === family)
        .flatMap(({ first, last }) => [first, last + 1n]),
    ),
  ];
  return {
    samples: () => [
      // Behind the last address the first one comes again.
      ...[...starts('ipv4'), 0n].map(writeIpv4),
      ...[...starts('ipv6'), 0n].map(writeIpv6),
    ],
    tests: conditions.map(({ operator }, i) => {
      const { negated } = OPERATORS[operator];
      return (value) => {
        const address = addressRange(value);
        if (address === undefined || value.includes('/')) return undefined;
        const { family, first } = intervalOf(address);
        const matches = intervals[i].some(
          (range) => range.family === family && range.first <= first && first <= range.last,
        );
        return negated ? !matches : matches;
      };
    }),
  };
}

function intervalOf({ family, address, prefix }: AddressRange): Interval {
  const size = 1n << BigInt(BITS[family] - prefix);
  const number = read(address);
  const first = (number / size) * size;
  return { family, first, last: first + size - 1n };
}

const joined = (parts: readonly number[], bits: bigint): bigint =>
  parts.reduce((number, part) => (number << bits) | BigInt(part), 0n);

const split = (number: bigint, count: number, bits: bigint): number[] =>
  Array.from({ length: count }, (_, i) =>
    Number((number >> (bits * BigInt(count - 1 - i))) & ((1n << bits) - 1n)),
  );

const readIpv4 = (address: string): bigint => joined(address.split('.').map(Number), 8n);

/** Reads an address of either family. */
function read(address: string): bigint {
  const [head, tail] = address.split('::').map(groupsOf);
  const zeros = tail === undefined ? [] : Array<number>(8 - head.length - tail.length).fill(0);
  return joined([...head, ...zeros, ...(tail ?? [])], 16n);
}

/** The 16-bit groups of an address or of a stretch of it, which may be written as IPv4. */
const groupsOf = (text: string): number[] =>
  text
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => (group.includes('.') ? split(readIpv4(group), 2, 16n) : [parseInt(group, 16)]));

const writeIpv4 = (number: bigint): string => split(number, 4, 8n).join('.');

const writeIpv6 = (number: bigint): string =>
  split(number, 8, 16n)
    .map((group) => group.toString(16))
    .join(':');
