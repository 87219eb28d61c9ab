import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RuleId } from '../../../lib/audit/diff/rule';
import { changesBetween, differenceBetween, folderWith, rulesOf, temporaryFolder } from './version';

type Resource = Record<string, unknown>;

const RETAINED = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

function key(properties: object = {}, more: object = RETAINED): Resource {
  return { Type: 'AWS::KMS::Key', Properties: { MultiRegion: true, ...properties }, ...more };
}

function replica(properties: object = {}, more: object = RETAINED): Resource {
  const PrimaryKeyArn = { 'Fn::GetAtt': ['Key', 'Arn'] };
  return {
    Type: 'AWS::KMS::ReplicaKey',
    Properties: { PrimaryKeyArn, KeyPolicy: POLICY, ...properties },
    ...more,
  };
}

const POLICY = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: { Ref: 'AWS::AccountId' } },
    Action: 'kms:*',
    Resource: '*',
  },
};

function alias(properties: object = {}, more: object = RETAINED): Resource {
  return {
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: 'alias/data', TargetKeyId: { Ref: 'Key' }, ...properties },
    ...more,
  };
}

function resources(Resources: Record<string, Resource>, more: object = {}): object {
  return { ...more, Resources };
}

interface Row {
  readonly name: string;
  readonly before: object;
  readonly after: object;
  readonly forth: readonly RuleId[];
  readonly back: readonly RuleId[];
}

/** A row whose versions differ in the properties of one key. */
function properties(
  name: string,
  before: object,
  after: object,
  forth: RuleId[],
  back: RuleId[],
  more = {},
): Row {
  return {
    name,
    before: resources({ Key: key(before) }, more),
    after: resources({ Key: key(after) }, more),
    forth,
    back,
  };
}

const DAYS = { Ref: 'Days' };
const IS_LIVE = { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] };
const SHARED = { Type: 'AWS::KMS::Key', Properties: { Description: 'shared' }, ...RETAINED };
const LITERAL = 'arn:aws:kms:eu-central-1:111122223333:key/1111';

