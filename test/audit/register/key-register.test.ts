import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context } from '../../../cdk.json';
import { App } from 'aws-cdk-lib/core';
import { CONFIGURATION_KEY, readConfiguration } from '../../../lib/app/configuration';
import { stampAccounts } from '../../../lib/app/stamp-accounts';
import { keyRegister, type KeyRegister } from '../../../lib/audit/register/key-register';
import { updateRegisterPage } from '../../../lib/audit/register/register-page';
import { commonKms } from '../command/run';
import { inventoryOf } from '../template/inventory-of';

const PLACE = { account: '111122223333', region: 'eu-central-1' };
const role = (name: string) => ({ AWS: `arn:aws:iam::111122223333:role/${name}` });
const allow = (principal: unknown, action: unknown) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: action,
  Resource: '*',
});
const key = (properties: object, statements: unknown[] = []) => ({
  Type: 'AWS::KMS::Key',
  Properties: { KeyPolicy: { Statement: statements }, ...properties },
});

function registerOf(resources: object, rest: object = {}): KeyRegister {
  return keyRegister(inventoryOf(resources, PLACE, rest));
}

test("the page of this project's own keys is up to date", () => {
  const outdir = mkdtempSync(join(tmpdir(), 'common-kms-'));
  const app = new App({ outdir, context });
  stampAccounts(app, readConfiguration(context[CONFIGURATION_KEY]));
  app.synth();
  const page = join(__dirname, '..', '..', '..', 'docs', 'key-register.md');
  expect(commonKms(['register', outdir, '--page', page, '--check'])).toMatchObject({ status: 0, stderr: '' });
});

test('has a column for each thing that architecture documents ask for', () => {
  const { rows, undecided } = registerOf({
    Key: key(
      {
        Description: 'Data',
        MultiRegion: true,
        Tags: [
          { Key: 'team', Value: 'core' },
          { Key: 'tier', Value: 1 },
        ],
      },
      [
        allow(role('admin'), ['kms:*']),
        allow(role('app'), ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*']),
      ],
    ),
    One: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/one', TargetKeyId: { Ref: 'Key' } } },
    Two: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/two', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    },
  });
  expect(undecided).toEqual([]);
  expect(rows).toEqual([
    {
      Alias: ['alias/one', 'alias/two'],
      Type: ['Symmetric'],
      Use: ['Encrypt and decrypt'],
      Origin: ['AWS KMS'],
      Regionality: ['Multi-Region primary in eu-central-1'],
      Tags: ['team=core', 'tier=1'],
      'IAM Admin Roles': ['admin'],
      'IAM User Roles': ['admin', 'app'],
      Description: ['Data'],
    },
  ]);
});

test.each<[string, unknown[], string[], string[]]>([
  [
    'a role that may encrypt only',
    [allow(role('writer'), ['kms:Encrypt', 'kms:ReEncryptTo', 'kms:GenerateDataKey*'])],
    [],
    ['writer (encrypt only)'],
  ],
  [
    'a role that may do a part of it',
    [allow(role('reader'), 'kms:Decrypt')],
    [],
    ['reader (some of decrypt only)'],
  ],
  ['a role that may put the policy', [allow(role('boss'), 'kms:PutKeyPolicy')], ['boss (policy only)'], []],
  [
    'a role that is denied what it is allowed',
    [allow(role('a'), 'kms:*'), { ...allow(role('a'), 'kms:*'), Effect: 'Deny' }],
    [],
    [],
  ],
  [
    'an account that leaves all to IAM',
    [allow({ AWS: '111122223333' }, 'kms:*')],
    ['any by IAM policy'],
    ['any by IAM policy'],
  ],
  [
    'everybody',
    [allow('*', 'kms:Decrypt')],
    [],
    [
      'any other role or user (some of decrypt only)',
      'AWS services (some of decrypt only)',
      'another account (some of decrypt only)',
    ],
  ],
])('names %s by what the policy decides', (_, statements, administrators, users) => {
  const [row] = registerOf({ Key: key({}, statements) }).rows;
  expect([row['IAM Admin Roles'], row['IAM User Roles']]).toEqual([administrators, users]);
});

test('puts a replica into the row of its primary, unless it differs in more than its Region', () => {
  const register = (description: string) =>
    registerOf({
      Key: key({ MultiRegion: true, Description: 'Data' }),
      Replica: {
        Type: 'AWS::KMS::ReplicaKey',
        Properties: {
          Description: description,
          PrimaryKeyArn: { 'Fn::GetAtt': ['Key', 'Arn'] },
          KeyPolicy: { Statement: [] },
        },
      },
    }).rows.map(({ Regionality, Type }) => [...Regionality, ...Type]);
  expect(register('Data')).toEqual([
    ['Multi-Region primary in eu-central-1', 'replicas in eu-central-1', 'Symmetric'],
  ]);
  expect(register('Other data')).toEqual([
    ['Multi-Region primary in eu-central-1', 'Symmetric'],
    ['Multi-Region replica in eu-central-1', 'Symmetric'],
  ]);
});

test('names a key of its own for a replica that differs, and says where the primary is not here', () => {
  const replica = {
    Type: 'AWS::KMS::ReplicaKey',
    Properties: {
      PrimaryKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/mrk-1',
      KeyPolicy: { Statement: [] },
    },
  };
  const { rows, undecided } = registerOf({ Replica: replica });
  expect(rows).toMatchObject([
    { Type: ['undecided'], Regionality: ['Multi-Region replica in eu-central-1'] },
  ]);
  expect(undecided).toEqual(
    expect.arrayContaining([expect.stringMatching(/Replica: KeySpec: the primary is not here/)]),
  );
});

test.each<[string, object, object, RegExp]>([
  [
    'a description',
    key({ Description: { Ref: 'Open' } }),
    {},
    /Key: Description: ⟨Open⟩ is not known before the deployment/,
  ],
  ['a tag', key({ Tags: [{ Key: 'a' }] }), {}, /Key: Tags: the tag \{"Key":"a"\} is not an object with/],
  [
    'a policy that is none',
    key({ KeyPolicy: { Statement: [{}] } }),
    {},
    /Key: KeyPolicy: Statement\[0\]\.Effect/,
  ],
  [
    'a principal',
    key({}, [allow({ AWS: { Ref: 'Open' } }, 'kms:*')]),
    {},
    /Key: the principal "⟨Open⟩" is not known/,
  ],
  [
    'a condition',
    { ...key({}), Condition: 'C' },
    { Conditions: { C: { 'Fn::Equals': [{ Ref: 'Open' }, 'x'] } } },
    /Key: whether it exists depends on the condition C/,
  ],
  ['a macro', key({}), { Transform: 'Mine' }, /Mine can add and change resources/],
])('fails to decide on %s', (_, resource, rest, message) => {
  expect(registerOf({ Key: resource }, rest).undecided).toEqual(
    expect.arrayContaining([expect.stringMatching(message)]),
  );
});

test.each([
  ['no markers', '# Page'],
  [
    'the markers in the wrong order',
    '<!-- key-register: end -->\n<!-- key-register: start (generated by `common-kms register`) -->',
  ],
  [
    'a marker twice',
    '<!-- key-register: start (generated by `common-kms register`) -->\n<!-- key-register: end -->\n<!-- key-register: end -->',
  ],
])('fails on a page with %s', (_, page) => {
  expect(() => updateRegisterPage(page, '')).toThrow(
    /the page does not have the lines .* once each, in this order/,
  );
});
