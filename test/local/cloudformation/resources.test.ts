import { ACCOUNT, parameter, refusal, REGION, StackTests } from './stacks';

let stacks: StackTests;
beforeEach(async () => {
  stacks = await StackTests.start();
});
afterEach(() => stacks.stop());

const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string) => document({ Effect: 'Allow', Action, Resource: '*' });
const trust = document({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' });
const role = (Properties: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName: 'role', AssumeRolePolicyDocument: trust, ...Properties },
});
const key = (Properties: object = {}) => ({ Type: 'AWS::KMS::Key', Properties });

/** A resource, what one asks to see it, how it is made and changed, and what is then to be seen. */
interface Case {
  readonly type: string;
  readonly others?: object;
  readonly ask: readonly [service: string, operation: string, input: object];
  readonly steps: readonly (readonly [properties: object, seen: object])[];
  /** The error that asking ends in once the resource is gone. */
  readonly gone?: string;
}

const cases: Case[] = [
  {
    type: 'AWS::IAM::Role',
    ask: ['iam', 'GetRole', { RoleName: 'role' }],
    gone: 'NoSuchEntity',
    steps: [
      [
        role({ Description: 'x', Tags: [{ Key: 'a', Value: 'b' }] }).Properties,
        { Role: { Description: 'x', Tags: [{ Key: 'a', Value: 'b' }] } },
      ],
      [
        role({ Description: 'y', Tags: [{ Key: 'c', Value: 'd' }] }).Properties,
        { Role: { Description: 'y', Tags: [{ Key: 'c', Value: 'd' }] } },
      ],
      [
        role({ PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' }).Properties,
        {
          Role: {
            PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
          },
        },
      ],
      [role().Properties, { Role: { PermissionsBoundary: undefined } }],
    ],
  },
  {
    type: 'AWS::IAM::Role',
    ask: ['iam', 'ListAttachedRolePolicies', { RoleName: 'role' }],
    steps: [
      [
        role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }).Properties,
        { AttachedPolicies: [{ PolicyName: 'ReadOnlyAccess' }] },
      ],
      [role().Properties, { AttachedPolicies: [] }],
    ],
  },
  {
    type: 'AWS::IAM::Role',
    ask: ['iam', 'ListRolePolicies', { RoleName: 'role' }],
    steps: [
      [
        role({ Policies: [{ PolicyName: 'p', PolicyDocument: allow('kms:*') }] }).Properties,
        { PolicyNames: ['p'] },
      ],
      [
        role({ Policies: [{ PolicyName: 'q', PolicyDocument: allow('kms:*') }] }).Properties,
        { PolicyNames: ['q'] },
      ],
    ],
  },
  {
    type: 'AWS::IAM::Policy',
    others: { Role: role() },
    ask: ['iam', 'ListRolePolicies', { RoleName: 'role' }],
    gone: 'NoSuchEntity',
    steps: [
      [{ PolicyName: 'p', PolicyDocument: allow('kms:*'), Roles: [{ Ref: 'Role' }] }, { PolicyNames: ['p'] }],
      [{ PolicyName: 'q', PolicyDocument: allow('kms:*'), Roles: [{ Ref: 'Role' }] }, { PolicyNames: ['q'] }],
    ],
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    others: { Role: role() },
    ask: ['iam', 'GetPolicy', { PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/mp` }],
    gone: 'NoSuchEntity',
    steps: [
      [
        { ManagedPolicyName: 'mp', PolicyDocument: allow('kms:*'), Roles: [{ Ref: 'Role' }] },
        { Policy: { DefaultVersionId: 'v1' } },
      ],
      [
        { ManagedPolicyName: 'mp', PolicyDocument: allow('s3:*'), Roles: [] },
        { Policy: { DefaultVersionId: 'v2' } },
      ],
    ],
  },
  {
    type: 'AWS::ECR::Repository',
    ask: ['ecr', 'DescribeRepositories', { repositoryNames: ['repo'] }],
    gone: 'RepositoryNotFoundException',
    steps: [
      [
        { RepositoryName: 'repo', ImageTagMutability: 'IMMUTABLE' },
        { repositories: [{ imageTagMutability: 'IMMUTABLE' }] },
      ],
      [{ RepositoryName: 'repo' }, { repositories: [{ imageTagMutability: 'MUTABLE' }] }],
    ],
  },
  {
    type: 'AWS::S3::Bucket',
    others: { Key: key({ PendingWindowInDays: 7 }) },
    ask: ['s3', 'GetBucketEncryption', { Bucket: 'bucket' }],
    gone: 'NoSuchBucket',
    steps: [
      [
        { BucketName: 'bucket', AccessControl: 'Private' },
        { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      ],
      [
        {
          BucketName: 'bucket',
          AccessControl: 'Private',
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              {
                BucketKeyEnabled: true,
                ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'k' },
              },
            ],
          },
        },
        {
          Rules: [
            {
              BucketKeyEnabled: true,
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'k' },
            },
          ],
        },
      ],
    ],
  },
  {
    type: 'AWS::S3::BucketPolicy',
    others: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'bucket' } } },
    ask: ['s3', 'GetBucketPolicy', { Bucket: 'bucket' }],
    gone: 'NoSuchBucket',
    steps: ['s3:GetObject', 's3:PutObject'].map((Action) => {
      const PolicyDocument = document({
        Effect: 'Allow',
        Principal: { AWS: ACCOUNT },
        Action,
        Resource: 'arn:aws:s3:::bucket/*',
      });
      return [
        { Bucket: { Ref: 'Bucket' }, PolicyDocument },
        { Policy: JSON.stringify(PolicyDocument) },
      ] as const;
    }),
  },
  {
    type: 'AWS::SSM::Parameter',
    ask: ['ssm', 'GetParameter', { Name: '/p' }],
    gone: 'ParameterNotFound',
    steps: [
      [{ Name: '/p', Type: 'String', Value: '1' }, { Parameter: { Value: '1' } }],
      [{ Name: '/p', Type: 'String', Value: '2' }, { Parameter: { Value: '2' } }],
    ],
  },
  {
    type: 'AWS::KMS::Alias',
    others: {
      Key: key({ PendingWindowInDays: 7 }),
      Next: key({ Description: 'next', PendingWindowInDays: 7 }),
    },
    ask: ['kms', 'DescribeKey', { KeyId: 'alias/a' }],
    gone: 'NotFoundException',
    steps: [
      [{ AliasName: 'alias/a', TargetKeyId: { Ref: 'Key' } }, { KeyMetadata: { Description: '' } }],
      [{ AliasName: 'alias/a', TargetKeyId: { Ref: 'Next' } }, { KeyMetadata: { Description: 'next' } }],
    ],
  },
];

test.each(cases.map((each) => ({ ...each, operation: each.ask[1] })))(
  '$type is made, changed and deleted: $operation',
  async ({ type, others = {}, ask, steps, gone }) => {
    for (const [Properties, seen] of steps) {
      expect(await stacks.deploy({ Resources: { ...others, It: { Type: type, Properties } } })).toMatch(
        /^(CREATE|UPDATE)_COMPLETE$/,
      );
      expect(await stacks.aws(...ask)).toMatchObject(seen);
    }
    await stacks.call('DeleteStack', {});
    expect(await stacks.status()).toBe('none');
    expect(await refusal(stacks.aws(...ask))).toMatch(gone ?? /NoSuchEntity/);
  },
);

test.each([
  [{ RoleName: 'role' }, ['CAPABILITY_IAM'], 'CAPABILITY_NAMED_IAM'],
  [{}, [], 'CAPABILITY_IAM'],
])('a role %j fails with the capabilities %j', async (name, Capabilities, needed) => {
  const Resources = { It: role({ RoleName: undefined, ...name }) };
  expect(await refusal(stacks.deploy({ Resources }, undefined, { Capabilities }))).toBe(
    `InsufficientCapabilitiesException: Requires capabilities : [${needed}]`,
  );
});

describe('AWS::KMS::Key', () => {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  const seen = async () => {
    const { StackResources } = await stacks.call('DescribeStackResources', { LogicalResourceId: 'Key' });
    const KeyId = StackResources[0].PhysicalResourceId;
    const [described, rotation, policy, tags] = await Promise.all(
      ['DescribeKey', 'GetKeyRotationStatus', 'GetKeyPolicy', 'ListResourceTags'].map((operation) =>
        stacks.aws('kms', operation, { KeyId }),
      ),
    );
    return { ...described, ...rotation, ...policy, ...tags };
  };

  test('takes every change in place', async () => {
    const made = {
      EnableKeyRotation: true,
      RotationPeriodInDays: 180,
      KeyPolicy: document(statement),
      Tags: [{ Key: 'a', Value: 'b' }],
      MultiRegion: true,
    };
    await stacks.deploy({ Resources: { Key: key(made) } });
    const before = await seen();
    expect(before).toMatchObject({
      KeyMetadata: { KeyState: 'Enabled', MultiRegion: true },
      KeyRotationEnabled: true,
      RotationPeriodInDays: 180,
      Policy: JSON.stringify(document(statement)),
      Tags: [{ TagKey: 'a', TagValue: 'b' }],
    });
    const policy = document({ ...statement, Sid: 'Root' });
    const changed = {
      Description: 'x',
      Enabled: false,
      KeyPolicy: policy,
      Tags: [{ Key: 'c', Value: 'd' }],
      MultiRegion: true,
    };
    expect(await stacks.deploy({ Resources: { Key: key(changed) } })).toBe('UPDATE_COMPLETE');
    expect(await seen()).toMatchObject({
      KeyMetadata: { KeyId: before.KeyMetadata.KeyId, KeyState: 'Disabled', Description: 'x' },
      KeyRotationEnabled: false,
      Policy: JSON.stringify(policy),
      Tags: [{ TagKey: 'c', TagValue: 'd' }],
    });
    expect(await stacks.deploy({ Resources: { Key: key(made) } })).toBe('UPDATE_COMPLETE');
    expect(await seen()).toMatchObject({ KeyMetadata: { KeyState: 'Enabled' }, RotationPeriodInDays: 180 });
  });

  test('fails with the message of KMS where KMS refuses it', async () => {
    await stacks.deploy({ Resources: { Key: key({ RotationPeriodInDays: 7, EnableKeyRotation: true }) } });
    expect(await stacks.reason('Key')).toMatch(
      /^Resource handler returned message: ".*'rotationPeriodInDays'.*\(Service: Kms, Status Code: 400/,
    );
  });
});

describe('AWS::KMS::ReplicaKey', () => {
  const there = { region: 'eu-west-1' };
  const policy = document({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' });
  const replica = (PrimaryKeyArn: unknown, more: object = {}) => ({
    Resources: {
      Key: { Type: 'AWS::KMS::ReplicaKey', Properties: { PrimaryKeyArn, KeyPolicy: policy, ...more } },
    },
  });
  const primary = {
    Resources: { Key: key({ MultiRegion: true }) },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': 'Key.Arn' } } },
  };

  test('is related to its primary, and takes its own description and state', async () => {
    await stacks.deploy(primary);
    const { Arn } = await stacks.outputs();
    expect(await stacks.deploy(replica(Arn, { Description: 'x' }), there)).toBe('CREATE_COMPLETE');
    const KeyId = Arn.split('/')[1];
    const described = () => stacks.aws('kms', 'DescribeKey', { KeyId }, there);
    expect(await described()).toMatchObject({ KeyMetadata: { Description: 'x', KeyState: 'Enabled' } });
    await stacks.deploy(replica(Arn, { Description: 'y', Enabled: false }), there);
    expect(await described()).toMatchObject({ KeyMetadata: { Description: 'y', KeyState: 'Disabled' } });
    expect(await stacks.aws('kms', 'DescribeKey', { KeyId })).toMatchObject({
      KeyMetadata: { KeyState: 'Enabled' },
    });
  });

  test.each([
    [
      'what is no ARN of a multi-Region key',
      `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
    ],
    ['a primary that is not there', `arn:aws:kms:${REGION}:${ACCOUNT}:key/mrk-${'0'.repeat(32)}`],
  ])('fails for %s', async (_what, arn) => {
    expect(await stacks.deploy(replica(arn), there)).toBe('ROLLBACK_COMPLETE');
    expect((await stacks.aws('kms', 'ListKeys', {}, there)).Keys).toEqual([]);
  });
});

test('the metadata of the CDK is nothing', async () => {
  const Resources = {
    M: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'x' } },
    A: parameter('/a', 'x'),
  };
  expect(await stacks.deploy({ Resources })).toBe('CREATE_COMPLETE');
});
