import { describeOpaque } from '../policy/opaque';
import { type Json, own } from '../template/json';
import { change, type Change, type Subject } from './change';
import type { Pair } from './match';

const COMMON = ['Description', 'Enabled', 'KeyPolicy', 'PendingWindowInDays', 'Tags'];

/**
 * The properties whose changes are decided, by the kind of resource.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_KMS.html
 */
const DECIDED: Readonly<Record<Subject['kind'], readonly string[]>> = {
  key: [
    ...COMMON,
    'BypassPolicyLockoutSafetyCheck',
    'EnableKeyRotation',
    'KeySpec',
    'KeyUsage',
    'MultiRegion',
    'Origin',
    'RotationPeriodInDays',
  ],
  replica: [...COMMON, 'PrimaryKeyArn'],
  alias: ['AliasName', 'TargetKeyId'],
};

/** A property that AWS added after this program was written may do anything. */
export function unknownProperties(pair: Pair<Subject>): Change[] {
  const { before, after } = pair;
  return [...new Set([...Object.keys(before.properties), ...Object.keys(after.properties)])]
    .filter((name) => !DECIDED[after.kind].includes(name))
    .sort()
    .flatMap((name) => undecidedProperty(name, pair));
}

/** A value that is not known is the same in both versions when both write it in the same way. */
export function undecidedProperty(property: string, pair: Pair<Subject>): Change[] {
  const [before = null, after = null] = [pair.before, pair.after].map((item) =>
    own(item.properties, property),
  );
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const message = `${property} ${shown(before)} → ${shown(after)}`;
  return [change('undecided', pair.after, { message, before, after, path: ['Properties', property] })];
}

/** A value as people read it in a sentence. */
export function shown(value: Json): string {
  if (value === null) return 'nothing';
  const text = describeOpaque(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

const SHOWN = 80;
