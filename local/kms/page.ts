import { AwsError } from '../aws-error';
import { integer, text, type Parameters } from './parameter';

export interface Paging {
  readonly Limit?: number;
  readonly Marker?: string;
}

/** The parameters of an operation that answers page by page. */
export function paged(maximum: number): Parameters {
  return { Limit: integer({ min: 1, max: maximum }), Marker: text({ min: 1, max: 1024 }) };
}

/**
 * One page of a list, under the name that the operation gives it.
 *
 * @throws AwsError `InvalidMarkerException`
 */
export function page<T>(
  name: string,
  items: readonly T[],
  input: Paging,
  defaultLimit: number,
): Record<string, unknown> {
  const start = input.Marker === undefined ? 0 : offsetOf(input.Marker);
  const end = start + (input.Limit ?? defaultLimit);
  const Truncated = end < items.length;
  return {
    [name]: items.slice(start, end),
    Truncated,
    NextMarker: Truncated ? Buffer.from(String(end)).toString('base64') : undefined,
  };
}

function offsetOf(marker: string): number {
  const offset = Buffer.from(marker, 'base64').toString();
  if (!/^\d{1,9}$/.test(offset)) {
    throw new AwsError(
      'InvalidMarkerException',
      `the marker ${JSON.stringify(marker)} was not given out here`,
    );
  }
  return Number(offset);
}
