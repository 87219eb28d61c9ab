import type { PolicyDocument } from '../iam/policy-document';

/** How a bucket, or one request, encrypts: as the API writes it. */
export interface Encryption {
  readonly SSEAlgorithm: string;
  readonly KMSMasterKeyID?: string;
  readonly BucketKeyEnabled?: boolean;
}

/** How an object is encrypted; without a `keyArn`, S3 keeps the data key itself. */
export interface Sealed {
  readonly ciphertext: Buffer;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly dataKey: Buffer | string;
  readonly algorithm: string;
  readonly keyArn?: string;
  readonly bucketKey: boolean;
  readonly context: Readonly<Record<string, string>>;
}

/** One version of an object; one without content is a delete marker. */
export interface ObjectVersion {
  readonly versionId?: string;
  readonly modified: Date;
  readonly etag: string;
  readonly size: number;
  readonly contentType?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly sealed?: Sealed;
}

/** A bucket and its objects, the latest version of each first. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly objects: Map<string, ObjectVersion[]>;
  encryption: Encryption;
  versioned: boolean;
  policy?: PolicyDocument;
}
