import { compare, type Containment } from '../../../lib/audit/contain';
import { parsePolicy, type Policy } from '../../../lib/audit/policy/document';

export const ACCOUNT = '111122223333';
export const iam = (name: string): string => `arn:aws:iam::${ACCOUNT}:${name}`;

/** A policy of statements that allow everything but for what is given; `undefined` leaves an element out. */
export function policy(...statements: object[]): Policy {
  const defaults = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
  const Statement = statements.map((statement) => ({ ...defaults, ...statement }));
  return parsePolicy(JSON.parse(JSON.stringify({ Version: '2012-10-17', Statement })));
}

export const NOBODY: Policy = { statements: [] };
export const when = (Condition: object): Policy => policy({ Condition });

export const isContained = (old: Policy, next: Policy): boolean => compare(old, next).kind === 'contained';

/** The reasons of an answer that had to stay open. */
export function reasonsOf(containment: Containment): readonly string[] {
  if (containment.kind !== 'unknown') throw new Error(`the answer is ${containment.kind}`);
  return containment.reasons;
}
