import { AwsError } from '../aws-error';

/**
 * What a key is ready for.
 *
 * `PendingImport` and `Unavailable` are missing: they belong to imported key material and to custom key
 * stores, which are refused.
 */
export type KeyState =
  'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingReplicaDeletion' | 'Creating' | 'Updating';

/** The operations that a state stands in the way of; every other operation works in every state. */
const USE: readonly KeyState[] = ['Enabled', 'Updating'];
const CHANGE: readonly KeyState[] = ['Enabled', 'Disabled', 'Creating', 'Updating'];
const SETTLED: readonly KeyState[] = ['Enabled', 'Disabled'];

/**
 * The states in which an operation works.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
const COMPATIBLE: Readonly<Record<string, readonly KeyState[]>> = {
  Encrypt: USE,
  Decrypt: USE,
  ReEncrypt: USE,
  GenerateDataKey: USE,
  GenerateDataKeyPair: USE,
  GenerateDataKeyPairWithoutPlaintext: USE,
  GenerateDataKeyWithoutPlaintext: USE,
  CreateGrant: USE,
  EnableKeyRotation: USE,
  DisableKeyRotation: USE,
  RotateKeyOnDemand: USE,
  ReplicateKey: ['Enabled'],
  UpdatePrimaryRegion: ['Enabled'],
  EnableKey: SETTLED,
  DisableKey: SETTLED,
  ScheduleKeyDeletion: SETTLED,
  CreateAlias: CHANGE,
  UpdateAlias: CHANGE,
  TagResource: CHANGE,
  UntagResource: CHANGE,
  UpdateKeyDescription: CHANGE,
  CancelKeyDeletion: ['PendingDeletion', 'PendingReplicaDeletion'],
};

const REFUSAL: Readonly<Record<KeyState, string>> = {
  Enabled: 'is not pending deletion',
  Disabled: 'is disabled',
  PendingDeletion: 'is pending deletion',
  PendingReplicaDeletion: 'is pending replica deletion',
  Creating: 'is creating',
  Updating: 'is updating',
};

/**
 * Refuses an operation that the state of the key does not allow.
 *
 * @throws AwsError `DisabledException` for a disabled key, `KMSInvalidStateException` for every other
 */
export function checkState(operation: string, arn: string, state: KeyState): void {
  if (COMPATIBLE[operation]?.includes(state) ?? true) {
    return;
  }
  if (operation === 'CancelKeyDeletion') {
    throw new AwsError('KMSInvalidStateException', `${arn} ${REFUSAL.Enabled}.`);
  }
  const code = state === 'Disabled' ? 'DisabledException' : 'KMSInvalidStateException';
  throw new AwsError(code, `${arn} ${REFUSAL[state]}.`);
}
