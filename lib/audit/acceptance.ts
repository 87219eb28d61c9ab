import { readFileSync } from 'node:fs';
import { parseDocument } from './template/document';
import { InputError } from './template/input-error';
import { isObject, type Json, own } from './template/json';

/**
 * The reviewed decision to live with exactly one finding, for a time.
 *
 * @see docs/checks.md for the file that holds them
 */
export interface Acceptance {
  /** The id of the finding, as the report prints it: `public-access/3f2a9c81d04b`. */
  readonly finding: string;

  /** The id of its resource, as the report prints it. */
  readonly resource: string;

  /** Why it is acceptable. */
  readonly reason: string;

  /** Who answers for it. */
  readonly acceptedBy: string;

  /** The last day on which it counts, as `2027-03-31`. */
  readonly expires: string;

  /** Where it is written: the file and the position in its list, counted from 0. */
  readonly file: string;
  readonly position: number;
}

/** What an acceptance can be about: a finding of a check, or a verdict on a change. */
export interface Acceptable {
  readonly id: string;
  readonly resource: string;
}

/** Findings, parted by what was decided about them. */
export interface Reviewed<Found extends Acceptable> {
  /** Neither accepted nor forgiven by an acceptance that has expired. */
  readonly open: readonly Found[];
  readonly accepted: readonly { readonly finding: Found; readonly acceptance: Acceptance }[];

  /** Counts no more; what it accepted is open again, or gone. */
  readonly expired: readonly Acceptance[];

  /** Accepts nothing that was found. */
  readonly unused: readonly Acceptance[];
}

const FIELDS = ['finding', 'resource', 'reason', 'acceptedBy', 'expires'] as const;

/**
 * Reads a file of acceptances, in YAML or JSON: `accepted`, a list of entries.
 *
 * @throws InputError when an entry lacks something, has something more, or is there twice
 */
export function readAcceptances(file: string): Acceptance[] {
  const document = parseDocument(readText(file), file);
  const list = isObject(document) ? own(document, 'accepted') : undefined;
  if (!isObject(document) || !Array.isArray(list) || Object.keys(document).length !== 1) {
    throw new InputError(
      `${file} is no file of acceptances: it must have "accepted", a list, and nothing else`,
    );
  }
  const acceptances = list.map((entry, position) => acceptanceOf(entry, file, position));
  const seen = new Map<string, number>();
  for (const { finding, resource, position } of acceptances) {
    const key = `${finding} ${resource}`;
    const first = seen.get(key);
    if (first !== undefined) {
      throw new InputError(
        `${file}: accepted[${position}] accepts what accepted[${first}] does already: keep one`,
      );
    }
    seen.set(key, position);
  }
  return acceptances;
}

/**
 * Parts findings by the acceptances that cover them.
 *
 * An acceptance covers the finding of its id at its resource, up to and including the day it expires.
 *
 * @param today as `2027-03-31`
 */
export function review<Found extends Acceptable>(
  findings: readonly Found[],
  acceptances: readonly Acceptance[],
  today: string,
): Reviewed<Found> {
  const expired = acceptances.filter(({ expires }) => expires < today);
  const current = acceptances.filter(({ expires }) => expires >= today);
  const of = (finding: Found): Acceptance | undefined =>
    current.find((each) => each.finding === finding.id && each.resource === finding.resource);
  const accepted = findings.flatMap((finding) => {
    const acceptance = of(finding);
    return acceptance ? [{ finding, acceptance }] : [];
  });
  const used = new Set(accepted.map(({ acceptance }) => acceptance));
  return {
    open: findings.filter((finding) => of(finding) === undefined),
    accepted,
    expired,
    unused: current.filter((each) => !used.has(each)),
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`${JSON.stringify(file)} cannot be read: ${(error as Error).message}`);
  }
}

function acceptanceOf(entry: Json, file: string, position: number): Acceptance {
  const where = `${file}: accepted[${position}]`;
  if (!isObject(entry)) {
    throw new InputError(`${where} is ${JSON.stringify(entry)}: an entry has ${FIELDS.join(', ')}`);
  }
  const stranger = Object.keys(entry).find((name) => !(FIELDS as readonly string[]).includes(name));
  if (stranger !== undefined) {
    throw new InputError(`${where} has ${JSON.stringify(stranger)}: an entry has ${FIELDS.join(', ')}`);
  }
  const [finding, resource, reason, acceptedBy, expires] = FIELDS.map((name) => {
    const value = own(entry, name);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    throw new InputError(`${where}.${name} is ${JSON.stringify(value)}: a text is expected`);
  });
  if (!isDay(expires)) {
    throw new InputError(`${where}.expires is ${JSON.stringify(expires)}: write a day as "2027-03-31"`);
  }
  return { finding, resource, reason, acceptedBy, expires, file, position };
}

/** Whether a text is a day that the calendar has. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
