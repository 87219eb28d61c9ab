import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOpaque, isOpaque, isUnresolved } from '../../../lib/audit/policy/opaque';
import type { Json, JsonObject } from '../../../lib/audit/template/json';
import { type ParameterValues, Resolver } from '../../../lib/audit/template/resolver';
import type { Scope } from '../../../lib/audit/template/scope';
import { openSource } from '../../../lib/audit/template/source';

const TEMPLATE = {
  Parameters: {
    Given: { Type: 'String' },
    Default: { Type: 'Number', Default: 30 },
    Open: { Type: 'String' },
    List: { Type: 'CommaDelimitedList', Default: 'a, b,c' },
    Secret: { Type: 'String', Default: '{{resolve:ssm:/a}}' },
    Looked: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/name/to/look/up' },
  },
  Mappings: {
    Map: {
      'eu-central-1': { Name: 'frankfurt', Secret: '{{resolve:ssm:/b}}', Names: ['f', 'g'] },
      constructor: { Name: 'odd' },
    },
  },
  Conditions: {
    Yes: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Unknown: { 'Fn::Equals': [{ Ref: 'Open' }, 'prod'] },
    NotUnknown: { 'Fn::Not': [{ Condition: 'Unknown' }] },
    SameUnknown: { 'Fn::Equals': [{ Ref: 'Open' }, { Ref: 'Open' }] },
    FalseAnd: { 'Fn::And': [{ Condition: 'Unknown' }, { Condition: 'No' }] },
    UnknownAnd: { 'Fn::And': [{ Condition: 'Unknown' }, { Condition: 'Yes' }] },
    TrueOr: { 'Fn::Or': [{ Condition: 'Unknown' }, { Condition: 'Yes' }] },
    UnknownOr: { 'Fn::Or': [{ Condition: 'Unknown' }, { Condition: 'No' }] },
    NumberIsText: { 'Fn::Equals': [{ Ref: 'Default' }, '30'] },
    Circle: { 'Fn::Not': [{ Condition: 'Circle' }] },
    Nonsense: { 'Fn::Equals': ['one'] },
    Empty: { 'Fn::And': [] },
    EmptyOr: { 'Fn::Or': [] },
  },
  Resources: {
    Key: { Type: 'AWS::KMS::Key', Properties: {} },
    Alias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: { 'Fn::Sub': 'alias/${Given}' }, TargetKeyId: { Ref: 'Key' } },
    },
    Named: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'admin', Path: '/team/' } },
    Unnamed: { Type: 'AWS::IAM::Role', Properties: {} },
    User: { Type: 'AWS::IAM::User', Properties: { UserName: { Ref: 'Given' } } },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'Alarms' } },
    NamedTopic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
    Custom: { Type: 'Custom::Lookup', Properties: {} },
  },
};

const ENVIRONMENT = { account: '111122223333', region: 'eu-central-1' };

function scopeOf(
  template: JsonObject,
  options = ENVIRONMENT as { account?: string; region?: string },
  parameters: ParameterValues = { Given: 'given' },
): Scope {
  const file = join(mkdtempSync(join(tmpdir(), 'common-kms-')), 'template.json');
  writeFileSync(file, JSON.stringify(template));
  const source = openSource(file, options);
  return new Resolver(source, parameters).scope(source.stacks[0]) as Scope;
}

function shown(value: Json | undefined): unknown {
  return value === undefined ? undefined : JSON.parse(describeOpaque(JSON.stringify(value)));
}

const scope = scopeOf(TEMPLATE);

