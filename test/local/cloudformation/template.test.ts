import { parameter, Region } from './region';

let stacks: Region;
beforeAll(async () => {
  stacks = await Region.start();
});
afterAll(() => stacks.endpoint.stop());

const resource = parameter('x');

describe('what is not implemented is refused by name, before anything happens', () => {
  test.each([
    [
      'a resource type',
      { Resources: { Q: { Type: 'AWS::SQS::Queue' } } },
      '"AWS::SQS::Queue" (resource "Q")',
    ],
    [
      'a property',
      { Resources: { P: parameter('x', { Tier: 'Advanced' }) } },
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
      { Resources: { P: parameter({ 'Fn::Cidr': ['10.0.0.0/8', 1, 8] }) } },
      'function "Fn::Cidr"',
    ],
    ['a dynamic reference', { Resources: { P: parameter('{{resolve:ssm:/x}}') } }, '"{{resolve:ssm:/x}}"'],
  ])('%s', async (_what, template, named) => {
    const attempt = stacks.create('refused', template).then(async () => {
      throw new Error(await stacks.reasons('refused'));
    });
    await expect(attempt).rejects.toThrow('the local endpoint does not implement');
    await expect(attempt).rejects.toThrow(named);
    await stacks.delete('refused');
    await expect(stacks.call('ssm', 'GetParameter', { Name: 'x' })).rejects.toThrow(
      'The parameter was not found.',
    );
  });

  test('an operation, naming it and its service', async () => {
    await expect(stacks.call('cloudformation', 'DetectStackDrift', { StackName: 'x' })).rejects.toMatchObject(
      {
        code: 'NotImplemented',
        message: 'the local endpoint does not implement cloudformation:DetectStackDrift',
      },
    );
  });

  test('an input of an operation', async () => {
    await expect(
      stacks.create('x', { Resources: { P: resource } }, { StackPolicyBody: '{}' }),
    ).rejects.toThrow('the input "StackPolicyBody"');
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
      { Resources: { P: parameter({ Ref: 'Nobody' }) } },
      'Unresolved resource dependencies [Nobody] in the Resources block',
    ],
    [
      'an unresolved output',
      { Resources: { P: resource }, Outputs: { O: { Value: { 'Fn::GetAtt': ['Q', 'Arn'] } } } },
      'Unresolved resource dependencies [Q] in the Outputs block',
    ],
    [
      'a circle',
      { Resources: { A: parameter({ Ref: 'B' }), B: parameter({ Ref: 'A' }) } },
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
    await expect(stacks.create('wrong', template)).rejects.toMatchObject({ code: 'ValidationError' });
    await expect(stacks.create('wrong', template)).rejects.toThrow(message);
  });

  test('IAM resources that nobody acknowledged', async () => {
    const template = {
      Resources: {
        R: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r', AssumeRolePolicyDocument: {} } },
      },
    };
    await expect(stacks.create('iam', template, { Capabilities: ['CAPABILITY_IAM'] })).rejects.toMatchObject({
      code: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    });
  });

  test('a template that is neither JSON nor YAML', async () => {
    await expect(stacks.create('wrong', '{"Resources": ')).rejects.toThrow('Template format error');
    await expect(stacks.create('wrong', 'Resources: [')).rejects.toThrow('Template format error');
  });
});

test('YAML with short forms, parameters, mappings and conditions resolves as CloudFormation does', async () => {
  await stacks.call('ssm', 'PutParameter', { Name: '/from/ssm', Type: 'String', Value: 'stored' });
  await stacks.create(
    'yaml',
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
  expect(await stacks.outputs('yaml')).toEqual({
    Sub: 'dev-eu-central-1-${literal}',
    With: 'one/String',
    Join: 'a+b+c',
    Select: 'y',
    Map: 'small',
    If: 'true',
    Stored: 'stored',
    Base64: 'dGV4dA==',
    Pseudo: 'aws 111111111111 amazonaws.com yaml',
  });
});
