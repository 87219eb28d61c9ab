import { impossible, OTHER_ACCOUNT, parameter, refusal, StackTests } from './stacks';

let stacks: StackTests;
beforeEach(async () => {
  stacks = await StackTests.start();
});
afterEach(() => stacks.stop());

const key = (Properties: object = {}, more: object = {}) => ({ Type: 'AWS::KMS::Key', Properties, ...more });

test('a stack is made in the order of its references, with outputs, and deleted the other way round', async () => {
  const template = {
    Resources: {
      A: parameter('/a', { 'Fn::Sub': '${B.Value}!' }),
      B: parameter('/b', { Ref: 'C' }, { DependsOn: ['C'] }),
      C: parameter('/c', 'x'),
    },
    Outputs: { Last: { Value: { 'Fn::GetAtt': ['A', 'Value'] } } },
  };
  expect(await stacks.deploy(template)).toBe('CREATE_COMPLETE');
  expect(await stacks.outputs()).toEqual({ Last: '/c!' });
  const made = (await stacks.events()).filter((event) => event.endsWith('CREATE_COMPLETE'));
  expect(made).toEqual(['C CREATE_COMPLETE', 'B CREATE_COMPLETE', 'A CREATE_COMPLETE']);
  await stacks.call('DeleteStack', {});
  expect([await stacks.status(), await stacks.parameter('/a'), await stacks.parameter('/c')]).toEqual([
    'none',
    'none',
    'none',
  ]);
});

test('an update changes in place, replaces, adds and removes', async () => {
  await stacks.deploy({
    Resources: { A: parameter('/a', '1'), B: parameter('/b', '1'), C: parameter('/c', '1') },
  });
  const next = { A: parameter('/a', '2'), B: parameter('/b2', '1'), D: parameter('/d', '1') };
  expect(await stacks.deploy({ Resources: next })).toBe('UPDATE_COMPLETE');
  const values = await Promise.all(['/a', '/b', '/b2', '/c', '/d'].map((name) => stacks.parameter(name)));
  expect(values).toEqual(['2', 'none', '1', 'none', '1']);
});

test('an update of outputs alone is an update, and one of nothing is refused', async () => {
  const template = (Value: string) => ({ Resources: { A: parameter('/a', 'x') }, Outputs: { O: { Value } } });
  await stacks.deploy(template('1'));
  expect(await stacks.deploy(template('2'))).toBe('UPDATE_COMPLETE');
  expect(await stacks.outputs()).toEqual({ O: '2' });
  expect(await refusal(stacks.deploy(template('2')))).toBe(
    'ValidationError: No updates are to be performed.',
  );
});

test('the replacement is there before the former resource goes, and references follow it', async () => {
  const template = (name: string) => ({
    Resources: { A: parameter(name, '1'), B: parameter('/b', { Ref: 'A' }) },
  });
  await stacks.deploy(template('/a'));
  await stacks.deploy(template('/a2'));
  expect([await stacks.parameter('/b'), await stacks.parameter('/a')]).toEqual(['/a2', 'none']);
  const events = await stacks.events();
  expect(events.indexOf('B UPDATE_COMPLETE')).toBeLessThan(events.indexOf('A DELETE_COMPLETE'));
});

