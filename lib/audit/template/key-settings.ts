import { isObject, type Json, type JsonObject, own } from './json';
import { booleanSetting, numberSetting, type Setting, textSetting } from './setting';

/** How a key is set up, with KMS's defaults for what its template leaves out. */
export interface KeySettings {
  readonly description: Setting<string>;
  readonly enabled: Setting<boolean>;
  readonly pendingWindowInDays: Setting<number>;
  readonly tags: Setting<ReadonlyMap<string, string>>;
  readonly bypassPolicyLockoutSafetyCheck: Setting<boolean>;

  /** Absent from a replica, which has them from its primary. */
  readonly material?: KeyMaterial;
}

/** What a key shares with its replicas. */
export interface KeyMaterial {
  readonly spec: Setting<string>;
  readonly usage: Setting<string>;
  readonly origin: Setting<string>;
  readonly multiRegion: Setting<boolean>;
  readonly rotation: Setting<boolean>;
  readonly rotationPeriodInDays: Setting<number>;
}

/**
 * Reads the resolved properties of a key or a replica.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-replicakey.html
 */
export function keySettings(properties: JsonObject, kind: 'key' | 'replica'): KeySettings {
  const property = (name: string): Json | undefined => own(properties, name);
  return {
    description: textSetting(property('Description'), ''),
    enabled: booleanSetting(property('Enabled'), true),
    pendingWindowInDays: numberSetting(property('PendingWindowInDays'), 30),
    tags: tagsOf(property('Tags')),
    bypassPolicyLockoutSafetyCheck: booleanSetting(property('BypassPolicyLockoutSafetyCheck'), false),
    ...(kind === 'key' && {
      material: {
        spec: textSetting(property('KeySpec'), 'SYMMETRIC_DEFAULT'),
        usage: textSetting(property('KeyUsage'), 'ENCRYPT_DECRYPT'),
        origin: textSetting(property('Origin'), 'AWS_KMS'),
        multiRegion: booleanSetting(property('MultiRegion'), false),
        rotation: booleanSetting(property('EnableKeyRotation'), false),
        rotationPeriodInDays: numberSetting(property('RotationPeriodInDays'), 365),
      },
    }),
  };
}

function tagsOf(value: Json | undefined): Setting<ReadonlyMap<string, string>> {
  if (value === undefined) return new Map();
  if (!Array.isArray(value)) return { undecided: 'the tags are not known before the deployment' };
  const tags = new Map<string, string>();
  for (const tag of value) {
    const [key, text] = isObject(tag) ? [own(tag, 'Key'), own(tag, 'Value')] : [];
    if (typeof key !== 'string' || typeof text === 'object' || text === undefined) {
      return { undecided: `the tag ${JSON.stringify(tag)} is not an object with a "Key" and a "Value"` };
    }
    tags.set(key, String(text));
  }
  return tags;
}
