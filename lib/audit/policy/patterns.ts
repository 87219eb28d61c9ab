import { InvalidPolicy, quote, stringsOf } from './invalid-policy';
import { isOpaque, isUnresolved } from './opaque';

/** `Action` or `Resource` of a statement; negated, it is `NotAction` or `NotResource`. */
export interface Patterns {
  readonly negated: boolean;
  /** With the wildcards `*` and `?`. */
  readonly patterns: readonly string[];
  /** Why the patterns cannot be decided. */
  readonly undecided?: string;
}

/** Reads `Resource` or `NotResource`. */
export function parseResources(json: unknown, where: string, negated: boolean): Patterns {
  return patternsOf(stringsOf(json, where), where, negated, isUnresolved);
}

/** Reads `Action` or `NotAction`. */
export function parseActions(json: unknown, where: string, negated: boolean): Patterns {
  const patterns = stringsOf(json, where);
  const wrong = patterns.find((each) => each !== '*' && !isOpaque(each) && !/^[!-9;-~]+:[!-~]+$/.test(each));
  if (wrong !== undefined) {
    throw new InvalidPolicy(`${where} has ${quote(wrong)}: write an action as <service>:<name> or "*"`);
  }
  return patternsOf(patterns, where, negated, isOpaque);
}

function patternsOf(
  patterns: readonly string[],
  where: string,
  negated: boolean,
  isUnknown: (pattern: string) => boolean,
): Patterns {
  const unknown = patterns.find(isUnknown);
  const variable = patterns.find((each) => each.includes('${'));
  const reasons = [
    patterns.length === 0 ? `${where} is an empty list` : undefined,
    unknown && `the pattern ${quote(unknown)} is not known before the deployment`,
    variable && `the pattern ${quote(variable)} has a policy variable`,
  ];
  const undecided = reasons.find((each) => each !== undefined);
  return { negated, patterns, undecided };
}
