import { impossible, parameter, refusal, StackTests } from './stacks';

let stacks: StackTests;
beforeEach(async () => {
  stacks = await StackTests.start();
});
afterEach(() => stacks.stop());

test('a change set says what it would do, and does it when it is executed', async () => {
  await stacks.deploy({
    Resources: {
      A: parameter('/a', '1'),
      B: parameter('/b', '1', { UpdateReplacePolicy: 'Retain' }),
      C: parameter('/c', { Ref: 'B' }),
      D: parameter('/d', '1', { DeletionPolicy: 'Retain' }),
    },
  });
  const next = {
    Resources: {
      A: parameter('/a', '2'),
      B: parameter('/b2', '1', { UpdateReplacePolicy: 'Retain' }),
      C: parameter('/c', { Ref: 'B' }),
      E: parameter('/e', '1'),
    },
  };
  const { Changes, Status } = await stacks.changes(next);
  expect(Status).toBe('CREATE_COMPLETE');
  const told = Changes.map(({ ResourceChange: each }) =>
    [each.Action, each.LogicalResourceId, each.Replacement, each.PolicyAction].filter(Boolean).join(' '),
  );
  expect(told.sort()).toEqual([
    'Add E',
    'Modify A False',
    'Modify B True ReplaceAndRetain',
    'Modify C False',
    'Remove D Retain',
  ]);
  const detail = (id: string) =>
    Changes.find(({ ResourceChange }) => ResourceChange.LogicalResourceId === id)?.ResourceChange.Details[0];
  expect(detail('A')).toMatchObject({
    Target: {
      Attribute: 'Properties',
      Name: 'Value',
      RequiresRecreation: 'Never',
      BeforeValue: '1',
      AfterValue: '2',
    },
    Evaluation: 'Static',
  });
  expect(detail('B')?.Target.RequiresRecreation).toBe('Always');
  expect(detail('C')).toMatchObject({ Evaluation: 'Dynamic', CausingEntity: 'B' });
  expect(await stacks.parameter('/a')).toBe('1');
  await stacks.call('ExecuteChangeSet', { ChangeSetName: 'changes' });
  expect(await stacks.status()).toBe('UPDATE_COMPLETE');
  const values = await Promise.all(
    ['/a', '/b', '/b2', '/c', '/d', '/e'].map((name) => stacks.parameter(name)),
  );
  expect(values).toEqual(['2', '1', '1', '/b2', '1', '1']);
});

test('a change set makes a stack, which is under review until it is executed', async () => {
  const { Status } = await stacks.changes({ Resources: { A: parameter('/a', 'x') } }, 'CREATE');
  expect([Status, await stacks.status(), await stacks.parameter('/a')]).toEqual([
    'CREATE_COMPLETE',
    'REVIEW_IN_PROGRESS',
    'none',
  ]);
  await stacks.call('ExecuteChangeSet', { ChangeSetName: 'changes' });
  expect([await stacks.status(), await stacks.parameter('/a')]).toEqual(['CREATE_COMPLETE', 'x']);
  expect(await refusal(stacks.call('ExecuteChangeSet', { ChangeSetName: 'changes' }))).toMatch(
    /ChangeSetNotFound|InvalidChangeSetStatus/,
  );
});

test('a change set without changes has failed, and says so', async () => {
  const template = { Resources: { A: parameter('/a', 'x') } };
  await stacks.deploy(template);
  const { Status, StatusReason } = await stacks.changes(template);
  expect(Status).toBe('FAILED');
  expect(StatusReason).toMatch(/^The submitted information didn't contain changes/);
  expect(await refusal(stacks.call('ExecuteChangeSet', { ChangeSetName: 'changes' }))).toMatch(
    /InvalidChangeSetStatus/,
  );
});

test('a policy that changes alone is a change', async () => {
  await stacks.deploy({ Resources: { A: parameter('/a', 'x', { DeletionPolicy: 'Retain' }) } });
  const { Changes } = await stacks.changes({ Resources: { A: parameter('/a', 'x') } });
  expect(Changes[0].ResourceChange.Details[0].Target).toMatchObject({
    Attribute: 'DeletionPolicy',
    BeforeValue: 'Retain',
    AfterValue: 'Delete',
  });
});

test('the details of a change name what is modified and what is removed', async () => {
  const A = parameter('/a', 'x', {
    Properties: { Name: '/a', Type: 'String', Value: 'x', Description: 'd' },
  });
  await stacks.deploy({ Resources: { A } });
  const { Changes } = await stacks.changes({
    Resources: { A: parameter('/a2', 'x', { UpdateReplacePolicy: 'Retain' }) },
  });
  expect(Changes[0].ResourceChange).toMatchObject({
    Scope: ['Properties', 'UpdateReplacePolicy'],
    Details: [
      {
        Target: {
          Name: 'Name',
          RequiresRecreation: 'Always',
          BeforeValue: '/a',
          AfterValue: '/a2',
          AttributeChangeType: 'Modify',
        },
      },
      { Target: { Name: 'Description', BeforeValue: 'd', AttributeChangeType: 'Remove' } },
      { Target: { Attribute: 'UpdateReplacePolicy', BeforeValue: 'Delete', AfterValue: 'Retain' } },
    ],
  });
});

describe('ImportExistingResources', () => {
  const adopting = { Adopted: parameter('/adopted', 'x', { DeletionPolicy: 'RetainExceptOnCreate' }) };
  const execute = async (Resources: object, type: 'CREATE' | 'UPDATE') => {
    await stacks.aws('ssm', 'PutParameter', { Name: '/adopted', Type: 'String', Value: 'x' });
    const { Changes } = await stacks.changes({ Resources }, type, { ImportExistingResources: 'true' });
    const actions = Changes.map(({ ResourceChange: { Action, LogicalResourceId: id } }) => `${Action} ${id}`);
    expect(actions).toContain('Import Adopted');
    await stacks.call('ExecuteChangeSet', { ChangeSetName: 'changes' });
  };
  const members = async () => {
    const { StackResources } = await stacks.call('DescribeStackResources', {});
    return StackResources.map(({ LogicalResourceId }) => LogicalResourceId);
  };

  test('makes a resource of the same name part of the stack, as it is', async () => {
    await stacks.deploy({ Resources: { A: parameter('/a', 'x') } });
    await execute({ A: parameter('/a', 'x'), ...adopting }, 'UPDATE');
    expect([await stacks.status(), await members()]).toEqual(['UPDATE_COMPLETE', ['A', 'Adopted']]);
  });

  test.each(['CREATE', 'UPDATE'] as const)(
    'leaves the resource outside the stack, and there, when the %s rolls back',
    async (type) => {
      const before = type === 'CREATE' ? {} : { A: parameter('/a', 'x') };
      if (type === 'UPDATE') {
        await stacks.deploy({ Resources: before });
      }
      await execute({ ...before, ...adopting, Bad: impossible('Adopted') }, type);
      expect(await stacks.status()).toBe(
        type === 'CREATE' ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE',
      );
      expect([await members(), await stacks.parameter('/adopted')]).toEqual([Object.keys(before), 'x']);
      expect(await stacks.events()).toContain('Adopted IMPORT_ROLLBACK_COMPLETE');
    },
  );
});
