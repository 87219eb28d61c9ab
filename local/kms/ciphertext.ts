import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import type { Desk } from './desk';
import { open, readEnvelope, seal, type EncryptionContext, type KeyMaterial } from './envelope';
import type { Key } from './key';

/** Encrypts under the newest material of a key, in base64. */
export function encrypt({ family }: Key, context: EncryptionContext, plaintext: Buffer): string {
  return seal(family.id, family.currentMaterial, context, plaintext).toString('base64');
}

/** The key that a ciphertext is to be decrypted with: the one that is named, or the one that it says itself. */
export function sourceKey(
  desk: Desk,
  ciphertext: string,
  identifier: string | undefined,
  caller: Caller,
): Key {
  if (identifier !== undefined) {
    return desk.store.keyOrAlias(identifier, caller);
  }
  const envelope = readEnvelope(Buffer.from(ciphertext, 'base64'));
  const family = envelope && desk.store.family(envelope.keyId);
  if (family === undefined) {
    throw invalidCiphertext();
  }
  const key = family.members.get(caller.region);
  if (key === undefined) {
    throw new AwsError(
      'AccessDeniedException',
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    );
  }
  return key;
}

/**
 * Decrypts with whichever material of the key encrypted.
 *
 * @throws AwsError `IncorrectKeyException` for the ciphertext of another key, `InvalidCiphertextException`
 */
export function decrypt(
  { family }: Key,
  context: EncryptionContext = {},
  ciphertext: string,
): { plaintext: Buffer; material: KeyMaterial } {
  const envelope = readEnvelope(Buffer.from(ciphertext, 'base64'));
  if (envelope === undefined) {
    throw invalidCiphertext();
  }
  if (envelope.keyId !== family.id) {
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  }
  const material = family.materials.find(({ id }) => id === envelope.materialId);
  const plaintext = material && open(envelope, material, context);
  if (material === undefined || plaintext === undefined) {
    throw invalidCiphertext();
  }
  return { plaintext, material };
}

/** KMS says no more than this, so that nobody learns from it. */
function invalidCiphertext(): AwsError {
  return new AwsError('InvalidCiphertextException', '');
}
