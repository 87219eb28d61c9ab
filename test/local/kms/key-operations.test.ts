import { ACCOUNT, base64, inRegion, keyPolicy, OTHER_ACCOUNT, REGION, ROOT, Stage } from './stage';

const arnOf = (id: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;

test('a new key is enabled and described as the API reference says', async () => {
  const stage = new Stage();
  const admin = stage.admin();
  const { KeyMetadata } = await stage.call('CreateKey', { Description: 'a key' }, admin);
  expect(KeyMetadata).toMatchObject({
    AWSAccountId: ACCOUNT,
    Arn: arnOf(KeyMetadata.KeyId),
    CreationDate: stage.now,
    Enabled: true,
    Description: 'a key',
    KeyState: 'Enabled',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
    MultiRegionConfiguration: undefined,
  });
  expect(KeyMetadata.KeyId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(KeyMetadata.CurrentKeyMaterialId).toMatch(/^[0-9a-f]{64}$/);
  expect(await stage.call('DescribeKey', { KeyId: KeyMetadata.Arn }, admin)).toEqual({ KeyMetadata });
});

test('the id of a multi-Region key begins with mrk-', async () => {
  const stage = new Stage();
  expect(await stage.createKey(stage.admin(), { MultiRegion: true })).toMatch(/^mrk-[0-9a-f]{32}$/);
});

test('keys are listed page by page, those of the account and Region alone', async () => {
  const stage = new Stage();
  const admin = stage.admin();
  const ids = [await stage.createKey(admin), await stage.createKey(admin), await stage.createKey(admin)];
  await stage.createKey(inRegion(admin, 'eu-west-1'));
  await stage.createKey(stage.admin('Admin', OTHER_ACCOUNT));
  const first = await stage.call('ListKeys', { Limit: 2 }, admin);
  const second = await stage.call('ListKeys', { Limit: 2, Marker: first.NextMarker }, admin);
  expect([first.Truncated, second.Truncated, second.NextMarker]).toEqual([true, false, undefined]);
  expect([...first.Keys, ...second.Keys]).toEqual(ids.map((KeyId) => ({ KeyId, KeyArn: arnOf(KeyId) })));
  expect((await stage.call('ListKeys', { Limit: 3 }, admin)).Truncated).toBe(false);
  expect(await stage.refusal('ListKeys', { Marker: 'x' }, admin)).toMatch(/^InvalidMarkerException/);
});

test('a key is found by its id and ARN, in its own Region and account', async () => {
  const stage = new Stage();
  const admin = stage.admin();
  const KeyId = await stage.createKey(admin);
  const there = inRegion(admin, 'eu-west-1');
  const refusals = await Promise.all([
    stage.refusal('DescribeKey', { KeyId }, there),
    stage.refusal('DescribeKey', { KeyId: arnOf(KeyId) }, there),
    stage.refusal('DescribeKey', { KeyId: 'no-key' }, admin),
    stage.refusal('DescribeKey', { KeyId: 'arn:aws:s3:::bucket' }, admin),
    stage.refusal('DescribeKey', { KeyId: arnOf(KeyId).replace(ACCOUNT, OTHER_ACCOUNT) }, admin),
  ]);
  expect(refusals).toEqual([
    `NotFoundException: Key '${arnOf(KeyId).replace(REGION, 'eu-west-1')}' does not exist`,
    `NotFoundException: Invalid arn ${REGION}`,
    "NotFoundException: Invalid keyId 'no-key'",
    'InvalidArnException: arn:aws:s3:::bucket is not a valid ARN of a KMS key or alias',
    `NotFoundException: Key '${arnOf(KeyId).replace(ACCOUNT, OTHER_ACCOUNT)}' does not exist`,
  ]);
});

test('the description of a key changes', async () => {
  const stage = new Stage();
  const admin = stage.admin();
  const KeyId = await stage.createKey(admin);
  await stage.call('UpdateKeyDescription', { KeyId, Description: 'new' }, admin);
  expect((await stage.call('DescribeKey', { KeyId }, admin)).KeyMetadata.Description).toBe('new');
});

test('the last use of a key is remembered, and a policy can ask how long ago it was', async () => {
  const stage = new Stage();
  const admin = stage.admin();
  const Condition = { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '10' } };
  const Deny = { ...ROOT, Effect: 'Deny', Action: ['kms:DisableKey', 'kms:ScheduleKeyDeletion'], Condition };
  const elsewhere = { Null: { 'kms:TrailingDaysWithoutKeyUsage': 'false' } };
  const DenyEnable = { ...ROOT, Effect: 'Deny', Action: 'kms:EnableKey', Condition: elsewhere };
  const KeyId = await stage.createKey(admin, { Policy: keyPolicy(ROOT, Deny, DenyEnable) });
  const usage = () => stage.call('GetKeyLastUsage', { KeyId }, admin);
  const created = stage.now;
  expect(await usage()).toEqual({
    KeyId,
    KeyLastUsage: {},
    TrackingStartDate: created,
    KeyCreationDate: created,
  });
  stage.pass(20);
  await stage.call('Encrypt', { KeyId, Plaintext: base64('x') }, admin);
  expect(await usage()).toMatchObject({ KeyLastUsage: { Operation: 'Encrypt', Timestamp: stage.now } });
  await stage.refusal('Encrypt', { KeyId, Plaintext: base64('x'), DryRun: true }, admin);
  stage.pass(9, 86_399);
  expect(await stage.refusal('DisableKey', { KeyId }, admin)).toMatch(
    /explicit deny in a resource-based policy$/,
  );
  stage.pass(0, 1);
  expect(await stage.refusal('DisableKey', { KeyId }, admin)).toBe('none');
  expect(await stage.refusal('EnableKey', { KeyId }, admin)).toBe('none');
  expect(await stage.refusal('ScheduleKeyDeletion', { KeyId }, admin)).toBe('none');
});

describe('deletion', () => {
  test('waits for 30 days unless the request says otherwise, then takes the key and its aliases away', async () => {
    const stage = new Stage();
    const admin = stage.admin();
    const KeyId = await stage.createKey(admin);
    await stage.call('CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId }, admin);
    const DeletionDate = new Date('2026-01-31T00:00:00Z');
    expect(await stage.call('ScheduleKeyDeletion', { KeyId }, admin)).toEqual({
      KeyId: arnOf(KeyId),
      DeletionDate,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: 30,
    });
    stage.pass(29, 86_399);
    const { KeyMetadata } = await stage.call('DescribeKey', { KeyId: 'alias/a' }, admin);
    expect(KeyMetadata).toMatchObject({ KeyState: 'PendingDeletion', Enabled: false, DeletionDate });
    stage.pass(0, 1);
    expect(await stage.refusal('DescribeKey', { KeyId }, admin)).toMatch(/^NotFoundException: Key/);
    expect(await stage.refusal('DescribeKey', { KeyId: 'alias/a' }, admin)).toMatch(
      /^NotFoundException: Alias/,
    );
  });

  test('that is cancelled leaves the key disabled', async () => {
    const stage = new Stage();
    const admin = stage.admin();
    const KeyId = await stage.createKey(admin);
    await stage.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }, admin);
    stage.pass(6);
    await stage.call('CancelKeyDeletion', { KeyId }, admin);
    stage.pass(30);
    const { KeyMetadata } = await stage.call('DescribeKey', { KeyId }, admin);
    expect(KeyMetadata).toMatchObject({ KeyState: 'Disabled', Enabled: false, DeletionDate: undefined });
  });
});

