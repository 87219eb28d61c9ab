import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { BlockDeviceVolume, InstanceType, LaunchTemplate, MachineImage, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { Template } from 'aws-cdk-lib/assertions';
import { Repository, RepositoryEncryption } from 'aws-cdk-lib/aws-ecr';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type App, Stack } from 'aws-cdk-lib/core';
import { AccountTrust } from '../lib/account-trust';
import { CommonKmsKey, type CommonKmsKeyConventionProps } from '../lib/common-kms-key';
import { Account } from '../lib/key-alias';
import { KeyRole } from '../lib/key-role';
import { KeyService } from '../lib/key-service';
import { ACCOUNT_ID, app, keyStack, PRIMARY_REGION, REPLICA_REGION } from './synthesized';

const OTHER_ACCOUNT = '999999999999';
const OTHER_REGION = 'us-east-1';
const ALIAS = 'alias/gwt-atlasdev-cmn-all-kms-sym';
const STACK_NAME = 'gwt-atlasdev-cmn-all-kms-sym';
const NAMES = { product: 'atlas', account: Account.DEV };
const KEY_ARN = `arn:aws:kms:${PRIMARY_REGION}:${ACCOUNT_ID}:key/mrk-11111111111111111111111111111111`;
const READER_OF_OUTPUTS = `arn:aws:iam::${ACCOUNT_ID}:role/output-reader`;

const consumer = (scope: App = app(), region = PRIMARY_REGION, account = ACCOUNT_ID) =>
  new Stack(scope, 'Consumer', { env: { account, region } });
const imported = (stack: Stack, props: Partial<CommonKmsKeyConventionProps> = {}) =>
  CommonKmsKey.fromConvention(stack, 'Key', { ...NAMES, ...props });

describe('what a service encrypts as itself', () => {
  const logGroup = (stack: Stack, key: IKey) => new LogGroup(stack, 'Logs', { encryptionKey: key });
  const refused =
    /Logs\/Resource is encrypted by the service logs itself, which the key policy of alias\/gwt-atlasdev-cmn-all-kms-sym at "(Consumer\/Key|Key\/CommonKey)" does not let in: the owner of the key must add KeyService.cloudWatchLogs\(\) to services/;

  test('fails at synth when the import does not say that the owner lets the service in', () => {
    const stack = consumer();
    logGroup(stack, imported(stack));
    expect(() => Template.fromStack(stack)).toThrow(refused);
  });

  test('fails at synth when the owner in the same app does not', () => {
    const scope = app();
    const stack = consumer(scope);
    logGroup(stack, keyStack({}, scope).key);
    expect(() => Template.fromStack(stack)).toThrow(refused);
  });

  test('fails at synth for a trail', () => {
    const stack = consumer();
    const kmsKeyId = imported(stack, { services: [KeyService.cloudWatchLogs()] }).keyArn;
    new CfnTrail(stack, 'Trail', { isLogging: true, s3BucketName: 'logs', kmsKeyId });
    expect(() => Template.fromStack(stack)).toThrow(
      'at "Consumer/Key" does not let in: the owner of the key must add KeyService.cloudTrail() to services',
    );
  });

  test('fails at synth in another account, which the key lets no service work for', () => {
    const stack = consumer(app(), PRIMARY_REGION, OTHER_ACCOUNT);
    logGroup(
      stack,
      imported(stack, { services: [KeyService.cloudWatchLogs()], outputRoleArn: READER_OF_OUTPUTS }),
    );
    expect(() => Template.fromStack(stack)).toThrow(
      `a service that calls as itself is let in for account ${ACCOUNT_ID} alone; use a key of account ${OTHER_ACCOUNT}`,
    );
  });

  test('is fine when they do', () => {
    const services = [KeyService.cloudWatchLogs()];
    const scope = app();
    const stack = consumer(scope);
    logGroup(stack, imported(stack, { services }));
    const owner = keyStack({ services }, scope);
    logGroup(new Stack(owner, 'Beside', { env: { account: ACCOUNT_ID, region: PRIMARY_REGION } }), owner.key);
    expect(() => scope.synth()).not.toThrow();
  });
});

describe('what is made with a grant, at trust recovery,', () => {
  const trust = AccountTrust.RECOVERY;
  const repository = (stack: Stack, encryptionKey: IKey) =>
    new Repository(stack, 'Images', { encryption: RepositoryEncryption.KMS, encryptionKey });
  const deployer = KeyRole.fromRoleName(`cdk-hnb659fds-cfn-exec-role-${ACCOUNT_ID}-${PRIMARY_REGION}`);

  test('fails at synth, naming the deployment role, on an imported key and on one of the app', () => {
    const refused =
      /Images\/Resource is made with a grant on alias\/gwt-atlasdev-cmn-all-kms-sym, which its deployment role cannot make at trust "recovery": the owner of the key must add KeyRole\.fromRoleName\("cdk-hnb659fds-cfn-exec-role-111111111111-eu-central-1"\) to users, and the import repeat it, or widen trust/;
    const stack = consumer();
    repository(stack, imported(stack, { trust }));
    expect(() => Template.fromStack(stack)).toThrow(refused);

    const scope = app();
    repository(consumer(scope), keyStack({ trust }, scope).key);
    expect(() => scope.synth()).toThrow(refused);
  });

  test('is fine once the key policy names that role, or under another key', () => {
    const stack = consumer();
    repository(stack, imported(stack, { trust, users: [deployer] }));
    expect(() => Template.fromStack(stack)).not.toThrow();

    const other = consumer();
    imported(other, { trust });
    new Repository(other, 'Images', { encryption: RepositoryEncryption.KMS });
    expect(() => Template.fromStack(other)).not.toThrow();
  });
});

