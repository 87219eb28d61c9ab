import {
  AccountPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  Effect,
  Group,
  type IGrantable,
  OrganizationPrincipal,
  PolicyStatement,
  Role,
  ServicePrincipal,
  User,
  WebIdentityPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { Stack } from 'aws-cdk-lib/core';
import { AccountTrust } from '../lib/account-trust';
import { decideAccess } from '../lib/audit/policy/access';
import { parseIdentityPolicy, parsePolicy } from '../lib/audit/policy/document';
import { parsePrincipal } from '../lib/audit/policy/principal';
import { CommonKmsKey, type CommonKmsKeyProps } from '../lib/common-kms-key';
import { Account } from '../lib/key-alias';
import { KeyRole } from '../lib/key-role';
import { ACCOUNT_ID, app, keyResource, PRIMARY_REGION, REPLICA_REGION } from './synthesized';

const OTHER_ACCOUNT = '999999999999';
const KEY_ARN = `arn:aws:kms:${PRIMARY_REGION}:${ACCOUNT_ID}:key/mrk-11111111111111111111111111111111`;
const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/grantee`;
const TRUSTS = Object.values(AccountTrust);

/** A key in a stack of its own, and a stack beside it. */
function scene(props: Partial<CommonKmsKeyProps> = {}) {
  const scope = app();
  const owner = new Stack(scope, 'Owner', { env: { account: ACCOUNT_ID, region: PRIMARY_REGION } });
  const key = new CommonKmsKey(owner, 'CommonKey', { product: 'atlas', account: Account.DEV, ...props });
  const stackIn = (region: string, account = ACCOUNT_ID) =>
    new Stack(scope, `Beside${account}${region}`, { env: { account, region } });
  return { scope, owner, key, stackIn };
}

const role = (stack: Stack, roleName: string | undefined = 'grantee') =>
  new Role(stack, 'Role', { roleName, assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

interface Rendered {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

/** The resources of a template, with the functions that refer to the key and the role carried out. */
function rendered(stack: Stack, roleArn: string): Rendered[] {
  const text = JSON.stringify(Template.fromStack(stack).toJSON().Resources ?? {});
  const resolved = JSON.parse(text, (_, value: unknown) => {
    const reference = JSON.stringify(value ?? null);
    if (!/^\{"Fn::(GetAtt|ImportValue|GetStackOutput)"/.test(reference)) {
      return value;
    }
    return reference.includes('CommonKey') ? KEY_ARN : roleArn;
  }) as Record<string, Rendered>;
  return Object.values(resolved);
}

/** Whether KMS would let the call through, with all that the app renders to. */
function effect(
  owner: Stack,
  names: string[],
  context: Record<string, string[]> = {},
  arn = ROLE_ARN,
): string {
  const stacks = owner.node.root.node.children.filter((child): child is Stack => child instanceof Stack);
  const all = stacks.flatMap((stack) => rendered(stack, arn));
  const [keyPolicy] = all
    .filter(({ Type }) => Type === 'AWS::KMS::Key')
    .map(({ Properties }) => parsePolicy(Properties.KeyPolicy));
  const identityPolicies = all
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .map(({ Properties }) => parseIdentityPolicy(Properties.PolicyDocument));
  const effects = names.map(
    (name) =>
      decideAccess({
        request: { action: `kms:${name}`, principal: parsePrincipal(arn), context, resource: KEY_ARN },
        keyPolicy,
        keyAccount: ACCOUNT_ID,
        identityPolicies,
      }).effect,
  );
  return [...new Set(effects)].join('/');
}

const DECRYPT = ['Decrypt', 'ReEncryptFrom'];
const ENCRYPT = ['Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptTo'];
const ALIAS = { 'kms:ResourceAliases': ['alias/gwt-atlasdev-cmn-all-kms-sym'] };

describe.each(TRUSTS)('at trust %s a grant is effective', (trust) => {
  const grantees: [string, (of: ReturnType<typeof scene>) => IGrantable][] = [
    ['a role of the same stack', ({ owner }) => role(owner)],
    [
      'a role without a name, of the same stack',
      ({ owner }) => new Role(owner, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }),
    ],
    ['a role of another stack', ({ stackIn }) => role(stackIn(PRIMARY_REGION))],
    ['an imported role', ({ owner }) => Role.fromRoleName(owner, 'Imported', 'grantee')],
    [
      'an imported role that is not changed',
      ({ owner }) => Role.fromRoleName(owner, 'Imported', 'grantee', { mutable: false }),
    ],
    ['an ARN', () => new ArnPrincipal(ROLE_ARN)],
  ];
  test.each(grantees)('for %s, and gives no more than it says', (_, grantee) => {
    const decrypting = scene({ trust });
    decrypting.key.grantDecrypt(grantee(decrypting));
    expect([effect(decrypting.owner, DECRYPT), effect(decrypting.owner, ENCRYPT)]).toEqual([
      'allowed',
      'denied',
    ]);

    const encrypting = scene({ trust });
    encrypting.key.grantEncrypt(grantee(encrypting));
    expect([effect(encrypting.owner, DECRYPT), effect(encrypting.owner, ENCRYPT)]).toEqual([
      'denied',
      'allowed',
    ]);

    const both = scene({ trust });
    both.key.grantEncryptDecrypt(grantee(both));
    expect(effect(both.owner, [...DECRYPT, ...ENCRYPT])).toBe('allowed');
  });

  test('for a user', () => {
    const { owner, key } = scene({ trust });
    key.grantDecrypt(new User(owner, 'User', { userName: 'grantee' }));
    expect(effect(owner, DECRYPT, {}, `arn:aws:iam::${ACCOUNT_ID}:user/grantee`)).toBe('allowed');
  });

  test('for a service, an organization, and another account', () => {
    const { owner, key } = scene({ trust });
    key.grantDecrypt(new ServicePrincipal('ses.amazonaws.com'));
    key.grantDecrypt(new OrganizationPrincipal('o-a1b2c3d4e5'));
    key.grantDecrypt(new AccountPrincipal(OTHER_ACCOUNT));
    const statements = JSON.stringify(keyResource(owner).Properties.KeyPolicy);
    expect(statements).toContain('"Sid":"SesMayDecryptAndReEncryptFrom"');
    expect(statements).toContain('"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}');
    expect(statements).toContain(`arn:aws:iam::${OTHER_ACCOUNT}:root`);
  });

  test('for a role of another account, on both sides and by the alias of the key', () => {
    const { owner, key, stackIn } = scene({ trust });
    key.grantDecrypt(role(stackIn(PRIMARY_REGION, OTHER_ACCOUNT)));
    const arn = `arn:aws:iam::${OTHER_ACCOUNT}:role/grantee`;
    expect([effect(owner, DECRYPT, ALIAS, arn), effect(owner, DECRYPT, {}, arn)]).toEqual([
      'allowed',
      'denied',
    ]);
  });

  test('for grants, as far as an AWS service makes them', () => {
    const { owner, key } = scene({ trust });
    key.grant(role(owner), 'kms:CreateGrant', 'kms:Decrypt');
    expect(effect(owner, ['CreateGrant', 'Decrypt'], { 'kms:GrantIsForAWSResource': ['true'] })).toBe(
      'allowed',
    );
  });

  test('for a pattern of actions, as constructs of the CDK pass them', () => {
    const { owner, key } = scene({ trust });
    key.grant(role(owner), 'kms:GenerateDataKey*', 'kms:DescribeKey');
    expect(effect(owner, ['GenerateDataKey', 'GenerateDataKeyPair', 'DescribeKey'])).toBe('allowed');
    expect(effect(owner, ['Encrypt'])).toBe('denied');
  });

  test('fails for administration unless IAM policies may grant everything', () => {
    const { owner, key } = scene({ trust });
    const administer = () => key.grant(role(owner), 'kms:DisableKey');
    if (trust === AccountTrust.EVERYTHING) {
      administer();
      expect(effect(owner, ['DisableKey'])).toBe('allowed');
    } else {
      expect(administer).toThrow(
        /cannot grant kms:DisableKey on alias\/gwt-atlasdev-cmn-all-kms-sym to Owner\/Role: trust ".*" lets no IAM policy administer the key: name the role in administrators/,
      );
    }
  });

  test('fails for a group where the key policy would have to name it', () => {
    const { owner, key } = scene({ trust });
    const grant = () => key.grantDecrypt(new Group(owner, 'Group'));
    if (trust === AccountTrust.EVERYTHING || trust === AccountTrust.USE) {
      expect(grant).not.toThrow();
    } else {
      expect(grant).toThrow(/a key policy cannot name .*: grant to a role/);
    }
  });
});

describe('a grant of trust use', () => {
  test('to a role of another Region goes by the alias of the key', () => {
    const { owner, key, stackIn } = scene();
    key.grantDecrypt(role(stackIn(REPLICA_REGION)));
    expect([effect(owner, DECRYPT, ALIAS), effect(owner, DECRYPT)]).toEqual(['allowed', 'denied']);
  });

  test('leaves the key policy alone', () => {
    const { owner, key } = scene();
    const before = JSON.stringify(keyResource(scene().owner).Properties.KeyPolicy);
    key.grantEncryptDecrypt(role(owner));
    expect(JSON.stringify(keyResource(owner).Properties.KeyPolicy)).toBe(before);
  });
});

describe('a grant fails, saying why, when', () => {
  const recovery = { trust: AccountTrust.RECOVERY };
  const { key, owner } = scene();
  test.each<[string, () => unknown, string]>([
    [
      'everybody is the grantee',
      () => key.grantDecrypt(new AnyPrincipal()),
      'everyone is no grantee of a key: grant to a role, a service or an account',
    ],
    [
      'the grantee is federated',
      () => key.grantDecrypt(new WebIdentityPrincipal('accounts.google.com')),
      'a key policy cannot name {"Federated":["accounts.google.com"]}: grant to a role',
    ],
    [
      'the key cannot sign',
      () => key.grantSign(role(owner)),
      '"kms:Sign" is no operation on a symmetric encryption key',
    ],
    [
      'the key cannot verify',
      () => key.grantVerify(new ArnPrincipal(ROLE_ARN)),
      '"kms:Verify" is no operation',
    ],
    [
      'the key cannot sign and verify',
      () => key.grantSignVerify(new ArnPrincipal(ROLE_ARN)),
      '"kms:Sign" is no operation',
    ],
    [
      'the key makes no MACs',
      () => key.grantGenerateMac(new ArnPrincipal(ROLE_ARN)),
      '"kms:GenerateMac" is no operation',
    ],
    [
      'the key verifies no MACs',
      () => key.grantVerifyMac(new ArnPrincipal(ROLE_ARN)),
      '"kms:VerifyMac" is no operation',
    ],
    [
      'the role is encrypt only',
      () => {
        const one = scene({ encryptOnly: [KeyRole.fromRoleName('grantee')] });
        one.key.grantDecrypt(role(one.owner));
      },
      'the key policy denies it in statement EncryptersMayNotDecrypt',
    ],
    [
      'the role is a user and asks for administration',
      () => {
        const one = scene({ trust: AccountTrust.EVERYTHING, users: [KeyRole.fromRoleName('grantee')] });
        one.key.grant(role(one.owner), 'kms:PutKeyPolicy');
      },
      'the key policy denies it in statement UsersMayNotAdminister',
    ],
    [
      'the role has no name, and its stack is another than that of a key policy that must name it',
      () => {
        const one = scene(recovery);
        one.key.grantDecrypt(
          new Role(one.stackIn(PRIMARY_REGION), 'Role', {
            assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
          }),
        );
      },
      'its name is made up at deployment, in another stack than the key: give it a name, or make it in the stack of the key',
    ],
  ])('%s', (_, grant, message) => {
    expect(grant).toThrow(message);
  });
});

describe('statements that constructs add to the key policy', () => {
  const statement = (actions: string[]) =>
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('s3.amazonaws.com')],
      actions,
      resources: ['*'],
    });
  const sids = (stack: Stack) =>
    (keyResource(stack).Properties.KeyPolicy as { Statement: { Sid: string }[] }).Statement.map(
      ({ Sid }) => Sid,
    );

  test('get a Sid that tells what they are, once each', () => {
    const { owner, key } = scene();
    key.addToResourcePolicy(statement(['kms:Decrypt']));
    key.addToResourcePolicy(statement(['kms:Decrypt']));
    key.addToResourcePolicy(statement(['kms:Decrypt', 'kms:GenerateDataKey*']));
    key.addToResourcePolicy(statement(['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:Encrypt']));
    key.addToResourcePolicy(statement(['kms:Decrypt', 'kms:ReEncrypt*', 'kms:Encrypt']));
    expect(sids(owner).slice(-4)).toEqual([
      'S3MayDecrypt',
      'S3MayDecryptAndGenerateDataKey',
      'S3MayUseKey',
      'S3MayUseKey2',
    ]);
  });
});
