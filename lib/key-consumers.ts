import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { ArnPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResource, type ResourceEnvironment, type Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { AccountTrust } from './account-trust';
import { differ, executionRoleName } from './key-environment';
import type { KeyPolicyDocument } from './key-policy-document';
import { AUTO_SCALING_ROLE } from './key-service';
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
    .flatMap((resource) => [
      ...serviceProblems(resource, keys),
      ...grantProblems(resource, tight),
      ...autoScalingProblems(resource, keys),
    ]);
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
  return keys
    .filter(({ key, policy }) => names(resource, key) && !policy.admits(statement))
    .map(
      ({ key }) =>
        `${resource.node.path} is made with a grant on ${key.aliasName}, which its deployment role cannot make at trust "recovery": ${ownerRemedy(statement, key.env, stack.account)}, or widen trust`,
    );
}

/** Auto Scaling launches instances with a role of its own, which has no access to any key by IAM policies. */
function autoScalingProblems(resource: CfnResource, keys: readonly KnownKey[]): string[] {
  if (resource.cfnResourceType !== 'AWS::AutoScaling::AutoScalingGroup') {
    return [];
  }
  const { stack } = resource;
  const group = textOf(resource);
  const launched = stack.node
    .findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .filter(({ cfnResourceType }) => cfnResourceType === 'AWS::EC2::LaunchTemplate')
    .filter((template) => group.includes(JSON.stringify(stack.resolve(template.logicalId))));
  const role = `arn:${stack.partition}:iam::${stack.account}:role/${AUTO_SCALING_ROLE}`;
  const statement = new PolicyStatement({
    principals: [new ArnPrincipal((resource as CfnAutoScalingGroup).serviceLinkedRoleArn ?? role)],
    actions: ['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext'],
  });
  return keys
    .filter(({ key }) => !differ(stack.account, key.env.account) && launched.some((each) => names(each, key)))
    .filter(({ policy }) => !policy.admits(statement))
    .map(
      ({ key }) =>
        `${resource.node.path} launches volumes under ${key.aliasName} with the service-linked role of EC2 Auto Scaling, which its key policy does not let in: the owner of the key must add KeyService.ec2AutoScaling() to services, and the import repeat it`,
    );
}

function names(resource: CfnResource, key: KeyOfApp): boolean {
  return textOf(resource).includes(JSON.stringify(resource.stack.resolve(key.keyArn)));
}

function textOf(resource: CfnResource): string {
  return JSON.stringify(resource.stack.resolve(resource._toCloudFormation()));
}