const ROWS: readonly Row[] = [
  {
    name: 'a key that nothing retains is removed, its alias with it',
    before: resources({ Key: key({}, {}), Alias: alias({}, {}) }),
    after: resources({}),
    forth: ['key-removed'],
    back: ['alias-added', 'key-added'],
  },
  {
    name: 'a primary that nothing retains is removed, with a replica in this very template',
    before: resources({ Key: key({}, {}), Replica: replica() }),
    after: resources({ Replica: replica({ PrimaryKeyArn: LITERAL }) }),
    forth: ['primary-removed', 'undecided'],
    back: ['key-added', 'replica-primary-changed'],
  },
  {
    name: 'an alias that nothing retains is removed while its key stays',
    before: resources({ Key: key(), Alias: alias({}, {}) }),
    after: resources({ Key: key() }),
    forth: ['alias-removed'],
    back: ['alias-added'],
  },
  {
    name: 'a retained key goes, its alias, which nothing retains, with it',
    before: resources({ Key: key(), Alias: alias({}, {}) }),
    after: resources({}),
    forth: ['alias-removed', 'key-orphaned'],
    back: ['alias-added', 'key-added'],
  },
  {
    name: 'two keys change places',
    before: resources({
      Key: key(),
      Shared: SHARED,
      Alias: alias(),
      Other: alias({ AliasName: 'alias/other', TargetKeyId: { Ref: 'Shared' } }),
    }),
    after: resources({
      Key: key(),
      Shared: SHARED,
      Alias: alias({ TargetKeyId: { Ref: 'Shared' } }),
      Other: alias({ AliasName: 'alias/other' }),
    }),
    forth: ['alias-retargeted', 'alias-retargeted'],
    back: ['alias-retargeted', 'alias-retargeted'],
  },
  {
    name: 'an alias names its key by the ARN instead of the id',
    before: resources({ Key: key(), Alias: alias() }),
    after: resources({ Key: key(), Alias: alias({ TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } }) }),
    forth: [],
    back: [],
  },
  {
    name: 'an alias of a key that is written out gets another',
    before: resources({ Alias: alias({ TargetKeyId: LITERAL }) }),
    after: resources({ Alias: alias({ TargetKeyId: LITERAL.replace('1111', '2222') }) }),
    forth: ['alias-retargeted'],
    back: ['alias-retargeted'],
  },
  {
    name: 'an alias of a key that is written out names it by its id',
    before: resources({ Alias: alias({ TargetKeyId: LITERAL }) }),
    after: resources({ Alias: alias({ TargetKeyId: '1111' }) }),
    forth: [],
    back: [],
  },
  {
    name: 'a key becomes a replica under its logical id',
    before: resources({ Primary: key(), Key: key() }),
    after: resources({
      Primary: key(),
      Key: replica({ PrimaryKeyArn: { 'Fn::GetAtt': ['Primary', 'Arn'] } }),
    }),
    forth: ['key-type-changed'],
    back: ['key-type-changed'],
  },
  properties(
    'false and 30 as text',
    { EnableKeyRotation: 'true', PendingWindowInDays: '30' },
    { EnableKeyRotation: true },
    [],
    [],
  ),
  properties(
    'a period while rotation is off',
    { RotationPeriodInDays: 90 },
    { RotationPeriodInDays: 900 },
    [],
    [],
  ),
  properties(
    'rotation off with a period',
    { EnableKeyRotation: true, RotationPeriodInDays: 90 },
    {},
    ['rotation-off'],
    ['rotation-on'],
  ),
  properties(
    'slower rotation within a year',
    { EnableKeyRotation: true, RotationPeriodInDays: 90 },
    { EnableKeyRotation: true },
    ['rotation-period-changed'],
    ['rotation-period-changed'],
  ),
  properties(
    'rotation that was slow already',
    { EnableKeyRotation: true, RotationPeriodInDays: 400 },
    { EnableKeyRotation: true, RotationPeriodInDays: 500 },
    ['rotation-slower'],
    ['rotation-period-changed'],
  ),
  properties(
    'tags in another order',
    {
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    },
    {
      Tags: [
        { Key: 'b', Value: '2' },
        { Key: 'a', Value: '1' },
      ],
    },
    [],
    [],
  ),
  properties('the default policy written out', {}, { KeyPolicy: POLICY }, [], []),
  properties(
    'the default of a parameter',
    { PendingWindowInDays: DAYS },
    { PendingWindowInDays: 30 },
    [],
    [],
    { Parameters: { Days: { Type: 'Number', Default: 30 } } },
  ),
  properties(
    'a parameter without a value',
    { PendingWindowInDays: DAYS },
    { PendingWindowInDays: 30 },
    ['undecided'],
    ['undecided'],
    { Parameters: { Days: { Type: 'Number' } } },
  ),
  properties(
    'the same parameter without a value',
    { PendingWindowInDays: DAYS, Description: 'a' },
    { PendingWindowInDays: DAYS, Description: 'b' },
    ['description-changed'],
    ['description-changed'],
    { Parameters: { Days: { Type: 'Number' } } },
  ),
  {
    name: 'the default of a parameter that a property takes',
    before: resources(
      { Key: key({ PendingWindowInDays: DAYS }) },
      { Parameters: { Days: { Type: 'Number', Default: 30 } } },
    ),
    after: resources(
      { Key: key({ PendingWindowInDays: DAYS }) },
      { Parameters: { Days: { Type: 'Number', Default: 7 } } },
    ),
    forth: ['window-lowered'],
    back: ['window-raised'],
  },
  {
    name: 'the value in a mapping, by Region',
    before: mapped({ 'eu-central-1': { Days: 30 } }, { Ref: 'AWS::Region' }),
    after: mapped({ 'eu-central-1': { Days: 7 } }, { Ref: 'AWS::Region' }),
    forth: ['window-lowered'],
    back: ['window-raised'],
  },
  {
    name: 'the value in a mapping, by a parameter without a value',
    before: mapped({ live: { Days: 30 } }, { Ref: 'Stage' }),
    after: mapped({ live: { Days: 7 } }, { Ref: 'Stage' }),
    forth: ['undecided'],
    back: ['undecided'],
  },
  {
    name: 'a condition that becomes false',
    before: conditional({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] }),
    after: conditional({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] }),
    forth: ['key-orphaned'],
    back: ['key-added'],
  },
  {
    name: 'a condition by a parameter, unchanged',
    before: conditional(IS_LIVE),
    after: conditional(IS_LIVE),
    forth: [],
    back: [],
  },
  {
    name: 'a condition by a parameter that is defined anew under its old name',
    before: conditional(IS_LIVE),
    after: conditional({ 'Fn::Not': [IS_LIVE] }),
    forth: ['undecided'],
    back: ['undecided'],
  },
  {
    name: 'a property by such a condition, defined anew',
    before: conditionalProperty(IS_LIVE),
    after: conditionalProperty({ 'Fn::Not': [IS_LIVE] }),
    forth: ['undecided'],
    back: ['undecided'],
  },
  {
    name: 'a condition that is known to hold instead of none',
    before: resources({ Key: key() }),
    after: conditional({ 'Fn::Equals': ['a', 'a'] }),
    forth: [],
    back: [],
  },
  {
    name: 'a macro in a template that changes',
    before: resources({ Key: key({ Description: 'a' }) }, { Transform: 'Platform::Macro' }),
    after: resources({ Key: key({ Description: 'b' }) }, { Transform: 'Platform::Macro' }),
    forth: ['description-changed', 'undecided'],
    back: ['description-changed', 'undecided'],
  },
  {
    name: 'a macro in a template that stays the same',
    before: resources({ Key: key() }, { Transform: 'Platform::Macro' }),
    after: resources({ Key: key() }, { Transform: 'Platform::Macro' }),
    forth: [],
    back: [],
  },
  {
    name: 'a nested stack whose template is not here',
    before: resources({ Key: key(), Keys: nested('https://example.com/a.json') }),
    after: resources({ Key: key(), Keys: nested('https://example.com/b.json') }),
    forth: ['undecided'],
    back: ['undecided'],
  },
  {
    name: 'RetainExceptOnCreate in the place of Retain',
    before: resources({ Key: key() }),
    after: resources({ Key: key({}, { ...RETAINED, DeletionPolicy: 'RetainExceptOnCreate' }) }),
    forth: [],
    back: [],
  },
];

