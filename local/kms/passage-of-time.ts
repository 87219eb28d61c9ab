import { newMaterial } from './envelope';
import { daysAfter, type Key, type KeyFamily } from './key';

/** The key of a family whose waiting period ended first, since each deletion may start another one. */
export function nextDeletion(family: KeyFamily, now: Date): { key: Key; date: Date } | undefined {
  return [...family.members.values()]
    .flatMap((key) => (key.deletion?.date ? [{ key, date: key.deletion.date }] : []))
    .filter(({ date }) => date <= now)
    .sort((one, other) => one.date.getTime() - other.date.getTime())
    .at(0);
}

/** KMS rotates the primary key only, and neither a disabled one nor one that is to be deleted. */
export function rotate(family: KeyFamily, now: Date): void {
  while (
    family.rotation !== undefined &&
    family.rotation.next <= now &&
    family.primary?.state(now) === 'Enabled'
  ) {
    const { periodInDays, next } = family.rotation;
    family.materials.push(newMaterial({ date: next, type: 'AUTOMATIC' }));
    family.rotation = { periodInDays, next: daysAfter(next, periodInDays) };
  }
}
