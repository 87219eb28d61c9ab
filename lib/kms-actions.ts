/**
 * The KMS actions of a symmetric encryption key, grouped by what they are for.
 *
 * Every list is written out, without wildcards: an action that KMS adds later is granted to nobody
 * until somebody decides who gets it.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
 */

/** Turn plaintext into ciphertext, or make a data key to do so. */
export const ENCRYPT_ACTIONS: readonly string[] = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptTo',
];

/**
 * Turn ciphertext into plaintext.
 *
 * `ReEncryptFrom` belongs here: whoever may move a ciphertext to a key of their own can read it.
 */
export const DECRYPT_ACTIONS: readonly string[] = ['kms:Decrypt', 'kms:ReEncryptFrom'];

/** Look at the key, without looking at what it protects. */
export const DESCRIBE_ACTIONS: readonly string[] = ['kms:DescribeKey'];

/** Everything that turns data into ciphertext and back. */
export const USE_ACTIONS: readonly string[] = [...ENCRYPT_ACTIONS, ...DECRYPT_ACTIONS, ...DESCRIBE_ACTIONS];

/**
 * Make, list and revoke grants; users get them only for grants that an AWS service makes.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource
 */
export const SERVICE_GRANT_ACTIONS: readonly string[] = [
  'kms:CreateGrant',
  'kms:ListGrants',
  'kms:RevokeGrant',
];

/** Read how the key is set up. */
export const READ_ACTIONS: readonly string[] = [
  'kms:DescribeKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
];

/** Change how the key is set up, short of deleting it and of replicating it. */
export const MANAGE_ACTIONS: readonly string[] = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:PutKeyPolicy',
  'kms:RotateKeyOnDemand',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

/** Take back a grant that somebody else made. */
export const REVOKE_ACTIONS: readonly string[] = ['kms:RevokeGrant'];

/** Make a related key in another Region. */
export const REPLICATE_ACTIONS: readonly string[] = ['kms:ReplicateKey'];

/** Start the countdown after which everything encrypted under the key is lost. */
export const DELETE_ACTIONS: readonly string[] = ['kms:ScheduleKeyDeletion'];

/**
 * What an account needs to get a key back of which every administrator is gone.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export const RECOVERY_ACTIONS: readonly string[] = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:GetKeyPolicy',
  'kms:PutKeyPolicy',
];

/** Every action that this library hands out or refuses, once each. */
export const KEY_ACTIONS: readonly string[] = [
  ...new Set([
    ...USE_ACTIONS,
    ...SERVICE_GRANT_ACTIONS,
    ...READ_ACTIONS,
    ...MANAGE_ACTIONS,
    ...REVOKE_ACTIONS,
    ...REPLICATE_ACTIONS,
    ...DELETE_ACTIONS,
  ]),
];

/** The actions that a pattern such as `kms:GenerateDataKey*` means, whatever its case. */
export function keyActionsLike(pattern: string): string[] {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const like = new RegExp(`^${expression}$`, 'i');
  return KEY_ACTIONS.filter((action) => like.test(action));
}
