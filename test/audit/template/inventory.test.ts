import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CfnAlias, CfnKey, CfnReplicaKey, Key } from 'aws-cdk-lib/aws-kms';
import { App, CfnOutput, CfnParameter, Fn, NestedStack, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { describeOpaque } from '../../../lib/audit/policy/opaque';
import type { EnvironmentOptions } from '../../../lib/audit/template/environment';
import { type FullInventory, Inventory } from '../../../lib/audit/template/inventory';
import { InputError } from '../../../lib/audit/template/input-error';
import type { ParameterValues } from '../../../lib/audit/template/resolver';
import { openSource } from '../../../lib/audit/template/source';

const DEV = { account: '111122223333', region: 'eu-central-1' };

function inventoryOf(
  path: string,
  options: EnvironmentOptions = {},
  parameters: ParameterValues = {},
): FullInventory {
  return new Inventory(openSource(path, options), parameters).all();
}

function folderOf(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'common-kms-'));
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

function inventoryOfResources(
  resources: unknown,
  rest: object = {},
  options: EnvironmentOptions = DEV,
): FullInventory {
  return inventoryOf(join(folderOf({ 't.json': { ...rest, Resources: resources } }), 't.json'), options);
}

describe('a CDK assembly', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'common-kms-'));
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  const stage = new Stage(app, 'Live');
  const dev = new Construct(stage, 'dev');
  const primary = new Stack(dev, 'eu-central-1', { stackName: 'keys', env: DEV });
  const key = new Key(primary, 'Key', {
    alias: 'alias/primary',
    multiRegion: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  new CfnOutput(primary, 'KeyArn', { value: key.keyArn });
  const replica = new Stack(dev, 'eu-west-1', { stackName: 'keys', env: { ...DEV, region: 'eu-west-1' } });
  const related = new CfnReplicaKey(replica, 'Related', {
    primaryKeyArn: Fn.getStackOutput('keys', 'KeyArn', DEV.region),
    keyPolicy: {},
  });
  new CfnAlias(replica, 'Alias', { aliasName: 'alias/replica', targetKeyId: related.attrKeyId });
  const importer = new Stack(dev, 'importer', { env: DEV });
  new CfnAlias(importer, 'Alias', { aliasName: 'alias/imported', targetKeyId: key.keyArn });
  const nested = new NestedStack(primary, 'Nested', {
    parameters: { Target: key.keyId, Name: 'alias/below' },
  });
  const [target, name] = ['Target', 'Name'].map((id) => new CfnParameter(nested, id).valueAsString);
  new CfnAlias(nested, 'Alias', { aliasName: name, targetKeyId: target });
  const own = new CfnKey(nested, 'OwnKey');
  new CfnAlias(primary, 'Downward', { aliasName: 'alias/own', targetKeyId: own.attrKeyId });
  new Key(new Stack(app, 'Anywhere'), 'Key', { alias: 'alias/anywhere' });
  app.synth();
  const inventory = inventoryOf(outdir);

  test('has the keys of stages, of nested stacks and of every Region', () => {
    expect(inventory.keys.map((each) => [each.kind, each.where.replace(/[A-F0-9]{8}/g, '')])).toEqual([
      ['key', 'Live/dev/eu-central-1: Key'],
      ['key', expect.stringMatching(/^Live\/dev\/eu-central-1\/NestedNestedStack.*: OwnKey$/)],
      ['replica', 'Live/dev/eu-west-1: Related'],
      ['key', 'Anywhere: Key'],
    ]);
    expect(inventory.gaps).toEqual([]);
  });

  test('ties a replica to its primary in another Region', () => {
    const [first, , second] = inventory.keys;
    expect(second.primary).toEqual({ value: first.arn, keyItem: first.id });
    expect(new Inventory(openSource(outdir)).key(second.primary ?? { value: '' })).toEqual(first);
  });

  test('ties aliases to their keys across stacks', () => {
    const names = (id: string): unknown[] => (inventory.aliasesOf.get(id) ?? []).map((alias) => alias.name);
    expect(names(inventory.keys[0].id).sort()).toEqual(['alias/below', 'alias/imported', 'alias/primary']);
    expect(names(inventory.keys[1].id)).toEqual(['alias/own']);
    expect(names(inventory.keys[2].id)).toEqual(['alias/replica']);
    expect(names(inventory.keys[3].id)).toEqual(['alias/anywhere']);
  });

  test('finds every key again by a reference to it', () => {
    const again = new Inventory(openSource(outdir));
    const found = inventory.aliases.map(({ target }) => again.key(target)?.id);
    expect(found).toEqual(inventory.aliases.map(({ target }) => target.keyItem));
    expect(again.key({ value: 'arn:aws:kms:eu-central-1:111122223333:key/1' })).toBeUndefined();
  });

  test('knows each stack by name, account and Region', () => {
    expect(inventory.keys.map((each) => each.id.replace(/(?<=>\w*)[A-F0-9]{8}/, ''))).toEqual([
      'keys@111122223333@eu-central-1>Key',
      expect.stringMatching(/^keys@111122223333@eu-central-1>NestedNestedStack.*>OwnKey$/),
      'keys@111122223333@eu-west-1>Related',
      'Anywhere@any account@any Region>Key',
    ]);
  });

  test('is put into the environment that is given, where it names none', () => {
    const given = inventoryOf(outdir, { account: '999988887777', region: 'eu-north-1' });
    expect(describeOpaque(given.keys[3].arn)).toMatch(/^arn:aws:kms:eu-north-1:999988887777:key\/⟨/);
    expect(given.keys[0].arn).toBe(inventory.keys[0].arn);
  });
});

