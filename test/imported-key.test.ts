import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  AccountPrincipal,
  ArnPrincipal,
  type IGrantable,
  OrganizationPrincipal,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { type IKey, ViaServicePrincipal } from 'aws-cdk-lib/aws-kms';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { SnsDestination, SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { App, Stack } from 'aws-cdk-lib/core';
import { AccountTrust } from '../lib/account-trust';
import { decideAccess } from '../lib/audit/policy/access';
import { parseIdentityPolicy } from '../lib/audit/policy/document';
import { parsePrincipal } from '../lib/audit/policy/principal';
import type { ICommonKmsKey } from '../lib/common-key-base';
import { CommonKmsKey, type CommonKmsKeyConventionProps } from '../lib/common-kms-key';
import { Account } from '../lib/key-alias';
import type { KeyAccessProps } from '../lib/key-access';
import { KeyRole } from '../lib/key-role';
import { KeyService } from '../lib/key-service';
import { ACCOUNT_ID, app, keyStack, PRIMARY_REGION, renderedPolicy, REPLICA_REGION } from './synthesized';

const OTHER_ACCOUNT = '999999999999';
const ALIAS = 'alias/gwt-atlasdev-cmn-all-kms-sym';
const STACK_NAME = 'gwt-atlasdev-cmn-all-kms-sym';
const NAMES = { product: 'atlas', account: Account.DEV };
const KEY_ID = 'mrk-11111111111111111111111111111111';
const KEY_ARN = `arn:aws:kms:${PRIMARY_REGION}:${ACCOUNT_ID}:key/${KEY_ID}`;
const READER_OF_OUTPUTS = `arn:aws:iam::${ACCOUNT_ID}:role/output-reader`;

const consumer = (scope: App = app(), region = PRIMARY_REGION, account = ACCOUNT_ID) =>
  new Stack(scope, 'Consumer', { env: { account, region } });
const imported = (stack: Stack, props: Partial<CommonKmsKeyConventionProps> = {}) =>
  CommonKmsKey.fromConvention(stack, 'Key', { ...NAMES, ...props });
const role = (stack: Stack, roleName?: string) =>
  new Role(stack, 'Role', { roleName, assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

describe('a key from the convention', () => {
  test('has the ARN and the id that the stack of its Region puts out', () => {
    const stack = consumer();
    const key = imported(stack);
    const output = (name: string, region?: string) => ({
      'Fn::GetStackOutput': {
        StackName: STACK_NAME,
        OutputName: name,
        ...(region && { Region: region }),
      },
    });
    expect(stack.resolve([key.keyArn, key.keyId])).toEqual([
      output('KeyArn', PRIMARY_REGION),
      output('KeyId', PRIMARY_REGION),
    ]);
    expect(key.aliasName).toBe(ALIAS);

    const anywhere = new Stack(app(), 'Anywhere');
    expect(anywhere.resolve(imported(anywhere).keyArn)).toEqual(output('KeyArn'));
  });

  test('adds nothing but what uses it: no parameter, lookup, export or dependency', () => {
    const scope = app();
    const owner = keyStack({}, scope);
    const stack = consumer(scope);
    imported(stack).grantDecrypt(role(stack));
    const assembly = scope.synth();
    const { Parameters, Outputs, Resources } = Template.fromStack(stack).toJSON() as Record<string, object>;
    expect(Object.keys(Parameters ?? {})).toEqual(['BootstrapVersion']);
    expect(Outputs).toBeUndefined();
    expect(Object.keys(Resources)).toHaveLength(2);
    expect(stack.dependencies).toEqual([]);
    expect(owner.dependencies).toEqual([]);
    expect(assembly.manifest.missing).toBeUndefined();
  });
});

describe('a key from elsewhere', () => {
  test('of another account is read with a role of that account, and knows its account', () => {
    const stack = consumer(app(), PRIMARY_REGION, OTHER_ACCOUNT);
    const key = imported(stack, { outputRoleArn: READER_OF_OUTPUTS });
    expect(stack.resolve(key.keyArn)).toEqual({
      'Fn::GetStackOutput': {
        StackName: STACK_NAME,
        OutputName: 'KeyArn',
        Region: PRIMARY_REGION,
        RoleArn: READER_OF_OUTPUTS,
      },
    });
    expect(key.env).toEqual({ account: ACCOUNT_ID, region: PRIMARY_REGION });
  });

  test('by its alias is the key of the names in it', () => {
    const stack = consumer();
    const byAlias = CommonKmsKey.fromAliasName(stack, 'ByAlias', ALIAS, { trust: AccountTrust.RECOVERY });
    expect(stack.resolve(byAlias.keyArn)).toEqual(stack.resolve(imported(stack).keyArn));
    expect([byAlias.aliasName, byAlias.trust]).toEqual([ALIAS, AccountTrust.RECOVERY]);
  });

  test('by its ARN is of the account and Region in it', () => {
    const arn = `arn:aws:kms:${REPLICA_REGION}:${OTHER_ACCOUNT}:key/${KEY_ID}`;
    const key = CommonKmsKey.fromKeyArn(consumer(), 'Key', arn, NAMES);
    expect([key.keyArn, key.keyId, key.aliasName]).toEqual([arn, KEY_ID, ALIAS]);
    expect(key.env).toEqual({ account: OTHER_ACCOUNT, region: REPLICA_REGION });
    expect(key.keyRef).toEqual({ keyArn: arn, keyId: KEY_ID });
  });

  test.each([
    ['an alias ARN', `arn:aws:kms:eu-central-1:${ACCOUNT_ID}:${ALIAS}`],
    ['a key id', KEY_ID],
    ['another service', `arn:aws:s3:eu-central-1:${ACCOUNT_ID}:key/${KEY_ID}`],
  ])('fails, naming it, for %s as a key ARN', (_, arn) => {
    expect(() => CommonKmsKey.fromKeyArn(consumer(), 'Key', arn, NAMES)).toThrow(
      `key ARN ${JSON.stringify(arn)} is refused: it must read like arn:aws:kms:`,
    );
  });

  test('fails for an alias outside the convention', () => {
    expect(() => CommonKmsKey.fromAliasName(consumer(), 'Key', 'alias/mine')).toThrow(
      'alias name "alias/mine" does not follow the convention',
    );
  });

  test('takes a further alias, in its own Region', () => {
    const stack = consumer();
    imported(stack).addAlias('alias/data');
    Template.fromStack(stack).hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/data' });
  });
});

/**
 * Whether KMS would let the calls through: the policy that the owner's properties render to, and what
 * the consumer's stack adds to the grantee.
 */
function effect(
  owner: KeyAccessProps,
  stack: Stack,
  actions: string[],
  { arn = ROLE_ARN, via }: { arn?: string; via?: string } = {},
): string {
  const text = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const policies = JSON.parse(text, (_, value: unknown) =>
    /^\{"(Fn::GetStackOutput|Fn::GetAtt|Fn::Join|Ref)"/.test(JSON.stringify(value ?? null)) ? KEY_ARN : value,
  ) as Record<string, { Properties: { PolicyDocument: unknown } }>;
  const account = parsePrincipal(arn);
  const context: Record<string, string[]> = {
    'kms:CallerAccount': [arn.split(':')[4]],
    'kms:GrantIsForAWSResource': ['true'],
    ...(via && { 'kms:ViaService': [`${via}.${PRIMARY_REGION}.amazonaws.com`] }),
  };
  const effects = actions.map(
    (name) =>
      decideAccess({
        request: { action: `kms:${name}`, principal: account, context, resource: KEY_ARN },
        keyPolicy: renderedPolicy(keyStack(owner)),
        keyAccount: ACCOUNT_ID,
        identityPolicies: Object.values(policies).map(({ Properties }) =>
          parseIdentityPolicy(Properties.PolicyDocument),
        ),
      }).effect,
  );
  return [...new Set(effects)].join('/');
}

const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/grantee`;
const FOREIGN_ROLE_ARN = `arn:aws:iam::${OTHER_ACCOUNT}:role/grantee`;
const DECRYPT = ['Decrypt', 'ReEncryptFrom'];
const ENCRYPT = ['Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptTo'];
const GRANTEE = KeyRole.fromRoleName('grantee');
const FOREIGN_GRANTEE = KeyRole.fromPrincipal(new ArnPrincipal(FOREIGN_ROLE_ARN));

const grants: Record<string, (key: IKey, grantee: IGrantable) => unknown> = {
  'nothing but decrypting': (key, grantee) => key.grantDecrypt(grantee),
  'nothing but encrypting': (key, grantee) => key.grantEncrypt(grantee),
  'encrypting and decrypting': (key, grantee) => key.grantEncryptDecrypt(grantee),
  'a grant for an AWS service': (key, grantee) => key.grant(grantee, 'kms:CreateGrant'),
};
const given: Record<string, [encrypt: string, decrypt: string, createGrant: string]> = {
  'nothing but decrypting': ['denied', 'allowed', 'denied'],
  'nothing but encrypting': ['allowed', 'denied', 'denied'],
  'encrypting and decrypting': ['allowed', 'allowed', 'denied'],
  'a grant for an AWS service': ['denied', 'denied', 'allowed'],
};
const owners: [string, KeyAccessProps][] = [
  ...Object.values(AccountTrust).map((trust): [string, KeyAccessProps] => [`trust ${trust}`, { trust }]),
  ...Object.values(AccountTrust).flatMap((trust): [string, KeyAccessProps][] => [
    [`trust ${trust} and the role in users`, { trust, users: [GRANTEE] }],
    [`trust ${trust} and the role in encryptOnly`, { trust, encryptOnly: [GRANTEE] }],
    [`trust ${trust} and the role in decryptOnly`, { trust, decryptOnly: [GRANTEE] }],
  ]),
];

describe.each(Object.keys(grants))('a grant of %s on an imported key is effective or an error', (what) => {
  test.each(owners)('when its owner has set %s', (_, owner) => {
    const stack = consumer();
    const key = imported(stack, owner);
    let refusal: string | undefined;
    try {
      grants[what](key, role(stack, 'grantee'));
    } catch (error) {
      refusal = (error as Error).message;
    }
    const [encrypt, decrypt, createGrant] = given[what];
    const wanted = [
      ...(encrypt === 'allowed' ? ENCRYPT : []),
      ...(decrypt === 'allowed' ? DECRYPT : []),
      ...(createGrant === 'allowed' ? ['CreateGrant'] : []),
    ];
    if (refusal === undefined) {
      expect(effect(owner, stack, wanted)).toBe('allowed');
    } else {
      expect(refusal).toMatch(
        /the owner of the key must add KeyRole.fromRoleName\("grantee"\) to (encryptOnly or users|decryptOnly or users|users), and the import repeat it|the key policy denies it in statement \w+: change the part/,
      );
      expect(effect(owner, stack, wanted)).not.toBe('allowed');
    }
  });

  test('when the role is of another account, which the owner has named', () => {
    const owner = { users: [FOREIGN_GRANTEE] };
    const stack = consumer(app(), PRIMARY_REGION, OTHER_ACCOUNT);
    grants[what](imported(stack, { ...owner, outputRoleArn: READER_OF_OUTPUTS }), role(stack, 'grantee'));
    const [encrypt, decrypt, createGrant] = given[what];
    const by = { arn: FOREIGN_ROLE_ARN };
    expect(effect(owner, stack, ENCRYPT, by)).toBe(encrypt);
    expect(effect(owner, stack, DECRYPT, by)).toBe(decrypt);
    expect(effect(owner, stack, ['CreateGrant'], by)).toBe(createGrant);
  });
});

describe('a grant through one service alone', () => {
  const viaS3 = (grantee: IGrantable) =>
    new ViaServicePrincipal(`s3.${PRIMARY_REGION}.amazonaws.com`, grantee.grantPrincipal);
  const ways: Record<string, (key: ICommonKmsKey, grantee: Role) => unknown> = {
    'on viaService': (key, grantee) => key.viaService('s3').grantDecrypt(grantee),
    'to a ViaServicePrincipal': (key, grantee) => key.grantDecrypt(viaS3(grantee)),
    'by a bucket': (key, grantee) =>
      new Bucket(grantee.stack, 'Bucket', { encryptionKey: key.viaService('s3') }).grantRead(grantee),
  };
  const trusts = [AccountTrust.EVERYTHING, AccountTrust.USE, AccountTrust.VIA_SERVICES];

  test.each(Object.keys(ways).flatMap((way) => trusts.map((trust) => [way, trust] as const)))(
    '%s goes into the policy of the role at trust %s',
    (way, trust) => {
      const stack = consumer();
      ways[way](imported(stack, { trust }), role(stack));
      expect(effect({ trust }, stack, ['Decrypt'], { via: 's3' })).toBe('allowed');
      expect(effect({ trust }, stack, ['Decrypt'], { via: 'sqs' })).toBe('denied');
      expect(effect({ trust }, stack, ['Decrypt'])).toBe('denied');
    },
  );

  test('lets a role read a secret, which another import of the CDK would not', () => {
    const stack = consumer();
    new Secret(stack, 'Secret', { encryptionKey: imported(stack) }).grantRead(role(stack));
    expect(effect({}, stack, ['Decrypt'], { via: 'secretsmanager' })).toBe('allowed');
    expect(effect({}, stack, ['Decrypt'])).toBe('denied');
  });

  test('is one key for one service, and leaves the service itself as it is', () => {
    const stack = consumer();
    const key = imported(stack, { services: [KeyService.sns()] });
    expect(key.viaService('sqs')).toBe(key.viaService('sqs'));
    expect(key.viaService('sqs').viaService('s3')).toBe(key.viaService('s3'));
    expect(key.viaService('sqs').keyRef).toEqual(key.keyRef);
    expect(() => key.viaService('sqs').grantDecrypt(new ServicePrincipal('sns.amazonaws.com'))).not.toThrow();
    expect(() => key.viaService('s3.amazonaws.com')).toThrow(
      'service "s3.amazonaws.com" is refused: it must be the first word of the service\'s endpoint, such as "s3"',
    );
  });

  test('has both spellings of the service in China', () => {
    const stack = consumer(app(), 'cn-north-1');
    imported(stack).viaService('s3').grantDecrypt(role(stack));
    expect(JSON.stringify(Template.fromStack(stack))).toContain(
      '"kms:ViaService":["s3.cn-north-1.amazonaws.com","s3.cn-north-1.amazonaws.com.cn"]',
    );
  });

  test('fails otherwise at trust via-services, naming the way', () => {
    const stack = consumer();
    const key = imported(stack, { trust: AccountTrust.VIA_SERVICES });
    expect(() => key.grantDecrypt(role(stack))).toThrow(/; or grant on key\.viaService\(…\)$/);
  });

  test('fails at trust recovery', () => {
    const stack = consumer();
    const key = imported(stack, { trust: AccountTrust.RECOVERY });
    expect(() => key.grantDecrypt(viaS3(role(stack, 'grantee')))).toThrow(
      /the owner of the key must add KeyRole.fromRoleName\("grantee"\) to decryptOnly or users/,
    );
  });
});

describe('a grant on an imported key fails, naming what its owner must add, when', () => {
  test.each<[string, (stack: Stack) => unknown, string]>([
    [
      'the account is not trusted',
      (stack) => imported(stack, { trust: AccountTrust.RECOVERY }).grantDecrypt(role(stack, 'grantee')),
      `cannot grant kms:Decrypt, kms:ReEncryptFrom on ${ALIAS} to Consumer/Role: its key policy does not let it: the owner of the key must add KeyRole.fromRoleName("grantee") to decryptOnly or users, and the import repeat it`,
    ],
    [
      'the role has no name',
      (stack) => imported(stack, { trust: AccountTrust.RECOVERY }).grantEncrypt(role(stack)),
      'the owner of the key must add the role, by a name that it must be given, to encryptOnly or users',
    ],
    [
      'the role is not changed by the CDK, and the trust would need its policy',
      (stack) =>
        imported(stack).grantEncryptDecrypt(
          Role.fromRoleName(stack, 'Fixed', 'team/fixed', { mutable: false }),
        ),
      'the owner of the key must add KeyRole.fromRoleName("team/fixed") to users',
    ],
    [
      'the grantee is an ARN of another account',
      (stack) => imported(stack).grantDecrypt(new ArnPrincipal(FOREIGN_ROLE_ARN)),
      `the owner of the key must add KeyRole.fromPrincipal(new ArnPrincipal("${FOREIGN_ROLE_ARN}")) to decryptOnly or users`,
    ],
    [
      'the service is one of another Region',
      (stack) =>
        imported(stack, { trust: AccountTrust.VIA_SERVICES }).grantDecrypt(
          new ViaServicePrincipal(`s3.${REPLICA_REGION}.amazonaws.com`, role(stack, 'grantee')),
        ),
      'the owner of the key must add KeyRole.fromRoleName("grantee") to decryptOnly or users',
    ],
    [
      'the grantee is the account itself, which may use the key through services alone',
      (stack) =>
        imported(stack, { trust: AccountTrust.VIA_SERVICES }).grantDecrypt(new AccountPrincipal(ACCOUNT_ID)),
      'its key policy does not let it',
    ],
    [
      'the grantee is an organization',
      (stack) => imported(stack).grantDecrypt(new OrganizationPrincipal('o-a1b2c3d4e5')),
      'its key policy does not let it',
    ],
    [
      'the grantee is another account',
      (stack) => imported(stack).grantDecrypt(new AccountPrincipal(OTHER_ACCOUNT)),
      `the owner of the key must add each role of account ${OTHER_ACCOUNT} by KeyRole.fromPrincipal(new ArnPrincipal(…)) to decryptOnly or users`,
    ],
    [
      'the grantee is a service',
      (stack) => imported(stack).grantEncryptDecrypt(new ServicePrincipal('delivery.logs.amazonaws.com')),
      'the owner of the key must add KeyService.fromServicePrincipal("delivery.logs.amazonaws.com") to services',
    ],
    [
      'a service would work for another account',
      (stack) => {
        const there = new Stack(stack.node.root, 'There', {
          env: { account: OTHER_ACCOUNT, region: PRIMARY_REGION },
        });
        const key = imported(there, { services: [KeyService.sns()], outputRoleArn: READER_OF_OUTPUTS });
        key.grantDecrypt(new ServicePrincipal('sns.amazonaws.com'));
      },
      `a service that calls as itself is let in for account ${ACCOUNT_ID} alone; use a key of account ${OTHER_ACCOUNT}`,
    ],
    [
      'the role is of a permission set that encrypts only',
      (stack) =>
        imported(stack, { encryptOnly: [KeyRole.fromPermissionSetName('writers')] }).grantDecrypt(
          Role.fromRoleArn(
            stack,
            'Writers',
            `arn:aws:iam::${ACCOUNT_ID}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_writers_0123456789abcdef`,
          ),
        ),
      'the key policy denies it in statement EncryptersMayNotDecrypt',
    ],
    [
      'administration is asked for',
      (stack) => imported(stack).grant(role(stack), 'kms:ScheduleKeyDeletion'),
      'trust "use" lets no IAM policy administer the key: name the role in administrators',
    ],
  ])('%s', (_, grant, message) => {
    expect(() => grant(consumer())).toThrow(message);
  });
});

test('a grant is told as a statement of the role, which constructs narrow, wherever it is decided', () => {
  const stack = consumer();
  const key = imported(stack, { trust: AccountTrust.RECOVERY, users: [GRANTEE] });
  const grant = key.grant(role(stack, 'grantee'), 'kms:CreateGrant');
  expect(grant.principalStatement?.resources).toEqual([key.keyArn]);
});

test('a grant to what has no role fails, where the CDK would go on without it', () => {
  const stack = consumer();
  const unknown = Function.fromFunctionArn(
    stack,
    'Function',
    `arn:aws:lambda:${PRIMARY_REGION}:${ACCOUNT_ID}:function:unknown`,
  );
  expect(() => imported(stack).grantDecrypt(unknown)).toThrow(/Consumer\/Function/);
});

test('docs/imports.md shows the error as it is', () => {
  const page = readFileSync(join(__dirname, '..', 'docs', 'imports.md'), 'utf8');
  const [, shown] = /```text\n(.*?)\n```/s.exec(page) ?? [];
  const stack = consumer();
  const reader = new Role(stack, 'Reader', {
    roleName: 'reader',
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
  });
  expect(() => imported(stack, { trust: AccountTrust.RECOVERY }).grantDecrypt(reader)).toThrow(
    shown.replaceAll('\n', ' '),
  );
});

/** Constructs of the CDK that add a statement to the key policy, and count on it. */
const senders: [string, string, (stack: Stack, key: IKey) => unknown, KeyService][] = [
  [
    'SNS → SQS',
    'KeyService.sns()',
    (stack, key) =>
      new Topic(stack, 'Topic').addSubscription(
        new SqsSubscription(new Queue(stack, 'Queue', { encryptionMasterKey: key })),
      ),
    KeyService.sns(),
  ],
  [
    'S3 → SQS',
    'KeyService.s3EventNotifications()',
    (stack, key) =>
      new Bucket(stack, 'Bucket').addObjectCreatedNotification(
        new SqsDestination(new Queue(stack, 'Queue', { encryptionMasterKey: key })),
      ),
    KeyService.s3EventNotifications(),
  ],
  [
    'S3 → SNS',
    'KeyService.s3EventNotifications()',
    (stack, key) =>
      new Bucket(stack, 'Bucket').addObjectCreatedNotification(
        new SnsDestination(new Topic(stack, 'Topic', { masterKey: key })),
      ),
    KeyService.s3EventNotifications(),
  ],
  [
    'EventBridge → SQS',
    'KeyService.eventBridge()',
    (stack, key) =>
      new Queue(stack, 'Queue', { encryptionMasterKey: key }).grantSendMessages(
        new ServicePrincipal('events.amazonaws.com'),
      ),
    KeyService.eventBridge(),
  ],
  [
    'alarms → SNS',
    'KeyService.fromServicePrincipal("cloudwatch.amazonaws.com")',
    (stack, key) =>
      new Topic(stack, 'Topic', { masterKey: key }).grantPublish(
        new ServicePrincipal('cloudwatch.amazonaws.com'),
      ),
    KeyService.fromServicePrincipal('cloudwatch.amazonaws.com'),
  ],
];

describe.each(senders)('a service that works by itself, %s,', (_, name, use, service) => {
  // Without this flag the CDK leaves the key policy of a topic that S3 notifies to its owner.
  const context = { '@aws-cdk/s3-notifications:addS3TrustKeyPolicyForSnsSubscriptions': true };

  test('fails on an imported key, naming what its owner must add', () => {
    const stack = consumer(new App({ context }));
    const key = imported(stack);
    expect(() => use(stack, key)).toThrow(
      `the owner of the key must add ${name} to services, and the import repeat it`,
    );
  });

  test('works once the import says that the owner has added it', () => {
    const stack = consumer(new App({ context }));
    use(stack, imported(stack, { services: [service] }));
    expect(Template.fromStack(stack).findResources('AWS::SQS::Queue')).toBeDefined();
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});
