import { compare, Comparison } from '../../lib/audit/contain';
import { parsePolicy } from '../../lib/audit/policy/document';

const ROOT = { Principal: { AWS: 'arn:aws:iam::111122223333:root' } };
const PMA = { Principal: { AWS: 'arn:aws:iam::111122223333:role/PMA' } };

const policy = (...statements: object[]) =>
  parsePolicy({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({
      Effect: 'Allow',
      Principal: '*',
      Action: 'kms:*',
      Resource: '*',
      ...statement,
    })),
  });

describe('compare', () => {
  test('finds the request that a new statement lets through, with the statements that decide', () => {
    const next = policy(ROOT, { ...PMA, Sid: 'Delete', Action: 'kms:ScheduleKeyDeletion' });
    expect(compare(policy(ROOT), next)).toMatchObject({
      kind: 'witness',
      witness: {
        request: {
          action: 'kms:ScheduleKeyDeletion',
          principal: { kind: 'role', arn: 'arn:aws:iam::111122223333:role/PMA' },
          context: {},
        },
        actions: ['kms:ScheduleKeyDeletion'],
        oldLevel: 'delegated',
        newLevel: 'direct',
        oldStatements: [{ position: 1 }],
        newStatements: [{ position: 2, sid: 'Delete' }],
      },
    });
  });

  test('tells a wildcard from the list of all actions that there are today', () => {
    const describe = policy({ Action: ['kms:DescribeKey'] });
    expect(compare(policy({ Action: 'kms:Describe*' }), describe).kind).toBe('contained');
    expect(compare(describe, policy({ Action: 'kms:Describe*' }))).toMatchObject({
      witness: { request: { action: 'kms:DescribeAnActionOfTheFuture' } },
    });
  });
});

describe('Comparison', () => {
  test('answers for a part of the requests', () => {
    const comparison = new Comparison(policy(ROOT), policy(ROOT, { ...PMA, Action: 'kms:Decrypt' }));
    expect(comparison.first({ actions: ['kms:Encrypt'] }).kind).toBe('contained');
    expect(comparison.all({ actions: ['kms:decrypt'] }).witnesses).toHaveLength(1);
  });
});
