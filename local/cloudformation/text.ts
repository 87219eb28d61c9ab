import type { Json } from '../../lib/audit/template/json';
import { validationError } from './validation-error';

/** A scalar as CloudFormation writes it out: every property value is a string to it. */
export function text(value: Json): string {
  if (typeof value === 'object') {
    throw validationError(
      `Template error: a string is needed where the template has ${JSON.stringify(value)}`,
    );
  }
  return String(value);
}

/** Whether a scalar says true; nothing said is nothing. */
export function flag(value: Json | undefined): boolean | undefined {
  return value === undefined ? undefined : text(value) === 'true';
}
