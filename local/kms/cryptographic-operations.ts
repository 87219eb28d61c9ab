import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import { keyId, type Definitions, type Desk } from './desk';
import { open, readEnvelope, seal, type EncryptionContext, type KeyMaterial } from './envelope';
import { grantTokens } from './grant-operations';
import type { Key } from './key';
import { blob, flag, only, pairs, required } from './parameter';

/** The most that `Encrypt` takes; larger data is encrypted under a data key. */
const MAX_PLAINTEXT = 4096;
const MAX_CIPHERTEXT = 6144;
const ALGORITHM = 'SYMMETRIC_DEFAULT';

export const algorithmKey = { 'kms:EncryptionAlgorithm': [ALGORITHM] };

interface EncryptInput {
  readonly KeyId: string;
  readonly Plaintext: string;
  readonly EncryptionContext?: EncryptionContext;
  readonly DryRun?: boolean;
}

interface DecryptInput {
  readonly CiphertextBlob: string;
  readonly EncryptionContext?: EncryptionContext;
  readonly KeyId?: string;
  readonly DryRun?: boolean;
}

interface ReEncryptInput {
  readonly CiphertextBlob: string;
  readonly SourceKeyId?: string;
  readonly SourceEncryptionContext?: EncryptionContext;
  readonly DestinationKeyId: string;
  readonly DestinationEncryptionContext?: EncryptionContext;
  readonly DryRun?: boolean;
}

/**
 * Encryption and decryption inside KMS.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
 */
export function cryptographicOperations(desk: Desk): Definitions {
  return {
    Encrypt: {
      parameters: {
        KeyId: required(keyId),
        Plaintext: required(blob({ min: 1, max: MAX_PLAINTEXT })),
        EncryptionContext: pairs,
        EncryptionAlgorithm: only(ALGORITHM),
        GrantTokens: grantTokens,
        DryRun: flag,
      },
      run: (input: EncryptInput, caller) => {
        const encryptionContext = input.EncryptionContext ?? {};
        const key = desk.namedKey('Encrypt', input.KeyId, caller, {
          context: algorithmKey,
          encryptionContext,
        });
        desk.use('Encrypt', input, key);
        return {
          CiphertextBlob: encrypt(key, encryptionContext, Buffer.from(input.Plaintext, 'base64')),
          KeyId: key.arn,
          EncryptionAlgorithm: ALGORITHM,
        };
      },
    },
    Decrypt: {
      parameters: {
        CiphertextBlob: required(blob({ min: 1, max: MAX_CIPHERTEXT })),
        EncryptionContext: pairs,
        KeyId: keyId,
        EncryptionAlgorithm: only(ALGORITHM),
        GrantTokens: grantTokens,
        DryRun: flag,
      },
      run: (input: DecryptInput, caller) => {
        const key = sourceKey(desk, input.CiphertextBlob, input.KeyId, caller);
        const attempt = { context: algorithmKey, encryptionContext: input.EncryptionContext };
        desk.admitNamed('Decrypt', key, input.KeyId, caller, attempt);
        const { plaintext, material } = decrypt(key, input.EncryptionContext, input.CiphertextBlob);
        desk.use('Decrypt', input, key);
        return {
          KeyId: key.arn,
          Plaintext: plaintext.toString('base64'),
          EncryptionAlgorithm: ALGORITHM,
          KeyMaterialId: material.id,
        };
      },
    },
    ReEncrypt: {
      parameters: {
        CiphertextBlob: required(blob({ min: 1, max: MAX_CIPHERTEXT })),
        SourceEncryptionContext: pairs,
        SourceKeyId: keyId,
        SourceEncryptionAlgorithm: only(ALGORITHM),
        DestinationKeyId: required(keyId),
        DestinationEncryptionContext: pairs,
        DestinationEncryptionAlgorithm: only(ALGORITHM),
        GrantTokens: grantTokens,
        DryRun: flag,
      },
      run: (input: ReEncryptInput, caller) => {
        const {
          CiphertextBlob,
          SourceKeyId,
          SourceEncryptionContext,
          DestinationEncryptionContext = {},
        } = input;
        const source = sourceKey(desk, CiphertextBlob, SourceKeyId, caller);
        const destination = desk.store.keyOrAlias(input.DestinationKeyId, caller);
        const context = { ...algorithmKey, 'kms:ReEncryptOnSameKey': [String(source === destination)] };
        desk.admitNamed('ReEncrypt', source, SourceKeyId, caller, {
          action: 'ReEncryptFrom',
          context,
          encryptionContext: SourceEncryptionContext,
        });
        desk.admitNamed('ReEncrypt', destination, input.DestinationKeyId, caller, {
          action: 'ReEncryptTo',
          context,
          encryptionContext: DestinationEncryptionContext,
        });
        const { plaintext, material } = decrypt(source, SourceEncryptionContext, CiphertextBlob);
        desk.use('ReEncrypt', input, source, destination);
        return {
          CiphertextBlob: encrypt(destination, DestinationEncryptionContext, plaintext),
          SourceKeyId: source.arn,
          KeyId: destination.arn,
          SourceEncryptionAlgorithm: ALGORITHM,
          DestinationEncryptionAlgorithm: ALGORITHM,
          SourceKeyMaterialId: material.id,
          DestinationKeyMaterialId: destination.family.currentMaterial.id,
        };
      },
    },
  };
}

/** Encrypts under the newest material of a key, in base64. */
export function encrypt({ family }: Key, context: EncryptionContext, plaintext: Buffer): string {
  return seal(family.id, family.currentMaterial, context, plaintext).toString('base64');
}

/** The key that a ciphertext is to be decrypted with: the one that is named, or the one that it says itself. */
function sourceKey(desk: Desk, ciphertext: string, identifier: string | undefined, caller: Caller): Key {
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
function decrypt(
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
