import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib/core';
import { context } from '../../cdk.json';
import { CONFIGURATION_KEY, readConfiguration } from '../../lib/app/configuration';
import { stampAccounts } from '../../lib/app/stamp-accounts';
import { app, keyResource } from '../synthesized';

const shipped = context[CONFIGURATION_KEY];

function stamped(raw: unknown = shipped): Stack[] {
  const scope = app();
  stampAccounts(scope, readConfiguration(raw));
  return scope.node
    .findAll()
    .filter((construct): construct is Stack => 'stackName' in construct && 'templateFile' in construct);
}

describe('the app', () => {
  const stacks = stamped();

  test('has one stack for each account and Region, of the same name in every Region', () => {
    expect(stacks.map(({ node, stackName }) => `${node.path} (${stackName})`)).toEqual(
      ['dev', 'mgmt', 'stage', 'prod'].flatMap((account) =>
        ['eu-central-1', 'eu-west-1', ...(account === 'prod' ? ['eu-north-1'] : [])].map(
          (region) => `${account}/${region} (gwt-atlas${account}-cmn-all-kms-sym)`,
        ),
      ),
    );
  });

  test.each(stacks.map((stack) => [stack.node.path, stack] as const))('renders %s as before', (_, stack) => {
    expect(Template.fromStack(stack).toJSON()).toMatchSnapshot();
  });

  test('deploys every replica after its primary, and nothing else in an order', () => {
    expect(stacks.map((stack) => [stack.node.path, stack.dependencies.map(({ node }) => node.path)])).toEqual(
      stacks.map((stack) => {
        const [account, region] = stack.node.path.split('/');
        return [stack.node.path, region === 'eu-central-1' ? [] : [`${account}/eu-central-1`]];
      }),
    );
  });

  test('protects every stack against termination', () => {
    expect(stacks.every(({ terminationProtection }) => terminationProtection)).toBe(true);
  });

  test('takes what an account sets over what is set for all', () => {
    const [dev, , mgmt] = stamped({
      ...shipped,
      rotationPeriodInDays: 180,
      accounts: { ...shipped.accounts, dev: { ...shipped.accounts.dev, rotationPeriodInDays: 90 } },
    });
    expect([dev, mgmt].map((stack) => keyResource(stack).Properties.RotationPeriodInDays)).toEqual([90, 180]);
  });
});
