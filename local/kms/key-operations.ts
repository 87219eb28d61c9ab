import { keyAttributes } from './condition-context';
import { keyId, type Definitions, type Desk } from './desk';
import { grantTokens } from './grant-operations';
import { daysAfter, Key, type KeyFamily } from './key';
import { defaultPolicy, KeyPolicy, malformed } from './key-policy';
import { page, paged, type Paging } from './page';
import { flag, integer, only, required, text } from './parameter';
import type { Caller } from '../caller';
import { addTags, requestTags, tags, type Tag } from './tag';

export const description = text({ max: 8192 });
const DEFAULT_WINDOW = 30;

/** What `CreateKey` and `ReplicateKey` take alike. */
export interface NewKey {
  readonly Policy?: string;
  readonly BypassPolicyLockoutSafetyCheck?: boolean;
  readonly Description?: string;
  readonly Tags?: readonly Tag[];
}

/** Making, describing, switching and deleting keys. */
export function keyOperations(desk: Desk): Definitions {
  const own = (run: (key: Key) => unknown, operation: string) => ({
    parameters: { KeyId: required(keyId) },
    run: (input: { KeyId: string }, caller: Caller) => run(desk.ownKey(operation, input.KeyId, caller)),
  });
  return {
    CreateKey: {
      parameters: {
        Policy: text({ min: 1 }),
        Description: description,
        KeyUsage: only('ENCRYPT_DECRYPT'),
        KeySpec: only('SYMMETRIC_DEFAULT'),
        CustomerMasterKeySpec: only('SYMMETRIC_DEFAULT'),
        Origin: only('AWS_KMS'),
        BypassPolicyLockoutSafetyCheck: flag,
        Tags: tags,
        MultiRegion: flag,
      },
      run: (input: NewKey & { MultiRegion?: boolean }, caller) => {
        const family = desk.store.newFamily(caller, input.MultiRegion ?? false);
        const key = createKey(desk, family, input, caller, caller.region);
        return { KeyMetadata: key.metadata(desk.now()) };
      },
    },
    DescribeKey: {
      parameters: { KeyId: required(keyId), GrantTokens: grantTokens },
      run: (input: { KeyId: string }, caller) => ({
        KeyMetadata: desk.namedKey('DescribeKey', input.KeyId, caller).metadata(desk.now()),
      }),
    },
    ListKeys: {
      parameters: paged(1000),
      run: (input: Paging, caller) => {
        desk.authorization.byIdentity(caller, 'ListKeys', '*');
        const keys = desk.store.keysIn(caller).map(({ family, arn }) => ({ KeyId: family.id, KeyArn: arn }));
        return page('Keys', keys, input, 100);
      },
    },
    UpdateKeyDescription: {
      parameters: { KeyId: required(keyId), Description: required(description) },
      run: (input: { KeyId: string; Description: string }, caller) => {
        desk.ownKey('UpdateKeyDescription', input.KeyId, caller).description = input.Description;
      },
    },
    GetKeyLastUsage: own(({ family, created, lastUsage }) => {
      const { operation, date } = lastUsage ?? {};
      return {
        KeyId: family.id,
        KeyLastUsage: { Operation: operation, Timestamp: date },
        TrackingStartDate: created,
        KeyCreationDate: created,
      };
    }, 'GetKeyLastUsage'),
    EnableKey: own((key) => {
      key.enabled = true;
      resumeRotation(key, desk.now());
    }, 'EnableKey'),
    DisableKey: own((key) => {
      key.enabled = false;
    }, 'DisableKey'),
    ScheduleKeyDeletion: {
      parameters: { KeyId: required(keyId), PendingWindowInDays: integer({ min: 7, max: 30 }) },
      run: (input: { KeyId: string; PendingWindowInDays?: number }, caller) => {
        const windowInDays = input.PendingWindowInDays ?? DEFAULT_WINDOW;
        const context = { 'kms:ScheduleKeyDeletionPendingWindowInDays': [String(windowInDays)] };
        const key = desk.ownKey('ScheduleKeyDeletion', input.KeyId, caller, { context });
        const waits = key.isPrimary && key.family.replicas.length > 0;
        key.deletion = { windowInDays, ...(!waits && { date: daysAfter(desk.now(), windowInDays) }) };
        return {
          KeyId: key.arn,
          DeletionDate: key.deletion.date,
          KeyState: key.state(desk.now()),
          PendingWindowInDays: windowInDays,
        };
      },
    },
    CancelKeyDeletion: own((key) => {
      key.deletion = undefined;
      key.enabled = false;
      return { KeyId: key.arn };
    }, 'CancelKeyDeletion'),
  };
}

/**
 * Makes a key in a Region, once the caller may and its policy is accepted.
 *
 * @throws AwsError and makes nothing
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
 */
export function createKey(desk: Desk, family: KeyFamily, input: NewKey, caller: Caller, region: string): Key {
  const there = { ...caller, region };
  const bypass = input.BypassPolicyLockoutSafetyCheck ?? false;
  desk.authorization.byIdentity(there, 'CreateKey', '*', {
    ...keyAttributes(family.multiRegion, region === family.primaryRegion),
    ...requestTags(input.Tags),
    'kms:BypassPolicyLockoutSafetyCheck': [String(bypass)],
  });
  if (input.Tags !== undefined && input.Tags.length > 0) {
    desk.authorization.byIdentity(there, 'TagResource', '*', requestTags(input.Tags));
  }
  const text = input.Policy ?? defaultPolicy(family.account, family.partition);
  const key = new Key(family, region, desk.now(), KeyPolicy.read(text, family.partition, desk.identities));
  key.description = input.Description ?? '';
  addTags(key.tags, input.Tags ?? []);
  checkLockout(desk, key.policy, key, there, bypass);
  desk.store.add(key);
  return key;
}

/**
 * Refuses a policy that its author could not change again.
 *
 * @throws AwsError `MalformedPolicyDocumentException`
 */
export function checkLockout(desk: Desk, policy: KeyPolicy, key: Key, caller: Caller, bypass: boolean): void {
  if (!bypass && !desk.authorization.couldPutPolicy(policy, key, caller)) {
    throw malformed('The new key policy will not allow you to update the key policy in the future.');
  }
}

/** A rotation that fell due while the key was disabled happens now. */
function resumeRotation({ family, isPrimary }: Key, now: Date): void {
  if (isPrimary && family.rotation !== undefined && family.rotation.next < now) {
    family.rotation = { ...family.rotation, next: now };
  }
}
