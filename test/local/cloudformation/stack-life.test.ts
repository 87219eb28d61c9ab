import { OTHER_ACCOUNT, parameter, REGION, Region } from './region';

let stacks: Region;
beforeEach(async () => {
  stacks = await Region.start();
});
afterEach(() => stacks.endpoint.stop());

const value = async (Name: string): Promise<unknown> => {
  const { Parameter } = await stacks.call<{ Parameter: { Value: string } }>('ssm', 'GetParameter', { Name });
  return Parameter.Value;
};
const gone = 'The parameter was not found.';
const role = (
  RoleName: string,
  Statement: object = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: OTHER_ACCOUNT } },
) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName, AssumeRolePolicyDocument: { Version: '2012-10-17', Statement } },
});
describe('an update', () => {
  test('of outputs alone is an update, and of nothing is none', async () => {
    const template = (Value: string) => ({ Resources: { A: parameter('x') }, Outputs: { O: { Value } } });
    await stacks.create('s', template('1'));
    await stacks.update('s', template('2'));
    expect(await stacks.outputs('s')).toEqual({ O: '2' });
    await expect(stacks.update('s', template('2'))).rejects.toThrow('No updates are to be performed.');
    expect(await stacks.changes('s', template('2'))).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining("The submitted information didn't contain changes") as unknown,
    });
  });
});

describe('a KMS key', () => {
  const key = (properties: object) => ({
    Resources: { K: { Type: 'AWS::KMS::Key', Properties: { MultiRegion: true, ...properties } } },
    Outputs: { Id: { Value: { Ref: 'K' } } },
  });

  test.each([
    [{ KeySpec: 'RSA_2048' }],
    [{ KeyUsage: 'SIGN_VERIFY' }],
    [{ Origin: 'EXTERNAL' }],
    [{ MultiRegion: false }],
  ])('fails to change to %j, whatever the UpdateReplacePolicy, and keeps its material', async (change) => {
    await stacks.create('s', key({}));
    const { Id } = await stacks.outputs('s');
    const template = key(change);
    await stacks.update('s', {
      ...template,
      Resources: { K: { ...template.Resources.K, UpdateReplacePolicy: 'Delete' } },
    });
    expect((await stacks.describe('s')).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await stacks.reasons('s')).toContain(
      `Resource of type 'AWS::KMS::Key' with identifier '${Id}' is not updatable with parameters provided.`,
    );
    expect(await stacks.outputs('s')).toEqual({ Id });
  });

  test('does not change when defaults are named', async () => {
    await stacks.create('s', key({}));
    const named = key({
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      Origin: 'AWS_KMS',
      MultiRegion: 'true',
    });
    await expect(stacks.update('s', named)).rejects.toThrow('No updates are to be performed.');
  });

  test('follows its description, rotation, state and tags, and stops with its stack', async () => {
    const tag = (Value: string) => [{ Key: 'k', Value }];
    await stacks.create('s', key({ EnableKeyRotation: true, RotationPeriodInDays: 100, Tags: tag('1') }));
    const { Id: KeyId } = await stacks.outputs('s');
    await stacks.update(
      's',
      key({
        Description: 'new',
        Enabled: false,
        PendingWindowInDays: 7,
        Tags: [...tag('2'), { Key: 'l', Value: '1' }],
      }),
    );
    expect((await stacks.describe('s')).StackStatus).toBe('UPDATE_COMPLETE');
    expect(await stacks.call('kms', 'DescribeKey', { KeyId })).toMatchObject({
      KeyMetadata: { Description: 'new', KeyState: 'Disabled' },
    });
    expect(await stacks.call('kms', 'GetKeyRotationStatus', { KeyId })).toMatchObject({
      KeyRotationEnabled: false,
    });
    expect(await stacks.call('kms', 'ListResourceTags', { KeyId })).toMatchObject({
      Tags: [
        { TagKey: 'k', TagValue: '2' },
        { TagKey: 'l', TagValue: '1' },
      ],
    });
    await stacks.delete('s');
    expect(await stacks.call('kms', 'DescribeKey', { KeyId })).toMatchObject({
      KeyMetadata: { KeyState: 'PendingDeletion' },
    });
  });
});

