import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { open, seal } from '../../examples/envelope-encryption/envelope';
import { PRIMARY, REPLICA, Site, synthesize } from '../local/site';

/** What `Encrypt` of KMS takes at most. */
const DIRECT_MAX_BYTES = 4096;
const CONTEXT = { tenant: 'a' };

let site: Site;
let primary: string;
let replica: string;

beforeAll(async () => {
  site = await Site.start();
  const { assembly } = synthesize();
  for (const region of [PRIMARY, REPLICA]) {
    const [{ template }] = assembly.stacks.filter((stack) => stack.environment.region === region);
    const { status, reasons } = await site.deploy(region, template as object);
    expect([status, reasons]).toEqual(['CREATE_COMPLETE', []]);
  }
  const arnIn = async (region: string) => (await site.keys(region))[0] as unknown as { Arn: string };
  primary = (await arnIn(PRIMARY)).Arn;
  replica = (await arnIn(REPLICA)).Arn;
  Object.assign(process.env, site.environment(PRIMARY));
}, 60_000);

afterAll(() => site.stop());

const bytes = (size: number) => Buffer.alloc(size, 'data');

describe('an envelope', () => {
  test.each([0, 1, DIRECT_MAX_BYTES, DIRECT_MAX_BYTES + 1, 1_000_003])(
    'of %d bytes, sealed in one Region, opens with the related key of the other',
    async (size) => {
      const sealed = await seal(primary, bytes(size), CONTEXT);
      for (const key of [replica, primary]) {
        expect((await open(key, sealed, CONTEXT)).equals(bytes(size))).toBe(true);
      }
    },
  );

  test('sealed with the related key opens with the primary', async () => {
    expect(await open(primary, await seal(replica, bytes(5000), CONTEXT), CONTEXT)).toEqual(bytes(5000));
  });

  test('fails to open for another tenant, once changed, or under a key that is not related', async () => {
    const sealed = await seal(primary, bytes(5000), CONTEXT);
    await expect(open(replica, sealed, { tenant: 'b' })).rejects.toThrow(
      'the data belongs to tenant "a": it was opened for "b"',
    );
    const changed = Buffer.from(sealed);
    changed[changed.length - 100] ^= 1;
    await expect(open(replica, changed, CONTEXT)).rejects.toThrow();
    const stranger = replica.replace(/mrk-.*/, `mrk-${'0'.repeat(32)}`);
    await expect(open(stranger, sealed, CONTEXT)).rejects.toThrow();
  });
});

describe('without an envelope, KMS', () => {
  const client = () => new KMSClient({ region: PRIMARY });
  const encrypt = (size: number) =>
    client().send(new EncryptCommand({ KeyId: primary, Plaintext: bytes(size) }));

  test('encrypts 4,096 bytes, which the related key decrypts', async () => {
    const { CiphertextBlob } = await encrypt(DIRECT_MAX_BYTES);
    const there = new KMSClient({ region: REPLICA });
    const { Plaintext } = await there.send(new DecryptCommand({ KeyId: replica, CiphertextBlob }));
    expect(Buffer.from(Plaintext as Uint8Array)).toEqual(bytes(DIRECT_MAX_BYTES));
  });

  test('fails to encrypt 4,097 bytes', async () => {
    await expect(encrypt(DIRECT_MAX_BYTES + 1)).rejects.toThrow(
      'Member must have length less than or equal to 4096',
    );
  });
});
