import { keyId, type Definitions, type Desk } from './desk';
import { decrypt, encrypt, sourceKey } from './ciphertext';
import type { EncryptionContext } from './envelope';
import { grantTokens } from './grant-operations';
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
