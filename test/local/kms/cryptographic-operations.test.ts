import * as fc from 'fast-check';
import { ACCOUNT, allow, base64, inRegion, keyPolicy, OTHER_ACCOUNT, REGION, ROOT, Stage } from './stage';

const arnOf = (id: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;

async function withKey() {
  const stage = new Stage();
  const admin = stage.admin();
  const KeyId = await stage.createKey(admin);
  const call = (operation: string, input: object) => stage.call(operation, input, admin);
  const refusal = (operation: string, input: object) => stage.refusal(operation, input, admin);
  return { stage, admin, KeyId, call, refusal };
}

test('what is encrypted decrypts, by any name of the key or by none', async () => {
  const { KeyId, call } = await withKey();
  await call('CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId });
  const names = [KeyId, arnOf(KeyId), 'alias/a', `arn:aws:kms:${REGION}:${ACCOUNT}:alias/a`];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.constantFrom(...names, undefined),
      fc.uint8Array({ minLength: 1, maxLength: 4096 }),
      fc.dictionary(fc.string(), fc.string()),
      async (from, to, bytes, EncryptionContext) => {
        const Plaintext = Buffer.from(bytes).toString('base64');
        const sealed = await call('Encrypt', { KeyId: from, Plaintext, EncryptionContext });
        expect(sealed).toMatchObject({ KeyId: arnOf(KeyId), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
        const { CiphertextBlob } = sealed;
        const opened = await call('Decrypt', { KeyId: to, CiphertextBlob, EncryptionContext });
        expect(opened).toMatchObject({
          KeyId: arnOf(KeyId),
          Plaintext,
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        });
      },
    ),
  );
});

test('4,096 bytes are the most that Encrypt takes', async () => {
  const { KeyId, call, refusal } = await withKey();
  const bytes = (length: number) => Buffer.alloc(length, 7).toString('base64');
  const { CiphertextBlob } = await call('Encrypt', { KeyId, Plaintext: bytes(4096) });
  expect((await call('Decrypt', { CiphertextBlob })).Plaintext).toBe(bytes(4096));
  expect(await refusal('Encrypt', { KeyId, Plaintext: bytes(4097) })).toBe(
    "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
  );
  expect(await refusal('Encrypt', { KeyId, Plaintext: '' })).toMatch(/length greater than or equal to 1$/);
});

test('another context and a changed ciphertext are refused without a word', async () => {
  const { KeyId, call, refusal } = await withKey();
  const EncryptionContext = { tenant: 'blue' };
  const { CiphertextBlob } = await call('Encrypt', { KeyId, Plaintext: base64('x'), EncryptionContext });
  const invalid = 'InvalidCiphertextException: ';
  for (const other of [
    undefined,
    {},
    { tenant: 'red' },
    { Tenant: 'blue' },
    { ...EncryptionContext, a: 'b' },
  ]) {
    expect(await refusal('Decrypt', { CiphertextBlob, EncryptionContext: other })).toBe(invalid);
  }
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(7), fc.boolean(), async (at, bit, named) => {
      const blob = Buffer.from(CiphertextBlob, 'base64');
      blob[at % blob.length] ^= 1 << bit;
      const input = { CiphertextBlob: blob.toString('base64'), EncryptionContext };
      const refused = await refusal('Decrypt', named ? { ...input, KeyId } : input);
      expect(refused).toMatch(/^(InvalidCiphertext|IncorrectKey)Exception: /);
      expect(named || refused === invalid).toBe(true);
    }),
  );
});

test('the ciphertext of another key is refused, named or not', async () => {
  const { stage, admin, KeyId, call, refusal } = await withKey();
  const other = await stage.createKey(admin);
  const { CiphertextBlob } = await call('Encrypt', { KeyId, Plaintext: base64('x') });
  expect(await refusal('Decrypt', { CiphertextBlob, KeyId: other })).toBe(
    'IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation.',
  );
  expect(await stage.refusal('Decrypt', { CiphertextBlob }, inRegion(admin, 'us-east-1'))).toMatch(
    /^AccessDeniedException: The ciphertext refers to a customer master key that .* does not exist in this region/,
  );
});

