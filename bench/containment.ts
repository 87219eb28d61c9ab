import { accessUnder } from '../lib/audit/access-questions';
import { compare } from '../lib/audit/contain';
import { parsePolicy, type Policy } from '../lib/audit/policy/document';

/** Measures how long containment takes: two realistic policies, many named roles, and hard inputs. */

const ACCOUNT = '111122223333';
const ENVIRONMENT = { partition: 'aws', account: ACCOUNT, region: 'eu-central-1' };
const USE = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

interface Json {
  readonly Sid: string;
  readonly [element: string]: unknown;
}

const policy = (statements: readonly Json[]): Policy =>
  parsePolicy({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
  });

/** 8 statements, 9 condition keys, 8 principals. */
const REALISTIC: readonly Json[] = [
  {
    Sid: 'AccountRecovery',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy', 'kms:CancelKeyDeletion'],
  },
  {
    Sid: 'Administrators',
    Principal: { AWS: [role('platform/gso'), role('platform/psa'), role('cdk-hnb659fds-cfn-exec-role')] },
    Action: [
      'kms:Describe*',
      'kms:Get*',
      'kms:List*',
      'kms:Put*',
      'kms:Update*',
      'kms:Enable*',
      'kms:TagResource',
    ],
  },
  {
    Sid: 'Users',
    Principal: { AWS: '*' },
    Action: USE,
    Condition: {
      StringEquals: { 'aws:PrincipalAccount': [ACCOUNT, '444455556666'] },
      ArnLike: {
        'aws:PrincipalArn': [
          'arn:aws:iam::*:role/app/*',
          'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_PMA_????????????????',
        ],
      },
    },
  },
  {
    Sid: 'ThroughServices',
    Principal: { AWS: [role('app/etl'), role('app/report'), role('pma')] },
    Action: USE,
    Condition: {
      StringLike: { 'kms:ViaService': ['s3.*.amazonaws.com', 'rds.*.amazonaws.com'] },
      StringEquals: { 'kms:CallerAccount': ACCOUNT, 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
    },
  },
  {
    Sid: 'ServiceGrants',
    Principal: { AWS: [role('app/etl'), role('pma')] },
    Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
    Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  },
  {
    Sid: 'Logs',
    Principal: { Service: 'logs.eu-central-1.amazonaws.com' },
    Action: USE,
    Condition: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:*` },
      StringEquals: { 'aws:SourceAccount': ACCOUNT },
    },
  },
  {
    Sid: 'DenyEarlyDeletion',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'kms:ScheduleKeyDeletion',
    Condition: { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': 30 } },
  },
  {
    Sid: 'DenyOtherOrganizations',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 'kms:*',
    Condition: {
      StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
    },
  },
];

const realistic = policy(REALISTIC);
const narrower = policy(
  REALISTIC.map((statement) =>
    statement.Sid === 'Users' ? { ...statement, Action: ['kms:Encrypt', 'kms:GenerateDataKey'] } : statement,
  ),
);
const wider = policy([
  ...REALISTIC.slice(1),
  {
    ...REALISTIC[0],
    Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'],
  },
]);
const withoutOrganization = policy(REALISTIC.slice(0, 7));

const names = Array.from({ length: 200 }, (_, i) => role(`team-${i % 20}/application-${i}`));
const listed = (roles: readonly string[]): Policy =>
  policy([...REALISTIC, { Sid: 'Many', Principal: { AWS: roles }, Action: USE }]);
const apart = (roles: readonly string[]): Policy =>
  policy([
    ...REALISTIC,
    ...roles.map((arn, i) => ({ Sid: `Role${i}`, Principal: { AWS: arn }, Action: USE[i % USE.length] })),
  ]);
const byCondition = (roles: readonly string[]): Policy =>
  policy([
    ...REALISTIC,
    { Sid: 'Many', Principal: '*', Action: USE, Condition: { StringEquals: { 'aws:PrincipalArn': roles } } },
  ]);

const overlapping = (count: number, offset: number): Policy =>
  policy(
    Array.from({ length: count }, (_, i) => ({
      Sid: `Wild${i}`,
      Principal: '*',
      Action: 'kms:Decrypt',
      Condition: {
        StringLike: { 'kms:EncryptionContext:path': `*${i + offset}*${(i * 7 + offset) % 10}*` },
        StringNotLike: { 'aws:PrincipalTag/team': `*${(i * 3 + offset) % 10}*x*` },
      },
    })),
  );

const CASES: Record<string, { wanted?: number; run: () => string }> = {
  'realistic, unchanged': {
    wanted: 50,
    run: () => compare(realistic, realistic, { environment: ENVIRONMENT }).kind,
  },
  'realistic, narrower': {
    wanted: 50,
    run: () => compare(realistic, narrower, { environment: ENVIRONMENT }).kind,
  },
  'realistic, narrower, environment unknown': { wanted: 50, run: () => compare(realistic, narrower).kind },
  'realistic, wider': { wanted: 50, run: () => compare(realistic, wider, { environment: ENVIRONMENT }).kind },
  'realistic, a Deny removed': { wanted: 50, run: () => compare(realistic, withoutOrganization).kind },
  'realistic, everything it allows': {
    wanted: 250,
    run: () => `${accessUnder(realistic, {}, { environment: ENVIRONMENT }).witnesses.length} kinds`,
  },
  '200 roles in a list, one more': {
    wanted: 250,
    run: () => compare(listed(names.slice(1)), listed(names)).kind,
  },
  '200 roles in a list, one less': {
    wanted: 250,
    run: () => compare(listed(names), listed(names.slice(1))).kind,
  },
  '200 roles in 200 statements, one less': {
    wanted: 250,
    run: () => compare(apart(names), apart(names.slice(1))).kind,
  },
  '200 roles in a condition, one less': {
    wanted: 250,
    run: () => compare(byCondition(names), byCondition(names.slice(1))).kind,
  },
  '4 overlapping wildcards a key': { run: () => compare(overlapping(4, 0), overlapping(4, 1)).kind },
  '12 overlapping wildcards a key': { run: () => compare(overlapping(12, 0), overlapping(12, 1)).kind },
  '40 overlapping wildcards a key': { run: () => compare(overlapping(40, 0), overlapping(40, 1)).kind },
};

const ROUNDS = 15;

console.log(`${'milliseconds'.padEnd(42)}  median   least    most   first`);

for (const [name, { wanted, run }] of Object.entries(CASES)) {
  const times: number[] = [];
  let result = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    result = run();
    times.push(performance.now() - start);
  }
  const first = times[0];
  times.sort((a, b) => a - b);
  const [least, median, most] = [times[0], times[Math.floor(ROUNDS / 2)], times[ROUNDS - 1]];
  const figures = [median, least, most, first].map((time) => time.toFixed(1).padStart(8)).join('');
  console.log(`${name.padEnd(42)}${figures}  ${result}`);
  if (wanted !== undefined && median > wanted) {
    console.error(`${name}: ${median.toFixed(1)} ms at the median, more than ${wanted} ms`);
    process.exitCode = 1;
  }
}
