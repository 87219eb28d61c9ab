import { parsePolicy } from '../lib/audit/policy/document';
import { evaluate } from '../lib/audit/policy/evaluate';
import { parsePrincipal } from '../lib/audit/policy/principal';
import type { Request } from '../lib/audit/policy/request';

/**
 * Measures decisions a second on a policy of realistic size: 8 statements, 9 condition keys, 8 principals.
 *
 * It counts the time of the processor, so that other programs on the machine do not count.
 */

const WANTED_PER_SECOND = 200_000;
const ROUNDS = 9;
const DECISIONS_PER_ROUND = 100_000;

const ACCOUNT = '111122223333';
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const use = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

const policy = parsePolicy({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'AccountRecovery',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy', 'kms:CancelKeyDeletion'],
      Resource: '*',
    },
    {
      Sid: 'Administrators',
      Effect: 'Allow',
      Principal: { AWS: [role('platform/gso'), role('platform/psa')] },
      Action: [
        'kms:Describe*',
        'kms:Get*',
        'kms:List*',
        'kms:Put*',
        'kms:Update*',
        'kms:Enable*',
        'kms:Disable*',
      ],
      Resource: '*',
    },
    {
      Sid: 'Users',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: use,
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:PrincipalAccount': ACCOUNT },
        ArnLike: { 'aws:PrincipalArn': [role('pma'), role('app/*/reader'), role('app/*/writer')] },
      },
    },
    {
      Sid: 'ThroughServices',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: use,
      Resource: '*',
      Condition: {
        StringLike: { 'kms:ViaService': ['s3.*.amazonaws.com', 'sqs.*.amazonaws.com'] },
        StringEquals: { 'kms:CallerAccount': ACCOUNT, 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
      },
    },
    {
      Sid: 'ServiceGrants',
      Effect: 'Allow',
      Principal: { AWS: [role('pma'), role('app/etl/writer'), role('app/etl/reader')] },
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: {
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
        'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt', 'Encrypt', 'GenerateDataKey'] },
      },
    },
    {
      Sid: 'Logs',
      Effect: 'Allow',
      Principal: { Service: 'logs.eu-central-1.amazonaws.com' },
      Action: use,
      Resource: '*',
      Condition: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:*` },
      },
    },
    {
      Sid: 'DenyEarlyDeletion',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'kms:ScheduleKeyDeletion',
      Resource: '*',
      Condition: { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } },
    },
    {
      Sid: 'DenyLockoutBypass',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: ['kms:PutKeyPolicy', 'kms:CreateKey'],
      Resource: '*',
      Condition: { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
    },
  ],
});

const context = {
  'aws:PrincipalOrgID': ['o-a1b2c3d4e5'],
  'aws:SourceVpce': ['vpce-0123456789abcdef0'],
  'kms:EncryptionContext:tenant': ['atlas'],
  'kms:EncryptionContextKeys': ['tenant', 'purpose'],
};
const requests: readonly Request[] = [
  { action: 'kms:Decrypt', principal: parsePrincipal(role('pma')), context },
  { action: 'kms:GenerateDataKey', principal: parsePrincipal(role('app/etl/writer')), context },
  {
    action: 'kms:Decrypt',
    principal: parsePrincipal(role('somebody')),
    context: { ...context, 'kms:ViaService': ['s3.eu-central-1.amazonaws.com'] },
  },
  { action: 'kms:PutKeyPolicy', principal: parsePrincipal(role('platform/gso')), context },
  {
    action: 'kms:CreateGrant',
    principal: parsePrincipal(role('pma')),
    context: { ...context, 'kms:GrantIsForAWSResource': ['true'], 'kms:GrantOperations': ['Decrypt'] },
  },
  {
    action: 'kms:ScheduleKeyDeletion',
    principal: parsePrincipal(role('platform/psa')),
    context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': ['7'] },
  },
  {
    action: 'kms:Encrypt',
    principal: parsePrincipal('logs.eu-central-1.amazonaws.com'),
    context: {
      'kms:EncryptionContext:aws:logs:arn': [`arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/app`],
    },
  },
  { action: 'kms:Decrypt', principal: parsePrincipal('arn:aws:iam::444455556666:role/other'), context },
];

function decisionsPerSecond(): number {
  const start = process.cpuUsage();
  for (let index = 0; index < DECISIONS_PER_ROUND; index++) {
    evaluate(policy, requests[index % requests.length]);
  }
  const { user, system } = process.cpuUsage(start);
  return DECISIONS_PER_ROUND / ((user + system) / 1e6);
}

const rates = Array.from({ length: ROUNDS }, decisionsPerSecond).sort((one, other) => one - other);
const median = rates[Math.floor(ROUNDS / 2)];
const format = (rate: number | undefined) => Math.round(rate ?? 0).toLocaleString('en');
console.log(`decisions a second: median ${format(median)}, ${format(rates[0])} to ${format(rates.at(-1))}`);
console.log(`wanted: ${format(WANTED_PER_SECOND)}`);
process.exitCode = median >= WANTED_PER_SECOND ? 0 : 1;
