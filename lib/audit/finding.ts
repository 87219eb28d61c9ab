import { createHash } from 'node:crypto';

/** How bad something is, from the least to the worst. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

/** How bad something is. */
export type Severity = (typeof SEVERITIES)[number];

/** Whether something is at least as bad as a level. */
export function isAtLeast(severity: Severity, level: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(level);
}

/** What a command can find, said once for all its findings. */
export interface FindingRule {
  /** Lower case with hyphens: `public-access`. */
  readonly id: string;
  readonly severity: Severity;

  /** What is expected, in one line. */
  readonly title: string;

  /** Why it matters. */
  readonly explanation: string;

  /** What to do about it. */
  readonly remedy: string;

  /** The AWS page that the rule rests on. */
  readonly see: string;
}

/** Something that a command found, at one resource. */
export interface Finding {
  /** Names exactly this finding, as long as what was found stays the same. */
  readonly id: string;
  readonly rule: FindingRule;

  /** The id of the resource, such as `<stack>@<account>@<Region>><logical id>`. */
  readonly resource: string;

  /** Where people find the resource. */
  readonly where: string;

  /** The account that the resource is in, where it is known. */
  readonly account?: string;

  /** What is the matter, in the words of this one case. */
  readonly message: string;

  /** Set when the rule could not be decided: the message then says why. */
  readonly isUndecided: boolean;

  /** The file in which it was found, and the way to it from the top of the file. */
  readonly file: string;
  readonly path: readonly (string | number)[];
}

const ID_LENGTH = 12;

/**
 * The id of a finding: the rule, and a digest of the resource and of what was found there.
 *
 * It stays the same between runs and machines, and changes with what was found: an acceptance of one
 * finding never covers a worse one.
 *
 * @param subject what was found, apart from how a message words it
 */
export function findingId(rule: string, resource: string, subject: unknown): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([rule, resource, subject]))
    .digest('hex');
  return `${rule}/${digest.slice(0, ID_LENGTH)}`;
}
