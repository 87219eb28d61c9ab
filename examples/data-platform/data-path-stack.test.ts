import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { Account } from 'common-kms-key';
import { context } from './cdk.json';
import { DataPathStack } from './data-path-stack';

const env = { account: '111111111111', region: 'eu-central-1' };
const stack = new DataPathStack(new App({ context }), 'data-path', {
  env,
  product: 'atlas',
  account: Account.DEV,
});
const template = Template.fromStack(stack);
const keyArn = {
  'Fn::GetStackOutput': {
    StackName: 'gwt-atlasdev-cmn-all-kms-sym',
    OutputName: 'KeyArn',
    Region: 'eu-central-1',
  },
};

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

function statements(type: string): Statement[] {
  const policies = template.findResources(type) as Record<
    string,
    { Properties: { PolicyDocument: { Statement: Statement[] } } }
  >;
  return Object.values(policies).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

test('the bucket is encrypted with the common key of its Region, with a bucket key', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn },
        },
      ],
    },
  });
});

test('puts without encryption, with another key, or without TLS are refused', () => {
  const refused = (Condition: object) =>
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Condition })]) },
    });
  refused({ StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } });
  refused({ StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn } });
  refused({ Bool: { 'aws:SecureTransport': 'false' } });
  refused({ NumericLessThan: { 's3:TlsVersion': 1.2 } });
});

test('the roles reach the true key, through S3 alone: one encrypts, the other decrypts', () => {
  const onKey = statements('AWS::IAM::Policy').filter(({ Action }) => [Action].flat()[0].startsWith('kms:'));
  equal(onKey.length, 2);
  for (const { Resource, Condition } of onKey) {
    deepEqual(Resource, keyArn);
    deepEqual(Condition, { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } });
  }
  const decrypting = onKey.filter(({ Action }) => [Action].flat().includes('kms:Decrypt'));
  deepEqual(
    decrypting.map(({ Action }) => Action),
    [['kms:Decrypt', 'kms:ReEncryptFrom']],
  );
});
