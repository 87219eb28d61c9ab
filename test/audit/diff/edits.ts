import type { RuleId } from '../../../lib/audit/diff/rule';
import type { ResourceJson, TemplateJson } from './version';

/** A change to a template whose verdict is known by the way it is made. */
export interface Edit {
  /** The row of the documentation that it belongs to. */
  readonly name: string;

  /** Which resources it is made to. */
  readonly kinds: readonly Kind[];
  readonly edit: (resource: ResourceJson, template: TemplateJson, logicalId: string) => void;

  /** The verdicts on the change and on the way back. */
  readonly forth: readonly RuleId[];
  readonly back: readonly RuleId[];
}

export type Kind = 'key' | 'replica' | 'alias';

export const TYPES: Readonly<Record<Kind, string>> = {
  key: 'AWS::KMS::Key',
  replica: 'AWS::KMS::ReplicaKey',
  alias: 'AWS::KMS::Alias',
};

/** Sets a property; `undefined` takes it away. */
const set =
  (property: string, value: unknown) =>
  ({ Properties }: ResourceJson): void => {
    if (value === undefined) delete Properties[property];
    else Properties[property] = value;
  };

const BOTH: readonly Kind[] = ['key', 'replica'];
const ALL: readonly Kind[] = ['key', 'replica', 'alias'];

