import {
  buildAwsKmsMrkAwareStrictMultiKeyringNode,
  buildClient,
  CommitmentPolicy,
} from '@aws-crypto/client-node';

/** What the data belongs to: not secret, authenticated with it, and seen by KMS and its audit log. */
export type EncryptionContext = Record<string, string>;

const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);

/**
 * Encrypts data of any size.
 *
 * KMS makes a data key, which encrypts the data here; the encrypted data key travels with it. KMS
 * itself would take 4,096 bytes.
 *
 * @param keyArn the ARN of the common key in the Region of the writer
 */
export async function seal(
  keyArn: string,
  plaintext: Uint8Array,
  encryptionContext: EncryptionContext,
): Promise<Buffer> {
  const { result } = await encrypt(keyringOf(keyArn), plaintext, { encryptionContext });
  return result;
}

/**
 * Decrypts what `seal` made, in whichever Region it was made.
 *
 * @param keyArn the ARN of the common key in the Region of the reader
 * @param expected the context that the data must have been sealed with
 * @throws Error when the data belongs to something else, was changed, or is under another key
 */
export async function open(keyArn: string, sealed: Uint8Array, expected: EncryptionContext): Promise<Buffer> {
  const { plaintext, messageHeader } = await decrypt(keyringOf(keyArn), sealed);
  for (const [name, value] of Object.entries(expected)) {
    const actual = messageHeader.encryptionContext[name];
    if (actual !== value) {
      throw new Error(
        `the data belongs to ${name} ${JSON.stringify(actual)}: it was opened for ${JSON.stringify(value)}`,
      );
    }
  }
  return plaintext;
}

/** A keyring that takes the related keys of one multi-Region key for one, and calls the one it is given. */
function keyringOf(generatorKeyId: string) {
  return buildAwsKmsMrkAwareStrictMultiKeyringNode({ generatorKeyId });
}
