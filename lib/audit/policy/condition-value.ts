import { isIP } from 'node:net';

/** Fifteen digits is what a double holds without rounding. */
const EXACT_DIGITS = 15;

/** The number that a string writes in decimal, unless it is none or has too many digits to be exact. */
export function numericValue(text: string): number | undefined {
  const isExact = /^-?\d+(?:\.\d+)?$/.test(text) && text.replace(/\D/g, '').length <= EXACT_DIGITS;
  return isExact ? Number(text) : undefined;
}

const ISO_DATE = /^\d{4}-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?)?$/;
const EPOCH_SECONDS = /^\d{5,12}$/;

/**
 * The milliseconds since 1970 of an ISO 8601 date or of a number of seconds.
 *
 * Four digits alone could be a year or a number of seconds, so they are neither.
 */
export function dateValue(text: string): number | undefined {
  if (EPOCH_SECONDS.test(text)) {
    return Number(text) * 1000;
  }
  const time = ISO_DATE.test(text) ? Date.parse(text) : Number.NaN;
  const [day] = text.split('T');
  // A day that its month does not have is parsed as one of the next month.
  const exists = !Number.isNaN(time) && new Date(day).toISOString().startsWith(day);
  return exists ? time : undefined;
}

/** A range of IP addresses; an address alone is a range of one. */
export interface AddressRange {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefix: number;
}

/** Reads an address or a CIDR range. */
export function addressRange(text: string): AddressRange | undefined {
  const [address, prefixText, ...rest] = text.split('/') as [string, string?, ...string[]];
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (
    version === 0 ||
    address.includes('%') ||
    rest.length > 0 ||
    !/^\d{1,3}$/.test(prefixText ?? '0') ||
    prefix > bits
  ) {
    return undefined;
  }
  return { family: version === 4 ? 'ipv4' : 'ipv6', address, prefix };
}