/** Every row of the table, for a template whose key has all settings as this library makes them. */
export const EDITS: readonly Edit[] = [
  ...Object.entries({
    KeySpec: 'RSA_2048',
    KeyUsage: 'GENERATE_VERIFY_MAC',
    Origin: 'EXTERNAL',
    MultiRegion: false,
  }).map(([property, value]): Edit => ({
    name: `${property} changed`,
    kinds: ['key'],
    edit: set(property, value),
    forth: ['immutable-property'],
    back: ['immutable-property'],
  })),
  {
    name: 'an omitted property written out with its default',
    kinds: ['key'],
    edit: ({ Properties }) => {
      for (const [property, value] of Object.entries({
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        Origin: 'AWS_KMS',
      })) {
        if (property in Properties) delete Properties[property];
        else Properties[property] = value;
      }
    },
    forth: [],
    back: [],
  },
  {
    name: 'a retained key removed, its alias with it',
    kinds: ['replica'],
    edit: (_, template) => (template.Resources = {}),
    forth: ['alias-orphaned', 'key-orphaned'],
    back: ['alias-added', 'key-added'],
  },
  {
    name: 'logical id of a key changed',
    kinds: ['key'],
    edit: (_, template, id) => rename(template, id),
    forth: ['alias-retargeted', 'key-replaced', 'replica-primary-changed'],
    back: ['alias-retargeted', 'key-replaced', 'replica-primary-changed'],
  },
  {
    name: 'logical id of a replica changed',
    kinds: ['replica'],
    edit: (_, template, id) => rename(template, id),
    forth: ['alias-retargeted', 'key-replaced'],
    back: ['alias-retargeted', 'key-replaced'],
  },
  {
    name: 'DeletionPolicy Retain → Delete',
    kinds: BOTH,
    edit: (resource) => (resource.DeletionPolicy = 'Delete'),
    forth: ['retention-lost'],
    back: ['retention-gained'],
  },
  {
    name: 'UpdateReplacePolicy Retain → Delete',
    kinds: BOTH,
    edit: (resource) => (resource.UpdateReplacePolicy = 'Delete'),
    forth: ['retention-lost'],
    back: ['retention-gained'],
  },
  {
    name: 'Enabled → false',
    kinds: BOTH,
    edit: set('Enabled', false),
    forth: ['key-disabled'],
    back: ['key-enabled'],
  },
  {
    name: 'BypassPolicyLockoutSafetyCheck → true',
    kinds: ['key'],
    edit: set('BypassPolicyLockoutSafetyCheck', true),
    forth: ['lockout-check-bypassed'],
    back: ['lockout-check-restored'],
  },
  {
    name: 'EnableKeyRotation → false',
    kinds: ['key'],
    edit: set('EnableKeyRotation', false),
    forth: ['rotation-off'],
    back: ['rotation-on'],
  },
  {
    name: 'RotationPeriodInDays 365 → 730',
    kinds: ['key'],
    edit: set('RotationPeriodInDays', 730),
    forth: ['rotation-slower'],
    back: ['rotation-period-changed'],
  },
  {
    name: 'RotationPeriodInDays 365 → 90',
    kinds: ['key'],
    edit: set('RotationPeriodInDays', 90),
    forth: ['rotation-period-changed'],
    back: ['rotation-period-changed'],
  },
  {
    name: 'PendingWindowInDays 30 → 7',
    kinds: BOTH,
    edit: set('PendingWindowInDays', 7),
    forth: ['window-lowered'],
    back: ['window-raised'],
  },
  {
    name: 'a tag added',
    kinds: BOTH,
    edit: ({ Properties }) =>
      (Properties.Tags = [...((Properties.Tags as unknown[]) ?? []), { Key: 'stage', Value: 'live' }]),
    forth: ['tags-changed'],
    back: ['tags-changed'],
  },
  {
    name: 'Description changed',
    kinds: BOTH,
    edit: set('Description', 'Another key'),
    forth: ['description-changed'],
    back: ['description-changed'],
  },
  {
    name: 'PrimaryKeyArn changed',
    kinds: ['replica'],
    edit: ({ Properties }, template) => {
      template.Resources.OtherKey = {
        Type: TYPES.key,
        Properties: { MultiRegion: true },
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      };
      Properties.PrimaryKeyArn = { 'Fn::GetAtt': ['OtherKey', 'Arn'] };
    },
    forth: ['key-added', 'replica-primary-changed'],
    back: ['key-orphaned', 'replica-primary-changed'],
  },
  {
    name: 'AliasName changed',
    kinds: ['alias'],
    edit: set('AliasName', 'alias/other'),
    forth: ['alias-renamed'],
    back: ['alias-renamed'],
  },
  {
    name: 'TargetKeyId changed',
    kinds: ['alias'],
    edit: ({ Properties }, template) => {
      template.Resources.OtherKey = {
        Type: TYPES.key,
        Properties: { Description: 'other' },
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      };
      Properties.TargetKeyId = { 'Fn::GetAtt': ['OtherKey', 'Arn'] };
    },
    forth: ['alias-retargeted', 'key-added'],
    back: ['alias-retargeted', 'key-orphaned'],
  },
  {
    name: 'alias no longer retained',
    kinds: ['alias'],
    edit: (resource) => (resource.DeletionPolicy = 'Delete'),
    forth: ['alias-retention-lost'],
    back: ['retention-gained'],
  },
  {
    name: 'a retained alias removed',
    kinds: ['alias'],
    edit: (_, template, id) => delete template.Resources[id],
    forth: ['alias-orphaned'],
    back: ['alias-added'],
  },
  {
    name: 'logical id of an alias changed',
    kinds: ['alias'],
    edit: (_, template, id) => rename(template, id),
    forth: ['alias-replaced'],
    back: ['alias-replaced'],
  },
  {
    name: 'a property that nobody knows',
    kinds: ALL,
    edit: set('NewInTheFuture', 1),
    forth: ['undecided'],
    back: ['undecided'],
  },
  {
    name: 'a condition that nobody can evaluate',
    kinds: ALL,
    edit: (resource, template) => {
      template.Parameters = { ...template.Parameters, Stage: { Type: 'String' } };
      template.Conditions = { ...template.Conditions, IsLive: { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] } };
      resource.Condition = 'IsLive';
    },
    forth: ['undecided'],
    back: [],
  },
];

/** Gives a resource another logical id, and follows it in every reference. */
export function rename(template: TemplateJson, id: string, name = `${id}Renamed`): void {
  const text = JSON.stringify(template).replaceAll(`"${id}"`, `"${name}"`);
  Object.assign(template, JSON.parse(text));
}

/** Makes an edit to the first resource of a kind; does nothing to a template without one. */
export function apply({ edit }: Edit, kind: Kind, template: TemplateJson): void {
  const [id, resource] =
    Object.entries(template.Resources).find(([, { Type }]) => Type === TYPES[kind]) ?? [];
  if (id !== undefined && resource) edit(resource, template, id);
}
