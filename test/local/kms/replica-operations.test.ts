import * as fc from 'fast-check';
import type { Caller } from '../../../local/caller';
import { ACCOUNT, allow, base64, inRegion, keyPolicy, REGION, REPLICA_REGION, ROOT, Stage } from './stage';

const arnIn = (region: string, id: string) => `arn:aws:kms:${region}:${ACCOUNT}:key/${id}`;

async function related(
  settleSeconds = 0,
): Promise<{ stage: Stage; here: Caller; there: Caller; KeyId: string }> {
  const stage = new Stage({ settleSeconds });
  const here = stage.admin();
  const KeyId = await stage.createKey(here, { MultiRegion: true, Description: 'primary' });
  await stage.call('ReplicateKey', { KeyId, ReplicaRegion: REPLICA_REGION }, here);
  return { stage, here, there: inRegion(here, REPLICA_REGION), KeyId };
}

const stateOf = async (stage: Stage, KeyId: string, caller: Caller) =>
  (await stage.call('DescribeKey', { KeyId }, caller)).KeyMetadata.KeyState;

test('a replica is being created for a while, then it is enabled', async () => {
  const stage = new Stage({ settleSeconds: 5 });
  const admin = stage.admin();
  const KeyId = await stage.createKey(admin, { MultiRegion: true });
  const Tags = [{ TagKey: 'a', TagValue: 'b' }];
  const input = { KeyId, ReplicaRegion: REPLICA_REGION, Description: 'replica', Tags };
  const { ReplicaKeyMetadata, ReplicaPolicy, ReplicaTags } = await stage.call('ReplicateKey', input, admin);
  const relatives = {
    PrimaryKey: { Arn: arnIn(REGION, KeyId), Region: REGION },
    ReplicaKeys: [{ Arn: arnIn(REPLICA_REGION, KeyId), Region: REPLICA_REGION }],
  };
  expect(ReplicaKeyMetadata).toMatchObject({
    KeyId,
    Arn: arnIn(REPLICA_REGION, KeyId),
    KeyState: 'Creating',
    Enabled: false,
    Description: 'replica',
    MultiRegionConfiguration: { MultiRegionKeyType: 'REPLICA', ...relatives },
  });
  expect(JSON.parse(ReplicaPolicy)).toMatchObject({ Id: 'key-default-1' });
  expect(ReplicaTags).toEqual(Tags);
  stage.pass(0, 5);
  expect(await stateOf(stage, KeyId, inRegion(admin, REPLICA_REGION))).toBe('Enabled');
  expect((await stage.call('DescribeKey', { KeyId }, admin)).KeyMetadata).toMatchObject({
    MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY', ...relatives },
  });
});

test('related keys decrypt each other', async () => {
  const { stage, here, there, KeyId } = await related();
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1 }), fc.boolean(), async (text, forth) => {
      const [from, to] = forth ? [here, there] : [there, here];
      const EncryptionContext = { text };
      const { CiphertextBlob } = await stage.call(
        'Encrypt',
        { KeyId, Plaintext: base64(text), EncryptionContext },
        from,
      );
      const answer = await stage.call('Decrypt', { CiphertextBlob, EncryptionContext }, to);
      expect([answer.Plaintext, answer.KeyId]).toEqual([base64(text), arnIn(to.region, KeyId)]);
    }),
  );
});

test('related keys share material and rotation, and nothing else', async () => {
  const { stage, here, there, KeyId } = await related();
  await stage.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 }, here);
  await stage.call('TagResource', { KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }, here);
  await stage.call('CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId }, here);
  await stage.call(
    'CreateGrant',
    { KeyId, GranteePrincipal: here.principalArn, Operations: ['Decrypt'] },
    here,
  );
  const Policy = keyPolicy(ROOT, { ...ROOT, Sid: 'More' });
  await stage.call('PutKeyPolicy', { KeyId, Policy }, here);
  await stage.call('DisableKey', { KeyId }, here);
  expect(await stage.call('GetKeyRotationStatus', { KeyId }, there)).toMatchObject({
    KeyRotationEnabled: true,
  });
  expect((await stage.call('ListResourceTags', { KeyId }, there)).Tags).toEqual([]);
  expect((await stage.call('ListAliases', {}, there)).Aliases).toEqual([]);
  expect((await stage.call('ListGrants', { KeyId }, there)).Grants).toEqual([]);
  expect((await stage.call('GetKeyPolicy', { KeyId }, there)).Policy).not.toBe(Policy);
  const { KeyMetadata } = await stage.call('DescribeKey', { KeyId }, there);
  expect(KeyMetadata).toMatchObject({ KeyState: 'Enabled', Description: '' });
});

