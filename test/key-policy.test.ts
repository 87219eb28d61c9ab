import { AnyPrincipal, ArnPrincipal, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CliCredentialsStackSynthesizer, DefaultStackSynthesizer } from 'aws-cdk-lib/core';
import { AccountTrust } from '../lib/account-trust';
import { evaluate } from '../lib/audit/policy/evaluate';
import { type Policy } from '../lib/audit/policy/document';
import { parsePrincipal } from '../lib/audit/policy/principal';
import type { CommonKmsKeyStackProps } from '../lib/common-kms-key-stack';
import { KeyRole } from '../lib/key-role';
import { KeyService } from '../lib/key-service';
import {
  ACCOUNT_ID,
  app,
  keyResource,
  keyStack,
  PRIMARY_REGION,
  renderedPolicy,
  REPLICA_REGION,
} from './synthesized';

const role = (name: string, account = ACCOUNT_ID) => `arn:aws:iam::${account}:role/${name}`;
const GSO = role('gwt-atlasdev-iamr-gso');
const PSA = role('gwt-atlasdev-iamr-psa');
const PMA = role('gwt-atlasdev-iamr-pma');
const DEPLOYMENT = role(`cdk-hnb659fds-cfn-exec-role-${ACCOUNT_ID}-${PRIMARY_REGION}`);
const REPLICA_DEPLOYMENT = role(`cdk-hnb659fds-cfn-exec-role-${ACCOUNT_ID}-${REPLICA_REGION}`);
const OTHER = role('anybody');
const OUTSIDER = role('gwt-atlasdev-iamr-gso', '999999999999');

type Context = Record<string, string[]>;
interface Call {
  readonly action: string;
  readonly context?: Context;
}

const BY_AWS_SERVICE = { 'kms:GrantIsForAWSResource': ['true'] };
const OTHERWISE = { 'kms:GrantIsForAWSResource': ['false'] };
const WINDOW = 'kms:ScheduleKeyDeletionPendingWindowInDays';
const calls = (context: Context | undefined, ...names: string[]): Call[] =>
  names.map((name) => ({ action: `kms:${name}`, context }));

const ENCRYPT = calls(
  undefined,
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptTo',
);
const DECRYPT = calls(undefined, 'Decrypt', 'ReEncryptFrom');
const USE = [...ENCRYPT, ...DECRYPT];
const ADMINISTER = [
  ...calls(
    undefined,
    'EnableKeyRotation',
    'DisableKeyRotation',
    'RotateKeyOnDemand',
    'TagResource',
    'UntagResource',
    'EnableKey',
    'DisableKey',
    'CreateAlias',
    'UpdateAlias',
    'DeleteAlias',
    'UpdateKeyDescription',
  ),
  ...calls({ 'kms:ReplicaRegion': [REPLICA_REGION] }, 'ReplicateKey'),
];
const PUT = calls({ 'kms:BypassPolicyLockoutSafetyCheck': ['false'] }, 'PutKeyPolicy');
const DELETE = calls({ [WINDOW]: ['30'] }, 'ScheduleKeyDeletion');

const LETTER = { direct: 'D', delegated: 'I', none: '–', undecided: '?' };
const decide = (policy: Policy, principal: string, { action, context = {} }: Call): string =>
  LETTER[evaluate(policy, { action, principal: parsePrincipal(principal), context }).level];

/** Decides every call for every principal; a row whose calls differ shows all that came out. */
function row(policy: Policy, principals: string[], rowCalls: Call[]): string {
  return principals
    .map((principal) => [...new Set(rowCalls.map((call) => decide(policy, principal, call)))].join('/'))
    .join(' ');
}

