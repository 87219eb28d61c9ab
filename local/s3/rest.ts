import { notImplemented } from '../aws-error';
import type { RestRequest, RestResponse } from '../service';
import { toXml } from '../xml';

type Call = (operation: string, input: object) => Promise<Record<string, unknown>>;

/** What of a request has no bearing on what it does: how it is signed, sent and checked in transit. */
const IGNORED_QUERY = /^(x-id|X-Amz-.*)$/;
const IGNORED_HEADERS =
  /^(host|connection|authorization|user-agent|accept|accept-encoding|transfer-encoding|expect|content-length|content-md5|content-encoding|content-type|amz-sdk-.*|x-amz-(user-agent|date|content-sha256|security-token|sdk-checksum-algorithm|checksum-.*|trailer|decoded-content-length|expected-bucket-owner|server-side-encryption.*|meta-.*))$/;

/** Which operation a method and a sub-resource of a bucket mean. */
const BUCKET_OPERATIONS: Readonly<Record<string, string>> = {
  'DELETE ': 'DeleteBucket',
  'DELETE policy': 'DeleteBucketPolicy',
  'GET encryption': 'GetBucketEncryption',
  'GET list-type': 'ListObjectsV2',
  'GET location': 'GetBucketLocation',
  'GET policy': 'GetBucketPolicy',
  'HEAD ': 'HeadBucket',
  'PUT policy': 'PutBucketPolicy',
};

const OBJECT_OPERATIONS: Readonly<Record<string, string>> = {
  DELETE: 'DeleteObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
};

/**
 * Turns a REST request into an operation of S3, and its output into the response.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export async function answerRest(request: RestRequest, call: Call): Promise<RestResponse> {
  const [, Bucket = '', Key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(request.path) ?? [];
  const { method, query, headers, body } = request;
  const names = [...query.keys()].filter((name) => !IGNORED_QUERY.test(name));
  const unknown = Object.keys(headers).filter((name) => !IGNORED_HEADERS.test(name));
  if (unknown.length > 0) {
    throw notImplemented(`the S3 request header ${unknown.join(', ')}`);
  }
  const owner = { Bucket, ExpectedBucketOwner: headers['x-amz-expected-bucket-owner'] };
  if (Key !== '') {
    if (!Object.hasOwn(OBJECT_OPERATIONS, method) || names.some((name) => name !== 'versionId')) {
      throw notImplemented(`the S3 request ${method} of an object with ${JSON.stringify(names.join('&'))}`);
    }
    const input = { ...owner, Key, VersionId: query.get('versionId') ?? undefined };
    const output = await call(
      OBJECT_OPERATIONS[method],
      method === 'PUT' ? { ...input, ...putInput(headers), Body: body } : input,
    );
    return objectResponse(method, output);
  }
  const [resource = '', ...parameters] = names.sort(
    (one, other) => Number(other === 'list-type') - Number(one === 'list-type'),
  );
  const operation = Object.hasOwn(BUCKET_OPERATIONS, `${method} ${resource}`)
    ? BUCKET_OPERATIONS[`${method} ${resource}`]
    : undefined;
  if (operation === undefined || Bucket === '') {
    throw notImplemented(`the S3 request ${method} of a bucket with ${JSON.stringify(names.join('&'))}`);
  }
  const output = await call(operation, {
    ...owner,
    ...Object.fromEntries(parameters.map((name) => [inputName(name), query.get(name)])),
    ...(operation === 'PutBucketPolicy' && { Policy: body.toString() }),
  });
  return bucketResponse(operation, output ?? {});
}

/** `max-keys` is `MaxKeys` among the inputs; what no operation takes is refused there. */
function inputName(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function putInput(headers: Readonly<Record<string, string>>): object {
  const sse = 'x-amz-server-side-encryption';
  const bucketKey = headers[`${sse}-bucket-key-enabled`];
  return {
    ContentType: headers['content-type'],
    ServerSideEncryption: headers[sse],
    SSEKMSKeyId: headers[`${sse}-aws-kms-key-id`],
    SSEKMSEncryptionContext: headers[`${sse}-context`],
    BucketKeyEnabled: bucketKey === undefined ? undefined : bucketKey === 'true',
    Metadata: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => name.startsWith('x-amz-meta-'))
        .map(([name, value]) => [name.slice('x-amz-meta-'.length), value]),
    ),
  };
}

function objectResponse(method: string, output: Record<string, unknown>): RestResponse {
  const headers = Object.entries({
    etag: output.ETag,
    'content-type': output.ContentType ?? (method === 'GET' ? 'application/octet-stream' : undefined),
    'content-length': method === 'HEAD' ? output.ContentLength : undefined,
    'last-modified': output.LastModified instanceof Date ? output.LastModified.toUTCString() : undefined,
    'x-amz-version-id': output.VersionId,
    'x-amz-delete-marker': output.DeleteMarker,
    'x-amz-server-side-encryption': output.ServerSideEncryption,
    'x-amz-server-side-encryption-aws-kms-key-id': output.SSEKMSKeyId,
    'x-amz-server-side-encryption-bucket-key-enabled': output.BucketKeyEnabled,
    ...Object.fromEntries(
      Object.entries((output.Metadata as object | undefined) ?? {}).map(([name, value]) => [
        `x-amz-meta-${name}`,
        value as string,
      ]),
    ),
  }).filter(([, value]) => value !== undefined);
  return {
    status: method === 'DELETE' ? 204 : 200,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    body: method === 'GET' ? (output.Body as Buffer) : undefined,
  };
}

function bucketResponse(operation: string, output: Record<string, unknown>): RestResponse {
  const xml = (body: string): RestResponse => ({ headers: { 'content-type': 'application/xml' }, body });
  switch (operation) {
    case 'GetBucketLocation':
      return xml(`<LocationConstraint>${toXml(output.LocationConstraint)}</LocationConstraint>`);
    case 'GetBucketPolicy':
      return { headers: { 'content-type': 'application/json' }, body: String(output.Policy) };
    case 'GetBucketEncryption': {
      const rules = (output.Rules as object[]).map((Rule) => toXml({ Rule }, null)).join('');
      return xml(`<ServerSideEncryptionConfiguration>${rules}</ServerSideEncryptionConfiguration>`);
    }
    case 'ListObjectsV2':
      return xml(`<ListBucketResult>${toXml(output, null)}</ListBucketResult>`);
    case 'HeadBucket':
      return { headers: { 'x-amz-bucket-region': String(output.BucketRegion) } };
    default:
      return { status: operation.startsWith('Delete') || operation === 'PutBucketPolicy' ? 204 : 200 };
  }
}
