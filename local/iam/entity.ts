import { randomBytes } from 'node:crypto';
import { AwsError } from '../aws-error';
import type { Caller } from '../caller';

const NAME = /^[\w+=,.@-]+$/;

/** An id that no other entity has or had, not even one of the same name: `AROA…` for a role. */
export function newId(prefix: 'AROA' | 'ANPA'): string {
  return prefix + randomBytes(9).toString('hex').slice(0, 17).toUpperCase();
}

/** The ARN of a role or a managed policy of the caller's account. */
export function entityArn(
  kind: 'role' | 'policy',
  path: string,
  name: string,
  { partition, account }: Caller,
): string {
  return `arn:${partition}:iam::${account}:${kind}${path}${name}`;
}

/** @throws AwsError `ValidationError` */
export function checkName(what: string, name: string, longest: number): void {
  if (!NAME.test(name) || name.length > longest) {
    throw new AwsError(
      'ValidationError',
      `The specified value for ${what} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-` +
        ` and be at most ${longest} characters long: ${JSON.stringify(name)}`,
    );
  }
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, 404);
}

export function alreadyExists(message: string): AwsError {
  return new AwsError('EntityAlreadyExists', message, 409);
}

export function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, 409);
}