describe('the default policy decides, for GSO, PSA, PMA, the deployment role, another principal, another account:', () => {
  const principals = [GSO, PSA, PMA, DEPLOYMENT, OTHER, OUTSIDER];
  const policies = {
    'the primary key': renderedPolicy(keyStack()),
    'a replica': renderedPolicy(keyStack({ env: { account: ACCOUNT_ID, region: REPLICA_REGION } })),
  };
  describe.each(Object.entries(policies))('%s', (_, policy) => {
    test.each([
      ['cryptographic use', USE, 'D D D I I –'],
      ['CreateGrant made by an AWS service', calls(BY_AWS_SERVICE, 'CreateGrant'), 'D D D I I –'],
      [
        'CreateGrant otherwise',
        [...calls(OTHERWISE, 'CreateGrant'), ...calls({}, 'CreateGrant')],
        '– – – – – –',
      ],
      ['administration', ADMINISTER, 'D D – D – –'],
      ['PutKeyPolicy', PUT, 'D D – D I –'],
      [
        'PutKeyPolicy bypassing the lockout check',
        calls({ 'kms:BypassPolicyLockoutSafetyCheck': ['true'] }, 'PutKeyPolicy'),
        '– – – – – –',
      ],
      ['ScheduleKeyDeletion, 30 days', DELETE, 'D D – – – –'],
      ['ScheduleKeyDeletion, 7 days', calls({ [WINDOW]: ['7'] }, 'ScheduleKeyDeletion'), '– – – – – –'],
      ['ScheduleKeyDeletion, 29 days', calls({ [WINDOW]: ['29'] }, 'ScheduleKeyDeletion'), '– – – – – –'],
      [
        'ReplicateKey to a Region that is not configured',
        [...calls({ 'kms:ReplicaRegion': ['us-east-1'] }, 'ReplicateKey'), ...calls({}, 'ReplicateKey')],
        '– – – – – –',
      ],
      [
        'an action that nobody was given',
        calls(undefined, 'UpdatePrimaryRegion', 'AnActionOfTheFuture'),
        '– – – – – –',
      ],
    ])('%s', (__, rowCalls, expected) => {
      expect(row(policy, principals, rowCalls)).toBe(expected);
    });

    test('the execution role of every Region deploys, as that of a replica replicates the primary', () => {
      expect(row(policy, [REPLICA_DEPLOYMENT], ADMINISTER)).toBe('D');
    });
  });
});

describe('trust decides what IAM policies of the account may give another principal:', () => {
  const viaS3 = { 'kms:ViaService': [`s3.${PRIMARY_REGION}.amazonaws.com`] };
  const use = (context: Context) => USE.map((call) => ({ ...call, context }));
  const grant = (context: Context) => calls({ ...BY_AWS_SERVICE, ...context }, 'CreateGrant');
  const kinds: [string, Call[]][] = [
    ['use', use({})],
    ['use through S3', use(viaS3)],
    ['use through S3 of another Region', use({ 'kms:ViaService': ['s3.us-east-1.amazonaws.com'] })],
    ['grants to services', grant({})],
    ['grants through S3', grant(viaS3)],
    ['other grants', calls({ ...OTHERWISE, ...viaS3 }, 'CreateGrant')],
    ['administration', ADMINISTER],
    ['deletion', DELETE],
    ['recovery', [...PUT, ...calls({}, 'DescribeKey', 'GetKeyPolicy', 'CancelKeyDeletion')]],
  ];
  test.each([
    [AccountTrust.EVERYTHING, 'I I I I I I I – I'],
    [AccountTrust.USE, 'I I I I I – – – I'],
    [AccountTrust.VIA_SERVICES, '– I – – I – – – I'],
    [AccountTrust.RECOVERY, '– – – – – – – – I'],
  ])('%s', (trust, expected) => {
    const policy = renderedPolicy(keyStack({ trust }));
    expect(kinds.map(([, kindCalls]) => row(policy, [OTHER], kindCalls)).join(' ')).toBe(expected);
  });

  test.each(Object.values(AccountTrust))(
    'at %s the roles of the key policy keep theirs, and users get no administration',
    (trust) => {
      const policy = renderedPolicy(keyStack({ trust }));
      expect(row(policy, [GSO, PSA, PMA], USE)).toBe('D D D');
      expect(row(policy, [GSO, PSA, PMA], ADMINISTER)).toBe('D D –');
      expect(row(policy, [GSO, PSA, PMA, DEPLOYMENT], DELETE)).toBe('D D – –');
      expect(row(policy, [OUTSIDER], [...USE, ...ADMINISTER, ...PUT, ...DELETE])).toBe('–');
    },
  );

  test('without replicas nobody replicates', () => {
    const policy = renderedPolicy(keyStack({ trust: AccountTrust.EVERYTHING, replicaRegions: [] }));
    const anywhere = calls({ 'kms:ReplicaRegion': [REPLICA_REGION] }, 'ReplicateKey');
    expect(row(policy, [GSO, DEPLOYMENT, OTHER], anywhere)).toBe('– – –');
  });
});

