import type { KeyItem } from '../template/key-item';
import { isUndecided, type Setting } from '../template/setting';
import { change, type Change } from './change';
import type { Pair } from './match';
import type { RuleId } from './rule';
import { shown, undecidedProperty } from './property';

type Value = string | number | boolean;

/** How a property is compared, and what a difference means. */
interface Comparison {
  readonly property: string;
  readonly setting: (key: KeyItem) => Setting<Value> | undefined;
  readonly rule: (before: never, after: never, pair: Pair<KeyItem>) => RuleId | undefined;
}

const YEAR = 365;

const IMMUTABLE: readonly Comparison[] = [
  { property: 'KeySpec', setting: (key) => key.settings.material?.spec, rule: () => 'immutable-property' },
  { property: 'KeyUsage', setting: (key) => key.settings.material?.usage, rule: () => 'immutable-property' },
  { property: 'Origin', setting: (key) => key.settings.material?.origin, rule: () => 'immutable-property' },
  {
    property: 'MultiRegion',
    setting: (key) => key.settings.material?.multiRegion,
    rule: () => 'immutable-property',
  },
];

const MUTABLE: readonly Comparison[] = [
  {
    property: 'Enabled',
    setting: (key) => key.settings.enabled,
    rule: (_, after: boolean) => (after ? 'key-enabled' : 'key-disabled'),
  },
  {
    property: 'BypassPolicyLockoutSafetyCheck',
    setting: (key) => key.settings.bypassPolicyLockoutSafetyCheck,
    rule: (_, after: boolean) => (after ? 'lockout-check-bypassed' : 'lockout-check-restored'),
  },
  {
    property: 'EnableKeyRotation',
    setting: (key) => key.settings.material?.rotation,
    rule: (_, after: boolean) => (after ? 'rotation-on' : 'rotation-off'),
  },
  {
    property: 'RotationPeriodInDays',
    setting: (key) => key.settings.material?.rotationPeriodInDays,
    rule: (before: number, after: number, pair) => {
      // Without rotation the period means nothing, and CloudFormation does not send it.
      if (pair.before.settings.material?.rotation === false) return undefined;
      if (pair.after.settings.material?.rotation === false) return undefined;
      return after > before && after > YEAR ? 'rotation-slower' : 'rotation-period-changed';
    },
  },
  {
    property: 'PendingWindowInDays',
    setting: (key) => key.settings.pendingWindowInDays,
    rule: (before: number, after: number) => (after < before ? 'window-lowered' : 'window-raised'),
  },
  {
    property: 'Description',
    setting: (key) => key.settings.description,
    rule: () => 'description-changed',
  },
];

/**
 * What changes in the settings of a key or a replica.
 *
 * A new key that takes the place of an old one has settings of its own: nothing of them is immutable yet.
 */
export function settingChanges(pair: Pair<KeyItem>): Change[] {
  const comparisons = pair.recognition === 'same' ? [...IMMUTABLE, ...MUTABLE] : MUTABLE;
  return [...comparisons.flatMap((comparison) => compare(comparison, pair)), ...tagChanges(pair)];
}

function compare({ property, setting, rule }: Comparison, pair: Pair<KeyItem>): Change[] {
  const [before, after] = [setting(pair.before), setting(pair.after)];
  if (before === after || before === undefined || after === undefined) return [];
  if (isUndecided(before) || isUndecided(after)) return undecidedProperty(property, pair);
  const id = rule(before as never, after as never, pair);
  const message = `${property} ${shown(before)} → ${shown(after)}`;
  return id ? [change(id, pair.after, { message, before, after, path: ['Properties', property] })] : [];
}

function tagChanges(pair: Pair<KeyItem>): Change[] {
  const [before, after] = [pair.before.settings.tags, pair.after.settings.tags];
  if (isUndecided(before) || isUndecided(after)) return undecidedProperty('Tags', pair);
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const differences = keys
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => `${key} ${shown(before.get(key) ?? null)} → ${shown(after.get(key) ?? null)}`);
  if (differences.length === 0) return [];
  return [
    change('tags-changed', pair.after, {
      message: `tag ${differences.join(', ')}`,
      before: Object.fromEntries(before),
      after: Object.fromEntries(after),
      path: ['Properties', 'Tags'],
    }),
  ];
}
