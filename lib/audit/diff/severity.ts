/**
 * How much a change can cost, from the worst.
 *
 * - `block`: data or service is lost, or the deployment fails
 * - `high`: a protection is lost, or somebody may do more than before
 * - `medium`: worth a look
 * - `info`: harmless; said so that nobody has to find out
 */
export const SEVERITIES = ['block', 'high', 'medium', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Whether a severity is at a level or above it. */
export function isAtLeast(severity: Severity, level: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(level);
}
