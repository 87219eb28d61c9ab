import { generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { validation } from '../aws-error';
import type { Caller } from '../caller';
import { encrypt } from './ciphertext';
import { algorithmKey } from './cryptographic-operations';
import { keyId, type Definition, type Definitions, type Desk } from './desk';
import type { EncryptionContext } from './envelope';
import { grantTokens } from './grant-operations';
import { flag, integer, only, pairs, required, text } from './parameter';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const BYTES: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 };

const generate = promisify(generateKeyPair);
const PAIRS: Readonly<Record<string, () => Promise<Pair>>> = {
  RSA_2048: () => generate('rsa', { modulusLength: 2048 }),
  RSA_3072: () => generate('rsa', { modulusLength: 3072 }),
  RSA_4096: () => generate('rsa', { modulusLength: 4096 }),
  ECC_NIST_P256: () => generate('ec', { namedCurve: 'P-256' }),
  ECC_NIST_P384: () => generate('ec', { namedCurve: 'P-384' }),
  ECC_NIST_P521: () => generate('ec', { namedCurve: 'P-521' }),
  ECC_SECG_P256K1: () => generate('ec', { namedCurve: 'secp256k1' }),
  ECC_NIST_EDWARDS25519: () => generate('ed25519'),
};

interface DataKeyInput {
  readonly KeyId: string;
  readonly EncryptionContext?: EncryptionContext;
  readonly KeySpec?: string;
  readonly NumberOfBytes?: number;
  readonly KeyPairSpec: string;
  readonly DryRun?: boolean;
}

/**
 * Keys for use outside KMS: in plaintext, and encrypted under a KMS key that does not keep them.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPair.html
 */
export function dataKeyOperations(desk: Desk): Definitions {
  const common = { KeyId: required(keyId), EncryptionContext: pairs, GrantTokens: grantTokens, DryRun: flag };

  const dataKey = (operation: string, withPlaintext: boolean): Definition => ({
    parameters: {
      ...common,
      KeySpec: text({ values: Object.keys(BYTES) }),
      NumberOfBytes: integer({ min: 1, max: 1024 }),
    },
    run: (input: DataKeyInput, caller: Caller) => {
      if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
        throw validation('Please specify either number of bytes or key spec.');
      }
      const encryptionContext = input.EncryptionContext ?? {};
      const key = desk.namedKey(operation, input.KeyId, caller, { context: algorithmKey, encryptionContext });
      desk.use(operation, input, key);
      const plaintext = randomBytes(input.NumberOfBytes ?? BYTES[input.KeySpec ?? '']);
      return {
        CiphertextBlob: encrypt(key, encryptionContext, plaintext),
        ...(withPlaintext && { Plaintext: plaintext.toString('base64') }),
        KeyId: key.arn,
        KeyMaterialId: key.family.currentMaterial.id,
      };
    },
  });

  const dataKeyPair = (operation: string, withPlaintext: boolean): Definition => ({
    parameters: { ...common, KeyPairSpec: required(only(...Object.keys(PAIRS))) },
    run: async (input: DataKeyInput, caller: Caller) => {
      const { KeyPairSpec, EncryptionContext: encryptionContext = {} } = input;
      const context = { ...algorithmKey, 'kms:DataKeyPairSpec': [KeyPairSpec] };
      const key = desk.namedKey(operation, input.KeyId, caller, { context, encryptionContext });
      desk.use(operation, input, key);
      const { publicKey, privateKey } = await PAIRS[KeyPairSpec]();
      const plaintext = privateKey.export({ type: 'pkcs8', format: 'der' });
      return {
        PrivateKeyCiphertextBlob: encrypt(key, encryptionContext, plaintext),
        ...(withPlaintext && { PrivateKeyPlaintext: plaintext.toString('base64') }),
        PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
        KeyId: key.arn,
        KeyPairSpec,
        KeyMaterialId: key.family.currentMaterial.id,
      };
    },
  });

  return {
    GenerateDataKey: dataKey('GenerateDataKey', true),
    GenerateDataKeyWithoutPlaintext: dataKey('GenerateDataKeyWithoutPlaintext', false),
    GenerateDataKeyPair: dataKeyPair('GenerateDataKeyPair', true),
    GenerateDataKeyPairWithoutPlaintext: dataKeyPair('GenerateDataKeyPairWithoutPlaintext', false),
    GenerateRandom: {
      parameters: { NumberOfBytes: required(integer({ min: 1, max: 1024 })) },
      run: ({ NumberOfBytes }: { NumberOfBytes: number }, caller) => {
        desk.authorization.byIdentity(caller, 'GenerateRandom', '*');
        return { Plaintext: randomBytes(NumberOfBytes).toString('base64') };
      },
    },
  };
}