test('another account decrypts once the key policy and its own policies let it', async () => {
  const { stage, KeyId, call } = await withKey();
  const { CiphertextBlob } = await call('Encrypt', { KeyId, Plaintext: base64('x') });
  const stranger = stage.role('Reader', allow('kms:Decrypt'), OTHER_ACCOUNT);
  expect(await stage.refusal('Decrypt', { CiphertextBlob }, stranger)).toMatch(/^AccessDeniedException/);
  const Principal = { AWS: stranger.principalArn };
  await call('PutKeyPolicy', { KeyId, Policy: keyPolicy(ROOT, { Principal, Action: 'kms:Decrypt' }) });
  expect((await stage.call('Decrypt', { CiphertextBlob }, stranger)).Plaintext).toBe(base64('x'));
});

describe('ReEncrypt', () => {
  test('moves a ciphertext to another key and context', async () => {
    const { stage, admin, KeyId, call, refusal } = await withKey();
    const other = await stage.createKey(admin);
    const [SourceEncryptionContext, DestinationEncryptionContext] = [{ a: 'b' }, { c: 'd' }];
    const sealed = { KeyId, Plaintext: base64('x'), EncryptionContext: SourceEncryptionContext };
    const { CiphertextBlob } = await call('Encrypt', sealed);
    const input = {
      CiphertextBlob,
      SourceEncryptionContext,
      DestinationKeyId: other,
      DestinationEncryptionContext,
    };
    const moved = await call('ReEncrypt', input);
    expect(moved).toMatchObject({ SourceKeyId: arnOf(KeyId), KeyId: arnOf(other) });
    const opened = { CiphertextBlob: moved.CiphertextBlob, KeyId: other, EncryptionContext: { c: 'd' } };
    expect((await call('Decrypt', opened)).Plaintext).toBe(base64('x'));
    expect(await refusal('Decrypt', { ...opened, EncryptionContext: { a: 'b' } })).toMatch(
      /^InvalidCiphertext/,
    );
    expect(await refusal('ReEncrypt', { ...input, SourceEncryptionContext: {} })).toMatch(
      /^InvalidCiphertext/,
    );
    expect(await refusal('ReEncrypt', { ...input, SourceKeyId: other })).toMatch(/^IncorrectKeyException/);
  });

  test('needs kms:ReEncryptFrom of the one key and kms:ReEncryptTo of the other', async () => {
    const { stage, admin, KeyId, call } = await withKey();
    const DestinationKeyId = await stage.createKey(admin);
    const { CiphertextBlob } = await call('Encrypt', { KeyId, Plaintext: base64('x') });
    const ask = (...actions: string[]) =>
      stage.refusal(
        'ReEncrypt',
        { CiphertextBlob, DestinationKeyId },
        stage.role('Mover', allow(...actions)),
      );
    expect(await ask('kms:ReEncryptTo')).toContain(`kms:ReEncryptFrom on resource: ${arnOf(KeyId)}`);
    expect(await ask('kms:ReEncryptFrom')).toContain(
      `kms:ReEncryptTo on resource: ${arnOf(DestinationKeyId)}`,
    );
    expect(await ask('kms:ReEncryptFrom', 'kms:ReEncryptTo')).toBe('none');
  });

  test('knows whether both keys are the same', async () => {
    const { stage, admin, KeyId, call } = await withKey();
    const other = await stage.createKey(admin);
    const { CiphertextBlob } = await call('Encrypt', { KeyId, Plaintext: base64('x') });
    const Condition = { Bool: { 'kms:ReEncryptOnSameKey': 'true' } };
    const statement = { Effect: 'Allow', Action: 'kms:ReEncrypt*', Resource: '*', Condition } as const;
    const mover = stage.role('Mover', { Version: '2012-10-17', Statement: statement });
    expect(await stage.refusal('ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId }, mover)).toBe('none');
    expect(await stage.refusal('ReEncrypt', { CiphertextBlob, DestinationKeyId: other }, mover)).toMatch(
      /^AccessD/,
    );
  });
});

test('a dry run ends where the answer would be', async () => {
  const { stage, KeyId, call, refusal } = await withKey();
  const { CiphertextBlob } = await call('Encrypt', { KeyId, Plaintext: base64('x') });
  const inputs: [string, object][] = [
    ['Encrypt', { KeyId, Plaintext: base64('x') }],
    ['Decrypt', { CiphertextBlob }],
    ['ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId }],
    ['GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
    ['GenerateDataKeyPair', { KeyId, KeyPairSpec: 'ECC_NIST_P256' }],
  ];
  for (const [operation, input] of inputs) {
    expect(await refusal(operation, { ...input, DryRun: true })).toMatch(/^DryRunOperationException/);
    const nobody = stage.role('Nobody');
    expect(await stage.refusal(operation, { ...input, DryRun: true }, nobody)).toMatch(
      /^AccessDeniedException/,
    );
  }
});