test('a primary key waits for its last replica to be gone before its own waiting period begins', async () => {
  const { stage, here, there, KeyId } = await related();
  const scheduled = await stage.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 10 }, here);
  expect(scheduled).toMatchObject({
    KeyState: 'PendingReplicaDeletion',
    PendingWindowInDays: 10,
    DeletionDate: undefined,
  });
  stage.pass(100);
  expect((await stage.call('DescribeKey', { KeyId }, here)).KeyMetadata).toMatchObject({
    KeyState: 'PendingReplicaDeletion',
    PendingDeletionWindowInDays: 10,
  });
  expect(await stateOf(stage, KeyId, there)).toBe('Enabled');
  await stage.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }, there);
  stage.pass(8);
  expect(await stage.refusal('DescribeKey', { KeyId }, there)).toMatch(/^NotFoundException/);
  expect((await stage.call('DescribeKey', { KeyId }, here)).KeyMetadata).toMatchObject({
    KeyState: 'PendingDeletion',
    DeletionDate: new Date('2026-04-28T00:00:00Z'),
    PendingDeletionWindowInDays: undefined,
  });
  stage.pass(9);
  expect(await stage.refusal('DescribeKey', { KeyId }, here)).toMatch(/^NotFoundException/);
});

test('a deletion that waits for replicas can be cancelled', async () => {
  const { stage, here, KeyId } = await related();
  await stage.call('ScheduleKeyDeletion', { KeyId }, here);
  await stage.call('CancelKeyDeletion', { KeyId }, here);
  expect(await stateOf(stage, KeyId, here)).toBe('Disabled');
});

test('what a deleted key encrypted is lost, unless a related key lives', async () => {
  const { stage, here, there, KeyId } = await related();
  const { CiphertextBlob } = await stage.call('Encrypt', { KeyId, Plaintext: base64('x') }, there);
  await stage.call('ScheduleKeyDeletion', { KeyId }, there);
  stage.pass(30);
  expect(await stage.refusal('Decrypt', { CiphertextBlob }, there)).toMatch(
    /^AccessDeniedException: The ciphertext refers to a customer master key that does not exist/,
  );
  expect((await stage.call('Decrypt', { CiphertextBlob }, here)).Plaintext).toBe(base64('x'));
});

test('the primary moves to a Region that has a replica, and rotation is set there from then on', async () => {
  const { stage, here, there, KeyId } = await related(5);
  stage.pass(0, 5);
  await stage.call('UpdatePrimaryRegion', { KeyId, PrimaryRegion: REPLICA_REGION }, here);
  expect([await stateOf(stage, KeyId, here), await stateOf(stage, KeyId, there)]).toEqual([
    'Updating',
    'Updating',
  ]);
  stage.pass(0, 5);
  expect((await stage.call('DescribeKey', { KeyId }, here)).KeyMetadata).toMatchObject({
    KeyState: 'Enabled',
    MultiRegionConfiguration: {
      MultiRegionKeyType: 'REPLICA',
      PrimaryKey: { Region: REPLICA_REGION },
      ReplicaKeys: [{ Region: REGION }],
    },
  });
  await stage.call('EnableKeyRotation', { KeyId }, there);
  expect(await stage.refusal('DisableKeyRotation', { KeyId }, here)).toMatch(
    /^UnsupportedOperationException/,
  );
});

describe('fails', () => {
  test('to replicate what is no primary key, into a Region that has it, or into another partition', async () => {
    const { stage, here, there, KeyId } = await related();
    const single = await stage.createKey(here);
    const to = (ReplicaRegion: string, id = KeyId) => ({ KeyId: id, ReplicaRegion });
    expect(await stage.refusal('ReplicateKey', to('us-east-1', single), here)).toMatch(
      /^UnsupportedOperation/,
    );
    expect(await stage.refusal('ReplicateKey', to('us-east-1'), there)).toMatch(/^UnsupportedOperation/);
    expect(await stage.refusal('ReplicateKey', to(REPLICA_REGION), here)).toMatch(/^AlreadyExistsException/);
    expect(await stage.refusal('ReplicateKey', to(REGION), here)).toMatch(/^AlreadyExistsException/);
    expect(await stage.refusal('ReplicateKey', to('cn-north-1'), here)).toMatch(/^UnsupportedOperation/);
    expect(await stage.refusal('ReplicateKey', to('nowhere'), here)).toMatch(/^ValidationException/);
  });

  test('to replicate without kms:ReplicateKey on the primary and kms:CreateKey in the Region of the replica', async () => {
    const stage = new Stage();
    const KeyId = await stage.createKey(stage.admin(), { MultiRegion: true });
    const input = { KeyId, ReplicaRegion: REPLICA_REGION };
    const create = stage.role('Create', allow('kms:CreateKey'));
    const replicate = stage.role('Replicate', allow('kms:ReplicateKey'));
    const both = stage.role('Both', allow('kms:ReplicateKey', 'kms:CreateKey'));
    expect(await stage.refusal('ReplicateKey', input, create)).toContain('kms:ReplicateKey on resource');
    expect(await stage.refusal('ReplicateKey', input, replicate)).toContain('kms:CreateKey on resource: *');
    expect(
      await stage.refusal('ReplicateKey', { ...input, Tags: [{ TagKey: 'a', TagValue: '' }] }, both),
    ).toContain('kms:TagResource');
    expect(await stage.refusal('ReplicateKey', input, both)).toBe('none');
  });

  test('to move the primary to a Region without a replica, or where it is', async () => {
    const { stage, here, KeyId } = await related();
    const to = (PrimaryRegion: string) =>
      stage.refusal('UpdatePrimaryRegion', { KeyId, PrimaryRegion }, here);
    expect(await to('us-east-1')).toMatch(/^NotFoundException/);
    expect(await to(REGION)).toMatch(/^UnsupportedOperationException/);
  });
});
