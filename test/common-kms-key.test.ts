import { Template } from 'aws-cdk-lib/assertions';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { App, Duration, Stack, Tags } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import { CommonKmsKey } from '../lib/common-kms-key';
import { CommonKmsReplicaKey } from '../lib/common-kms-replica-key';
import { Account } from '../lib/key-alias';
import { evaluate } from '../lib/audit/policy/evaluate';
import { parsePrincipal } from '../lib/audit/policy/principal';
import {
  ACCOUNT_ID,
  app,
  keyResource,
  keyStack,
  PRIMARY_REGION,
  renderedPolicy,
  REPLICA_REGION,
  resources,
} from './synthesized';

const replicaStack = () => keyStack({ env: { account: ACCOUNT_ID, region: REPLICA_REGION } });

describe('the key', () => {
  test('is symmetric, multi-Region, made by KMS, rotated, and waits 30 days before it is deleted', () => {
    expect(keyResource(keyStack())).toMatchObject({
      Type: 'AWS::KMS::Key',
      Properties: {
        Description: 'Common dev account symmetric key',
        Enabled: true,
        EnableKeyRotation: true,
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        MultiRegion: true,
        Origin: 'AWS_KMS',
        PendingWindowInDays: 30,
        RotationPeriodInDays: 365,
      },
    });
  });

  test('rotates within 90 to 2560 whole days, and fails outside', () => {
    const rotated = (period: Duration) =>
      keyResource(keyStack({ rotationPeriod: period })).Properties.RotationPeriodInDays;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (days) => {
        const period = Duration.days(days);
        if (days >= 90 && days <= 2560) {
          expect(rotated(period)).toBe(days);
        } else {
          expect(() => rotated(period)).toThrow(
            `rotation period of ${days} days is refused: it must be 90 to 2560 whole days`,
          );
        }
      }),
      { numRuns: 25, examples: [[89], [90], [2560], [2561]] },
    );
    expect(() => rotated(Duration.hours(2401))).toThrow(/it must be 90 to 2560 whole days/);
  });
});

describe('a replica', () => {
  const key = keyResource(replicaStack());

  test('reads the ARN of the primary from the output of its stack, and has a description of its own', () => {
    expect(key).toMatchObject({
      Type: 'AWS::KMS::ReplicaKey',
      Properties: {
        Description: 'Common dev account symmetric key',
        Enabled: true,
        PendingWindowInDays: 30,
        PrimaryKeyArn: {
          'Fn::GetStackOutput': {
            StackName: 'gwt-atlasdev-cmn-all-kms-sym',
            OutputName: 'KeyArn',
            Region: PRIMARY_REGION,
          },
        },
      },
    });
  });

  test('has the policy of the primary, with its own Region put in', () => {
    const trust = { trust: 'via-services' as never };
    const primary = JSON.stringify(keyResource(keyStack(trust)).Properties.KeyPolicy);
    const replica = JSON.stringify(
      keyResource(keyStack({ ...trust, env: { account: ACCOUNT_ID, region: REPLICA_REGION } })).Properties
        .KeyPolicy,
    );
    expect(replica).not.toBe(primary);
    expect(replica).toBe(primary.replace(/\*\.eu-central-1\.amazonaws/g, '*.eu-west-1.amazonaws'));
  });

  test('fails in a Region that is not one of the replica Regions', () => {
    expect(() => keyStack({ env: { account: ACCOUNT_ID, region: 'us-east-1' } })).toThrow(
      /Region "us-east-1" of replica ".*" is not one of replicaRegions \["eu-west-1"\]: add it, or move the stack/,
    );
  });

  test('fails when a Region is named twice, or is that of the primary', () => {
    expect(() => keyStack({ replicaRegions: [PRIMARY_REGION] })).toThrow(
      /Region "eu-central-1" is named twice/,
    );
    expect(() => keyStack({ replicaRegions: ['eu-west-1', 'eu-west-1'] })).toThrow(
      /Region "eu-west-1" is named twice/,
    );
  });
});