test('tells stacks of several stages apart that share a name', () => {
  const template = { Resources: { Key: { Type: 'AWS::KMS::Key' } } };
  const artifact = (displayName: string) => ({
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/unknown-region',
    properties: { templateFile: 't.json', stackName: 'keys' },
    displayName,
  });
  const folder = folderOf({
    'manifest.json': { artifacts: { A: artifact('One/keys'), B: artifact('Two/keys') } },
    't.json': template,
  });
  expect(inventoryOf(folder).keys.map((key) => key.id)).toEqual([
    'keys@any account@any Region (One>keys)>Key',
    'keys@any account@any Region (Two>keys)>Key',
  ]);
});

describe('a folder of templates', () => {
  test('leaves out what is no template, and what other tools keep there', () => {
    const template = { Resources: { Key: { Type: 'AWS::KMS::Key' } } };
    const folder = folderOf({
      'a.yaml': stringify(template),
      'b/c.template': template,
      'package.json': { name: 'x' },
      'list.json': [1],
      'node_modules/d.json': template,
      '.hidden/e.json': template,
    });
    expect(inventoryOf(folder).keys.map((key) => key.where)).toEqual(['a.yaml: Key', 'b/c.template: Key']);
  });

  test('follows the file of a nested stack and the export of a neighbour', () => {
    const folder = folderOf({
      'below/keys.json': {
        Parameters: { Days: { Type: 'Number' }, Names: { Type: 'CommaDelimitedList' } },
        Resources: {
          Key: {
            Type: 'AWS::KMS::Key',
            Properties: {
              PendingWindowInDays: { Ref: 'Days' },
              Description: { 'Fn::Select': [1, { Ref: 'Names' }] },
            },
          },
        },
        Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
      },
      'top.json': {
        Resources: {
          Nested: {
            Type: 'AWS::CloudFormation::Stack',
            Properties: { TemplateURL: 'below/keys.json', Parameters: { Days: 9, Names: ['one', 2] } },
          },
        },
        Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] }, Export: { Name: 'TheKey' } } },
      },
      'user.json': {
        Resources: {
          Alias: {
            Type: 'AWS::KMS::Alias',
            Properties: { AliasName: 'alias/x', TargetKeyId: { 'Fn::ImportValue': 'TheKey' } },
          },
        },
      },
    });
    const { keys, aliases } = inventoryOf(folder);
    const said = keys.map(({ id, settings }) => [id, settings.pendingWindowInDays, settings.description]);
    expect(said).toContainEqual(['top.json>Nested>Key', 9, '2']);
    expect(aliases[0].target.keyItem).toBe('top.json>Nested>Key');
  });

  test('fails when there is no template in it', () => {
    expect(() => inventoryOf(folderOf({ 'package.json': {} }))).toThrow(/holds no CloudFormation template/);
  });
});

