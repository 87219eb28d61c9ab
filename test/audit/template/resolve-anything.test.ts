import fc from 'fast-check';
import { InputError } from '../../../lib/audit/template/input-error';
import { inventoryOf } from './inventory-of';

const NAMES = [
  'Open',
  'Key',
  'Role',
  'Nested',
  'AWS::Region',
  'AWS::NoValue',
  'AWS::StackId',
  'C',
  'toString',
  '',
];
const FUNCTIONS = [
  ...['Ref', 'Condition', 'Fn::And', 'Fn::Base64', 'Fn::Cidr', 'Fn::Contains', 'Fn::Equals', 'Fn::FindInMap'],
  ...[
    'Fn::ForEach::X',
    'Fn::GetAZs',
    'Fn::GetAtt',
    'Fn::GetStackOutput',
    'Fn::If',
    'Fn::ImportValue',
    'Fn::Join',
  ],
  ...[
    'Fn::Length',
    'Fn::Nonsense',
    'Fn::Not',
    'Fn::Or',
    'Fn::Select',
    'Fn::Split',
    'Fn::Sub',
    'Fn::ToJsonString',
  ],
  ...['Fn::Transform', 'StackName', 'OutputName', 'Region', 'Name', 'DefaultValue'],
];

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    fc.constantFrom(
      ...NAMES,
      'Key.Arn',
      'Nested.Outputs.Out',
      ':',
      '{{resolve:ssm:/${Open}}}',
      '${Open}-${Key.Arn}',
      '${!a}',
      '${',
      '*',
    ),
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.double()),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...FUNCTIONS), tie('value'), { minKeys: 1, maxKeys: 2 }),
  ),
}));

test('lists the keys of any template, or says in one line why not', () => {
  fc.assert(
    fc.property(value, value, value, value, (one, two, three, condition) => {
      const resources = {
        Key: {
          Type: 'AWS::KMS::Key',
          Properties: { Description: one, KeyPolicy: two, Tags: three },
          DeletionPolicy: one,
        },
        Alias: {
          Type: 'AWS::KMS::Alias',
          Properties: { AliasName: two, TargetKeyId: three },
          Condition: 'C',
        },
        Replica: {
          Type: 'AWS::KMS::ReplicaKey',
          Properties: { PrimaryKeyArn: one, PendingWindowInDays: two },
        },
        Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: one, Path: two, Policies: three } },
        Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: one } },
      };
      const rest = {
        Mappings: { Open: { Open: { Open: three } } },
        Conditions: { C: condition },
        Outputs: { Out: { Value: one, Export: { Name: two } } },
      };
      try {
        inventoryOf(resources, { account: '111122223333', region: 'eu-central-1' }, rest);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as Error).message).not.toMatch(/\n/);
      }
    }),
    { numRuns: 1000 },
  );
});
