import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workspace } from '../../local/session/workspace';
import { ALIAS, PRIMARY, REPLICA, Site, synthesize, templates } from './site';

let site: Site;
beforeEach(async () => {
  site = await Site.start();
});
afterEach(() => site.stop());

test('cdk import brings the key and the alias of a deleted stack back into one', async () => {
  const all = templates();
  await site.deploy(PRIMARY, all[PRIMARY]);
  await site.deploy(REPLICA, all[REPLICA]);
  const sealed = await site.encrypt(PRIMARY);
  const [{ KeyId }] = await site.keys(PRIMARY);
  await site.destroy(PRIMARY);

  const workspace = new Workspace();
  try {
    const assembly = join(workspace.folder, 'cdk.out');
    mkdirSync(assembly);
    synthesize({}, [PRIMARY, REPLICA], assembly);
    const ids = Object.entries(all[PRIMARY].Resources);
    const idOf = (type: string): string => ids.find(([, { Type }]) => Type === type)?.[0] ?? '';
    const mapping = join(workspace.folder, 'mapping.json');
    writeFileSync(
      mapping,
      JSON.stringify({
        [idOf('AWS::KMS::Key')]: { KeyId },
        [idOf('AWS::KMS::Alias')]: { AliasName: ALIAS },
      }),
    );
    const cdk = (...args: string[]): Promise<string> =>
      workspace.run(
        require.resolve('aws-cdk/bin/cdk'),
        [...args, '--app', assembly, '--no-notices', '--no-color'],
        site.environment(PRIMARY),
      );
    await cdk('import', PRIMARY, '--resource-mapping', mapping, '--force');
    expect(await site.status(PRIMARY)).toBe('IMPORT_COMPLETE');
    await cdk('deploy', PRIMARY, '--require-approval', 'never', '--no-rollback');
    expect(await site.status(PRIMARY)).toBe('UPDATE_COMPLETE');
  } finally {
    workspace.dispose();
  }
  expect(await site.keys(PRIMARY)).toMatchObject([{ KeyId, KeyState: 'Enabled' }]);
  expect(await site.aliased(PRIMARY)).toBe(KeyId);
  expect(await site.decrypt(sealed, PRIMARY)).toBe('secret');
}, 60_000);

test('fails to import a key that does not exist, and leaves the stack without it', async () => {
  const { [PRIMARY]: template } = templates();
  const [[logicalId, key]] = Object.entries(template.Resources).filter(
    ([, { Type }]) => Type === 'AWS::KMS::Key',
  );
  const KeyId = `mrk-${'0'.repeat(32)}`;
  const input = {
    StackName: 'imported',
    ChangeSetName: 'import',
    ChangeSetType: 'IMPORT',
    TemplateBody: JSON.stringify({ Resources: { [logicalId]: key } }),
    ResourcesToImport: [
      {
        ResourceType: 'AWS::KMS::Key',
        LogicalResourceId: logicalId,
        ResourceIdentifier: { entry: { 1: { key: 'KeyId', value: KeyId } } },
      },
    ],
  };
  await site.call('cloudformation', 'CreateChangeSet', input);
  await site.call('cloudformation', 'ExecuteChangeSet', { StackName: 'imported', ChangeSetName: 'import' });
  const { Stacks } = await site.call<{ Stacks: object[] }>('cloudformation', 'DescribeStacks', {
    StackName: 'imported',
  });
  expect(Stacks).toMatchObject([{ StackStatus: 'IMPORT_ROLLBACK_COMPLETE' }]);
  expect(await site.call('cloudformation', 'DescribeStackResources', { StackName: 'imported' })).toEqual({
    StackResources: [],
  });
});

test('a change set that takes over existing resources finds them by name, and makes the others', async () => {
  const before = {
    Resources: {
      Kept: {
        Type: 'AWS::SSM::Parameter',
        DeletionPolicy: 'Retain',
        Properties: { Type: 'String', Name: 'kept', Value: '1' },
      },
    },
  };
  const after = {
    Resources: {
      ...before.Resources,
      New: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Name: 'new', Value: '1' } },
    },
  };
  const StackName = 'taking';
  await site.call('cloudformation', 'CreateStack', { StackName, TemplateBody: JSON.stringify(before) });
  await site.call('cloudformation', 'DeleteStack', { StackName });
  const ChangeSetName = 'again';
  await site.call('cloudformation', 'CreateChangeSet', {
    StackName,
    ChangeSetName,
    ChangeSetType: 'CREATE',
    ImportExistingResources: 'true',
    TemplateBody: JSON.stringify(after),
  });
  expect(await site.call('cloudformation', 'DescribeChangeSet', { StackName, ChangeSetName })).toMatchObject({
    Changes: [
      { ResourceChange: { Action: 'Import', LogicalResourceId: 'Kept', PhysicalResourceId: 'kept' } },
      { ResourceChange: { Action: 'Add', LogicalResourceId: 'New' } },
    ],
  });
  await site.call('cloudformation', 'ExecuteChangeSet', { StackName, ChangeSetName });
  expect(await site.call('cloudformation', 'DescribeStackResources', { StackName })).toMatchObject({
    StackResources: [
      { LogicalResourceId: 'Kept', ResourceStatus: 'IMPORT_COMPLETE' },
      { LogicalResourceId: 'New', ResourceStatus: 'CREATE_COMPLETE' },
    ],
  });
});
