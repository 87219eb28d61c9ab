import { ACCOUNT, impossible, OTHER_ACCOUNT, parameter, refusal, REGION, StackTests } from './stacks';

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

  test('reads the output of a stack beside it', async () => {
    await stacks.deploy(producer);
    expect(await stacks.deployAs('consumer', consumer({}))).toBe('CREATE_COMPLETE');
    expect(await stacks.parameter('/b')).toBe('/a');
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

  test.each([
    ['may not read stacks', ACCOUNT, 'ListStacks', 'cloudformation:DescribeStacks'],
    ['does not trust the caller', OTHER_ACCOUNT, 'DescribeStacks', 'sts:AssumeRole'],
  ])('fails for a role that %s', async (_what, trusted, action, missing) => {
    await stacks.deploy(producer, { account: OTHER_ACCOUNT });
    const RoleArn = await reader(OTHER_ACCOUNT, trusted, `cloudformation:${action}`);
    const outcome = await refusal(stacks.deploy(consumer({ RoleArn })));
    expect(`${outcome}\n${await stacks.reasons()}`).toContain(`not authorized to perform: ${missing}`);
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
  const exporting = (value = '1', name = 'shared') => ({
    Resources: { A: parameter('/a', value) },
    Outputs: { Value: { Value: { 'Fn::GetAtt': ['A', 'Value'] }, Export: { Name: name } } },
  });
  const without = { Resources: { A: parameter('/a', '1') } };
  const importing = { Resources: { B: parameter('/b', { 'Fn::ImportValue': 'shared' }) } };
  const letting = { Resources: { B: parameter('/b', 'own') } };
  const failing = (template: typeof importing | typeof letting) => ({
    Resources: { ...template.Resources, Bad: impossible('B') },
  });
  const deletion = () => refusal(stacks.call('DeleteStack', {}));
  const IN_USE = 'ValidationError: Export shared cannot be deleted as it is in use by importer';

  beforeEach(async () => {
    await stacks.deploy(exporting());
  });

  test('is a strong reference: nothing that is imported can be deleted', async () => {
    await stacks.deployAs('importer', importing);
    expect(await stacks.parameter('/b')).toBe('1');
    expect(await deletion()).toBe(IN_USE);
  });

  test('is imported by outputs too', async () => {
    const Outputs = { Value: { Value: { 'Fn::ImportValue': 'shared' } } };
    await stacks.deployAs('importer', { ...letting, Outputs });
    expect(await deletion()).toBe(IN_USE);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['is updated to a template without it', () => stacks.deployAs('importer', letting)],
    ['is deleted', () => stacks.call('DeleteStack', { StackName: 'importer' })],
  ])('can be deleted once its importer %s', async (_what, letGo) => {
    await stacks.deployAs('importer', importing);
    await letGo();
    expect(await deletion()).toBe('none');
    expect(await stacks.status()).toBe('none');
  });

  test('stays in use when the update that drops the import rolls back', async () => {
    await stacks.deployAs('importer', importing);
    expect(await stacks.deployAs('importer', failing(letting))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await deletion()).toBe(IN_USE);
  });

  test('stays in use when the update that drops the import stops halfway', async () => {
    await stacks.deployAs('importer', importing);
    const stopping = { DisableRollback: 'true' };
    expect(await stacks.deployAs('importer', failing(letting), undefined, stopping)).toBe('UPDATE_FAILED');
    expect(await deletion()).toBe(IN_USE);
  });

  test.each(['creation', 'update'])('is not in use by a stack whose %s rolled back', async (what) => {
    if (what === 'update') {
      await stacks.deployAs('importer', letting);
    }
    expect(await stacks.deployAs('importer', failing(importing))).toMatch(/ROLLBACK_COMPLETE$/);
    expect(await deletion()).toBe('none');
  });

  test('is not in use by a change set that nobody executes', async () => {
    await stacks.deployAs('importer', letting);
    await stacks.call('CreateChangeSet', {
      StackName: 'importer',
      ChangeSetName: 'changes',
      TemplateBody: JSON.stringify(importing),
    });
    expect(await deletion()).toBe('none');
  });

  test.each<[string, object, string]>([
    ['drops', without, 'deleted'],
    ['renames', exporting('1', 'other'), 'deleted'],
    ['changes', exporting('2'), 'updated'],
  ])('that is in use fails an update that %s it, which rolls back', async (_what, template, verb) => {
    await stacks.deployAs('importer', importing);
    expect(await stacks.deploy(template)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stacks.reasons()).toContain(`Export shared cannot be ${verb} as it is in use by importer`);
    expect([await stacks.parameter('/a'), await stacks.outputs()]).toEqual(['1', { Value: '1' }]);
    await stacks.call('DeleteStack', { StackName: 'importer' });
    expect(await stacks.deploy(template)).toBe('UPDATE_COMPLETE');
  });

  test.each(['creation', 'update'])('fails the %s of a stack that exports the same name', async (what) => {
    const other = { Resources: { C: parameter('/c', 'x') } };
    if (what === 'update') {
      await stacks.deployAs('other', other);
    }
    const { Outputs } = exporting();
    const again = { ...other, Outputs: { Value: { ...Outputs.Value, Value: 'x' } } };
    expect(await stacks.deployAs('other', again)).toMatch(/ROLLBACK_COMPLETE$/);
    const { StackEvents } = await stacks.call('DescribeStackEvents', { StackName: 'other' });
    expect(StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContain(
      'Export with name shared is already exported by stack test',
    );
    await stacks.deployAs('importer', importing);
    expect(await stacks.parameter('/b')).toBe('1');
  });

  test('that is in use may keep its name and value in another output', async () => {
    await stacks.deployAs('importer', importing);
    const { Outputs, Resources } = exporting();
    expect(await stacks.deploy({ Resources, Outputs: { Other: Outputs.Value } })).toBe('UPDATE_COMPLETE');
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
