import {
  ACCOUNT,
  checked,
  checkedAssembly,
  forRoles,
  key,
  policy,
  type Resources,
  ROOT,
  rulesOf,
  type StackOfTest,
  statement,
} from './checked';

const USE = ['kms:Decrypt', 'kms:Encrypt'];
const [PRIMARY_REGION, REPLICA_REGION] = ['eu-central-1', 'eu-west-1'];

function primaryAndReplica(primary: readonly object[], replica: readonly object[]): StackOfTest[] {
  const stack = { name: 'keys', account: ACCOUNT };
  return [
    {
      ...stack,
      region: PRIMARY_REGION,
      resources: { Key: key({ MultiRegion: true, KeyPolicy: policy(...primary) }) },
      outputs: { KeyArn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
    },
    {
      ...stack,
      region: REPLICA_REGION,
      resources: {
        Key: {
          Type: 'AWS::KMS::ReplicaKey',
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Properties: {
            PrimaryKeyArn: {
              'Fn::GetStackOutput': { StackName: 'keys', OutputName: 'KeyArn', Region: PRIMARY_REGION },
            },
            KeyPolicy: policy(...replica),
          },
        },
      },
    },
  ];
}

const via = (region: string) =>
  forRoles(['app'], USE, { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } });
const deployers = (...regions: string[]) =>
  forRoles(
    regions.map((region) => `exec-${region}`),
    'kms:DescribeKey',
  );

describe('a replica', () => {
  test.each<[string, object[], object[], string[]]>([
    ['with the policy of its primary', [ROOT], [ROOT], []],
    ['with the same statements in another order', [ROOT, via('a')], [via('a'), ROOT], []],
    [
      'with its own Region in the place of that of the primary',
      [ROOT, via(PRIMARY_REGION)],
      [ROOT, via(REPLICA_REGION)],
      [],
    ],
    ['with the Region of the primary', [ROOT, via(PRIMARY_REGION)], [ROOT, via(PRIMARY_REGION)], []],
    [
      'with roles that have either Region in their names',
      [ROOT, via(PRIMARY_REGION), deployers(PRIMARY_REGION, REPLICA_REGION)],
      [ROOT, via(REPLICA_REGION), deployers(PRIMARY_REGION, REPLICA_REGION)],
      [],
    ],
    [
      'that lets a role through which its primary does not',
      [ROOT],
      [ROOT, forRoles(['app'], USE)],
      ['replica-policy'],
    ],
    ['that lacks a role', [ROOT, forRoles(['app'], USE)], [ROOT], ['replica-policy']],
    [
      'that lacks a role of another Region',
      [ROOT, deployers(PRIMARY_REGION, REPLICA_REGION)],
      [ROOT, deployers(PRIMARY_REGION)],
      ['replica-policy'],
    ],
    ['with a third Region', [ROOT, via(PRIMARY_REGION)], [ROOT, via('us-east-1')], ['replica-policy']],
  ])('%s', (_, primary, replica, expected) => {
    expect(rulesOf(checkedAssembly(primaryAndReplica(primary, replica)))).toEqual(expected);
  });

  test('says who gets further, under which policy', () => {
    const [more] = checkedAssembly(primaryAndReplica([ROOT], [ROOT, forRoles(['app'], USE)]));
    expect(more.message).toMatch(
      /lets more through than that of its primary: under this policy, .*role\/app can call kms:Decrypt, kms:Encrypt$/,
    );
    const [less] = checkedAssembly(primaryAndReplica([ROOT, forRoles(['app'], USE)], [ROOT]));
    expect(less.message).toMatch(
      /lets less through than that of its primary: under that of its primary, .*role\/app/,
    );
  });

  test('is undecided when its primary is not here', () => {
    const [, replica] = primaryAndReplica([ROOT], [ROOT]);
    expect(rulesOf(checkedAssembly([replica]))).toEqual(['undecided']);
  });
});

