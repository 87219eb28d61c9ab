import type { Caller } from './caller';

/**
 * What a service does with one operation: the SDK's input shape in, its output shape out, or an `AwsError` thrown.
 *
 * Blobs are base64 strings and timestamps are `Date`s in both directions, whatever the protocol.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every operation states its own input
export type Operation = (input: any, caller: Caller) => unknown;

/** One AWS service: its name as SigV4 signs it, and the operations that it knows. */
export interface Service {
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
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