describe('delete', () => {
  test('works by ARN, and the stack is found by its ARN afterwards', async () => {
    await stacks.create('s', { Resources: { A: parameter('x', { Name: 'a' }) } });
    const { StackId } = await stacks.describe('s');
    await stacks.delete(StackId);
    await expect(stacks.describe('s')).rejects.toThrow('Stack with id s does not exist');
    expect((await stacks.describe(StackId)).StackStatus).toBe('DELETE_COMPLETE');
    await expect(value('a')).rejects.toThrow(gone);
  });

  test('fails while the stack is protected', async () => {
    await stacks.create('s', { Resources: { A: parameter('x') } }, { EnableTerminationProtection: 'true' });
    await expect(stacks.delete('s')).rejects.toThrow(
      'Stack [s] cannot be deleted while TerminationProtection is enabled',
    );
    await stacks.call('cloudformation', 'UpdateTerminationProtection', {
      StackName: 's',
      EnableTerminationProtection: 'false',
    });
    await stacks.delete('s');
    await expect(stacks.describe('s')).rejects.toThrow('does not exist');
  });

  test('that fails for a resource can be repeated', async () => {
    await stacks.create('s', { Resources: { R: role('r') } });
    await stacks.call('iam', 'PutRolePolicy', {
      RoleName: 'r',
      PolicyName: 'p',
      PolicyDocument: '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
    });
    await stacks.delete('s');
    expect((await stacks.describe('s')).StackStatus).toBe('DELETE_FAILED');
    expect(await stacks.reasons('s')).toContain('Cannot delete entity, must delete policies first.');
    await stacks.call('iam', 'DeleteRolePolicy', { RoleName: 'r', PolicyName: 'p' });
    await stacks.delete('s');
    await expect(stacks.describe('s')).rejects.toThrow('does not exist');
  });

  test('fails while another stack imports an output', async () => {
    await stacks.create('producer', {
      Resources: { A: parameter('x') },
      Outputs: { O: { Value: 'v', Export: { Name: 'shared' } } },
    });
    await stacks.create('consumer', {
      Resources: { A: parameter({ 'Fn::ImportValue': 'shared' }, { Name: 'imported' }) },
    });
    expect(await value('imported')).toBe('v');
    await expect(stacks.delete('producer')).rejects.toThrow(
      'Export shared cannot be deleted as it is in use by consumer',
    );
  });
});