describe('a creation that fails rolls back', () => {
  test.each([
    ['Delete', 'none'],
    ['RetainExceptOnCreate', 'none'],
    ['Retain', 'x'],
  ])('what has the DeletionPolicy %s: %s', async (DeletionPolicy, expected) => {
    const Resources = { A: parameter('/a', 'x', { DeletionPolicy }), Bad: impossible('A') };
    expect(await stacks.deploy({ Resources })).toBe('ROLLBACK_COMPLETE');
    expect(await stacks.parameter('/a')).toBe(expected);
    expect(await stacks.reason('Bad')).toMatch(/^Resource handler returned message: "Alias must start with/);
    expect(await refusal(stacks.deploy({ Resources }))).toMatch(
      /is in ROLLBACK_COMPLETE state and can not be updated/,
    );
  });
});

test('an update that fails rolls back what it changed, made and replaced', async () => {
  const before = { A: parameter('/a', '1'), B: parameter('/b', '1') };
  await stacks.deploy({ Resources: before });
  const next = {
    A: parameter('/a', '2'),
    B: parameter('/b2', '1'),
    C: parameter('/c', '1'),
    Bad: impossible('C'),
  };
  expect(
    await stacks.deploy({ Resources: { ...next, Bad: { ...next.Bad, DependsOn: ['A', 'B', 'C'] } } }),
  ).toBe('UPDATE_ROLLBACK_COMPLETE');
  const values = await Promise.all(['/a', '/b', '/b2', '/c'].map((name) => stacks.parameter(name)));
  expect(values).toEqual(['1', '1', 'none', 'none']);
  expect(await stacks.deploy({ Resources: { ...before, A: parameter('/a', '3') } })).toBe('UPDATE_COMPLETE');
});

describe('Retain', () => {
  test.each(['Retain', 'RetainExceptOnCreate'])(
    '%s keeps what leaves the stack or goes with it',
    async (policy) => {
      const kept = (name: string) => parameter(name, 'x', { DeletionPolicy: policy });
      await stacks.deploy({ Resources: { A: kept('/a'), B: kept('/b'), C: parameter('/c', 'x') } });
      await stacks.deploy({ Resources: { B: kept('/b'), C: parameter('/c', 'x') } });
      await stacks.call('DeleteStack', {});
      const values = await Promise.all(['/a', '/b', '/c'].map((name) => stacks.parameter(name)));
      expect(values).toEqual(['x', 'x', 'none']);
    },
  );

  test('of UpdateReplacePolicy keeps what is replaced', async () => {
    const kept = (name: string) => parameter(name, 'x', { UpdateReplacePolicy: 'Retain' });
    await stacks.deploy({ Resources: { A: kept('/a') } });
    await stacks.deploy({ Resources: { A: kept('/a2') } });
    expect([await stacks.parameter('/a'), await stacks.parameter('/a2')]).toEqual(['x', 'x']);
  });
});

describe('an immutable property', () => {
  const policy = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

  test.each([
    ['KeySpec', 'RSA_2048'],
    ['KeyUsage', 'SIGN_VERIFY'],
    ['Origin', 'EXTERNAL'],
    ['MultiRegion', true],
  ])('%s cannot change, whatever UpdateReplacePolicy says', async (name, value) => {
    await stacks.deploy({ Resources: { Key: key({ Description: 'x' }, policy) } });
    const next = { Key: key({ Description: 'x', [name]: value }, policy) };
    expect(await stacks.deploy({ Resources: next })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stacks.reason('Key')).toMatch(/is not updatable with parameters provided.*NotUpdatable/);
    expect((await stacks.aws('kms', 'ListKeys', {})).Keys).toHaveLength(1);
  });

  test('may be written out as its default', async () => {
    await stacks.deploy({ Resources: { Key: key({}) } });
    const defaults = {
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      Origin: 'AWS_KMS',
      MultiRegion: 'false',
    };
    expect(await refusal(stacks.deploy({ Resources: { Key: key(defaults) } }))).toBe(
      'ValidationError: No updates are to be performed.',
    );
  });
});

test('a key that leaves its stack without Retain is scheduled for deletion', async () => {
  await stacks.deploy({ Resources: { Key: key({ PendingWindowInDays: 7 }), A: parameter('/a', 'x') } });
  const { StackResources } = await stacks.call('DescribeStackResources', { LogicalResourceId: 'Key' });
  await stacks.deploy({ Resources: { A: parameter('/a', 'x') } });
  const KeyId = StackResources[0].PhysicalResourceId;
  const { KeyMetadata } = await stacks.aws('kms', 'DescribeKey', { KeyId });
  expect(KeyMetadata.KeyState).toBe('PendingDeletion');
});

test('termination protection keeps a stack from being deleted, until it is switched off', async () => {
  await stacks.deploy({ Resources: { A: parameter('/a', 'x') } }, undefined, {
    EnableTerminationProtection: 'true',
  });
  expect(await refusal(stacks.call('DeleteStack', {}))).toBe(
    'ValidationError: Stack [test] cannot be deleted while TerminationProtection is enabled',
  );
  await stacks.call('UpdateTerminationProtection', { EnableTerminationProtection: 'false' });
  expect(await refusal(stacks.call('DeleteStack', {}))).toBe('none');
});

test('a stack is deleted by its id, and found by it afterwards', async () => {
  await stacks.deploy({ Resources: { A: parameter('/a', 'x') } });
  const { StackId } = (await stacks.call('DescribeStacks', {})).Stacks[0];
  await stacks.call('DeleteStack', { StackName: StackId });
  expect([await stacks.parameter('/a'), await stacks.status()]).toEqual(['none', 'none']);
  expect(await stacks.status(undefined, StackId)).toBe('DELETE_COMPLETE');
});

test('a deletion that fails for a resource can be repeated', async () => {
  const AssumeRolePolicyDocument = {
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: OTHER_ACCOUNT } },
  };
  const role = { Type: 'AWS::IAM::Role', Properties: { RoleName: 'role', AssumeRolePolicyDocument } };
  await stacks.deploy({ Resources: { Role: role } });
  const policy = { RoleName: 'role', PolicyName: 'policy' };
  const PolicyDocument = '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
  await stacks.aws('iam', 'PutRolePolicy', { ...policy, PolicyDocument });
  await stacks.call('DeleteStack', {});
  expect(await stacks.status()).toBe('DELETE_FAILED');
  expect(await stacks.reason('Role')).toMatch(/Cannot delete entity, must delete policies first/);
  await stacks.aws('iam', 'DeleteRolePolicy', policy);
  await stacks.call('DeleteStack', {});
  expect(await stacks.status()).toBe('none');
});
