import * as fc from 'fast-check';
import {
  newMaterial,
  open,
  readEnvelope,
  seal,
  type EncryptionContext,
  type KeyMaterial,
} from '../../../local/kms/envelope';

const contexts: fc.Arbitrary<EncryptionContext> = fc.dictionary(
  fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'a', '1', '')),
  fc.string(),
  { maxKeys: 4 },
);
const plaintexts = fc.uint8Array({ maxLength: 4096 }).map((bytes) => Buffer.from(bytes));
const material = newMaterial();

function decrypt(blob: Buffer, context: EncryptionContext, from: KeyMaterial = material): Buffer | undefined {
  const envelope = readEnvelope(blob);
  return envelope && open(envelope, from, context);
}

test('what is sealed opens again with the same context, whatever its order', () => {
  fc.assert(
    fc.property(fc.uuid(), contexts, plaintexts, (id, context, plaintext) => {
      const reversed = Object.fromEntries(Object.entries(context).reverse());
      const blob = seal(id, material, context, plaintext);
      expect(readEnvelope(blob)).toMatchObject({ keyId: id, materialId: material.id });
      expect(decrypt(blob, reversed)).toEqual(plaintext);
    }),
  );
});

test('another context never opens it', () => {
  fc.assert(
    fc.property(contexts, contexts, plaintexts, (context, other, plaintext) => {
      const text = (each: EncryptionContext) => JSON.stringify(Object.entries(each).sort());
      fc.pre(text(context) !== text(other));
      expect(decrypt(seal('key', material, context, plaintext), other)).toBeUndefined();
    }),
  );
});

test('a flipped bit anywhere, in the header too, never opens', () => {
  fc.assert(
    fc.property(contexts, plaintexts, fc.nat(), fc.nat(7), (context, plaintext, at, bit) => {
      const blob = seal('key', material, context, plaintext);
      blob[at % blob.length] ^= 1 << bit;
      expect(decrypt(blob, context)).toBeUndefined();
    }),
  );
});

test('a ciphertext that is cut or lengthened never opens', () => {
  fc.assert(
    fc.property(plaintexts, fc.nat(), fc.uint8Array({ minLength: 1 }), (plaintext, at, tail) => {
      const blob = seal('key', material, {}, plaintext);
      expect(decrypt(blob.subarray(0, at % blob.length), {})).toBeUndefined();
      expect(decrypt(Buffer.concat([blob, tail]), {})).toBeUndefined();
    }),
  );
});

test('no bytes crash the reader', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(decrypt(Buffer.from(bytes), {})).toBeUndefined();
    }),
  );
});

test('other material never opens it, and the same plaintext never gives the same ciphertext', () => {
  fc.assert(
    fc.property(plaintexts, (plaintext) => {
      const blob = seal('key', material, {}, plaintext);
      expect(decrypt(blob, {}, newMaterial())).toBeUndefined();
      expect(seal('key', material, {}, plaintext)).not.toEqual(blob);
    }),
  );
});
