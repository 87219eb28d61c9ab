import { ACCOUNT, OTHER_ACCOUNT, parameter, refusal, REGION, StackTests } from './stacks';

let stacks: StackTests;
beforeEach(async () => {
  stacks = await StackTests.start();
});
afterEach(() => stacks.stop());

const THERE = 'eu-west-1';
const producer = { Resources: { A: parameter('/a', 'x') }, Outputs: { Name: { Value: { Ref: 'A' } } } };
const consumer = (reference: object) => ({
  Resources: {
    B: parameter('/b', { 'Fn::GetStackOutput': { StackName: 'test', OutputName: 'Name', ...reference } }),
  },
});

/** A role that CloudFormation of one account may assume in the other one, to read stacks there. */
async function reader(account: string, trusted: string, Action: string): Promise<string> {
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: statement });
  const AssumeRolePolicyDocument = document({
    Effect: 'Allow',
    Principal: { AWS: trusted },
    Action: 'sts:AssumeRole',
  });
  await stacks.aws('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument }, { account });
  const PolicyDocument = document({ Effect: 'Allow', Action, Resource: '*' });
  await stacks.aws(
    'iam',
    'PutRolePolicy',
    { RoleName: 'reader', PolicyName: 'own', PolicyDocument },
    { account },
  );
  return `arn:aws:iam::${account}:role/reader`;
}

describe('Fn::GetStackOutput', () => {
  test('reads the output of a stack in another Region', async () => {
    await stacks.deploy(producer);
    expect(await stacks.deploy(consumer({ Region: REGION }), { region: THERE })).toBe('CREATE_COMPLETE');
    expect(await stacks.parameter('/b', { region: THERE })).toBe('/a');
  });

  test('reads the output of a stack in another account, as the role that it names', async () => {
    await stacks.deploy(producer, { account: OTHER_ACCOUNT });
    const RoleArn = await reader(OTHER_ACCOUNT, ACCOUNT, 'cloudformation:DescribeStacks');
    expect(await stacks.deploy(consumer({ RoleArn }))).toBe('CREATE_COMPLETE');
    expect(await stacks.parameter('/b')).toBe('/a');
  });

  test.each<[string, object]>([
    ['no such stack', { StackName: 'missing' }],
    ['no such output', { OutputName: 'Missing' }],
    ['no such Region of it', { Region: THERE }],
    ['no such role', { RoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/missing` }],
  ])('fails for %s, and makes nothing', async (_what, reference) => {
    await stacks.deploy(producer, { region: REGION });
    await stacks.call('DeleteStack', { StackName: 'consumer' });
    const input = { StackName: 'consumer', TemplateBody: JSON.stringify(consumer(reference)) };
    const outcome = await refusal(stacks.call('CreateStack', input));
    const status = (await stacks.call('DescribeStacks', { StackName: 'consumer' }).catch(() => undefined))
      ?.Stacks[0];
    expect(outcome === 'none' ? status?.StackStatus : 'refused').toMatch(/^(ROLLBACK_COMPLETE|refused)$/);
    expect(await stacks.parameter('/b')).toBe('none');
  });

  test('fails for a role that may not read stacks, or that does not trust the caller', async () => {
    await stacks.deploy(producer, { account: OTHER_ACCOUNT });
    const RoleArn = await reader(OTHER_ACCOUNT, ACCOUNT, 'cloudformation:ListStacks');
    const outcome = await stacks.deploy(consumer({ RoleArn })).catch((error: Error) => error.message);
    expect(outcome).toMatch(/ROLLBACK_COMPLETE|not authorized to perform: cloudformation:DescribeStacks/);
    expect(await stacks.parameter('/b')).toBe('none');
  });

  test('is a weak reference: the stack that it reads can be deleted', async () => {
    await stacks.deploy(producer);
    await stacks.deploy(consumer({ Region: REGION }), { region: THERE });
    expect(await refusal(stacks.call('DeleteStack', {}))).toBe('none');
    expect(await stacks.parameter('/b', { region: THERE })).toBe('/a');
  });
});

describe('an export', () => {
  const exporting = { ...producer, Outputs: { Name: { Value: { Ref: 'A' }, Export: { Name: 'shared' } } } };
  const importing = {
    StackName: 'importer',
    TemplateBody: JSON.stringify({ Resources: { B: parameter('/b', { 'Fn::ImportValue': 'shared' }) } }),
  };

  test('is a strong reference: nothing that is imported can be deleted', async () => {
    await stacks.deploy(exporting);
    await stacks.call('CreateStack', importing);
    expect(await stacks.parameter('/b')).toBe('/a');
    expect(await refusal(stacks.call('DeleteStack', {}))).toMatch(
      /Export shared cannot be deleted as it is in use by importer/,
    );
  });
});

describe('a parameter', () => {
  const template = (Parameter: object) => ({
    Parameters: { P: Parameter },
    Resources: { A: parameter('/a', { Ref: 'P' }) },
  });

  test('has its default, the value that is given, and then the previous one', async () => {
    const body = template({ Type: 'String', Default: 'x' });
    await stacks.deploy(body);
    expect(await stacks.parameter('/a')).toBe('x');
    await stacks.deploy(body, undefined, { Parameters: [{ ParameterKey: 'P', ParameterValue: 'y' }] });
    expect(await stacks.parameter('/a')).toBe('y');
    const kept = { Parameters: [{ ParameterKey: 'P', UsePreviousValue: 'true' }] };
    expect(await refusal(stacks.deploy(body, undefined, kept))).toMatch(/No updates are to be performed/);
  });

  test('is read from the Parameter Store', async () => {
    await stacks.aws('ssm', 'PutParameter', { Name: '/version', Type: 'String', Value: '21' });
    await stacks.deploy(template({ Type: 'AWS::SSM::Parameter::Value<String>', Default: '/version' }));
    expect(await stacks.parameter('/a')).toBe('21');
  });

  test('fails without a value, and of a kind that is not known', async () => {
    expect(await refusal(stacks.deploy(template({ Type: 'String' })))).toMatch(
      /^ValidationError: Parameters: \[P\] must have values/,
    );
    expect(await refusal(stacks.deploy(template({ Type: 'AWS::EC2::VPC::Id', Default: 'x' })))).toMatch(
      /NotImplemented|AWS::EC2::VPC::Id/,
    );
  });
});
