import { isUndecided } from '../template/setting';
import type { KeyItem } from '../template/key-item';
import type { Problem } from './problem';
import { judge, type KeyRule } from './key-rule';

const ROTATION = ['Properties', 'EnableKeyRotation'];
const PERIOD = ['Properties', 'RotationPeriodInDays'];
const LONGEST_PERIOD_IN_DAYS = 365;

/** A key that KMS can rotate by itself is rotated. */
export const rotation: KeyRule = {
  id: 'rotation',
  severity: 'medium',
  title: 'A symmetric encryption key is rotated',
  explanation:
    'Automatic rotation limits how much data one key material protects. KMS can do it for symmetric encryption keys whose material it made itself; a replica has the rotation of its primary.',
  remedy: 'Set EnableKeyRotation to true. Everything encrypted before a rotation stays readable.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html',
  check: (key) =>
    whenRotatable(key, (material) =>
      judge(material.rotation, ROTATION, (isOn) => (isOn ? undefined : 'the key is not rotated')),
    ),
};

/** A rotated key is rotated at least once a year. */
export const rotationPeriod: KeyRule = {
  id: 'rotation-period',
  severity: 'low',
  title: `A key is rotated at least every ${LONGEST_PERIOD_IN_DAYS} days`,
  explanation:
    'KMS rotates every 365 days unless RotationPeriodInDays says otherwise. CloudFormation never reads the property back, so that nothing tells of a change made outside of it.',
  remedy: `Set RotationPeriodInDays to ${LONGEST_PERIOD_IN_DAYS} or less, or leave it out.`,
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/rotating-keys-enable.html',
  check: (key) =>
    whenRotatable(key, ({ rotation: isOn, rotationPeriodInDays }) =>
      isOn === true
        ? judge(rotationPeriodInDays, PERIOD, (days) =>
            days > LONGEST_PERIOD_IN_DAYS ? `the key is rotated every ${days} days` : undefined,
          )
        : [],
    ),
};

/** Only symmetric encryption keys with material made by KMS, in a standard key store, rotate by themselves. */
function whenRotatable(
  { settings: { material } }: KeyItem,
  check: (material: NonNullable<KeyItem['settings']['material']>) => Problem[],
): Problem[] {
  if (material === undefined) return [];
  const open = [
    ...judge(material.spec, ['Properties', 'KeySpec'], () => undefined),
    ...judge(material.origin, ['Properties', 'Origin'], () => undefined),
  ];
  const isOther = (setting: unknown, value: string): boolean => !isUndecided(setting) && setting !== value;
  if (isOther(material.spec, 'SYMMETRIC_DEFAULT') || isOther(material.origin, 'AWS_KMS')) return [];
  const found = check(material);
  return found.length > 0 && open.length > 0 ? open : found;
}
