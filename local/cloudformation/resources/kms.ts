import type { Json, JsonObject } from '../../../lib/audit/template/json';
import { AwsError } from '../../aws-error';
import { flag, text } from '../text';
import { same, tagChanges, type Handlers, type ResourceType, type Tag } from '../resource-type';

interface KeyMetadata {
  readonly KeyMetadata: { readonly KeyId: string; readonly Arn: string };
}

const DELETION_WINDOW = 30;

/**
 * A KMS key.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
 */
export const kmsKey: ResourceType = {
  properties: {
    BypassPolicyLockoutSafetyCheck: 'in-place',
    Description: 'in-place',
    EnableKeyRotation: 'in-place',
    Enabled: 'in-place',
    KeyPolicy: 'in-place',
    KeySpec: 'immutable',
    KeyUsage: 'immutable',
    MultiRegion: 'immutable',
    Origin: 'immutable',
    PendingWindowInDays: 'in-place',
    RotationPeriodInDays: 'in-place',
    Tags: 'in-place',
  },
  defaults: {
    KeySpec: 'SYMMETRIC_DEFAULT',
    KeyUsage: 'ENCRYPT_DECRYPT',
    MultiRegion: false,
    Origin: 'AWS_KMS',
  },
  required: [],
  taggable: true,
  identifier: 'KeyId',
  find: findKey,

  async create(properties, aws, created) {
    const { KeyMetadata } = await aws.call<KeyMetadata>('kms', 'CreateKey', {
      BypassPolicyLockoutSafetyCheck: flag(properties.BypassPolicyLockoutSafetyCheck),
      Description: properties.Description,
      KeySpec: properties.KeySpec,
      KeyUsage: properties.KeyUsage,
      MultiRegion: flag(properties.MultiRegion),
      Origin: properties.Origin,
      Policy: policyText(properties.KeyPolicy),
      Tags: kmsTags(properties.Tags),
    });
    created(KeyMetadata.KeyId);
    await putRotation(KeyMetadata.KeyId, properties, {}, aws);
    if (flag(properties.Enabled) === false) {
      await aws.call('kms', 'DisableKey', { KeyId: KeyMetadata.KeyId });
    }
  },

  async update(id, properties, previous, aws) {
    const [enabled, wasEnabled] = [properties, previous].map((each) => flag(each.Enabled) ?? true);
    if (enabled && !wasEnabled) {
      await aws.call('kms', 'EnableKey', { KeyId: id });
    }
    await putRotation(id, properties, previous, aws);
    await putCommon(id, properties, previous, aws);
    if (!enabled && wasEnabled) {
      await aws.call('kms', 'DisableKey', { KeyId: id });
    }
  },

  delete: scheduleDeletion,
  attributes: keyAttributes,
};

/**
 * A related key in another Region than its primary's.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-replicakey.html
 */
export const kmsReplicaKey: ResourceType = {
  properties: {
    Description: 'in-place',
    Enabled: 'in-place',
    KeyPolicy: 'in-place',
    PendingWindowInDays: 'in-place',
    PrimaryKeyArn: 'replace',
    Tags: 'in-place',
  },
  required: ['KeyPolicy', 'PrimaryKeyArn'],
  taggable: true,
  identifier: 'KeyId',
  find: findKey,

  async create(properties, aws, created) {
    const primary = text(properties.PrimaryKeyArn);
    const region = /^arn:[\w-]+:kms:([\w-]+):\d{12}:key\/mrk-/.exec(primary)?.[1];
    if (region === undefined) {
      throw new AwsError(
        'ValidationException',
        `Value '${primary}' at 'PrimaryKeyArn' failed to satisfy constraint: Member must be the ARN of a multi-Region primary key`,
      );
    }
    const { ReplicaKeyMetadata } = await aws.call<{ ReplicaKeyMetadata: { KeyId: string } }>(
      'kms',
      'ReplicateKey',
      {
        KeyId: primary,
        ReplicaRegion: aws.caller.region,
        Description: properties.Description,
        Policy: policyText(properties.KeyPolicy),
        Tags: kmsTags(properties.Tags),
      },
      region,
    );
    created(ReplicaKeyMetadata.KeyId);
    if (flag(properties.Enabled) === false) {
      await aws.call('kms', 'DisableKey', { KeyId: ReplicaKeyMetadata.KeyId });
    }
  },

  async update(id, properties, previous, aws) {
    const [enabled, wasEnabled] = [properties, previous].map((each) => flag(each.Enabled) ?? true);
    await putCommon(id, properties, previous, aws);
    if (enabled !== wasEnabled) {
      await aws.call('kms', enabled ? 'EnableKey' : 'DisableKey', { KeyId: id });
    }
  },

  delete: scheduleDeletion,
  attributes: keyAttributes,
};