test.each<[string, unknown, RegExp]>([
  ['no resources', {}, /is not a CloudFormation template: it has no object "Resources"/],
  ['a list', [], /is not a CloudFormation template/],
  ['resources in a list', { Resources: [] }, /is not a CloudFormation template/],
  ['a resource that is text', { Resources: { Key: 'x' } }, /Resources\.Key is "x": an object is expected/],
  [
    'a resource without a type',
    { Resources: { Key: {} } },
    /Resources\.Key\.Type is undefined: a string such as/,
  ],
  ['a type that is no text', { Resources: { Key: { Type: 1 } } }, /Resources\.Key\.Type is 1/],
  [
    'properties that are text',
    { Resources: { Key: { Type: 'A', Properties: 'x' } } },
    /Resources\.Key\.Properties is "x"/,
  ],
  [
    'a condition that is no name',
    { Resources: { Key: { Type: 'A', Condition: {} } } },
    /Resources\.Key\.Condition is \{\}/,
  ],
  [
    'a condition that is not declared',
    { Resources: { Key: { Type: 'AWS::KMS::Key', Condition: 'No' } } },
    /the condition "No" is used but not declared/,
  ],
  [
    'parameters that are text',
    { Resources: {}, Parameters: { A: 'x' } },
    /Parameters\.A is "x": an object is expected/,
  ],
  [
    'nested stacks that contain themselves',
    { Resources: { Self: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 't.json' } } } },
    /nested more than 10 stacks deep/,
  ],
])('fails with one clear error on a template with %s', (_, template, message) => {
  const file = join(folderOf({ 't.json': template }), 't.json');
  expect(() => inventoryOf(file)).toThrow(message);
  expect(() => inventoryOf(file)).toThrow(InputError);
});

test('fails on a path that does not exist, and on a manifest that is none', () => {
  expect(() => inventoryOf('/no/such/path')).toThrow(
    /"\/no\/such\/path" does not exist: name a cdk\.out folder/,
  );
  expect(() => inventoryOf(folderOf({ 'manifest.json': {} }))).toThrow(/not the manifest of a CDK assembly/);
  expect(() => inventoryOf(folderOf({ 'manifest.json': '{' }))).toThrow(InputError);
});

