import type { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { evaluate } from '../lib/audit/policy/evaluate';
import { parsePrincipal } from '../lib/audit/policy/principal';
import { KeyService } from '../lib/key-service';
import { ACCOUNT_ID, keyStack, renderedPolicy } from './synthesized';

const OTHER_ACCOUNT = '999999999999';
const SERVICE_ROLE = 'role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';

const level = (service: KeyService, action: string, principal: string, context = {}) =>
  evaluate(renderedPolicy(keyStack({ services: [service] })), {
    action: `kms:${action}`,
    principal: parsePrincipal(principal),
    context,
  }).level;

describe('a service of any name', () => {
  const alarms = KeyService.fromServicePrincipal('cloudwatch.amazonaws.com');

  test.each([
    ['Decrypt', ACCOUNT_ID, 'direct'],
    ['GenerateDataKey', ACCOUNT_ID, 'direct'],
    ['Encrypt', ACCOUNT_ID, 'none'],
    ['Decrypt', OTHER_ACCOUNT, 'none'],
  ])('may %s for account %s: %s', (action, account, expected) => {
    const context = { 'aws:SourceAccount': [account] };
    expect(level(alarms, action, 'cloudwatch.amazonaws.com', context)).toBe(expected);
  });

  test('may do what it is said to do', () => {
    const packages = KeyService.fromServicePrincipal('lambda.amazonaws.com', 'kms:Decrypt');
    const context = { 'aws:SourceAccount': [ACCOUNT_ID] };
    expect(level(packages, 'Decrypt', 'lambda.amazonaws.com', context)).toBe('direct');
    expect(level(packages, 'GenerateDataKey', 'lambda.amazonaws.com', context)).toBe('none');
  });

  test.each(['cloudwatch', 'CloudWatch.amazonaws.com', 'cloudwatch.example.com', '*', ''])(
    'fails, naming it, for %j',
    (principal) => {
      expect(() => KeyService.fromServicePrincipal(principal)).toThrow(
        `service principal ${JSON.stringify(principal)} is refused: it must read like "cloudwatch.amazonaws.com"`,
      );
    },
  );
});

describe('EC2 Auto Scaling', () => {
  const own = KeyService.ec2AutoScaling();
  const suffixed = KeyService.ec2AutoScaling('team');
  const forService = { 'kms:GrantIsForAWSResource': ['true'] };

  test.each([
    ['uses the key', own, 'Decrypt', `${ACCOUNT_ID}:${SERVICE_ROLE}`, {}, 'direct'],
    ['grants it to EBS', own, 'CreateGrant', `${ACCOUNT_ID}:${SERVICE_ROLE}`, forService, 'direct'],
    ['grants it to nobody else', own, 'CreateGrant', `${ACCOUNT_ID}:${SERVICE_ROLE}`, {}, 'none'],
    ['administers nothing', own, 'DisableKey', `${ACCOUNT_ID}:${SERVICE_ROLE}`, {}, 'none'],
    ['is not that of another account', own, 'Decrypt', `${OTHER_ACCOUNT}:${SERVICE_ROLE}`, {}, 'none'],
    ['has a suffix', suffixed, 'Decrypt', `${ACCOUNT_ID}:${SERVICE_ROLE}_team`, {}, 'direct'],
  ])('%s', (_, service, action, role, context, expected) => {
    expect(level(service, action, `arn:aws:iam::${role}`, context)).toBe(expected);
  });
});

test.each([
  ['KeyService.cloudTrail()', KeyService.cloudTrail()],
  ['KeyService.cloudWatchLogs()', KeyService.cloudWatchLogs()],
  ['KeyService.eventBridge()', KeyService.eventBridge()],
  ['KeyService.s3EventNotifications()', KeyService.s3EventNotifications()],
  ['KeyService.sns()', KeyService.sns()],
  [
    'KeyService.fromServicePrincipal("ses.amazonaws.com")',
    KeyService.fromServicePrincipal('ses.amazonaws.com'),
  ],
])('an error names %s, which lets that service in', (name, service) => {
  const context = {
    partition: 'aws',
    account: ACCOUNT_ID,
    region: 'eu-central-1',
    urlSuffix: 'amazonaws.com',
  };
  for (const { principals } of service._statements(context)) {
    expect(KeyService._named((principals[0] as ServicePrincipal).service)).toBe(name);
  }
});
