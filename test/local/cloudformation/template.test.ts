import { parameter, refusal, StackTests } from './stacks';

let stacks: StackTests;
beforeEach(async () => {
  stacks = await StackTests.start();
});
afterEach(() => stacks.stop());

const valued = (value: unknown) => parameter('/a', value);
const resource = valued('x');

describe('what is not implemented is refused by name, before anything happens', () => {
  test.each([
    [
      'a resource type',
      { Resources: { Q: { Type: 'AWS::SQS::Queue' } } },
      '"AWS::SQS::Queue" (resource "Q")',
    ],
    [
      'a property',
      { Resources: { P: parameter('/a', 'x', { Properties: { Tier: 'Advanced' } }) } },
      '"Tier" of AWS::SSM::Parameter (resource "P")',
    ],
    [
      'a resource attribute',
      { Resources: { P: { ...resource, CreationPolicy: {} } } },
      'CreationPolicy (resource "P")',
    ],
    [
      'a deletion policy',
      { Resources: { P: { ...resource, DeletionPolicy: 'Snapshot' } } },
      'DeletionPolicy "Snapshot"',
    ],
    [
      'a section',
      { Transform: 'AWS::Serverless-2016-10-31', Resources: { P: resource } },
      'section "Transform"',
    ],
    [
      'a parameter type',
      { Parameters: { P: { Type: 'AWS::EC2::VPC::Id', Default: 'x' } }, Resources: { R: resource } },
      'type "AWS::EC2::VPC::Id"',
    ],
    [
      'an intrinsic function',
      { Resources: { P: valued({ 'Fn::Cidr': ['10.0.0.0/8', 1, 8] }) } },
      'function "Fn::Cidr"',
    ],
    ['a dynamic reference', { Resources: { P: valued('{{resolve:ssm:/x}}') } }, '"{{resolve:ssm:/x}}"'],
  ])('%s', async (_what, template, named) => {
    const outcome = `${await refusal(stacks.deploy(template))}\n${await stacks.reasons()}`;
    expect(outcome).toContain('the local endpoint does not implement');
    expect(outcome).toContain(named);
    expect(await stacks.parameter('/a')).toBe('none');
  });

  test('an operation, naming it and its service', async () => {
    expect(await refusal(stacks.call('DetectStackDrift', {}))).toBe(
      'NotImplemented: the local endpoint does not implement cloudformation:DetectStackDrift',
    );
  });

  test('an input of an operation', async () => {
    const deployed = stacks.deploy({ Resources: { P: resource } }, undefined, { StackPolicyBody: '{}' });
    expect(await refusal(deployed)).toMatch(/^NotImplemented: .* the input "StackPolicyBody"/);
  });
});

describe('fails with the words of CloudFormation on', () => {
  test.each([
    ['no resources', {}, 'At least one Resources member must be defined.'],
    [
      'an unknown section',
      { Resorces: {}, Resources: { P: resource } },
      'Invalid template property or properties [Resorces]',
    ],
    ['a missing type', { Resources: { P: {} } }, 'Every Resources object must contain a Type member.'],
    [
      'an unresolved reference',
      { Resources: { P: valued({ Ref: 'Nobody' }) } },
      'Unresolved resource dependencies [Nobody] in the Resources block',
    ],
    [
      'an unresolved output',
      { Resources: { P: resource }, Outputs: { O: { Value: { 'Fn::GetAtt': ['Q', 'Arn'] } } } },
      'Unresolved resource dependencies [Q] in the Outputs block',
    ],
    [
      'a circle',
      { Resources: { A: valued({ Ref: 'B' }), B: valued({ Ref: 'A' }) } },
      'Circular dependency between resources: [A, B]',
    ],
    [
      'a bad logical id',
      { Resources: { 'not-alphanumeric': resource } },
      'Resource name not-alphanumeric is non alphanumeric.',
    ],
    [
      'a parameter with no value',
      { Parameters: { P: { Type: 'String' } }, Resources: { R: resource } },
      'Parameters: [P] must have values',
    ],
    [
      'a value that is not allowed',
      {
        Parameters: { P: { Type: 'String', Default: 'c', AllowedValues: ['a', 'b'] } },
        Resources: { R: resource },
      },
      "Parameter 'P' must be one of AllowedValues",
    ],
    [
      'RetainExceptOnCreate on replacement',
      { Resources: { P: { ...resource, UpdateReplacePolicy: 'RetainExceptOnCreate' } } },
      'does not have a valid UpdateReplacePolicy',
    ],
  ])('%s', async (_what, template, message) => {
    const outcome = await refusal(stacks.deploy(template));
    expect(outcome).toMatch(/^ValidationError: /);
    expect(outcome).toContain(message);
  });

  test.each(['{"Resources": ', 'Resources: ['])(
    'a template that is neither JSON nor YAML: %j',
    async (template) => {
      expect(await refusal(stacks.deploy(template))).toMatch(/^ValidationError: Template format error/);
    },
  );
});

test('YAML with short forms, parameters, mappings and conditions resolves as CloudFormation does', async () => {
  await stacks.aws('ssm', 'PutParameter', { Name: '/from/ssm', Type: 'String', Value: 'stored' });
  await stacks.deploy(
    `
Parameters:
  Stage: { Type: String, Default: dev }
  Names: { Type: CommaDelimitedList, Default: 'a, b,c' }
  Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /from/ssm }
Mappings:
  Sizes: { dev: { size: small } }
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Not [!Condition IsDev]
  Both: !And [!Condition IsDev, !Or [!Condition IsProd, !Condition IsDev]]
Resources:
  One:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: one, Value: !Sub '\${Stage}-\${AWS::Region}-\${!literal}' }
  Two:
    Type: AWS::SSM::Parameter
    Condition: IsProd
    Properties: { Type: String, Value: never }
Outputs:
  Sub: { Value: !GetAtt One.Value }
  With: { Value: !Sub ['\${a}/\${One.Type}', { a: !Ref One }] }
  Join: { Value: !Join ['+', !Ref Names] }
  Select: { Value: !Select [1, !Split ['.', 'x.y.z']] }
  Map: { Value: !FindInMap [Sizes, !Ref Stage, size] }
  If: { Value: !If [Both, yes, no] }
  Stored: { Value: !Ref Stored }
  Base64: { Value: !Base64 text }
  Absent: { Condition: IsProd, Value: never }
  Pseudo: { Value: !Sub '\${AWS::Partition} \${AWS::AccountId} \${AWS::URLSuffix} \${AWS::StackName}' }
`,
  );
  expect(await stacks.outputs()).toEqual({
    Sub: 'dev-eu-central-1-${literal}',
    With: 'one/String',
    Join: 'a+b+c',
    Select: 'y',
    Map: 'small',
    If: 'true',
    Stored: 'stored',
    Base64: 'dGV4dA==',
    Pseudo: 'aws 111111111111 amazonaws.com test',
  });
});