test.each<[string, unknown, object, RegExp]>([
  [
    'a macro',
    { Key: { Type: 'AWS::KMS::Key' } },
    { Transform: ['AWS::Serverless-2016-10-31', 'MyMacro'] },
    /MyMacro can add and change resources/,
  ],
  [
    'a loop',
    { 'Fn::ForEach::Keys': ['Name', ['a'], {}] },
    { Transform: 'AWS::LanguageExtensions' },
    /Fn::ForEach::Keys can add/,
  ],
  [
    'a nested stack elsewhere',
    { Below: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://s3/x.json' } } },
    {},
    /template of the nested stack Below is not here/,
  ],
  [
    'a module',
    { Part: { Type: 'My::Own::Thing::MODULE' } },
    {},
    /Part \(My::Own::Thing::MODULE\) may hold further keys/,
  ],
  [
    'a stack set',
    { Set: { Type: 'AWS::CloudFormation::StackSet', Properties: { TemplateURL: 'x' } } },
    {},
    /Set \(AWS::CloudFormation::StackSet\) may hold/,
  ],
])('says that %s may hide keys', (_, resources, rest, message) => {
  expect(inventoryOfResources(resources, rest).gaps).toEqual([expect.stringMatching(message)]);
});

test('sees that a stack set with a template of its own makes no keys', () => {
  const body = '{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}';
  const { gaps } = inventoryOfResources({
    Set: { Type: 'AWS::CloudFormation::StackSet', Properties: { TemplateBody: body } },
  });
  expect(gaps).toEqual([]);
});

test("fills in KMS's defaults, and its default policy", () => {
  const [key] = inventoryOfResources({ Key: { Type: 'AWS::KMS::Key' } }).keys;
  expect(key).toMatchObject({
    deletionPolicy: 'Delete',
    updateReplacePolicy: 'Delete',
    hasDefaultPolicy: true,
    policyDocument: {
      Statement: [{ Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*' }],
    },
    settings: {
      description: '',
      enabled: true,
      pendingWindowInDays: 30,
      bypassPolicyLockoutSafetyCheck: false,
      tags: new Map(),
      material: {
        spec: 'SYMMETRIC_DEFAULT',
        usage: 'ENCRYPT_DECRYPT',
        origin: 'AWS_KMS',
        multiRegion: false,
        rotation: false,
        rotationPeriodInDays: 365,
      },
    },
  });
});

test.each<[unknown, unknown]>([
  [true, true],
  ['false', false],
  ['yes', { undecided: '"yes" is not true or false' }],
  [{ a: 1 }, { undecided: '{"a":1} is not a string' }],
  [{ Ref: 'Open' }, { undecided: '⟨Open⟩ is not known before the deployment' }],
])('takes %j for whether a key rotates as %j', (value, expected) => {
  const [key] = inventoryOfResources(
    { Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: value } } },
    { Parameters: { Open: { Type: 'String' } } },
  ).keys;
  expect(key.settings.material?.rotation).toEqual(expected);
});

test.each<[unknown, string]>([
  [5, 'the policy is 5: it must be an object'],
  [{ Statement: [{ Effect: 'Maybe' }] }, 'Statement[0].Effect is "Maybe": it must be "Allow" or "Deny"'],
])('keeps a policy that is none, %j, with the reason', (policy, message) => {
  const [key] = inventoryOfResources({
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policy } },
  }).keys;
  expect(key.policy).toMatchObject({ name: 'InvalidPolicy', message });
});

test('leaves out what a condition rules out, and marks what it leaves open', () => {
  const { keys } = inventoryOfResources(
    Object.fromEntries(
      ['Yes', 'No', 'Open'].map((Condition) => [Condition, { Type: 'AWS::KMS::Key', Condition }]),
    ),
    {
      Parameters: { Open: { Type: 'String' } },
      Conditions: {
        Yes: { 'Fn::Equals': ['a', 'a'] },
        No: { 'Fn::Equals': ['a', 'b'] },
        Open: { 'Fn::Equals': [{ Ref: 'Open' }, 'b'] },
      },
    },
  );
  expect(keys.map((key) => [key.logicalId, key.undecidedCondition])).toEqual([
    ['Yes', undefined],
    ['Open', 'Open'],
  ]);
});

test('leaves open a condition that a loop may declare', () => {
  const { keys, gaps } = inventoryOfResources(
    { Key: { Type: 'AWS::KMS::Key', Condition: 'IsProd' } },
    { Conditions: { 'Fn::ForEach::Stages': ['Stage', ['Prod'], { 'Is${Stage}': {} }] } },
  );
  expect(keys[0].undecidedCondition).toBe('IsProd');
  expect(gaps).toEqual([expect.stringMatching(/Fn::ForEach::Stages can add and change/)]);
});

test('says where an output goes round in a circle', () => {
  const stack = (other: string) => ({
    Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { Description: { 'Fn::ImportValue': other } } } },
    Outputs: { Out: { Value: { 'Fn::ImportValue': other }, Export: { Name: other === 'a' ? 'b' : 'a' } } },
  });
  const { keys } = inventoryOf(folderOf({ 'a.json': stack('b'), 'b.json': stack('a') }));
  expect(keys.map((key) => key.settings.description)).toEqual([
    { undecided: expect.stringMatching(/which depends on itself/) as unknown },
    { undecided: expect.stringMatching(/which depends on itself/) as unknown },
  ]);
});

