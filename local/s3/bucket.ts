import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { PolicyDocument } from '../iam/policy-document';

/** How a bucket, or one request, encrypts: as the API writes it. */
export interface Encryption {
  readonly SSEAlgorithm: string;
  readonly KMSMasterKeyID?: string;
  readonly BucketKeyEnabled?: boolean;
}

/** How an object is encrypted; without a `key`, S3 keeps the data key itself. */
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
  readonly created: Date;
  readonly objects: Map<string, ObjectVersion[]>;
  readonly settings: Map<string, unknown>;
  encryption: Encryption;
  versioned: boolean;
  policy?: PolicyDocument;
}

const CIPHER = 'aes-256-gcm';

export function seal(plaintext: Buffer, dataKey: Buffer): Pick<Sealed, 'ciphertext' | 'iv' | 'tag'> {
  const iv = randomBytes(12);
  const cipher = createCipheriv(CIPHER, dataKey, iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { ciphertext, iv, tag: cipher.getAuthTag() };
}

export function open({ ciphertext, iv, tag }: Sealed, dataKey: Buffer): Buffer {
  const decipher = createDecipheriv(CIPHER, dataKey, iv).setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

export function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
