import { Template } from 'aws-cdk-lib/assertions';
import { ArnPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BootstraplessSynthesizer, Stack } from 'aws-cdk-lib/core';
import { administrator, callerIn } from '../local/caller';
import { CommonKmsKey, type CommonKmsKeyConventionProps } from '../lib/common-kms-key';
import { Account } from '../lib/key-alias';
import { KeyRole } from '../lib/key-role';
import { ACCOUNT, PRIMARY, REPLICA, Site, synthesize } from './local/site';
import { app } from './synthesized';

const OTHER_ACCOUNT = '999999999999';
const WITHOUT_KEY = 'eu-north-1';

let site: Site;

beforeAll(async () => {
  site = await Site.start();
  for (const stack of synthesize().assembly.stacks) {
    const { status } = await site.deploy(stack.environment.region, stack.template as object);
    expect(status).toBe('CREATE_COMPLETE');
  }
}, 60_000);

afterAll(() => site.stop());

/** Deploys a stack with one role that may encrypt with the common key, and tells which key its policy names. */
async function deployed(
  region: string,
  account = ACCOUNT,
  props: Partial<CommonKmsKeyConventionProps> = {},
): Promise<unknown> {
  const StackName = `consumer-${account}-${region}`;
  const stack = new Stack(app(), StackName, {
    env: { account, region },
    synthesizer: new BootstraplessSynthesizer(),
  });
  const encrypter = new Role(stack, 'Encrypter', {
    roleName: `encrypter-${region}`,
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
  });
  CommonKmsKey.fromConvention(stack, 'Key', {
    product: 'atlas',
    account: Account.DEV,
    ...props,
  }).grantEncrypt(encrypter);
  const caller = callerIn(administrator(account), region);
  const call = <Output>(service: string, operation: string, input: object) =>
    site.call<Output>(service, operation, input, region, caller);
  await call('cloudformation', 'CreateStack', {
    StackName,
    TemplateBody: JSON.stringify(Template.fromStack(stack).toJSON()),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
  const { Stacks } = await call<{ Stacks: { StackStatus: string }[] }>('cloudformation', 'DescribeStacks', {
    StackName,
  });
  if (Stacks[0].StackStatus !== 'CREATE_COMPLETE') {
    const { StackEvents } = await call<{ StackEvents: { ResourceStatusReason?: string }[] }>(
      'cloudformation',
      'DescribeStackEvents',
      { StackName },
    );
    throw new Error(StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason).join());
  }
  const RoleName = `encrypter-${region}`;
  const { PolicyNames } = await call<{ PolicyNames: string[] }>('iam', 'ListRolePolicies', { RoleName });
  const { PolicyDocument } = await call<{ PolicyDocument: string }>('iam', 'GetRolePolicy', {
    RoleName,
    PolicyName: PolicyNames[0],
  });
  const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as {
    Statement: { Resource: unknown }[];
  };
  return Statement[0].Resource;
}

const arnOf = async (region: string) =>
  ((await site.keys(region)) as unknown as { Arn: string }[]).map(({ Arn }) => Arn)[0];

test.each([PRIMARY, REPLICA])(
  'in %s the role may use the key of that Region, by its true ARN',
  async (region) => {
    expect(await arnOf(region)).toMatch(new RegExp(`^arn:aws:kms:${region}:${ACCOUNT}:key/mrk-`));
    expect(await deployed(region)).toBe(await arnOf(region));
  },
);

test('fails in a Region without a related key, and says which stack is missing', async () => {
  await expect(deployed(WITHOUT_KEY)).rejects.toThrow(/gwt-atlasdev-cmn-all-kms-sym does not exist/);
});

test('in another account the key is found with a role that reads the output, and used once its owner agrees', async () => {
  const trust = { Effect: 'Allow', Principal: { AWS: OTHER_ACCOUNT }, Action: 'sts:AssumeRole' };
  const mayRead = { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: '*' };
  const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
  const RoleName = 'output-reader';
  await site.call('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: policy(trust) });
  await site.call('iam', 'PutRolePolicy', { RoleName, PolicyName: 'Read', PolicyDocument: policy(mayRead) });

  const arn = `arn:aws:iam::${OTHER_ACCOUNT}:role/encrypter-${PRIMARY}`;
  const agreed = { encryptOnly: [KeyRole.fromPrincipal(new ArnPrincipal(arn))] };
  const outputRoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
  const keyArn = await arnOf(PRIMARY);
  expect(await deployed(PRIMARY, OTHER_ACCOUNT, { ...agreed, outputRoleArn })).toBe(keyArn);

  const identity = { account: OTHER_ACCOUNT, arn, principalArn: arn, userId: 'encrypter' };
  const ask = (operation: string, input: object) =>
    site.call<{ CiphertextBlob: string }>('kms', operation, { KeyId: keyArn, ...input }, PRIMARY, {
      ...callerIn(identity, PRIMARY),
      session: { name: 'test' },
    });
  const encrypting = () => ask('Encrypt', { Plaintext: 'c2VjcmV0' });
  await expect(encrypting()).rejects.toMatchObject({ code: 'AccessDeniedException' });

  const [{ template }] = synthesize(agreed).assembly.stacks;
  expect((await site.deploy(PRIMARY, template as object)).status).toBe('UPDATE_COMPLETE');
  const { CiphertextBlob } = await encrypting();
  await expect(ask('Decrypt', { CiphertextBlob })).rejects.toMatchObject({ code: 'AccessDeniedException' });
});
