import type { PolicyDocument } from './policy-document';

const everything = (...actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: actions, Resource: '*' },
});

/**
 * The policies that AWS manages, as far as they speak of services that exist here.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
export const AWS_MANAGED_POLICIES: Readonly<Record<string, PolicyDocument>> = {
  AdministratorAccess: everything('*'),
  ReadOnlyAccess: everything(
    'cloudformation:Describe*',
    'cloudformation:Get*',
    'cloudformation:List*',
    'ecr:Describe*',
    'ecr:Get*',
    'ecr:List*',
    'iam:Get*',
    'iam:List*',
    'kms:Describe*',
    'kms:Get*',
    'kms:List*',
    's3:Get*',
    's3:List*',
    'ssm:Describe*',
    'ssm:Get*',
    'ssm:List*',
  ),
  AWSCloudFormationReadOnlyAccess: everything(
    'cloudformation:Describe*',
    'cloudformation:EstimateTemplateCost',
    'cloudformation:Get*',
    'cloudformation:List*',
    'cloudformation:ValidateTemplate',
    'cloudformation:Detect*',
  ),
};
