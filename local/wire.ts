import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError, notImplemented } from './aws-error';
import { callerIn, type Caller } from './caller';
import type { Cloud } from './cloud';
import type { Credentials } from './credentials';
import type { RestRequest, RestResponse, RestService } from './service';
import { toXml } from './xml';

type Protocol = 'json' | 'query' | 'rest';

/** What a request's signature says: whose access key, for which Region and service. */
interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Answers one HTTP request in the protocol that it was asked in: AWS JSON, Query, or REST-XML for S3.
 *
 * The signature's scope says who calls and what; the signature itself is not verified, since whoever
 * reaches the loopback interface may use every account here.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 * @see https://smithy.io/2.0/aws/protocols/index.html
 */
export async function answer(
  message: IncomingMessage,
  cloud: Cloud,
  credentials: Credentials,
  secure: boolean,
): Promise<RestResponse> {
  const requestId = randomUUID();
  const protocol = protocolOf(message.headers);
  try {
    const request = await readRequest(message);
    const scope = readScope(request);
    const token = request.headers['x-amz-security-token'] ?? request.query.get('X-Amz-Security-Token');
    const identity = credentials.identify(scope.accessKeyId, token ?? undefined);
    const response = await respond(
      request,
      protocol,
      scope,
      callerIn(identity, scope.region, secure),
      cloud,
      requestId,
    );
    return {
      ...response,
      headers: { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId, ...response.headers },
    };
  } catch (error) {
    return errorResponse(protocol, asAwsError(error), requestId);
  }
}

async function respond(
  request: RestRequest,
  protocol: Protocol,
  scope: Scope,
  caller: Caller,
  cloud: Cloud,
  requestId: string,
): Promise<RestResponse> {
  const smithy = request.headers['smithy-protocol'];
  if (smithy !== undefined) {
    throw notImplemented(`the protocol ${JSON.stringify(smithy)}`);
  }
  if (protocol === 'rest') {
    const service = cloud.service(scope.service);
    if (!('rest' in service)) {
      throw new AwsError(
        'UnknownOperationException',
        `${request.method} ${request.path} names no operation of ${scope.service}`,
        404,
      );
    }
    return (service as RestService).rest(request, caller);
  }
  if (protocol === 'json') {
    const operation = request.headers['x-amz-target'].split('.').at(-1) ?? '';
    const output = await cloud.call(scope.service, operation, parseJson(request.body), caller);
    return json(request.headers['content-type'], output);
  }
  const { Action: operation, ...input } = parseQuery(request.body.toString());
  const output = await cloud.call(scope.service, String(operation), input, caller);
  return xml(
    `<${String(operation)}Response><${String(operation)}Result>${toXml(output)}</${String(operation)}Result>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${String(operation)}Response>`,
  );
}

async function readRequest(message: IncomingMessage): Promise<RestRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) {
    chunks.push(chunk as Buffer);
  }
  const url = new URL(message.url ?? '/', 'http://127.0.0.1');
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
  const raw = Buffer.concat(chunks);
  const chunked =
    headers['content-encoding']?.includes('aws-chunked') ||
    headers['x-amz-content-sha256']?.startsWith('STREAMING-');
  return {
    method: message.method ?? 'GET',
    path: decodePath(url.pathname),
    query: url.searchParams,
    headers,
    body: chunked ? unchunk(raw) : raw,
  };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/**
 * The payload of a body sent in signed chunks: `<hex length>[;chunk-signature=…]\r\n<bytes>\r\n`…
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
function unchunk(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf('\r\n', at);
    const length = parseInt(body.toString('latin1', at, end < 0 ? body.length : end), 16);
    if (end < 0 || !(length > 0)) {
      break;
    }
    parts.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return Buffer.concat(parts);
}

function protocolOf(headers: IncomingMessage['headers']): Protocol {
  if (headers['x-amz-target'] !== undefined) {
    return 'json';
  }
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? 'query' : 'rest';
}

/** `Credential=<key>/<date>/<Region>/<service>/aws4_request` of the header, or of a presigned URL. */
function readScope(request: RestRequest): Scope {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const credential = header ?? request.query.get('X-Amz-Credential');
  const parts = credential?.split('/') ?? [];
  if (parts.length !== 5) {
    throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  return { accessKeyId: parts[0], region: parts[2], service: parts[3] };
}

function parseJson(body: Buffer): object {
  try {
    return body.length === 0 ? {} : (JSON.parse(body.toString()) as object);
  } catch {
    throw new AwsError('SerializationException', 'the body of the request is not valid JSON');
  }
}

/**
 * The input of a Query request: `A.member.1.B=x` becomes `{ A: [{ B: 'x' }] }`; an empty list, which is
 * written `A=`, is left out.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function parseQuery(body: string): Record<string, unknown> {
  const root: Tree = new Map();
  for (const [name, value] of new URLSearchParams(body)) {
    const path = name.split('.');
    if (path.length === 1 && value === '') {
      continue;
    }
    let node = root;
    for (const step of path.slice(0, -1)) {
      const next = node.get(step);
      const child: Tree = next instanceof Map ? next : new Map<string, Tree | string>();
      node.set(step, child);
      node = child;
    }
    node.set(path[path.length - 1], value);
  }
  root.delete('Version');
  return fromTree(root) as Record<string, unknown>;
}

type Tree = Map<string, Tree | string>;

function fromTree(tree: Tree | string): unknown {
  if (typeof tree === 'string') {
    return tree;
  }
  const members = tree.get('member');
  if (members instanceof Map) {
    return [...members]
      .sort(([one], [other]) => Number(one) - Number(other))
      .map(([, member]) => fromTree(member));
  }
  if (tree.size === 1 && tree.get('member') === '') {
    return [];
  }
  return Object.fromEntries([...tree].map(([name, value]) => [name, fromTree(value)]));
}

function json(contentType: string | undefined, output: unknown, status = 200): RestResponse {
  const body = JSON.stringify(output ?? {}, function (this: Record<string, unknown>, name, value: unknown) {
    const raw = this[name];
    return raw instanceof Date ? raw.getTime() / 1000 : value;
  });
  return { status, headers: { 'content-type': contentType ?? 'application/x-amz-json-1.1' }, body };
}

function xml(body: string, status = 200): RestResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) {
    return error;
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  // Not 500, on which the SDKs would try again and again.
  return new AwsError('InternalFailure', `the local endpoint failed: ${message}`, 501);
}

function errorResponse(protocol: Protocol, error: AwsError, requestId: string): RestResponse {
  const Code = error.code;
  const Message = error.message;
  if (protocol === 'json') {
    const response = json(undefined, { __type: Code, message: Message, Message }, error.status);
    return {
      ...response,
      headers: { ...response.headers, 'x-amzn-errortype': Code, 'x-amzn-requestid': requestId },
    };
  }
  if (protocol === 'rest') {
    return xml(`<Error>${toXml({ Code, Message, RequestId: requestId })}</Error>`, error.status);
  }
  const Type = error.status < 500 ? 'Sender' : 'Receiver';
  return xml(
    `<ErrorResponse><Error>${toXml({ Type, Code, Message })}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    error.status,
  );
}