describe('roles beyond the three', () => {
  const reader = role('gwt-atlasdev-iamr-reader');
  const writer = role('gwt-atlasdev-iamr-writer');
  const everyGrant = [...calls(BY_AWS_SERVICE, 'CreateGrant'), ...calls(OTHERWISE, 'CreateGrant')];
  test.each(Object.values(AccountTrust))(
    'encrypt only and decrypt only are each refused the other half at trust %s',
    (trust) => {
      const policy = renderedPolicy(
        keyStack({
          trust,
          encryptOnly: [KeyRole.byConvention('writer')],
          decryptOnly: [KeyRole.byConvention('reader')],
        }),
      );
      expect(row(policy, [writer, reader], ENCRYPT)).toBe('D –');
      expect(row(policy, [writer, reader], DECRYPT)).toBe('– D');
      expect(row(policy, [writer, reader], [...everyGrant, ...ADMINISTER, ...PUT, ...DELETE])).toBe('– –');
      expect(row(policy, [writer, reader], calls({}, 'DescribeKey'))).toBe('D D');
    },
  );

  test('deletion is narrowed to GSO alone', () => {
    const policy = renderedPolicy(keyStack({ deletionAdministrators: [KeyRole.GSO] }));
    expect(row(policy, [GSO, PSA, OTHER], DELETE)).toBe('D – –');
    expect(row(policy, [PSA], ADMINISTER)).toBe('D');
  });

  test('a permission set means its role in any Region of IAM Identity Center, and no longer name', () => {
    const gso = KeyRole.fromPermissionSetName('Security');
    const policy = renderedPolicy(keyStack({ administrators: [gso], users: [gso] }));
    const sso = (name: string, path = '') =>
      role(`aws-reserved/sso.amazonaws.com/${path}AWSReservedSSO_${name}`);
    expect(
      row(
        policy,
        [
          sso('Security_0123456789abcdef'),
          sso('Security_0123456789abcdef', 'eu-west-2/'),
          sso('SecurityFoo_0123456789abcdef'),
          sso('Security_0123456789abcdef0'),
          role('AWSReservedSSO_Security_0123456789abcdef'),
        ],
        [...USE.slice(0, 1)],
      ),
    ).toBe('D D I I I');
  });

  test('a name may have a path, and means no role of the same name elsewhere', () => {
    const policy = renderedPolicy(keyStack({ users: [KeyRole.fromRoleName('team/reader')] }));
    expect(row(policy, [role('team/reader'), role('reader'), role('other/team/reader')], DECRYPT)).toBe(
      'D I I',
    );
  });

  test('an exact principal is named as principal, and denied by its ARN', () => {
    const agent = role('agent');
    const stack = keyStack({ users: [KeyRole.fromPrincipal(new ArnPrincipal(agent)), KeyRole.PMA] });
    const policy = renderedPolicy(stack);
    expect(row(policy, [agent, PMA], USE)).toBe('D D');
    expect(row(policy, [agent, PMA], [...ADMINISTER, ...PUT, ...DELETE])).toBe('– –');
    const { Statement } = keyResource(stack).Properties.KeyPolicy as {
      Statement: { Sid: string; Principal: unknown }[];
    };
    expect(Statement.find(({ Sid }) => Sid === 'UsersMayEncryptAndDecryptAsPrincipals')?.Principal).toEqual({
      AWS: agent,
    });
  });

  test('an exact administrator may schedule deletion', () => {
    const officer = role('officer');
    const policy = renderedPolicy(
      keyStack({ administrators: [KeyRole.fromPrincipal(new ArnPrincipal(officer))] }),
    );
    expect(row(policy, [officer, GSO], DELETE)).toBe('D –');
  });
});

