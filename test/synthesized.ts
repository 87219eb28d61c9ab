import { App, type Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { context } from '../cdk.json';
import { type CommonKmsKeyStackProps, CommonKmsKeyStack } from '../lib/common-kms-key-stack';
import { Account } from '../lib/key-alias';
import { type Policy, parsePolicy } from '../lib/audit/policy/document';

export const ACCOUNT_ID = '111111111111';
export const PRIMARY_REGION = 'eu-central-1';
export const REPLICA_REGION = 'eu-west-1';

/** An app with the feature flags that the project deploys with. */
export function app(): App {
  return new App({ context });
}

/** The stack of the DEV account's key, of product `atlas`, with one replica Region. */
export function keyStack(
  props: Partial<CommonKmsKeyStackProps> = {},
  scope = app(),
  id = 'Key',
): CommonKmsKeyStack {
  return new CommonKmsKeyStack(scope, id, {
    product: 'atlas',
    account: Account.DEV,
    env: { account: ACCOUNT_ID, region: PRIMARY_REGION },
    primaryRegion: PRIMARY_REGION,
    replicaRegions: [REPLICA_REGION],
    ...props,
  });
}

/** The stacks of that key in both of its Regions, the primary first, each named after its Region. */
export function keyStacks(
  scope: App,
  props: Partial<CommonKmsKeyStackProps> = {},
  account = ACCOUNT_ID,
): CommonKmsKeyStack[] {
  return [PRIMARY_REGION, REPLICA_REGION].map((region) =>
    keyStack({ env: { account, region }, ...props }, scope, region),
  );
}

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** The resources of a type in the template that a stack renders to, by logical id. */
export function resources(stack: Stack, type: string): Record<string, Resource> {
  return Template.fromStack(stack).findResources(type) as Record<string, Resource>;
}

/** The one key, primary or replica, in the template that a stack renders to. */
export function keyResource(stack: Stack): Resource {
  const [key] = Object.values({
    ...resources(stack, 'AWS::KMS::Key'),
    ...resources(stack, 'AWS::KMS::ReplicaKey'),
  });
  return key;
}

/** The key policy of that key, read from the JSON that CloudFormation receives. */
export function renderedPolicy(stack: Stack): Policy {
  return parsePolicy(keyResource(stack).Properties.KeyPolicy);
}
