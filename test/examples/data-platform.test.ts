import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { context } from '../../examples/data-platform/cdk.json';
import { decideAccess } from '../../lib/audit/policy/access';
import { parseIdentityPolicy } from '../../lib/audit/policy/document';
import { parsePrincipal } from '../../lib/audit/policy/principal';
import { callerIn } from '../../local/caller';
import { Site, synthesize } from '../local/site';
import { installedProject, run } from '../packed-library';
import { ACCOUNT_ID, keyStack, PRIMARY_REGION, renderedPolicy } from '../synthesized';

const PACKAGES = ['@types/node', 'aws-cdk-lib', 'cdk-nag', 'constructs', 'typescript'];
const KEY_ARN = `arn:aws:kms:${PRIMARY_REGION}:${ACCOUNT_ID}:key/mrk-11111111111111111111111111111111`;
const STACK = `data-path-${PRIMARY_REGION}`;
const NODE = process.execPath;

let place: string;
let synthesized: string;
const read = (file: string) => JSON.parse(readFileSync(join(synthesized, file), 'utf8')) as unknown;

beforeAll(() => {
  place = installedProject('examples/data-platform', PACKAGES);
  synthesized = join(place, 'cdk.out');
  run(place, NODE, ['node_modules/typescript/bin/tsc']);
  run(place, NODE, ['dist/app.js'], {
    CDK_CONTEXT_JSON: JSON.stringify(context),
    CDK_OUTDIR: synthesized,
    CDK_VALIDATION: 'true',
  });
}, 300_000);

afterAll(() => rmSync(place, { recursive: true, force: true }));

test('the example compiles strictly against the packed library, and its own tests pass', () => {
  expect(run(place, NODE, ['--test', 'dist'])).toContain('# fail 0\n');
}, 120_000);

test('cdk-nag ran and finds nothing but the wildcard that means every object', () => {
  const { pluginReports } = read('validation-report.json') as {
    pluginReports: {
      pluginName: string;
      violations: unknown[];
      suppressedViolations?: { ruleName: string }[];
    }[];
  };
  const [nag] = pluginReports.filter(({ pluginName }) => pluginName === 'AwsSolutions');
  expect(nag.violations).toEqual([]);
  const acknowledged = new Set(
    nag.suppressedViolations?.map(({ ruleName }) => ruleName.replace(/<\w+/, '<Data')),
  );
  expect([...acknowledged]).toEqual(['AwsSolutions-IAM5[Resource::<Data.Arn>/*]']);
});

/** Whether KMS lets a role of the example through, with the key policy as the convention makes it. */
function decided(role: 'Writer' | 'Platform', action: string, service?: string): string {
  const { Resources } = read(`${STACK}.template.json`) as {
    Resources: Record<string, { Type: string; Properties: { PolicyDocument: unknown; Roles: unknown } }>;
  };
  const identityPolicies = Object.values(Resources)
    .filter(
      ({ Type, Properties }) =>
        Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(role),
    )
    .map(({ Properties }) =>
      JSON.stringify(Properties.PolicyDocument, (_, value: unknown) => {
        const [reference] = Object.keys(Object(value) as object);
        if (reference === 'Fn::GetStackOutput') return KEY_ARN;
        return reference === 'Fn::Join' ? 'arn:aws:s3:::data/*' : value;
      }),
    )
    .map((text) => parseIdentityPolicy(JSON.parse(text)));
  expect(identityPolicies).toHaveLength(1);
  return decideAccess({
    request: {
      action: `kms:${action}`,
      principal: parsePrincipal(`arn:aws:iam::${ACCOUNT_ID}:role/${role}`),
      context: {
        'kms:CallerAccount': [ACCOUNT_ID],
        ...(service && { 'kms:ViaService': [`${service}.${PRIMARY_REGION}.amazonaws.com`] }),
      },
      resource: KEY_ARN,
    },
    keyPolicy: renderedPolicy(keyStack()),
    keyAccount: ACCOUNT_ID,
    identityPolicies,
  }).effect;
}