test.each<[string, Json, unknown]>([
  ['an account', { Ref: 'AWS::AccountId' }, '111122223333'],
  ['a Region', { Ref: 'AWS::Region' }, 'eu-central-1'],
  ['a partition', { Ref: 'AWS::Partition' }, 'aws'],
  ['a URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  ['no value', { Ref: 'AWS::NoValue' }, undefined],
  [
    'no value in a list and an object',
    { a: [1, { Ref: 'AWS::NoValue' }], b: { Ref: 'AWS::NoValue' } },
    { a: [1] },
  ],
  ['a given parameter', { Ref: 'Given' }, 'given'],
  ['a default, as text', { Ref: 'Default' }, '30'],
  ['a list', { Ref: 'List' }, ['a', 'b', 'c']],
  ['a parameter without a value', { Ref: 'Open' }, '⟨Open⟩'],
  ['a parameter looked up when deployed', { Ref: 'Looked' }, '⟨Looked⟩'],
  ['text joined', { 'Fn::Join': ['-', ['a', 1, true, { Ref: 'Given' }]] }, 'a-1-true-given'],
  ['a list joined', { 'Fn::Join': ['+', { Ref: 'List' }] }, 'a+b+c'],
  [
    'text joined with an object',
    { 'Fn::Join': ['-', ['a', { b: 1 }]] },
    expect.stringMatching(/^⟨Fn::Join /),
  ],
  [
    'an unknown list joined',
    { 'Fn::Join': ['+', { 'Fn::GetAZs': '' }] },
    expect.stringContaining('⟨Fn::Join '),
  ],
  ['text substituted', { 'Fn::Sub': '${AWS::Region}/${Given}/${ Default }' }, 'eu-central-1/given/30'],
  ['text substituted with variables', { 'Fn::Sub': ['${A}${Given}', { A: { Ref: 'Default' } }] }, '30given'],
  ['a policy variable', { 'Fn::Sub': 'user/${!aws:username}' }, 'user/${aws:username}'],
  ['a substituted attribute', { 'Fn::Sub': '${Named.Arn}' }, 'arn:aws:iam::111122223333:role/team/admin'],
  ['a substituted unknown', { 'Fn::Sub': 'a-${Open}-b' }, 'a-⟨Open⟩-b'],
  ['a substituted list', { 'Fn::Sub': 'a-${List}' }, expect.stringMatching(/^⟨Fn::Sub /)],
  ['a member', { 'Fn::Select': [1, { Ref: 'List' }] }, 'b'],
  ['a member by text', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
  ['a member that is not there', { 'Fn::Select': [7, ['a']] }, expect.stringMatching(/^⟨Fn::Select /)],
  ['text split', { 'Fn::Split': [':', 'a:b'] }, ['a', 'b']],
  [
    'a key ARN taken apart',
    { 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Key', 'Arn'] }] }] },
    '⟨Key.KeyId⟩',
  ],
  ['an unknown text split', { 'Fn::Split': [':', { Ref: 'Open' }] }, expect.stringMatching(/^⟨Fn::Split /)],
  ['a mapping', { 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'Name'] }, 'frankfurt'],
  ['a mapping to a list', { 'Fn::FindInMap': ['Map', 'eu-central-1', 'Names'] }, ['f', 'g']],
  ['a mapping under an odd name', { 'Fn::FindInMap': ['Map', 'constructor', 'Name'] }, 'odd'],
  [
    'a mapping that is not there',
    { 'Fn::FindInMap': ['Map', 'toString', 'Name'] },
    expect.stringMatching(/^⟨Fn::FindInMap /),
  ],
  ['a mapping with a default', { 'Fn::FindInMap': ['Map', 'eu-west-1', 'Name', { DefaultValue: 'x' }] }, 'x'],
  [
    'a mapping by an unknown key, whatever its default',
    { 'Fn::FindInMap': ['Map', { Ref: 'Open' }, 'Name', { DefaultValue: 'x' }] },
    expect.stringMatching(/^⟨Fn::FindInMap /),
  ],
  ['a branch', { 'Fn::If': ['Yes', 'a', 'b'] }, 'a'],
  ['the other branch', { 'Fn::If': ['No', 'a', { Ref: 'AWS::NoValue' }] }, undefined],
  [
    'an unknown branch',
    { 'Fn::If': ['Unknown', 'a', 'b'] },
    expect.stringMatching(/^⟨Fn::If \["Unknown","a","b"\] by \w+⟩$/),
  ],
  ['a branch without another', { 'Fn::If': ['Yes', 'a'] }, expect.stringMatching(/^⟨Fn::If /)],
  ['two equal branches', { 'Fn::If': ['Unknown', { Ref: 'Given' }, 'given'] }, 'given'],
  ['a key id', { Ref: 'Key' }, '⟨Key.KeyId⟩'],
  ['a key ARN', { 'Fn::GetAtt': ['Key', 'Arn'] }, 'arn:aws:kms:eu-central-1:111122223333:key/⟨Key.KeyId⟩'],
  ['an attribute in one word', { 'Fn::GetAtt': 'Key.KeyId' }, '⟨Key.KeyId⟩'],
  ['an alias', { Ref: 'Alias' }, 'alias/given'],
  [
    'the ARN of a named role',
    { 'Fn::GetAtt': ['Named', 'Arn'] },
    'arn:aws:iam::111122223333:role/team/admin',
  ],
  [
    'the ARN of another role',
    { 'Fn::GetAtt': ['Unnamed', 'Arn'] },
    'arn:aws:iam::111122223333:role/⟨Unnamed.RoleName⟩',
  ],
  ['the ARN of a user', { 'Fn::GetAtt': ['User', 'Arn'] }, 'arn:aws:iam::111122223333:user/given'],
  ['the name of a role', { Ref: 'Named' }, 'admin'],
  ['another attribute', { 'Fn::GetAtt': ['Topic', 'TopicArn'] }, '⟨Topic.TopicArn⟩'],
  ['base 64', { 'Fn::Base64': 'abc' }, 'YWJj'],
  ['a length', { 'Fn::Length': { Ref: 'List' } }, 3],
  ['JSON', { 'Fn::ToJsonString': { a: { Ref: 'Given' } } }, '{"a":"given"}'],
  ['a dynamic reference', 'a-{{resolve:ssm:/path:1}}', 'a-⟨resolve:ssm:/path:1⟩'],
  [
    'a dynamic reference with an unknown part',
    { 'Fn::Sub': 'a-{{resolve:ssm:/${Open}/x}}' },
    'a-⟨resolve:ssm:/⟨Open⟩/x⟩',
  ],
  ['a dynamic reference in a default', { Ref: 'Secret' }, '⟨resolve:ssm:/a⟩'],
  [
    'a dynamic reference in a mapping',
    { 'Fn::FindInMap': ['Map', 'eu-central-1', 'Secret'] },
    '⟨resolve:ssm:/b⟩',
  ],
  ['a macro', { 'Fn::Transform': { Name: 'M' } }, '⟨Fn::Transform {"Name":"M"}⟩'],
  ['a function that does not exist', { 'Fn::Nonsense': 'a' }, '⟨Fn::Nonsense "a"⟩'],
  ['a function beside another key', { 'Fn::Sub': 'a', b: 1 }, '⟨Fn::Sub, which has other keys beside it⟩'],
  ['a reference to nothing', { Ref: 'Nothing' }, '⟨Nothing, which is not declared⟩'],
  ['a function of the wrong form', { 'Fn::Join': 'a' }, '⟨Fn::Join "a"⟩'],
  ['an import of nothing', { 'Fn::ImportValue': 'x' }, '⟨import x, which nothing here exports⟩'],
  [
    'the output of a stack elsewhere',
    { 'Fn::GetStackOutput': { StackName: 's', OutputName: 'o' } },
    '⟨output o of s, a stack that is not here⟩',
  ],
  [
    'an object that only looks like a condition',
    { Condition: { Bool: { a: 'true' } } },
    { Condition: { Bool: { a: 'true' } } },
  ],
])('resolves %s', (_, value, expected) => {
  expect(shown(scope.resolve(value))).toEqual(expected);
});

test.each([
  ['Yes', true],
  ['No', false],
  ['Unknown', undefined],
  ['NotUnknown', undefined],
  ['SameUnknown', true],
  ['FalseAnd', false],
  ['UnknownAnd', undefined],
  ['TrueOr', true],
  ['UnknownOr', undefined],
  ['NumberIsText', true],
])('decides the condition %s as %s', (name, expected) => {
  expect(scope.condition(name)).toBe(expected);
});

test.each([
  ['Circle', /the condition "Circle" depends on itself/],
  ['Nonsense', /\{"Fn::Equals":\["one"\]\} is no condition: use one of/],
  ['Empty', /\{"Fn::And":\[\]\} is no condition/],
  ['EmptyOr', /\{"Fn::Or":\[\]\} is no condition/],
  ['Nothing', /the condition "Nothing" is used but not declared/],
])('fails on the condition %s', (name, message) => {
  expect(() => scope.condition(name)).toThrow(message);
});

test.each<[string, Json, boolean]>([
  ['a key that the deployment makes', { Ref: 'Key' }, false],
  ['a role without a name', { 'Fn::GetAtt': ['Unnamed', 'Arn'] }, false],
  ['a topic without a name', { 'Fn::GetAtt': ['Topic', 'TopicArn'] }, false],
  ['a topic whose name could be written out elsewhere', { 'Fn::GetAtt': ['NamedTopic', 'TopicArn'] }, true],
  ['what a custom resource returns', { 'Fn::GetAtt': ['Custom', 'Arn'] }, true],
  ['a parameter', { Ref: 'Open' }, true],
  ['a function that is not carried out', { 'Fn::Cidr': ['10.0.0.0/8', 1, 8] }, true],
])('tells whether a value may turn out to be anything: %s', (_, value, isAnything) => {
  const resolved = scope.resolve(value) as string;
  expect(isOpaque(resolved)).toBe(true);
  expect(isUnresolved(resolved)).toBe(isAnything);
});

test('keeps an open environment apart from every account and Region', () => {
  const open = scopeOf(TEMPLATE, {});
  expect(shown(open.resolve({ 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' }))).toBe(
    'arn:aws:iam::⟨AccountId⟩:root',
  );
  expect(open.condition('Yes')).toBeUndefined();
});

test.each([
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['eu-west-1', 'aws', 'amazonaws.com'],
])('knows the partition of %s', (region, partition, suffix) => {
  const there = scopeOf({ Resources: {} }, { region });
  expect(there.resolve({ 'Fn::Sub': '${AWS::Partition} ${AWS::URLSuffix}' })).toBe(`${partition} ${suffix}`);
});

test('fails on functions that would make more text than a template can hold', () => {
  const long = 'x'.repeat(100_000);
  expect(() => scope.resolve({ 'Fn::Join': [long, Array<string>(1000).fill('a')] })).toThrow(
    /make more than 1048576 characters/,
  );
  expect(() => scope.resolve({ 'Fn::Sub': ['${a}'.repeat(1000), { a: long }] })).toThrow(/make more than/);
});
