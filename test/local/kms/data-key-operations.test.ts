import { createPublicKey, createPrivateKey, sign, verify } from 'node:crypto';
import { Stage } from './stage';

async function withKey() {
  const stage = new Stage();
  const admin = stage.admin();
  const KeyId = await stage.createKey(admin);
  return {
    call: (operation: string, input: object) => stage.call(operation, { KeyId, ...input }, admin),
    refusal: (operation: string, input: object) => stage.refusal(operation, { KeyId, ...input }, admin),
  };
}

test.each<[object, number]>([
  [{ KeySpec: 'AES_128' }, 16],
  [{ KeySpec: 'AES_256' }, 32],
  [{ NumberOfBytes: 1 }, 1],
  [{ NumberOfBytes: 1024 }, 1024],
])('a data key of %j has %i bytes, and its ciphertext decrypts to it', async (size, length) => {
  const { call } = await withKey();
  const EncryptionContext = { a: 'b' };
  const { Plaintext, CiphertextBlob } = await call('GenerateDataKey', { ...size, EncryptionContext });
  expect(Buffer.from(Plaintext, 'base64')).toHaveLength(length);
  expect((await call('Decrypt', { CiphertextBlob, EncryptionContext })).Plaintext).toBe(Plaintext);
});

test('a data key without plaintext is a ciphertext alone', async () => {
  const { call } = await withKey();
  const made = await call('GenerateDataKeyWithoutPlaintext', { KeySpec: 'AES_256' });
  expect(made.Plaintext).toBeUndefined();
  const { Plaintext } = await call('Decrypt', { CiphertextBlob: made.CiphertextBlob });
  expect(Buffer.from(Plaintext, 'base64')).toHaveLength(32);
});

test.each([
  'RSA_2048',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'ECC_NIST_EDWARDS25519',
])('a data key pair of %s signs and verifies, and its private key decrypts', async (KeyPairSpec) => {
  const { call } = await withKey();
  const made = await call('GenerateDataKeyPair', { KeyPairSpec });
  const { Plaintext } = await call('Decrypt', { CiphertextBlob: made.PrivateKeyCiphertextBlob });
  expect(Plaintext).toBe(made.PrivateKeyPlaintext);
  const der = (blob: string) => Buffer.from(blob, 'base64');
  const privateKey = createPrivateKey({ key: der(Plaintext), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey({ key: der(made.PublicKey), format: 'der', type: 'spki' });
  const digest = KeyPairSpec === 'ECC_NIST_EDWARDS25519' ? null : 'sha256';
  const message = Buffer.from('message');
  expect(verify(digest, message, publicKey, sign(digest, message, privateKey))).toBe(true);
});

test('a data key pair without plaintext keeps its private key encrypted', async () => {
  const { call } = await withKey();
  const made = await call('GenerateDataKeyPairWithoutPlaintext', { KeyPairSpec: 'ECC_NIST_P256' });
  expect(made.PrivateKeyPlaintext).toBeUndefined();
  expect((await call('Decrypt', { CiphertextBlob: made.PrivateKeyCiphertextBlob })).Plaintext).toMatch(/^M/);
});

test('random bytes need no key', async () => {
  const stage = new Stage();
  const { Plaintext } = await stage.call('GenerateRandom', { NumberOfBytes: 12 }, stage.admin());
  expect(Buffer.from(Plaintext, 'base64')).toHaveLength(12);
  expect(await stage.refusal('GenerateRandom', { NumberOfBytes: 1 }, stage.role('x'))).toMatch(
    /^AccessDenied/,
  );
});

describe('fails', () => {
  test.each<[string, object, RegExp]>([
    ['no size', {}, /^ValidationException: Please specify either number of bytes or key spec\.$/],
    ['two sizes', { KeySpec: 'AES_128', NumberOfBytes: 16 }, /^ValidationException: Please specify either/],
    ['1,025 bytes', { NumberOfBytes: 1025 }, /'numberOfBytes' .* less than or equal to 1024$/],
    ['a strange size', { KeySpec: 'AES_512' }, /'keySpec' .* enum value set: \[AES_128, AES_256\]$/],
    [
      'an enclave',
      { KeySpec: 'AES_128', Recipient: {} },
      /^NotImplemented: .*"Recipient" of kms:GenerateDataKey$/,
    ],
  ])('for a data key of %s', async (_what, input, message) => {
    expect(await (await withKey()).refusal('GenerateDataKey', input)).toMatch(message);
  });

  test('for a pair that is not implemented, and names it', async () => {
    const { refusal } = await withKey();
    expect(await refusal('GenerateDataKeyPair', { KeyPairSpec: 'SM2' })).toMatch(/^NotImplemented: .*"SM2"/);
  });
});
