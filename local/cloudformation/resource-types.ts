import { notImplemented } from '../aws-error';
import type { ResourceType } from './resource-type';
import { cdkMetadata } from './resources/cdk';
import { ecrRepository } from './resources/ecr';
import { iamManagedPolicy, iamPolicy, iamRole } from './resources/iam';
import { kmsAlias, kmsKey, kmsReplicaKey } from './resources/kms';
import { s3Bucket, s3BucketPolicy } from './resources/s3';
import { ssmParameter } from './resources/ssm';

const TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::CDK::Metadata': cdkMetadata,
  'AWS::ECR::Repository': ecrRepository,
  'AWS::IAM::ManagedPolicy': iamManagedPolicy,
  'AWS::IAM::Policy': iamPolicy,
  'AWS::IAM::Role': iamRole,
  'AWS::KMS::Alias': kmsAlias,
  'AWS::KMS::Key': kmsKey,
  'AWS::KMS::ReplicaKey': kmsReplicaKey,
  'AWS::S3::Bucket': s3Bucket,
  'AWS::S3::BucketPolicy': s3BucketPolicy,
  'AWS::SSM::Parameter': ssmParameter,
};

/** @throws AwsError `NotImplemented`, naming the type and the resource */
export function resourceType(name: string, logicalId: string): ResourceType {
  if (!Object.hasOwn(TYPES, name)) {
    throw notImplemented(`the resource type ${JSON.stringify(name)} (resource ${JSON.stringify(logicalId)})`);
  }
  return TYPES[name];
}