test.each([
  ['the writer puts an object, for which S3 makes a data key', 'Writer', 'GenerateDataKey', 's3', 'allowed'],
  ['the writer reads nothing back', 'Writer', 'Decrypt', 's3', 'denied'],
  ['the writer moves no ciphertext to a key of its own', 'Writer', 'ReEncryptFrom', 's3', 'denied'],
  ['the writer encrypts nothing past S3', 'Writer', 'GenerateDataKey', undefined, 'denied'],
  ['the platform reads an object', 'Platform', 'Decrypt', 's3', 'allowed'],
  ['the platform decrypts nothing past S3', 'Platform', 'Decrypt', undefined, 'denied'],
  ['the platform decrypts nothing through another service', 'Platform', 'Decrypt', 'sqs', 'denied'],
  ['the platform writes nothing', 'Platform', 'GenerateDataKey', 's3', 'denied'],
  ['the platform administers nothing', 'Platform', 'PutKeyPolicy', undefined, 'denied'],
] as const)('%s', (_, role, action, service, effect) => {
  expect(decided(role, action, service)).toBe(effect);
});

describe('deployed beside the common key, on the local endpoint,', () => {
  const Key = 'reading.json';
  const Body = Buffer.from('{"celsius":21}');
  let site: Site;
  let bucket: string;
  let commonKey: string;

  beforeAll(async () => {
    site = await Site.start();
    const [{ template }] = synthesize({}, [PRIMARY_REGION]).assembly.stacks;
    expect(await site.deploy(PRIMARY_REGION, template as object)).toEqual({
      status: 'CREATE_COMPLETE',
      reasons: [],
    });
    [{ Arn: commonKey }] = (await site.keys(PRIMARY_REGION)) as unknown as { Arn: string }[];
    const Name = '/cdk-bootstrap/hnb659fds/version';
    await site.call('ssm', 'PutParameter', { Name, Value: '30', Type: 'String' });
    await site.call('cloudformation', 'CreateStack', {
      StackName: STACK,
      // The endpoint writes no access logs.
      TemplateBody: JSON.stringify(read(`${STACK}.template.json`), (name, value: unknown) =>
        name === 'LoggingConfiguration' ? undefined : value,
      ),
      Parameters: [],
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    });
    const { StackResources } = await site.call<{
      StackResources: { LogicalResourceId: string; PhysicalResourceId: string }[];
    }>('cloudformation', 'DescribeStackResources', { StackName: STACK });
    const made = StackResources.filter(({ LogicalResourceId }) =>
      /^Data[0-9A-F]{8}$/.test(LogicalResourceId),
    );
    [{ PhysicalResourceId: bucket }] = made;
  }, 60_000);

  afterAll(() => site.stop());

  const as = (role: 'writer' | 'reader') => {
    const arn = `arn:aws:iam::${ACCOUNT_ID}:role/gwt-atlasdev-iamr-data-${role}-${PRIMARY_REGION}`;
    const identity = { account: ACCOUNT_ID, arn, principalArn: arn, userId: role, session: { name: 'test' } };
    return callerIn(identity, PRIMARY_REGION);
  };
  const put = (role: 'writer' | 'reader', headers: object, secure = true) =>
    site.call('s3', 'PutObject', { Bucket: bucket, Key, Body, ...headers }, PRIMARY_REGION, {
      ...as(role),
      secure,
    });
  const get = (role: 'writer' | 'reader') =>
    site.call('s3', 'GetObject', { Bucket: bucket, Key }, PRIMARY_REGION, as(role));
  const underTheKey = () => ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: commonKey });

  test('the writer puts what the platform reads, and cannot read it back', async () => {
    await put('writer', underTheKey());
    expect(await get('reader')).toMatchObject({ Body, SSEKMSKeyId: commonKey, BucketKeyEnabled: true });
    await expect(get('writer')).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(put('reader', underTheKey())).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  test.each([
    ['no encryption', {}],
    ['the key of S3', { ServerSideEncryption: 'AES256' }],
    ['the AWS managed key', { ServerSideEncryption: 'aws:kms' }],
    ['another key', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ARN }],
  ])('a put with %s is refused', async (_, headers) => {
    await expect(put('writer', headers)).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  test('a put without TLS is refused', async () => {
    await expect(put('writer', underTheKey(), false)).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});
