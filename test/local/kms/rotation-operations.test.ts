import { base64, Stage } from './stage';

async function rotating(RotationPeriodInDays?: number) {
  const stage = new Stage();
  const admin = stage.admin();
  const KeyId = await stage.createKey(admin);
  await stage.call('EnableKeyRotation', { KeyId, RotationPeriodInDays }, admin);
  const call = (operation: string, input: object = {}) => stage.call(operation, { KeyId, ...input }, admin);
  const rotations = async () => (await call('ListKeyRotations')).Rotations;
  return { stage, admin, KeyId, call, rotations };
}

test('a key rotates on its day and every period thereafter', async () => {
  const { stage, call, rotations } = await rotating(90);
  expect(await call('GetKeyRotationStatus')).toMatchObject({
    KeyRotationEnabled: true,
    RotationPeriodInDays: 90,
    NextRotationDate: new Date('2026-04-01T00:00:00Z'),
  });
  stage.pass(89);
  expect(await rotations()).toEqual([]);
  stage.pass(100);
  expect(await rotations()).toMatchObject([
    {
      RotationDate: new Date('2026-04-01T00:00:00Z'),
      RotationType: 'AUTOMATIC',
      KeyMaterialState: 'NON_CURRENT',
    },
    {
      RotationDate: new Date('2026-06-30T00:00:00Z'),
      RotationType: 'AUTOMATIC',
      KeyMaterialState: 'CURRENT',
    },
  ]);
});

test('the period is 365 days unless the request says otherwise, and a new period begins at once', async () => {
  const { stage, call } = await rotating();
  expect(await call('GetKeyRotationStatus')).toMatchObject({
    RotationPeriodInDays: 365,
    NextRotationDate: new Date('2027-01-01T00:00:00Z'),
  });
  stage.pass(10);
  await call('EnableKeyRotation', { RotationPeriodInDays: 100 });
  const changed = { NextRotationDate: new Date('2026-04-21T00:00:00Z') };
  expect(await call('GetKeyRotationStatus')).toMatchObject(changed);
  stage.pass(1);
  await call('EnableKeyRotation', { RotationPeriodInDays: 100 });
  expect(await call('GetKeyRotationStatus')).toMatchObject(changed);
});

test('old ciphertext still decrypts after rotation, by the calendar and on demand', async () => {
  const { stage, call } = await rotating(90);
  const blobs: string[] = [];
  const materials = new Set<string>();
  for (const step of ['start', 'calendar', 'demand']) {
    if (step === 'calendar') stage.pass(91);
    if (step === 'demand') await call('RotateKeyOnDemand');
    blobs.push((await call('Encrypt', { Plaintext: base64(step) })).CiphertextBlob);
  }
  for (const CiphertextBlob of blobs) {
    materials.add((await call('Decrypt', { CiphertextBlob })).KeyMaterialId);
  }
  expect(materials.size).toBe(3);
  expect((await call('DescribeKey')).KeyMetadata.CurrentKeyMaterialId).toBe([...materials].at(-1));
});

test('rotation on demand leaves the calendar alone, and happens at most 25 times', async () => {
  const { stage, admin, KeyId, call, rotations } = await rotating();
  const before = await call('GetKeyRotationStatus');
  for (let times = 0; times < 25; times++) {
    expect(await call('RotateKeyOnDemand')).toEqual({ KeyId });
  }
  expect(await stage.refusal('RotateKeyOnDemand', { KeyId }, admin)).toMatch(/^LimitExceededException/);
  expect(await call('GetKeyRotationStatus')).toEqual(before);
  expect((await rotations()).map(({ RotationType }) => RotationType)).toEqual(Array(25).fill('ON_DEMAND'));
  expect((await call('ListKeyRotations', { IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })).Rotations).toHaveLength(
    26,
  );
});

test('a disabled key does not rotate, and catches up when it is enabled again', async () => {
  const { stage, call, rotations } = await rotating(90);
  await call('DisableKey');
  stage.pass(200);
  expect(await rotations()).toEqual([]);
  expect(await call('GetKeyRotationStatus')).toMatchObject({ KeyRotationEnabled: true });
  await call('EnableKey');
  expect(await rotations()).toMatchObject([{ RotationDate: stage.now }]);
  expect(await call('GetKeyRotationStatus')).toMatchObject({
    NextRotationDate: new Date('2026-10-18T00:00:00Z'),
  });
});

test('rotation counts as off while a key is to be deleted, and comes back when that is cancelled', async () => {
  const { stage, call } = await rotating(90);
  await call('ScheduleKeyDeletion');
  expect(await call('GetKeyRotationStatus')).toMatchObject({ KeyRotationEnabled: false });
  stage.pass(1);
  await call('CancelKeyDeletion');
  expect(await call('GetKeyRotationStatus')).toMatchObject({
    KeyRotationEnabled: true,
    RotationPeriodInDays: 90,
  });
});

test('rotation can be switched off', async () => {
  const { stage, call, rotations } = await rotating(90);
  await call('DisableKeyRotation');
  stage.pass(1000);
  expect(await call('GetKeyRotationStatus')).toMatchObject({ KeyRotationEnabled: false });
  expect(await rotations()).toEqual([]);
});

describe('fails', () => {
  test.each([89, 2561])('for a period of %i days', async (RotationPeriodInDays) => {
    const { stage, admin, KeyId } = await rotating();
    expect(await stage.refusal('EnableKeyRotation', { KeyId, RotationPeriodInDays }, admin)).toMatch(
      /^ValidationException: .*rotationPeriodInDays/,
    );
  });

  test('to rotate on demand less than 20 minutes before the calendar does', async () => {
    const { stage, admin, KeyId } = await rotating(90);
    stage.pass(89, 86_400 - 20 * 60);
    expect(await stage.refusal('RotateKeyOnDemand', { KeyId }, admin)).toMatch(/^ConflictException/);
  });
});