describe('fails', () => {
  test.each([
    ['KeySpec', 'RSA_2048'],
    ['KeyUsage', 'SIGN_VERIFY'],
    ['Origin', 'EXTERNAL'],
  ])('for a key whose %s is %s, which is not implemented, and names it', async (name, value) => {
    const stage = new Stage();
    const refusal = await stage.refusal('CreateKey', { [name]: value }, stage.admin());
    expect(refusal).toContain(`NotImplemented: the local endpoint does not implement "${value}" as `);
  });

  test.each(['CustomKeyStoreId', 'XksKeyId', 'Unheard'])(
    'for the parameter %s, and names it',
    async (name) => {
      const stage = new Stage();
      expect(await stage.refusal('CreateKey', { [name]: 'x' }, stage.admin())).toBe(
        `NotImplemented: the local endpoint does not implement the parameter "${name}" of kms:CreateKey`,
      );
    },
  );

  test('to make a key when its policy, tags or permission are wrong, and leaves none behind', async () => {
    const stage = new Stage();
    const admin = stage.admin();
    const Policy = keyPolicy({ ...ROOT, Action: 'kms:Encrypt' });
    const Tags = [{ TagKey: 'aws:x', TagValue: '' }];
    expect(await stage.refusal('CreateKey', { Policy }, admin)).toMatch(/^MalformedPolicyDocument/);
    expect(await stage.refusal('CreateKey', { Tags }, admin)).toMatch(/^TagException/);
    expect(await stage.refusal('CreateKey', {}, stage.role('Nobody'))).toMatch(
      /^AccessDeniedException: .* kms:CreateKey on resource: \* because no identity-based policy allows/,
    );
    expect((await stage.call('ListKeys', {}, admin)).Keys).toEqual([]);
  });

  test('for a waiting period outside 7 to 30 days', async () => {
    const stage = new Stage();
    const admin = stage.admin();
    const KeyId = await stage.createKey(admin);
    expect(await stage.refusal('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 6 }, admin)).toBe(
      "ValidationException: 1 validation error detected: Value '6' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value greater than or equal to 7",
    );
    expect(await stage.refusal('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 31 }, admin)).toMatch(
      /less than or equal to 30$/,
    );
  });

  test('on a key of another account, even when its policy would allow it', async () => {
    const stage = new Stage();
    const Policy = keyPolicy({ Principal: '*', Action: 'kms:*' });
    const KeyId = arnOf(await stage.createKey(stage.admin(), { Policy }));
    const stranger = stage.admin('Admin', OTHER_ACCOUNT);
    expect(await stage.refusal('DisableKey', { KeyId }, stranger)).toMatch(/^AccessDeniedException/);
    expect(await stage.refusal('DescribeKey', { KeyId }, stranger)).toBe('none');
  });
});
