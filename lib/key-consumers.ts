import { ArnPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResource, type ResourceEnvironment, type Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { AccountTrust } from './account-trust';
import { differ, executionRoleName } from './key-environment';
import type { KeyPolicyDocument } from './key-policy-document';
import { ownerRemedy } from './owner-remedy';

/**
 * A common key, as the other constructs of its app have to know it.
 *
 * @internal
 */
export interface KeyOfApp {
  readonly node: IConstruct['node'];
  readonly stack: Stack;
  readonly env: ResourceEnvironment;
  readonly aliasName: string;
  readonly keyArn: string;
  readonly trust: AccountTrust;
}

/**
 * A common key with its policy: written in this app, or what its owner is said to have written.
 *
 * @internal
 */
export interface KnownKey {
  readonly key: KeyOfApp;
  readonly policy: KeyPolicyDocument;
}

/** Resources that an AWS service encrypts as itself, and that no construct of the CDK admits to the key policy. */
const ENCRYPTED_BY_SERVICE: Record<string, { readonly property: string; readonly service: string }> = {
  'AWS::Logs::LogGroup': { property: 'kmsKeyId', service: 'logs' },
  'AWS::CloudTrail::Trail': { property: 'kmsKeyId', service: 'cloudtrail' },
};

/**
 * Resources for which the service makes a grant on the key, on behalf of whoever deploys them.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
const MADE_WITH_A_GRANT = [
  'AWS::Backup::BackupVault',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::EC2::Volume',
  'AWS::ECR::Repository',
  'AWS::EFS::FileSystem',
  'AWS::Lambda::Function',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
];

/**
 * Says which resources of an app a key could not encrypt, because its policy lets in neither their
 * service nor whoever deploys them.
 *
 * No construct of the CDK asks the key for either, so the deployment would be the first to tell.
 *
 * @internal
 */
export function consumerProblems(root: IConstruct, keys: readonly KnownKey[]): string[] {
  const tight = keys.filter(({ key }) => key.trust === AccountTrust.RECOVERY);
  return root.node
    .findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .flatMap((resource) => [...serviceProblems(resource, keys), ...grantProblems(resource, tight)]);
}

function serviceProblems(resource: CfnResource, keys: readonly KnownKey[]): string[] {
  const consumer = ENCRYPTED_BY_SERVICE[resource.cfnResourceType];
  const keyArn = consumer && (resource as unknown as Record<string, unknown>)[consumer.property];
  const { account } = resource.stack;
  return keys
    .filter(({ key }) => key.keyArn === keyArn)
    .filter(({ key, policy }) => !policy.admitsService(consumer.service) || differ(account, key.env.account))
    .map(({ key }) => {
      const statement = new PolicyStatement({ principals: [new ServicePrincipal(consumer.service)] });
      return `${resource.node.path} is encrypted by the service ${consumer.service} itself, which the key policy of ${key.aliasName} at ${JSON.stringify(key.node.path)} does not let in: ${ownerRemedy(statement, key.env, account)}`;
    });
}

function grantProblems(resource: CfnResource, keys: readonly KnownKey[]): string[] {
  if (keys.length === 0 || !MADE_WITH_A_GRANT.includes(resource.cfnResourceType)) {
    return [];
  }
  const { stack } = resource;
  const deployer = executionRoleName(stack);
  if (deployer === undefined) {
    return [];
  }
  const statement = new PolicyStatement({
    principals: [new ArnPrincipal(`arn:${stack.partition}:iam::${stack.account}:role/${deployer}`)],
    actions: ['kms:CreateGrant', 'kms:DescribeKey'],
  });
  const text = JSON.stringify(stack.resolve(resource._toCloudFormation()));
  return keys
    .filter(({ key }) => text.includes(JSON.stringify(stack.resolve(key.keyArn))))
    .filter(({ policy }) => !policy.admits(statement))
    .map(
      ({ key }) =>
        `${resource.node.path} is made with a grant on ${key.aliasName}, which its deployment role cannot make at trust "recovery": ${ownerRemedy(statement, key.env, stack.account)}, or widen trust`,
    );
}