/**
 * An alias.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html
 */
export const kmsAlias: ResourceType = {
  properties: { AliasName: 'replace', TargetKeyId: 'in-place' },
  required: ['AliasName', 'TargetKeyId'],
  identifier: 'AliasName',
  find: findKey,

  async create(properties, aws, created) {
    await aws.call('kms', 'CreateAlias', properties);
    created(properties.AliasName as string);
  },

  async update(id, properties, _previous, aws) {
    await aws.call('kms', 'UpdateAlias', { AliasName: id, TargetKeyId: properties.TargetKeyId });
  },

  async delete(id, _properties, aws) {
    await aws.call('kms', 'DeleteAlias', { AliasName: id });
  },

  attributes: () => Promise.resolve({}),
};

async function putRotation(id: string, next: JsonObject, previous: JsonObject, aws: Handlers): Promise<void> {
  const [on, wasOn] = [next, previous].map((each) => flag(each.EnableKeyRotation) ?? false);
  const period = next.RotationPeriodInDays;
  if (on && (!wasOn || !same(period, previous.RotationPeriodInDays))) {
    await aws.call('kms', 'EnableKeyRotation', {
      KeyId: id,
      RotationPeriodInDays: period === undefined ? undefined : Number(period),
    });
  } else if (!on && wasOn) {
    await aws.call('kms', 'DisableKeyRotation', { KeyId: id });
  }
}

async function putCommon(id: string, next: JsonObject, previous: JsonObject, aws: Handlers): Promise<void> {
  if (!same(next.Description, previous.Description)) {
    await aws.call('kms', 'UpdateKeyDescription', { KeyId: id, Description: next.Description ?? '' });
  }
  if (next.KeyPolicy !== undefined && !same(next.KeyPolicy, previous.KeyPolicy)) {
    await aws.call('kms', 'PutKeyPolicy', {
      KeyId: id,
      PolicyName: 'default',
      Policy: policyText(next.KeyPolicy),
      BypassPolicyLockoutSafetyCheck: flag(next.BypassPolicyLockoutSafetyCheck),
    });
  }
  const { set, remove } = tagChanges(tagsOf(previous.Tags), tagsOf(next.Tags));
  if (remove.length > 0) {
    await aws.call('kms', 'UntagResource', { KeyId: id, TagKeys: remove });
  }
  if (set.length > 0) {
    await aws.call('kms', 'TagResource', {
      KeyId: id,
      Tags: set.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
    });
  }
}

async function scheduleDeletion(id: string, properties: JsonObject, aws: Handlers): Promise<void> {
  await aws.call('kms', 'ScheduleKeyDeletion', {
    KeyId: id,
    PendingWindowInDays: Number(properties.PendingWindowInDays ?? DELETION_WINDOW),
  });
}

/** @param id of a key, or the name of an alias */
function findKey(id: string, aws: Handlers): Promise<unknown> {
  return aws.call('kms', 'DescribeKey', { KeyId: id });
}

function keyAttributes(
  id: string,
  _properties: JsonObject,
  { caller }: Handlers,
): Promise<Record<string, string>> {
  const Arn = `arn:${caller.partition}:kms:${caller.region}:${caller.account}:key/${id}`;
  return Promise.resolve({ Arn, KeyId: id });
}

function policyText(policy: Json | undefined): string | undefined {
  return policy === undefined || typeof policy === 'string' ? policy : JSON.stringify(policy);
}

function tagsOf(tags: Json | undefined): readonly Tag[] {
  return (tags ?? []) as unknown as readonly Tag[];
}

function kmsTags(tags: Json | undefined): object[] {
  return tagsOf(tags).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
}