describe('what EC2 Auto Scaling launches', () => {
  const group = (stack: Stack, kmsKey: IKey) =>
    new AutoScalingGroup(stack, 'Group', {
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-1',
        availabilityZones: ['eu-central-1a'],
        privateSubnetIds: ['subnet-1'],
      }),
      launchTemplate: new LaunchTemplate(stack, 'Launch', {
        machineImage: MachineImage.genericLinux({ [PRIMARY_REGION]: 'ami-1' }),
        instanceType: new InstanceType('t3.micro'),
        blockDevices: [
          { deviceName: '/dev/xvda', volume: BlockDeviceVolume.ebs(8, { encrypted: true, kmsKey }) },
        ],
      }),
    });

  test('fails at synth when the key policy does not let its service-linked role in', () => {
    const stack = consumer();
    group(stack, imported(stack));
    expect(() => Template.fromStack(stack)).toThrow(
      'launches volumes under alias/gwt-atlasdev-cmn-all-kms-sym with the service-linked role of EC2 Auto Scaling, which its key policy does not let in: the owner of the key must add KeyService.ec2AutoScaling() to services',
    );
  });

  test('is not judged in another account, where a grant can let the role in', () => {
    const stack = consumer(app(), PRIMARY_REGION, OTHER_ACCOUNT);
    group(stack, imported(stack, { outputRoleArn: READER_OF_OUTPUTS }));
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('is fine when it does, in another app and in the same', () => {
    const services = [KeyService.ec2AutoScaling()];
    const stack = consumer();
    group(stack, imported(stack, { services }));
    expect(() => Template.fromStack(stack)).not.toThrow();

    const scope = app();
    group(consumer(scope), keyStack({ services }, scope).key);
    expect(() => scope.synth()).not.toThrow();
  });
});

describe('where the app makes the key itself, an import', () => {
  const synth = (scope: App) => () => scope.synth();

  test('of a configured Region is found, whichever stands first', () => {
    const scope = app();
    imported(consumer(scope, REPLICA_REGION));
    keyStack({}, scope);
    expect(synth(scope)).not.toThrow();
  });

  test('fails at synth in a Region without a related key', () => {
    const scope = app();
    keyStack({}, scope);
    imported(consumer(scope, OTHER_REGION));
    expect(synth(scope)).toThrow(
      `key ${ALIAS} is imported into account "${ACCOUNT_ID}", Region "${OTHER_REGION}", where this app configures no related key: it has "${PRIMARY_REGION}", "${REPLICA_REGION}"; add the Region to replicaRegions, or move the stack`,
    );
  });

  test('fails at synth by the ARN of a Region without a related key', () => {
    const scope = app();
    keyStack({}, scope);
    const arn = KEY_ARN.replace(PRIMARY_REGION, OTHER_REGION);
    CommonKmsKey.fromKeyArn(consumer(scope), 'Key', arn, NAMES);
    expect(synth(scope)).toThrow('where this app configures no related key');
  });

  test('fails at synth in another account, unless it reads the output with a role', () => {
    const scope = app();
    keyStack({}, scope);
    const stack = consumer(scope, PRIMARY_REGION, OTHER_ACCOUNT);
    CommonKmsKey.fromConvention(stack, 'WithRole', { ...NAMES, outputRoleArn: READER_OF_OUTPUTS });
    expect(synth(scope)).not.toThrow();

    const other = app();
    keyStack({}, other);
    imported(consumer(other, PRIMARY_REGION, OTHER_ACCOUNT));
    expect(synth(other)).toThrow(
      `this app makes it in account "${ACCOUNT_ID}": pass outputRoleArn, a role of that account that may read its stack`,
    );
  });

  test('fails at synth when the stack of the key is not the one that the convention names', () => {
    const scope = app();
    const env = { account: ACCOUNT_ID, region: PRIMARY_REGION };
    new CommonKmsKey(new Stack(scope, 'Mine', { env }), 'CommonKey', NAMES);
    imported(consumer(scope));
    expect(synth(scope)).toThrow(
      `whose convention is the stack "${STACK_NAME}", but this app makes it in stack "Mine": make it with CommonKmsKeyStack, or pass the key itself`,
    );
  });

  test('by its ARN is found in a stack of any name', () => {
    const scope = app();
    const env = { account: ACCOUNT_ID, region: PRIMARY_REGION };
    new CommonKmsKey(new Stack(scope, 'Mine', { env }), 'CommonKey', NAMES);
    CommonKmsKey.fromKeyArn(consumer(scope), 'Key', KEY_ARN, NAMES);
    expect(synth(scope)).not.toThrow();
  });

  test('of another product, or where account and Region are left to the deployment, is not judged', () => {
    const scope = app();
    keyStack({}, scope);
    CommonKmsKey.fromConvention(consumer(scope, OTHER_REGION), 'Other', { ...NAMES, product: 'borea' });
    CommonKmsKey.fromConvention(new Stack(scope, 'Anywhere'), 'Key', NAMES);
    expect(synth(scope)).not.toThrow();
  });
});