describe('Fn::GetStackOutput', () => {
  const consumer = (reference: object) => ({
    Resources: { A: parameter({ 'Fn::GetStackOutput': reference }, { Name: 'got' }) },
  });
  const producer = (Value: string) => ({ Resources: { A: parameter('x') }, Outputs: { Out: { Value } } });

  test('reads the output of a stack of the Region, and of another one', async () => {
    await stacks.create('producer', producer('here'));
    await stacks.in('111111111111', 'eu-west-1').create('producer', producer('there'));
    await stacks.create('near', consumer({ StackName: 'producer', OutputName: 'Out' }));
    expect(await value('got')).toBe('here');
    await stacks.update('near', consumer({ StackName: 'producer', OutputName: 'Out', Region: 'eu-west-1' }));
    expect(await value('got')).toBe('there');
  });

  test('reads across accounts with a role that trusts the reader and may describe the stack, and fails without', async () => {
    const other = stacks.in(OTHER_ACCOUNT, REGION);
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111111111111' } };
    await other.create('producer', { ...producer('foreign'), Resources: { R: role('reader', trust) } });
    const reference = {
      StackName: 'producer',
      OutputName: 'Out',
      RoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/reader`,
    };
    await stacks.create('s', consumer(reference));
    expect(await stacks.reasons('s')).toContain(
      'is not authorized to perform: cloudformation:DescribeStacks',
    );
    await stacks.delete('s');
    await other.call('iam', 'AttachRolePolicy', {
      RoleName: 'reader',
      PolicyArn: 'arn:aws:iam::aws:policy/AWSCloudFormationReadOnlyAccess',
    });
    await stacks.create('s', consumer(reference));
    expect(await value('got')).toBe('foreign');
    await other.call('iam', 'UpdateAssumeRolePolicy', {
      RoleName: 'reader',
      PolicyDocument: JSON.stringify({ Statement: { ...trust, Principal: { AWS: OTHER_ACCOUNT } } }),
    });
    await stacks.create('late', consumer(reference));
    expect(await stacks.reasons('late')).toContain('is not authorized to perform: sts:AssumeRole');
  });

  test.each([
    [
      'a stack that does not exist',
      { StackName: 'nobody', OutputName: 'Out' },
      'Stack with id nobody does not exist',
    ],
    [
      'an output that does not exist',
      { StackName: 'producer', OutputName: 'Nothing' },
      'has no output Nothing',
    ],
  ])('fails on %s', async (_what, reference, message) => {
    await stacks.create('producer', producer('x'));
    await stacks.create('s', consumer(reference));
    expect((await stacks.describe('s')).StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(await stacks.reasons('s')).toContain(message);
  });
});

describe('a change set', () => {
  test('tells what it would do to each resource, and does nothing yet', async () => {
    await stacks.create('s', {
      Resources: {
        A: parameter('1', { Name: 'a', Description: 'd' }),
        B: parameter({ Ref: 'A' }, { Name: 'b' }),
        C: parameter('1', { Name: 'c' }, { DeletionPolicy: 'Retain' }),
        D: parameter('1', { Name: 'd' }),
        E: parameter('1', { Name: 'e' }),
      },
    });
    const { status, changes } = await stacks.changes('s', {
      Resources: {
        A: parameter('1', { Name: 'other' }, { UpdateReplacePolicy: 'Retain' }),
        B: parameter({ Ref: 'A' }, { Name: 'b' }),
        D: parameter('2', { Name: 'd' }),
        E: parameter('1', { Name: 'e' }, { DeletionPolicy: 'Retain' }),
        F: parameter('1', { Name: 'f' }),
      },
    });
    expect(status).toBe('CREATE_COMPLETE');
    expect(
      Object.fromEntries(
        changes.map(({ LogicalResourceId, Action, PolicyAction, Replacement, Scope }) => [
          LogicalResourceId,
          [Action, Replacement, PolicyAction, ...Scope],
        ]),
      ),
    ).toEqual({
      A: ['Modify', 'True', 'ReplaceAndRetain', 'Properties', 'UpdateReplacePolicy'],
      B: ['Modify', 'False', undefined, 'Properties'],
      C: ['Remove', undefined, 'Retain'],
      D: ['Modify', 'False', undefined, 'Properties'],
      E: ['Modify', 'False', undefined, 'DeletionPolicy'],
      F: ['Add', undefined, undefined],
    });
    const details = Object.fromEntries(
      changes.map(({ LogicalResourceId, Details }) => [LogicalResourceId, Details]),
    );
    expect(details.A).toMatchObject([
      {
        Target: {
          Name: 'Name',
          RequiresRecreation: 'Always',
          BeforeValue: 'a',
          AfterValue: 'other',
          AttributeChangeType: 'Modify',
        },
      },
      { Target: { Name: 'Description', BeforeValue: 'd', AttributeChangeType: 'Remove' } },
      { Target: { Attribute: 'UpdateReplacePolicy', BeforeValue: 'Delete', AfterValue: 'Retain' } },
    ]);
    expect(details.B).toMatchObject([
      {
        Target: { Name: 'Value', AfterValue: '{{changeSet:KNOWN_AFTER_APPLY}}' },
        Evaluation: 'Dynamic',
        ChangeSource: 'ResourceReference',
        CausingEntity: 'A',
      },
    ]);
    expect([await value('a'), await value('d')]).toEqual(['1', '1']);
  });

  test('of a stack that does not exist makes one that waits for review, and its execution creates it', async () => {
    const input = {
      StackName: 's',
      ChangeSetName: 'first',
      ChangeSetType: 'CREATE',
      TemplateBody: JSON.stringify({ Resources: { A: parameter('x', { Name: 'a' }) } }),
    };
    await stacks.call('cloudformation', 'CreateChangeSet', input);
    expect((await stacks.describe('s')).StackStatus).toBe('REVIEW_IN_PROGRESS');
    await expect(value('a')).rejects.toThrow(gone);
    await stacks.call('cloudformation', 'ExecuteChangeSet', { StackName: 's', ChangeSetName: 'first' });
    expect(await value('a')).toBe('x');
    await expect(
      stacks.call('cloudformation', 'DescribeChangeSet', { StackName: 's', ChangeSetName: 'first' }),
    ).rejects.toMatchObject({ code: 'ChangeSetNotFound' });
  });
});