describe('AWS services that call KMS as themselves', () => {
  const from = (source: string, account = ACCOUNT_ID) => ({
    'aws:SourceArn': [source],
    'aws:SourceAccount': [account],
  });
  const log = (account: string) => ({
    'kms:EncryptionContext:aws:logs:arn': [`arn:aws:logs:${PRIMARY_REGION}:${account}:log-group:x`],
  });
  const trail = (account: string) => {
    const arn = `arn:aws:cloudtrail:us-east-1:${account}:trail/all`;
    return { 'aws:SourceArn': [arn], 'kms:EncryptionContext:aws:cloudtrail:arn': [arn] };
  };
  const [generate, decrypt] = calls(undefined, 'GenerateDataKey', 'Decrypt');
  test.each([
    [
      'CloudWatch Logs',
      KeyService.cloudWatchLogs(),
      `logs.${PRIMARY_REGION}.amazonaws.com`,
      [generate, decrypt],
      log(ACCOUNT_ID),
      log('999999999999'),
    ],
    [
      'CloudTrail',
      KeyService.cloudTrail(),
      'cloudtrail.amazonaws.com',
      [generate],
      trail(ACCOUNT_ID),
      trail('999999999999'),
    ],
    [
      'S3',
      KeyService.s3EventNotifications(),
      's3.amazonaws.com',
      [generate, decrypt],
      from('arn:aws:s3:::b'),
      from('arn:aws:s3:::b', '999999999999'),
    ],
    [
      'SNS',
      KeyService.sns(),
      'sns.amazonaws.com',
      [generate, decrypt],
      from(`arn:aws:sns:${PRIMARY_REGION}:${ACCOUNT_ID}:t`),
      from('arn:aws:sns:us-east-1:999999999999:t', '999999999999'),
    ],
    [
      'EventBridge',
      KeyService.eventBridge(),
      'events.amazonaws.com',
      [generate, decrypt],
      from(`arn:aws:events:${PRIMARY_REGION}:${ACCOUNT_ID}:rule/r`),
      from('arn:aws:events:us-east-1:999999999999:rule/r', '999999999999'),
    ],
  ])(
    '%s is let in for this account, and for no other',
    (_, service, principal, serviceCalls, own, foreign) => {
      const policy = renderedPolicy(keyStack({ services: [service], organizationId: 'o-a1b2c3d4e5' }));
      const inContext = (context: Context) => serviceCalls.map((call) => ({ ...call, context }));
      expect(row(policy, [principal], inContext(own))).toBe('D');
      expect(row(policy, [principal], inContext(foreign))).toBe('–');
      expect(row(policy, [principal], inContext({}))).toBe('–');
      expect(row(renderedPolicy(keyStack()), [principal], inContext(own))).toBe('–');
    },
  );
});

test('an organization keeps everybody else out, and AWS services in', () => {
  const policy = renderedPolicy(keyStack({ organizationId: 'o-a1b2c3d4e5' }));
  const [decrypt] = calls(undefined, 'Decrypt');
  const within = (id: string) => ({ ...decrypt, context: { 'aws:PrincipalOrgID': [id] } });
  expect(decide(policy, GSO, within('o-a1b2c3d4e5'))).toBe('D');
  expect(decide(policy, GSO, within('o-zzzzzzzzzz'))).toBe('–');
  expect(decide(policy, GSO, decrypt)).toBe('–');
});

describe('the policy is written so that it can be read:', () => {
  const { Statement } = keyResource(
    keyStack({
      encryptOnly: [KeyRole.byConvention('writer')],
      decryptOnly: [KeyRole.fromPrincipal(new ArnPrincipal(OTHER))],
      services: [KeyService.cloudTrail(), KeyService.cloudWatchLogs()],
      organizationId: 'o-a1b2c3d4e5',
    }),
  ).Properties.KeyPolicy as {
    Statement: {
      Sid: string;
      Effect: string;
      Action: string | string[];
      Principal: unknown;
      Condition?: unknown;
    }[];
  };

  test('every statement has a Sid of its own', () => {
    const sids = Statement.map(({ Sid }) => Sid);
    expect(sids.every((sid) => /^[A-Za-z0-9]+$/.test(sid))).toBe(true);
    expect(new Set(sids).size).toBe(sids.length);
  });

  test('no Allow is open to everybody, and none has a wildcard action', () => {
    for (const { Effect, Action, Principal, Condition } of Statement.filter(
      (each) => each.Effect === 'Allow',
    )) {
      expect({ Effect, wildcards: [Action].flat().filter((action) => action.includes('*')) }).toEqual({
        Effect,
        wildcards: [],
      });
      if (JSON.stringify(Principal) === '{"AWS":"*"}') {
        expect(Condition).toMatchObject({
          StringEquals: { 'aws:PrincipalAccount': ACCOUNT_ID },
          ArnLike: { 'aws:PrincipalArn': expect.anything() as unknown },
        });
      }
    }
  });
});