describe('the same key in two accounts', () => {
  const accounts = { dev: ACCOUNT, prod: '444455556666' };

  /** The keys of the convention, primary and replicas; a policy is written for an account, its name and its Regions. */
  const platform = (
    policies: Record<'dev' | 'prod', (account: string, prefix: string, regions: string[]) => object[]>,
    regions = { dev: [PRIMARY_REGION], prod: [PRIMARY_REGION] },
  ): StackOfTest[] =>
    (['dev', 'prod'] as const).flatMap((name) =>
      regions[name].map((region, index) => {
        const prefix = `gwt-atlas${name}`;
        const KeyPolicy = policy(...policies[name](accounts[name], prefix, regions[name]));
        const alias = {
          Type: 'AWS::KMS::Alias',
          DeletionPolicy: 'Retain',
          Properties: { AliasName: `alias/${prefix}-cmn-all-kms-sym`, TargetKeyId: { Ref: 'Key' } },
        };
        const PrimaryKeyArn = {
          'Fn::GetStackOutput': { StackName: prefix, OutputName: 'KeyArn', Region: PRIMARY_REGION },
        };
        const Key =
          index === 0
            ? key({ MultiRegion: true, KeyPolicy })
            : { ...key(), Type: 'AWS::KMS::ReplicaKey', Properties: { PrimaryKeyArn, KeyPolicy } };
        return {
          name: prefix,
          account: accounts[name],
          region,
          resources: { Key, Alias: alias },
          outputs: { KeyArn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
        };
      }),
    );

  const usual = (account: string, prefix: string, regions: string[]): object[] => [
    { ...ROOT, Principal: { AWS: `arn:aws:iam::${account}:root` } },
    statement({
      Principal: { AWS: '*' },
      Action: USE,
      Condition: {
        ArnLike: { 'aws:PrincipalArn': [`arn:aws:iam::${account}:role/${prefix}-iamr-pma`] },
        StringEquals: { 'aws:PrincipalAccount': account },
      },
    }),
    statement({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'kms:ReplicateKey',
      Condition: { StringNotEquals: { 'kms:ReplicaRegion': regions.slice(1) } },
    }),
  ];

  test('is the same apart from the account, its name, and the Regions it has', () => {
    const regions = { dev: [PRIMARY_REGION, 'eu-west-1'], prod: [PRIMARY_REGION, 'eu-west-1', 'eu-north-1'] };
    expect(rulesOf(checkedAssembly(platform({ dev: usual, prod: usual }, regions)))).toEqual([]);
  });

  test('is found to differ, at the second account and in its names', () => {
    const wider = (...args: Parameters<typeof usual>) => [
      ...usual(...args),
      statement({
        Principal: { AWS: '*' },
        Action: 'kms:DescribeKey',
        Condition: {
          ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${args[0]}:role/${args[1]}-iamr-psa` },
          StringEquals: { 'aws:PrincipalAccount': args[0] },
        },
      }),
    ];
    const regions = { dev: [PRIMARY_REGION, 'eu-west-1'], prod: [PRIMARY_REGION, 'eu-west-1'] };
    const findings = checkedAssembly(platform({ dev: usual, prod: wider }, regions));
    expect(findings.map(({ rule, where, message }) => [rule.id, where, message])).toEqual([
      [
        'account-drift',
        'stack2: Key',
        expect.stringContaining(
          'under this policy, arn:aws:iam::444455556666:role/gwt-atlasprod-iamr-psa can call kms:DescribeKey',
        ),
      ],
    ]);
  });

  test('is known by its logical id in stacks of one name as well', () => {
    const stacks = Object.values(accounts).map((account): StackOfTest => {
      const root = { ...ROOT, Principal: { AWS: `arn:aws:iam::${account}:root` } };
      const resources = {
        Key: key({ KeyPolicy: policy(root, ...(account === ACCOUNT ? [] : [forAccount(account)])) }),
      };
      return { name: 'keys', account, region: PRIMARY_REGION, resources };
    });
    const forAccounts = checkedAssembly(stacks);
    expect(rulesOf(forAccounts)).toEqual(['account-drift']);
    expect(
      rulesOf(checkedAssembly(stacks.map((stack, index) => ({ ...stack, name: `keys${index}` })))),
    ).toEqual([]);
  });

  function forAccount(account: string): object {
    const Condition = {
      ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/app` },
      StringEquals: { 'aws:PrincipalAccount': account },
    };
    return statement({ Principal: { AWS: '*' }, Action: 'kms:DescribeKey', Condition });
  }
});

describe('the role that deploys a key', () => {
  const executionRole = `arn:\${AWS::Partition}:iam::${ACCOUNT}:role/cdk-cfn-exec`;
  const recovered = { ...ROOT, Action: 'kms:Decrypt' };

  test.each<[string, object[], string[]]>([
    ['may change the policy', [recovered, forRoles(['cdk-cfn-exec'], 'kms:PutKeyPolicy')], []],
    ['may change the policy by an IAM policy', [ROOT], []],
    ['may not', [recovered, forRoles(['admin'], 'kms:PutKeyPolicy')], ['deployment-lockout']],
    ['is denied it', [ROOT, denyTo('cdk-*')], ['deployment-lockout']],
  ])('%s', (_, statements, expected) => {
    const resources = { Key: key({ KeyPolicy: policy(...statements) }) };
    const stack = { name: 'keys', account: ACCOUNT, region: PRIMARY_REGION, resources };
    expect(rulesOf(checkedAssembly([{ ...stack, executionRole }]))).toEqual(expected);
    expect(rulesOf(checkedAssembly([stack]))).toEqual([]);
  });

  function denyTo(name: string): object {
    const Condition = { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:role/${name}` } };
    return statement({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'kms:PutKeyPolicy', Condition });
  }
});

describe('a principal that a policy names', () => {
  const role = (name: object = {}): Resources => ({ Role: { Type: 'AWS::IAM::Role', Properties: name } });
  const using = (AWS: unknown, attributes: object = {}): Resources => ({
    Key: key({ KeyPolicy: policy(ROOT, statement({ Principal: { AWS }, Action: USE })) }, attributes),
  });
  const arn = `arn:aws:iam::${ACCOUNT}:role/app`;

  test.each<[string, Resources, string[]]>([
    ['is made by no template here', using(arn), ['named-principal']],
    [
      'is made by the template, under a name of its own',
      { ...role(), ...using({ 'Fn::GetAtt': ['Role', 'Arn'] }) },
      [],
    ],
    [
      'is made by the template and referred to',
      { ...role({ RoleName: 'app' }), ...using({ 'Fn::GetAtt': ['Role', 'Arn'] }) },
      [],
    ],
    [
      'is made by the template and part of a text',
      { ...role({ RoleName: 'app' }), ...using({ 'Fn::Sub': '${Role.Arn}' }) },
      [],
    ],
    [
      'is made by the template and depended on',
      { ...role({ RoleName: 'app' }), ...using(arn, { DependsOn: 'Role' }) },
      [],
    ],
    [
      'is made by the template, maybe too late',
      { ...role({ RoleName: 'app' }), ...using(arn) },
      ['named-principal'],
    ],
    ['is the account', using(`arn:aws:iam::${ACCOUNT}:root`), ['dead-statement']],
  ])('%s', (_, resources, expected) => {
    expect(rulesOf(checked(resources))).toEqual(expected);
  });
});

describe('an IAM policy', () => {
  const document = (...statements: object[]) => policy(...statements);
  const decrypt = (more: object = {}) => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...more });
  const managed = (...statements: object[]): Resources => ({
    Policy: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document(...statements) } },
  });

  test.each<[string, Resources, string[]]>([
    ['that decrypts with every key', managed(decrypt()), ['broad-decryption']],
    ['that does everything', managed(decrypt({ Action: '*' })), ['broad-decryption']],
    [
      'that does everything but something else',
      managed(decrypt({ Action: undefined, NotAction: 'iam:*' })),
      ['broad-decryption'],
    ],
    ['that re-encrypts from every key', managed(decrypt({ Action: 'kms:ReEncrypt*' })), ['broad-decryption']],
    [
      'that decrypts with every key of the account',
      managed(decrypt({ Resource: `arn:aws:kms:*:${ACCOUNT}:key/*` })),
      ['broad-decryption'],
    ],
    [
      'that decrypts with every key of another account',
      managed(decrypt({ Resource: 'arn:aws:kms:*:999900001111:key/*' })),
      [],
    ],
    [
      'that decrypts with one key',
      managed(decrypt({ Resource: `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234` })),
      [],
    ],
    [
      'that decrypts with a key of the template',
      { Key: key(), ...managed(decrypt({ Resource: { 'Fn::GetAtt': ['Key', 'Arn'] } })) },
      [],
    ],
    [
      'that encrypts with every key',
      managed(decrypt({ Action: ['kms:Encrypt', 'kms:GenerateDataKey*'] })),
      [],
    ],
    [
      'that decrypts by alias',
      managed(decrypt({ Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/a' } } })),
      [],
    ],
    [
      'that decrypts by tag',
      managed(decrypt({ Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } } })),
      [],
    ],
    [
      'that decrypts unless tagged',
      managed(decrypt({ Condition: { StringNotEquals: { 'aws:ResourceTag/team': 'a' } } })),
      ['broad-decryption'],
    ],
    [
      'that decrypts through a service',
      managed(decrypt({ Condition: { StringLike: { 'kms:ViaService': 's3.*' } } })),
      ['broad-decryption'],
    ],
    ['that is denied again', managed(decrypt(), { ...decrypt(), Effect: 'Deny', Action: 'kms:*' }), []],
    ['that has nothing to do with KMS', managed({ ...decrypt(), Action: 's3:GetObject' }), []],
    ['by a parameter', managed(decrypt({ Resource: { Ref: 'Unknown' } })), ['undecided']],
    [
      'of a role',
      {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { Policies: [{ PolicyName: 'a', PolicyDocument: document(decrypt()) }] },
        },
      },
      ['broad-decryption'],
    ],
    [
      'beside a user',
      { Policy: { Type: 'AWS::IAM::UserPolicy', Properties: { PolicyDocument: document(decrypt()) } } },
      ['broad-decryption'],
    ],
  ])('%s', (_, resources, expected) => {
    expect(rulesOf(checked(resources))).toEqual(expected);
  });

  test('says at which statement, and where', () => {
    const Policies = [
      {},
      { PolicyName: 'b', PolicyDocument: document(decrypt({ Action: 'kms:Encrypt' }), decrypt()) },
    ];
    const findings = checked({ Role: { Type: 'AWS::IAM::Role', Properties: { Policies } } });
    expect(findings.filter(({ isUndecided }) => !isUndecided)).toMatchObject([
      {
        message: 'the inline policy decrypts with every key: statement 2',
        path: ['Resources', 'Role', 'Properties', 'Policies', 1, 'PolicyDocument'],
      },
    ]);
  });
});

test('a nested stack that is elsewhere leaves open which keys there are', () => {
  const Nested = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://example.com/a' } };
  expect(rulesOf(checked({ Key: key(), Nested }))).toEqual(['undecided']);
});
