import { AwsError } from '../aws-error';
import { partitionOf } from '../caller';
import { keyId, type Definitions, type Desk } from './desk';
import type { Key } from './key';
import { createKey, description, type NewKey } from './key-operations';
import { flag, required, text } from './parameter';
import { tags } from './tag';

const region = required(text({ min: 1, max: 32, pattern: /^([a-z]+-){2,3}\d+$/ }));

/**
 * Related keys in further Regions, and which of them is the primary.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
 */
export function replicaOperations(desk: Desk): Definitions {
  const settled = () => new Date(desk.now().getTime() + desk.settings.settleSeconds * 1000);
  return {
    ReplicateKey: {
      parameters: {
        KeyId: required(keyId),
        ReplicaRegion: region,
        Policy: text({ min: 1 }),
        BypassPolicyLockoutSafetyCheck: flag,
        Description: description,
        Tags: tags,
      },
      run: (input: NewKey & { KeyId: string; ReplicaRegion: string }, caller) => {
        const context = { 'kms:ReplicaRegion': [input.ReplicaRegion] };
        const primary = desk.ownKey('ReplicateKey', input.KeyId, caller, { context });
        checkPrimary(primary);
        if (partitionOf(input.ReplicaRegion) !== primary.family.partition) {
          throw unsupported(
            `The Region ${input.ReplicaRegion} is not in the partition ${primary.family.partition}.`,
          );
        }
        if (primary.family.members.has(input.ReplicaRegion)) {
          const id = primary.family.id;
          throw new AwsError(
            'AlreadyExistsException',
            `The key ${id} already exists in ${input.ReplicaRegion}.`,
          );
        }
        const replica = createKey(desk, primary.family, input, caller, input.ReplicaRegion);
        replica.transition = { state: 'Creating', until: settled() };
        return {
          ReplicaKeyMetadata: { ...replica.metadata(desk.now()), KeyState: 'Creating', Enabled: false },
          ReplicaPolicy: replica.policy.document(desk.identities),
          ReplicaTags: input.Tags ?? [],
        };
      },
    },
    UpdatePrimaryRegion: {
      parameters: { KeyId: required(keyId), PrimaryRegion: region },
      run: (input: { KeyId: string; PrimaryRegion: string }, caller) => {
        const context = { 'kms:PrimaryRegion': [input.PrimaryRegion] };
        const former = desk.ownKey('UpdatePrimaryRegion', input.KeyId, caller, { context });
        checkPrimary(former);
        if (former.region === input.PrimaryRegion) {
          throw unsupported(`${former.arn} is the primary key already.`);
        }
        const there = { ...caller, region: input.PrimaryRegion };
        const next = desk.ownKey('UpdatePrimaryRegion', former.family.id, there, { context });
        former.family.primaryRegion = next.region;
        former.transition = next.transition = { state: 'Updating', until: settled() };
      },
    },
  };
}

/** @throws AwsError `UnsupportedOperationException` */
function checkPrimary(key: Key): void {
  if (!key.family.multiRegion || !key.isPrimary) {
    throw unsupported(`${key.arn} is not a multi-Region primary key.`);
  }
}

export function unsupported(message: string): AwsError {
  return new AwsError('UnsupportedOperationException', message);
}
