import { CfnAlias, CfnKey, CfnReplicaKey } from 'aws-cdk-lib/aws-kms';
import {
  App,
  CfnDeletionPolicy,
  CfnOutput,
  Fn,
  RemovalPolicy,
  Stack,
  Tags,
  Validations,
} from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { Construct } from 'constructs';
import { context } from '../cdk.json';

/**
 * The same stacks as those of the app, written by hand without its library: what the library costs
 * is measured against this.
 */
const { product, accounts } = context['common-kms-key'];
const app = new App({ context: { 'aws:cdk:disable-creation-stack-traces': true } });
Validations.of(app).addPlugins(
  new AwsSolutionsChecks(app),
  new NIST80053R5Checks(app),
  new HIPAASecurityChecks(app),
  new PCIDSS321Checks(app),
);

const USE = [
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptTo',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:DescribeKey',
];
const GRANT = ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'];
const READ = [
  'kms:DescribeKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
];
const MANAGE = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:PutKeyPolicy',
  'kms:RotateKeyOnDemand',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];
const ADMINISTER = [...READ, ...MANAGE, 'kms:RevokeGrant', 'kms:ReplicateKey'];

function keyPolicy({ partition, account }: Stack, name: string, regions: string[]): object {
  const role = (suffix: string) => `arn:${partition}:iam::${account}:role/${suffix}`;
  const [gso, psa, pma] = ['gso', 'psa', 'pma'].map((each) => role(`${name}-iamr-${each}`));
  const deployment = regions.map((region) => role(`cdk-hnb659fds-cfn-exec-role-${account}-${region}`));
  const forServices = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
  const only = (arns: string[], conditions: object = {}) => ({
    ...conditions,
    StringEquals: { 'aws:PrincipalAccount': account },
    ArnLike: { 'aws:PrincipalArn': arns },
  });
  const statement = (
    Sid: string,
    Effect: string,
    AWS: string,
    Action: string | string[],
    Condition?: object,
  ) => ({
    Action,
    ...(Condition && { Condition }),
    Effect,
    Principal: { AWS },
    Resource: '*',
    Sid,
  });
  const root = `arn:${partition}:iam::${account}:root`;
  const schedule = 'kms:ScheduleKeyDeletion';
  return {
    Statement: [
      statement('AccountMayRecover', 'Allow', root, [
        'kms:CancelKeyDeletion',
        'kms:DescribeKey',
        'kms:GetKeyPolicy',
        'kms:PutKeyPolicy',
      ]),
      statement('AccountMayEncryptAndDecrypt', 'Allow', root, USE),
      statement('AccountMayGrantToAwsServices', 'Allow', root, GRANT, forServices),
      statement('AdministratorsMayAdminister', 'Allow', '*', ADMINISTER, only([gso, psa])),
      statement('AdministratorsMayScheduleDeletion', 'Allow', '*', schedule, only([gso, psa])),
      statement('DeploymentMayAdminister', 'Allow', '*', ADMINISTER, only(deployment)),
      statement('UsersMayEncryptAndDecrypt', 'Allow', '*', USE, only([gso, psa, pma])),
      statement('UsersMayGrantToAwsServices', 'Allow', '*', GRANT, only([gso, psa, pma], forServices)),
      statement('UsersMayNotAdminister', 'Deny', '*', [...MANAGE, 'kms:ReplicateKey', schedule], {
        ArnLike: { 'aws:PrincipalArn': [pma] },
      }),
      statement('OnlyDeletionAdministratorsMayScheduleDeletion', 'Deny', '*', schedule, {
        ArnNotLike: { 'aws:PrincipalArn': [gso, psa] },
      }),
      statement('NobodyMayShortenThePendingWindow', 'Deny', '*', schedule, {
        NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' },
      }),
      statement('NobodyMayBypassTheLockoutCheck', 'Deny', '*', 'kms:PutKeyPolicy', {
        Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' },
      }),
      statement('NobodyMayReplicateElsewhere', 'Deny', '*', 'kms:ReplicateKey', {
        StringNotEquals: { 'kms:ReplicaRegion': regions.slice(1) },
      }),
    ],
    Version: '2012-10-17',
  };
}

for (const [account, { id, primaryRegion, replicaRegions }] of Object.entries(accounts)) {
  const scope = new Construct(app, account);
  const name = `gwt-${product}${account}`;
  const stackName = `${name}-cmn-all-kms-sym`;
  const description = `Common ${account} account symmetric key`;
  const regions = [primaryRegion, ...replicaRegions];
  const stacks = regions.map((region) => {
    const env = { account: id, region };
    const stack = new Stack(scope, region, { env, stackName, description, terminationProtection: true });
    const commonKey = new Construct(stack, 'CommonKey');
    const shared = {
      description,
      enabled: true,
      pendingWindowInDays: 30,
      keyPolicy: keyPolicy(stack, name, regions),
    };
    const key =
      region === primaryRegion
        ? new CfnKey(commonKey, 'Resource', {
            ...shared,
            enableKeyRotation: true,
            keySpec: 'SYMMETRIC_DEFAULT',
            keyUsage: 'ENCRYPT_DECRYPT',
            multiRegion: true,
            origin: 'AWS_KMS',
            rotationPeriodInDays: 365,
          })
        : new CfnReplicaKey(commonKey, 'Resource', {
            ...shared,
            primaryKeyArn: Fn.getStackOutput(stackName, 'KeyArn', primaryRegion),
          });
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const aliasName = `alias/${stackName}`;
    const alias = new CfnAlias(commonKey, 'Alias', { aliasName, targetKeyId: key.ref });
    alias.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
    alias.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    Tags.of(commonKey).add('product', product);
    Tags.of(commonKey).add('account', account);
    new CfnOutput(stack, 'KeyArn', { value: key.attrArn });
    new CfnOutput(stack, 'KeyId', { value: key.ref });
    new CfnOutput(stack, 'AliasName', { value: aliasName });
    return stack;
  });
  stacks.slice(1).forEach((stack) => stack.addStackDependency(stacks[0]));
}
app.synth();