test.each<[string, unknown, unknown]>([
  [
    'a key made elsewhere',
    'arn:aws:kms:eu-central-1:111122223333:key/1',
    { value: 'arn:aws:kms:eu-central-1:111122223333:key/1' },
  ],
  ['a parameter', { Ref: 'Open' }, { value: { undecided: '⟨Open⟩ is not known before the deployment' } }],
  ['nothing', undefined, { value: { undecided: 'it is missing' } }],
  ['a list', ['a'], { value: { undecided: '["a"] is not a string' } }],
])('names %s as the target of an alias', (_, TargetKeyId, target) => {
  const { aliases } = inventoryOfResources(
    { Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/x', TargetKeyId } } },
    { Parameters: { Open: { Type: 'String' } } },
  );
  expect(aliases[0].target).toEqual(target);
});

test('gives parameters to every stack or to one', () => {
  const template = {
    Parameters: { P: { Type: 'String', Default: 'x' } },
    Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { Description: { Ref: 'P' } } } },
  };
  const folder = folderOf({ 'a.json': template, 'b.json': template });
  const said = (parameters: ParameterValues): unknown[] =>
    inventoryOf(folder, {}, parameters).keys.map((key) => key.settings.description);
  expect(said({})).toEqual(['x', 'x']);
  expect(said({ P: 'y' })).toEqual(['y', 'y']);
  expect(said({ P: 'y', 'b:P': 'z' })).toEqual(['y', 'z']);
});

test('finds the same in a template whether it is written in JSON or in YAML', () => {
  const text = fc.oneof(
    fc.constantFrom(
      '*',
      'yes',
      '012345678901',
      '2012-10-17',
      'null',
      ' x',
      'a: b',
      '- c',
      '#',
      '!Ref x',
      '1e3',
      '0x1f',
    ),
    fc.string(),
  );
  const value = fc.oneof(
    text,
    fc.record({ Ref: fc.constantFrom('AWS::AccountId', 'AWS::Region', 'Open', 'Role') }),
    text.map((each) => ({ 'Fn::Sub': `${each.replaceAll('$', '')}-\${AWS::AccountId}` })),
    text.map((each) => ({ 'Fn::Join': [':', [each, { 'Fn::GetAtt': ['Role', 'Arn'] }]] })),
  );
  const statement = fc.record(
    {
      Sid: text,
      Effect: fc.constantFrom('Allow', 'Deny'),
      Principal: fc.oneof(
        fc.constant('*'),
        fc.record({ AWS: fc.oneof(value, fc.array(value, { minLength: 1 })) }),
      ),
      Action: fc.oneof(
        fc.constant('kms:*'),
        fc.array(fc.constantFrom('kms:Decrypt', 'kms:Put*'), { minLength: 1 }),
      ),
      Resource: fc.constant('*'),
      Condition: fc.record(
        { StringLike: fc.dictionary(fc.constantFrom('aws:PrincipalArn', 'kms:ViaService'), value) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['Effect', 'Principal', 'Action', 'Resource'] },
  );
  fc.assert(
    fc.property(
      fc.array(statement, { maxLength: 3 }),
      text,
      fc.boolean(),
      (Statement, Description, EnableKeyRotation) => {
        const template = JSON.parse(
          JSON.stringify({
            Parameters: { Open: { Type: 'String' } },
            Resources: {
              Role: { Type: 'AWS::IAM::Role' },
              Key: {
                Type: 'AWS::KMS::Key',
                Properties: {
                  Description,
                  EnableKeyRotation,
                  KeyPolicy: { Version: '2012-10-17', Statement },
                },
              },
            },
          }),
        ) as unknown;
        const folder = folderOf({
          'j/t.json': template,
          'y/t.yaml': stringify(template, { version: '1.1' }),
        });
        const [json, yaml] = ['j/t.json', 'y/t.yaml'].map((name) => {
          const { stack, where, ...key } = inventoryOf(join(folder, name), DEV).keys[0];
          void stack;
          void where;
          return key;
        });
        expect(yaml).toEqual(json);
      },
    ),
    { numRuns: 50 },
  );
});
