import { AwsError } from '../aws-error';
import { keyId, type Definitions, type Desk } from './desk';
import { newMaterial, type KeyMaterial } from './envelope';
import { daysAfter, type Key } from './key';
import { page, paged, type Paging } from './page';
import { integer, required, text } from './parameter';
import { unsupported } from './replica-operations';

const DEFAULT_PERIOD = 365;
const MAX_ON_DEMAND = 25;
const IMMINENT = 20 * 60 * 1000;

/**
 * New material for a key, by the calendar or at once; old ciphertext keeps decrypting.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
 */
export function rotationOperations(desk: Desk): Definitions {
  return {
    EnableKeyRotation: {
      parameters: { KeyId: required(keyId), RotationPeriodInDays: integer({ min: 90, max: 2560 }) },
      run: (input: { KeyId: string; RotationPeriodInDays?: number }, caller) => {
        const periodInDays = input.RotationPeriodInDays ?? DEFAULT_PERIOD;
        const context = { 'kms:RotationPeriodInDays': [String(periodInDays)] };
        const { family } = rotatable(desk.ownKey('EnableKeyRotation', input.KeyId, caller, { context }));
        if (family.rotation?.periodInDays !== periodInDays) {
          family.rotation = { periodInDays, next: daysAfter(desk.now(), periodInDays) };
        }
      },
    },
    DisableKeyRotation: {
      parameters: { KeyId: required(keyId) },
      run: (input: { KeyId: string }, caller) => {
        rotatable(desk.ownKey('DisableKeyRotation', input.KeyId, caller)).family.rotation = undefined;
      },
    },
    RotateKeyOnDemand: {
      parameters: { KeyId: required(keyId) },
      run: (input: { KeyId: string }, caller) => {
        const { family } = rotatable(desk.ownKey('RotateKeyOnDemand', input.KeyId, caller));
        const now = desk.now();
        if (family.rotation !== undefined && family.rotation.next.getTime() - now.getTime() <= IMMINENT) {
          throw new AwsError('ConflictException', 'An automatic rotation begins within the next 20 minutes.');
        }
        if (
          family.materials.filter(({ rotation }) => rotation?.type === 'ON_DEMAND').length >= MAX_ON_DEMAND
        ) {
          throw new AwsError(
            'LimitExceededException',
            `A key is rotated on demand at most ${MAX_ON_DEMAND} times.`,
          );
        }
        family.materials.push(newMaterial({ date: now, type: 'ON_DEMAND' }));
        return { KeyId: family.id };
      },
    },
    GetKeyRotationStatus: {
      parameters: { KeyId: required(keyId) },
      run: (input: { KeyId: string }, caller) => {
        const key = desk.key('GetKeyRotationStatus', input.KeyId, caller);
        const { id, rotation } = key.family;
        const isOn = rotation !== undefined && key.deletion === undefined;
        return {
          KeyId: id,
          KeyRotationEnabled: isOn,
          ...(isOn && { RotationPeriodInDays: rotation.periodInDays, NextRotationDate: rotation.next }),
        };
      },
    },
    ListKeyRotations: {
      parameters: {
        KeyId: required(keyId),
        IncludeKeyMaterial: text({ values: ['ALL_KEY_MATERIAL', 'ROTATIONS_ONLY'] }),
        ...paged(1000),
      },
      run: (input: Paging & { KeyId: string; IncludeKeyMaterial?: string }, caller) => {
        const { family } = desk.ownKey('ListKeyRotations', input.KeyId, caller);
        const materials = family.materials.filter(
          ({ rotation }) => rotation !== undefined || input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL',
        );
        const entries = materials.map((material) => entryOf(family.id, material, family.currentMaterial));
        return page('Rotations', entries, input, 100);
      },
    },
  };
}

/** Related keys rotate together, which only their primary key can be asked for. */
function rotatable(key: Key): Key {
  if (!key.isPrimary) {
    throw unsupported(`${key.arn} is a multi-Region replica key, which is not valid for this operation.`);
  }
  return key;
}

function entryOf(
  KeyId: string,
  { id, rotation }: KeyMaterial,
  current: KeyMaterial,
): Record<string, unknown> {
  return {
    KeyId,
    KeyMaterialId: id,
    KeyMaterialState: id === current.id ? 'CURRENT' : 'NON_CURRENT',
    RotationDate: rotation?.date,
    RotationType: rotation?.type,
  };
}