describe('deployment roles', () => {
  const deployment = (props: Partial<CommonKmsKeyStackProps>, name: string) =>
    row(renderedPolicy(keyStack(props)), [role(name), DEPLOYMENT], PUT);

  test('follow the qualifier of the bootstrap', () => {
    const synthesizer = new DefaultStackSynthesizer({ qualifier: 'platform' });
    expect(deployment({ synthesizer }, `cdk-platform-cfn-exec-role-${ACCOUNT_ID}-${REPLICA_REGION}`)).toBe(
      'D I',
    );
  });

  test('follow an execution role of another name', () => {
    const synthesizer = new DefaultStackSynthesizer({
      cloudFormationExecutionRole: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/ops/deployer',
    });
    expect(deployment({ synthesizer }, 'ops/deployer')).toBe('D I');
  });

  test('can be given', () => {
    expect(deployment({ deploymentRoles: [KeyRole.fromRoleName('deployer')] }, 'deployer')).toBe('D I');
  });

  test('fails without a bootstrap role and without one given', () => {
    expect(() => keyStack({ synthesizer: new CliCredentialsStackSynthesizer() })).toThrow(
      /stack "gwt-atlasdev-cmn-all-kms-sym" is deployed without a bootstrap execution role: pass deploymentRoles/,
    );
  });
});

describe('fails, naming value and remedy, when', () => {
  const GSO_ARN = JSON.stringify(GSO);
  test.each<[string, () => Partial<CommonKmsKeyStackProps>, RegExp | string]>([
    ['nobody administers', () => ({ administrators: [] }), /administrators is empty: name at least one role/],
    ['nobody may delete', () => ({ deletionAdministrators: [] }), /deletionAdministrators is empty/],
    ['nobody deploys', () => ({ deploymentRoles: [] }), /deploymentRoles is empty/],
    [
      'a stranger may delete',
      () => ({ deletionAdministrators: [KeyRole.PMA] }),
      `deletionAdministrators names ${JSON.stringify(PMA)}, which administrators does not`,
    ],
    [
      'a user is encrypt only',
      () => ({ encryptOnly: [KeyRole.GSO] }),
      `encryptOnly names ${GSO_ARN}, which may do the opposite too`,
    ],
    [
      'a user is decrypt only',
      () => ({ decryptOnly: [KeyRole.GSO] }),
      `decryptOnly names ${GSO_ARN}, which may do the opposite too`,
    ],
    [
      'a role is both encrypt only and decrypt only',
      () => ({ encryptOnly: [KeyRole.fromRoleName('a')], decryptOnly: [KeyRole.fromRoleName('a')] }),
      /encryptOnly names .*role\/a", which may do the opposite too/,
    ],
    [
      'an organization id is none',
      () => ({ organizationId: 'r-abcd' }),
      /organization id "r-abcd" is refused: it must be o- and 10 to 32/,
    ],
    [
      'a role name has a wildcard',
      () => ({ users: [KeyRole.fromRoleName('gwt-*')] }),
      /role name "gwt-\*" is refused/,
    ],
    [
      'a role name is an ARN',
      () => ({ users: [KeyRole.fromRoleName(GSO)] }),
      /role name "arn:aws.*" is refused/,
    ],
    [
      'a permission set has a wildcard',
      () => ({ users: [KeyRole.fromPermissionSetName('A?')] }),
      /permission set name "A\?" is refused/,
    ],
    [
      'a permission set name is too long',
      () => ({ users: [KeyRole.fromPermissionSetName('A'.repeat(33))] }),
      /must be 1 to 32/,
    ],
    [
      'everybody is a user',
      () => ({ users: [KeyRole.fromPrincipal(new AnyPrincipal())] }),
      /is not one role or user/,
    ],
    [
      'a service is a user',
      () => ({ users: [KeyRole.fromPrincipal(new ServicePrincipal('s3.amazonaws.com'))] }),
      /AWS services go into services/,
    ],
    [
      'a role has a condition',
      () => ({
        users: [
          KeyRole.fromPrincipal(
            new ArnPrincipal(GSO).withConditions({ Bool: { 'aws:SecureTransport': 'true' } }),
          ),
        ],
      }),
      /is not one role or user/,
    ],
  ])('%s', (_, props, message) => {
    expect(() => keyStack(props())).toThrow(message);
  });

  test('the policy is longer than KMS takes', () => {
    const scope = app();
    const users = Array.from({ length: 400 }, (_, index) =>
      KeyRole.fromRoleName(`a-role-with-a-long-name-${index}`),
    );
    keyStack({ users }, scope);
    expect(() => scope.synth()).toThrow(
      /the key policy has \d+ bytes: KMS takes at most 32768; name fewer roles/,
    );
  });
});
