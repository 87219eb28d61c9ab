import { notImplemented } from './aws-error';
import type { Caller } from './caller';

/**
 * What a service does with one operation: the SDK's input shape in, its output shape out, or an `AwsError` thrown.
 *
 * Blobs are base64 strings and timestamps are `Date`s in both directions, whatever the protocol.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every operation states its own input
export type Operation = (input: any, caller: Caller) => unknown;

/** Operations by their names. */
export type Operations = Readonly<Record<string, Operation>>;

/** One AWS service: its name as SigV4 signs it, and the operations that it knows. */
export interface Service {
  readonly name: string;
  readonly operations: Operations;
}

/** A request of a REST service, which has no operation's name on it. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface RestResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A service that is spoken to in REST-XML. */
export interface RestService extends Service {
  rest(request: RestRequest, caller: Caller): Promise<RestResponse>;
}

/**
 * An operation that takes these inputs and no others: what it does not know it refuses, rather than ignoring it.
 *
 * @param inputs names, separated by spaces
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see `Operation`
export function taking<Input = any>(
  inputs: string,
  run: (input: Input, caller: Caller) => unknown,
): Operation {
  const known = new Set(inputs.split(' '));
  return (input: Record<string, unknown>, caller) => {
    const unknown = Object.keys(input).filter((name) => !known.has(name) && input[name] !== undefined);
    if (unknown.length > 0) {
      throw notImplemented(`the input ${unknown.map((name) => JSON.stringify(name)).join(', ')}`);
    }
    return run(input as Input, caller);
  };
}
