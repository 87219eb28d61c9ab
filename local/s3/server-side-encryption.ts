import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError, notImplemented } from '../aws-error';
import { callerIn, via, type Caller } from '../caller';
import type { Cloud } from '../cloud';
import type { Bucket, Encryption, Sealed } from './bucket';

/** What of a request is encrypted, and what says where it belongs. */
interface Content {
  readonly Key: string;
  readonly Body: Buffer;
  readonly SSEKMSEncryptionContext?: string;
}

const CIPHER = 'aes-256-gcm';

/**
 * Encrypts every object under a data key, which KMS makes for the caller when the object is to be under a KMS key.
 *
 * The encryption context is the ARN of the object, or of the bucket when a bucket key is used. The
 * AWS managed key `aws/s3` is S3's own here and cannot be seen in KMS.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
 */
export class ServerSideEncryption {
  constructor(private readonly cloud: Cloud) {}

  public async seal(
    bucket: Bucket,
    { Key, Body, SSEKMSEncryptionContext: given }: Content,
    { SSEAlgorithm: algorithm, KMSMasterKeyID, BucketKeyEnabled = false }: Encryption,
    caller: Caller,
  ): Promise<Sealed> {
    if (algorithm !== 'AES256' && algorithm !== 'aws:kms') {
      throw notImplemented(`the server-side encryption ${JSON.stringify(algorithm)}`);
    }
    if (algorithm === 'AES256' || KMSMasterKeyID === undefined) {
      const dataKey = randomBytes(32);
      return { ...encrypt(Body, dataKey), dataKey, algorithm, bucketKey: false, context: {} };
    }
    const context = {
      ...(given === undefined
        ? {}
        : (JSON.parse(Buffer.from(given, 'base64').toString()) as Record<string, string>)),
      'aws:s3:arn': BucketKeyEnabled ? bucket.arn : `${bucket.arn}/${Key}`,
    };
    const { Plaintext, CiphertextBlob, KeyId } = await this.kms<Record<string, string>>(
      bucket,
      caller,
      'GenerateDataKey',
      {
        KeyId: KMSMasterKeyID,
        KeySpec: 'AES_256',
        EncryptionContext: context,
      },
    );
    return {
      ...encrypt(Body, Buffer.from(Plaintext, 'base64')),
      dataKey: CiphertextBlob,
      algorithm,
      keyArn: KeyId,
      bucketKey: BucketKeyEnabled,
      context,
    };
  }

  public async open(bucket: Bucket, sealed: Sealed, caller: Caller): Promise<Buffer> {
    if (typeof sealed.dataKey !== 'string') {
      return decrypt(sealed, sealed.dataKey);
    }
    const { Plaintext } = await this.kms<{ Plaintext: string }>(bucket, caller, 'Decrypt', {
      CiphertextBlob: sealed.dataKey,
      EncryptionContext: sealed.context,
    });
    return decrypt(sealed, Buffer.from(Plaintext, 'base64'));
  }

  /** Calls KMS in the bucket's Region as the caller, by way of S3 (`kms:ViaService`). */
  private async kms<Output>(
    bucket: Bucket,
    caller: Caller,
    operation: string,
    input: object,
  ): Promise<Output> {
    try {
      return await this.cloud.call<Output>(
        'kms',
        operation,
        input,
        via(callerIn(caller, bucket.region, caller.secure), 's3'),
      );
    } catch (error) {
      if (error instanceof AwsError && error.status < 500) {
        const denied = error.code === 'AccessDeniedException';
        throw new AwsError(denied ? 'AccessDenied' : `KMS.${error.code}`, error.message, denied ? 403 : 400);
      }
      throw error;
    }
  }
}

function encrypt(plaintext: Buffer, dataKey: Buffer): Pick<Sealed, 'ciphertext' | 'iv' | 'tag'> {
  const iv = randomBytes(12);
  const cipher = createCipheriv(CIPHER, dataKey, iv);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { ciphertext, iv, tag: cipher.getAuthTag() };
}

function decrypt({ ciphertext, iv, tag }: Sealed, dataKey: Buffer): Buffer {
  const decipher = createDecipheriv(CIPHER, dataKey, iv).setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}
