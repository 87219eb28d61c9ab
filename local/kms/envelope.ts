import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Non-secret pairs that decryption must repeat exactly. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** One version of a key's material: rotation adds one, and the old ones keep decrypting. */
export interface KeyMaterial {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly secret: Buffer;
  /** When and how it replaced its predecessor; the first material replaced none. */
  readonly rotation?: { readonly date: Date; readonly type: 'AUTOMATIC' | 'ON_DEMAND' };
}

/** Which key and which of its materials a ciphertext was made with. */
export interface Envelope {
  readonly keyId: string;
  readonly materialId: string;
  /** Everything in front of the ciphertext; it is authenticated with it. */
  readonly header: Buffer;
  readonly sealed: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const MAGIC = Buffer.from([1, 2, 2, 0]);
const MATERIAL_ID = 32;
const IV = 12;
const TAG = 16;

/** Fresh key material. */
export function newMaterial(rotation?: KeyMaterial['rotation']): KeyMaterial {
  return { id: randomBytes(MATERIAL_ID).toString('hex'), secret: randomBytes(32), rotation };
}

/**
 * Encrypts: magic, length and text of the key id, material id, initialization vector, ciphertext, tag.
 *
 * The header names the key, so `Decrypt` needs no `KeyId`; it and the context are authenticated.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 */
export function seal(
  keyId: string,
  material: KeyMaterial,
  context: EncryptionContext,
  plaintext: Buffer,
): Buffer {
  const iv = randomBytes(IV);
  const id = Buffer.from(keyId);
  const header = Buffer.concat([MAGIC, Buffer.from([id.length]), id, Buffer.from(material.id, 'hex'), iv]);
  const cipher = createCipheriv(ALGORITHM, material.secret, iv, { authTagLength: TAG });
  cipher.setAAD(authenticated(header, context));
  return Buffer.concat([header, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Reads what a ciphertext says about itself, or nothing when no key here made it. */
export function readEnvelope(blob: Buffer): Envelope | undefined {
  const idAt = MAGIC.length + 1;
  const idEnd = idAt + (blob.at(MAGIC.length) ?? 0);
  const end = idEnd + MATERIAL_ID + IV;
  if (!blob.subarray(0, MAGIC.length).equals(MAGIC) || blob.length < end + TAG) {
    return undefined;
  }
  return {
    keyId: blob.toString('latin1', idAt, idEnd),
    materialId: blob.toString('hex', idEnd, idEnd + MATERIAL_ID),
    header: blob.subarray(0, end),
    sealed: blob.subarray(end),
  };
}

/** Decrypts, or returns nothing when the ciphertext or the context is not what was encrypted. */
export function open(
  { header, sealed }: Envelope,
  material: KeyMaterial,
  context: EncryptionContext,
): Buffer | undefined {
  const decipher = createDecipheriv(ALGORITHM, material.secret, header.subarray(-IV), { authTagLength: TAG });
  decipher.setAAD(authenticated(header, context));
  decipher.setAuthTag(sealed.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The order of the pairs means nothing; JSON keeps names and values apart whatever they hold. */
function authenticated(header: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}