function mapped(Days: object, by: unknown): object {
  const window = { 'Fn::FindInMap': ['Windows', by, 'Days'] };
  return resources(
    { Key: key({ PendingWindowInDays: window }) },
    { Parameters: { Stage: { Type: 'String' } }, Mappings: { Windows: Days } },
  );
}

function conditional(condition: unknown): object {
  return resources(
    { Key: key({}, { ...RETAINED, Condition: 'IsThere' }) },
    { Parameters: { Stage: { Type: 'String' } }, Conditions: { IsThere: condition } },
  );
}

function conditionalProperty(condition: unknown): object {
  const Enabled = { 'Fn::If': ['IsOn', true, false] };
  return resources(
    { Key: key({ Enabled }) },
    { Parameters: { Stage: { Type: 'String' } }, Conditions: { IsOn: condition } },
  );
}

function nested(TemplateURL: string, Parameters: object = {}): Resource {
  return { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL, Parameters } };
}

describe('hand-written templates', () => {
  test.each(ROWS)('$name', ({ before, after, forth, back }) => {
    const [old, next] = [folderWith(before), folderWith(after)];
    expect({
      forth: rulesOf(changesBetween(old, next)),
      back: rulesOf(changesBetween(next, old)),
    }).toEqual({ forth, back });
  });

  test('a nested stack is compared with what its parent hands over', () => {
    const version = (window: number): string =>
      folderOf({
        'parent.yaml': resources({ Keys: nested('nested/keys.json', { Days: window }) }),
        'nested/keys.json': resources(
          { Key: key({ PendingWindowInDays: DAYS }) },
          { Parameters: { Days: { Type: 'Number' } } },
        ),
      });
    const changes = differenceBetween(
      join(version(30), 'parent.yaml'),
      join(version(7), 'parent.yaml'),
    ).changes;
    expect(changes.map(({ message, where }) => [where, message])).toEqual([
      ['parent.yaml/Keys: Key', 'PendingWindowInDays 30 → 7'],
    ]);
  });

  test('a stated value of a parameter decides', () => {
    const [old, next] = [{ PendingWindowInDays: DAYS }, { PendingWindowInDays: 30 }].map((each) =>
      folderWith(resources({ Key: key(each) }, { Parameters: { Days: { Type: 'Number' } } })),
    );
    expect(rulesOf(differenceBetween(old, next, { Days: '30' }).changes)).toEqual([]);
    expect(rulesOf(differenceBetween(old, next, { Days: '14' }).changes)).toEqual(['window-raised']);
  });

  test('the id of a change stays the same between runs, and binds to the values', () => {
    const version = (days: number): string =>
      folderWith(resources({ Key: key({ PendingWindowInDays: days }) }));
    const [id] = changesBetween(version(30), version(7)).map((each) => each.id);
    expect(changesBetween(version(30), version(7))[0].id).toBe(id);
    expect(changesBetween(version(30), version(8))[0].id).not.toBe(id);
    expect(changesBetween(version(29), version(7))[0].id).not.toBe(id);
  });
});

function folderOf(files: Readonly<Record<string, object>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), JSON.stringify(content));
  }
  return folder;
}
