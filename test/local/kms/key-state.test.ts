import type { Caller } from '../../../local/caller';
import { base64, inRegion, REPLICA_REGION, Stage } from './stage';

/**
 * How each operation ends in each state, in the order of `STATES`: `ok`, or what the error says of the key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
const STATES = ['Enabled', 'Disabled', 'PendingDeletion', 'PendingReplicaDeletion', 'Creating', 'Updating'];
const USE = 'ok, is disabled, is pending deletion, is pending replica deletion, is creating, ok';
const MANAGE = 'ok, ok, is pending deletion, is pending replica deletion, ok, ok';
const SWITCH = 'ok, ok, is pending deletion, is pending replica deletion, is creating, is updating';
const MOVE = 'ok, is disabled, is pending deletion, is pending replica deletion, is creating, is updating';
const READ = 'ok, ok, ok, ok, ok, ok';
const NOT_PENDING = 'is not pending deletion';
const CANCEL = [NOT_PENDING, NOT_PENDING, 'ok', 'ok', NOT_PENDING, NOT_PENDING].join(', ');

const EXPECTED: Readonly<Record<string, string>> = {
  Encrypt: USE,
  Decrypt: USE,
  ReEncrypt: USE,
  GenerateDataKey: USE,
  GenerateDataKeyWithoutPlaintext: USE,
  GenerateDataKeyPair: USE,
  GenerateDataKeyPairWithoutPlaintext: USE,
  CreateGrant: USE,
  EnableKeyRotation: USE,
  DisableKeyRotation: USE,
  RotateKeyOnDemand: USE,
  ReplicateKey: MOVE,
  UpdatePrimaryRegion: MOVE,
  EnableKey: SWITCH,
  DisableKey: SWITCH,
  ScheduleKeyDeletion: SWITCH,
  CancelKeyDeletion: CANCEL,
  CreateAlias: MANAGE,
  UpdateAlias: MANAGE,
  TagResource: MANAGE,
  UntagResource: MANAGE,
  UpdateKeyDescription: MANAGE,
  DescribeKey: READ,
  GetKeyPolicy: READ,
  PutKeyPolicy: READ,
  ListKeyPolicies: READ,
  ListResourceTags: READ,
  ListAliases: READ,
  DeleteAlias: READ,
  GetKeyRotationStatus: READ,
  ListKeyRotations: READ,
  ListGrants: READ,
  GetKeyLastUsage: READ,
  RevokeGrant: READ,
  RetireGrant: READ,
};

const WITHOUT_KEY = ['CreateKey', 'ListKeys', 'ListRetirableGrants', 'GenerateRandom'];

test('every operation on a key has its row', () => {
  expect([...Object.keys(EXPECTED), ...WITHOUT_KEY].sort()).toEqual(new Stage().operations.sort());
});

describe.each(STATES.map((state, index) => ({ state, index })))('in the state $state', ({ state, index }) => {
  // A key that is being created has no grants yet.
  const rows = Object.entries(EXPECTED)
    .filter(([operation]) => state !== 'Creating' || !/^Re(voke|tire)Grant$/.test(operation))
    .map(([operation, row]) => ({ operation, expected: row.split(', ')[index] }));

  test.each(rows)('$operation: $expected', async ({ operation, expected }) => {
    const { stage, caller, input } = await keyIn(state);
    expect((await stage.call('DescribeKey', { KeyId: input.KeyId }, caller)).KeyMetadata.KeyState).toBe(
      state,
    );
    const refusal = await stage.refusal(operation, inputOf(operation, input), caller);
    const code = expected === 'is disabled' ? 'DisabledException' : 'KMSInvalidStateException';
    expect(refusal).toBe(expected === 'ok' ? 'none' : `${code}: ${input.arn} ${expected}.`);
  });
});

interface Input {
  readonly KeyId: string;
  readonly arn: string;
  readonly other: string;
  readonly CiphertextBlob: string;
  readonly GrantId: string;
  readonly Policy: string;
}

/** A multi-Region key in a state, with an alias, a grant and a ciphertext from when it was enabled. */
async function keyIn(state: string): Promise<{ stage: Stage; caller: Caller; input: Input }> {
  const stage = new Stage({ settleSeconds: 5 });
  const primary = stage.admin();
  const replica = inRegion(primary, REPLICA_REGION);
  const KeyId = await stage.createKey(primary, { MultiRegion: true });
  const isReplica = ['PendingDeletion', 'Creating', 'Updating'].includes(state);
  const caller = isReplica ? replica : primary;
  const { CiphertextBlob } = await stage.call('Encrypt', { KeyId, Plaintext: base64('x') }, primary);
  await stage.call('ReplicateKey', { KeyId, ReplicaRegion: REPLICA_REGION }, primary);
  if (state !== 'Creating') {
    stage.pass(0, 5);
  }
  const other = await stage.createKey(caller);
  await stage.call('CreateAlias', { AliasName: 'alias/moved', TargetKeyId: other }, caller);
  const { Policy } = await stage.call('GetKeyPolicy', { KeyId }, caller);
  const grant = { KeyId, GranteePrincipal: primary.principalArn, Operations: ['RetireGrant'] };
  const GrantId = state === 'Creating' ? '' : (await stage.call('CreateGrant', grant, caller)).GrantId;
  switch (state) {
    case 'Disabled':
      await stage.call('DisableKey', { KeyId }, caller);
      break;
    case 'PendingDeletion':
    case 'PendingReplicaDeletion':
      await stage.call('ScheduleKeyDeletion', { KeyId }, caller);
      break;
    case 'Updating':
      await stage.call('UpdatePrimaryRegion', { KeyId, PrimaryRegion: REPLICA_REGION }, primary);
  }
  const { Arn: arn } = (await stage.call('DescribeKey', { KeyId }, caller)).KeyMetadata;
  return { stage, caller, input: { KeyId, arn, other, CiphertextBlob, GrantId, Policy } };
}

function inputOf(operation: string, { KeyId, other, CiphertextBlob, GrantId, Policy }: Input): object {
  const Operations = ['Decrypt'];
  const inputs: Readonly<Record<string, object>> = {
    Encrypt: { KeyId, Plaintext: base64('x') },
    Decrypt: { CiphertextBlob },
    ReEncrypt: { CiphertextBlob, DestinationKeyId: other },
    GenerateDataKey: { KeyId, NumberOfBytes: 16 },
    GenerateDataKeyWithoutPlaintext: { KeyId, KeySpec: 'AES_256' },
    GenerateDataKeyPair: { KeyId, KeyPairSpec: 'ECC_NIST_P256' },
    GenerateDataKeyPairWithoutPlaintext: { KeyId, KeyPairSpec: 'ECC_NIST_EDWARDS25519' },
    CreateGrant: { KeyId, GranteePrincipal: 'arn:aws:iam::111122223333:root', Operations },
    ReplicateKey: { KeyId, ReplicaRegion: 'us-east-1' },
    UpdatePrimaryRegion: { KeyId, PrimaryRegion: REPLICA_REGION },
    CreateAlias: { AliasName: 'alias/new', TargetKeyId: KeyId },
    UpdateAlias: { AliasName: 'alias/moved', TargetKeyId: KeyId },
    DeleteAlias: { AliasName: 'alias/moved' },
    TagResource: { KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] },
    UntagResource: { KeyId, TagKeys: ['a'] },
    UpdateKeyDescription: { KeyId, Description: 'x' },
    PutKeyPolicy: { KeyId, Policy },
    RevokeGrant: { KeyId, GrantId },
    RetireGrant: { KeyId, GrantId },
  };
  return inputs[operation] ?? { KeyId };
}