describe.each([
  ['the primary', keyStack()],
  ['a replica', replicaStack()],
])('%s', (_, stack) => {
  test('keeps key and alias when their stack or their place in it goes', () => {
    expect(keyResource(stack)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    const [alias] = Object.values(resources(stack, 'AWS::KMS::Alias'));
    expect(alias).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { AliasName: 'alias/gwt-atlasdev-cmn-all-kms-sym' },
    });
  });

  test('has logical ids that never change, as another id is another key', () => {
    expect({
      keys: Object.keys({
        ...resources(stack, 'AWS::KMS::Key'),
        ...resources(stack, 'AWS::KMS::ReplicaKey'),
      }),
      aliases: Object.keys(resources(stack, 'AWS::KMS::Alias')),
    }).toEqual({ keys: ['CommonKey78882B66'], aliases: ['CommonKeyAliasBEED46FA'] });
  });

  test('has the stack name and the outputs that the convention promises', () => {
    expect(stack.stackName).toBe('gwt-atlasdev-cmn-all-kms-sym');
    expect(stack.terminationProtection).toBe(true);
    expect(Template.fromStack(stack).toJSON().Outputs).toEqual({
      KeyArn: { Value: { 'Fn::GetAtt': ['CommonKey78882B66', 'Arn'] } },
      KeyId: { Value: { Ref: 'CommonKey78882B66' } },
      AliasName: { Value: 'alias/gwt-atlasdev-cmn-all-kms-sym' },
    });
  });

  test('is tagged with product, account, and what the caller adds', () => {
    const tagged = keyStack({ env: { account: ACCOUNT_ID, region: stack.region } });
    Tags.of(tagged).add('cost-center', '4711');
    expect(keyResource(tagged).Properties.Tags).toEqual([
      { Key: 'account', Value: 'dev' },
      { Key: 'cost-center', Value: '4711' },
      { Key: 'product', Value: 'atlas' },
    ]);
  });
});

describe('every partition works:', () => {
  test.each([
    ['aws', 'eu-central-1', 'eu-west-1'],
    ['aws-us-gov', 'us-gov-west-1', 'us-gov-east-1'],
    ['aws-cn', 'cn-north-1', 'cn-northwest-1'],
  ])('%s', (partition, primaryRegion, replica) => {
    for (const region of [primaryRegion, replica]) {
      const stack = keyStack({
        env: { account: ACCOUNT_ID, region },
        primaryRegion,
        replicaRegions: [replica],
      });
      const policy = renderedPolicy(stack);
      const level = (name: string) =>
        evaluate(policy, {
          action: 'kms:Decrypt',
          principal: parsePrincipal(`arn:${partition}:iam::${ACCOUNT_ID}:role/${name}`),
          context: {},
        }).level;
      expect([level('gwt-atlasdev-iamr-pma'), level('anybody')]).toEqual(['direct', 'delegated']);
      const arns = JSON.stringify(keyResource(stack).Properties.KeyPolicy).match(/arn:[^:]*/g);
      expect(new Set(arns)).toEqual(new Set([`arn:${partition}`]));
    }
  });
});

describe('in a stack of the caller', () => {
  test('the key is usable wherever the CDK takes an IKey', () => {
    const stack = new Stack(app(), 'Mine', { env: { account: ACCOUNT_ID, region: PRIMARY_REGION } });
    const key = new CommonKmsKey(stack, 'CommonKey', { product: 'atlas', account: Account.DEV });
    new Bucket(stack, 'Data', { encryption: BucketEncryption.KMS, encryptionKey: key });
    const [bucket] = Object.values(resources(stack, 'AWS::S3::Bucket'));
    expect(JSON.stringify(bucket.Properties.BucketEncryption)).toContain(
      '{"Fn::GetAtt":["CommonKey78882B66","Arn"]}',
    );
  });

  test('account and Region may be open until deployment', () => {
    const stack = new Stack(new App(), 'Agnostic');
    new CommonKmsKey(stack, 'CommonKey', {
      product: 'atlas',
      account: Account.DEV,
      replicaRegions: [REPLICA_REGION],
    });
    const policy = JSON.stringify(keyResource(stack).Properties.KeyPolicy);
    expect(policy).toContain('cfn-exec-role-');
    expect(policy).not.toMatch(/\$\{(AWS|Token)/);
  });

  test('a replica takes the ARN of its primary', () => {
    const stack = new Stack(app(), 'Mine', { env: { account: ACCOUNT_ID, region: REPLICA_REGION } });
    const primaryKeyArn = 'arn:aws:kms:eu-central-1:111111111111:key/mrk-1234';
    new CommonKmsReplicaKey(stack, 'Key', {
      product: 'atlas',
      account: Account.DEV,
      primaryRegion: PRIMARY_REGION,
      primaryKeyArn,
    });
    expect(keyResource(stack).Properties.PrimaryKeyArn).toBe(primaryKeyArn);
  });

  test('a further alias is added beside the one of the convention', () => {
    const stack = keyStack();
    stack.key.addAlias('alias/second');
    expect(
      Object.values(resources(stack, 'AWS::KMS::Alias')).map(({ Properties }) => Properties.AliasName),
    ).toEqual(['alias/gwt-atlasdev-cmn-all-kms-sym', 'alias/second']);
  });
});
