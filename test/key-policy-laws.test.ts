import * as fc from 'fast-check';
import { AccountTrust } from '../lib/account-trust';
import { accessFromOutside, compareBothWays, deadStatements, keeps } from '../lib/audit/access-questions';
import { compare } from '../lib/audit/contain';
import { type Policy, parsePolicy } from '../lib/audit/policy/document';
import type { KeyAccessProps } from '../lib/key-access';
import { KeyRole } from '../lib/key-role';
import { KeyService } from '../lib/key-service';
import { ACCOUNT_ID, keyResource, keyStack, PRIMARY_REGION, renderedPolicy } from './synthesized';

// Every law is decided for all requests there are, not for a sample of them.
const options = { environment: { partition: 'aws', account: ACCOUNT_ID, region: PRIMARY_REGION } };
const CONTAINED = { kind: 'contained', restsOn: [] };
const policyOf = (props: KeyAccessProps) => renderedPolicy(keyStack(props));

/** What a key policy would allow, with further denials beside it. */
function denying(policy: object, ...denials: object[]): Policy {
  const { Statement } = policy as { Statement: object[] };
  const everybody = { Effect: 'Deny', Principal: { AWS: '*' }, Resource: '*' };
  return parsePolicy({
    Statement: [...Statement, ...denials.map((denial) => ({ ...everybody, ...denial }))],
  });
}

const role = fc.oneof(
  fc.constantFrom('gso', 'psa', 'pma', 'reader').map((name) => KeyRole.byConvention(name)),
  fc.constantFrom('Security', 'Operations').map((name) => KeyRole.fromPermissionSetName(name)),
  fc.constantFrom('team/agent', 'agent').map((name) => KeyRole.fromRoleName(name)),
);
const access: fc.Arbitrary<KeyAccessProps> = fc.record(
  {
    administrators: fc.array(role, { minLength: 1, maxLength: 2 }),
    users: fc.array(role, { maxLength: 2 }),
    // Roles of their own: those that contradict users are refused, which other tests show.
    encryptOnly: fc.constant([KeyRole.byConvention('writer')]),
    decryptOnly: fc.constant([KeyRole.byConvention('archivist')]),
    trust: fc.constantFrom(...Object.values(AccountTrust)),
    organizationId: fc.constant('o-a1b2c3d4e5'),
    services: fc.subarray([KeyService.cloudWatchLogs(), KeyService.s3EventNotifications()]),
  },
  { requiredKeys: [] },
);

describe('whoever is named for whatever,', () => {
  const holds = (law: (policy: Policy, document: object) => void) =>
    fc.assert(
      fc.property(access, (props) => {
        const stack = keyStack(props);
        law(renderedPolicy(stack), keyResource(stack).Properties.KeyPolicy as object);
      }),
      { numRuns: 10 },
    );

  test('nobody outside the account is let in', () => {
    holds((policy) => {
      expect(accessFromOutside(policy, [ACCOUNT_ID], options)).toEqual({ witnesses: [], unknown: [] });
    });
  });

  test('no deletion with a window under 30 days, no bypass of the lockout check, no replica elsewhere', () => {
    holds((policy, document) => {
      const guarded = denying(
        document,
        {
          Action: 'kms:ScheduleKeyDeletion',
          Condition: { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } },
        },
        { Action: 'kms:PutKeyPolicy', Condition: { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } } },
        { Action: 'kms:ReplicateKey', Condition: { StringNotEquals: { 'kms:ReplicaRegion': 'eu-west-1' } } },
      );
      expect(compare(guarded, policy, options)).toEqual(CONTAINED);
    });
  });

  test('the account can recover the key', () => {
    const recovery = (condition: object) =>
      parsePolicy({
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` },
          Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy', 'kms:CancelKeyDeletion'],
          Resource: '*',
          Condition: condition,
        },
      });
    const required = recovery({
      ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT_ID}:role/last-resort` },
      StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
      Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'false' },
    });
    holds((policy) => expect(keeps(policy, required, options)).toEqual(CONTAINED));
  });
});

test('each level of trust gives all that the next tighter one gives, and more', () => {
  const levels = [
    AccountTrust.EVERYTHING,
    AccountTrust.USE,
    AccountTrust.VIA_SERVICES,
    AccountTrust.RECOVERY,
  ];
  const [everything, use, viaServices, recovery] = levels.map((trust) => policyOf({ trust }));
  for (const [wider, tighter] of [
    [everything, use],
    [use, viaServices],
    [viaServices, recovery],
  ]) {
    expect(compare(wider, tighter, options)).toEqual(CONTAINED);
    expect(compare(tighter, wider, options).kind).toBe('witness');
  }
});

test('every statement that allows something allows what no other does', () => {
  const dead = deadStatements(policyOf({}), options).filter(({ statement }) => statement.effect === 'Allow');
  expect(dead.map(({ statement }) => statement.sid)).toEqual([]);
});

test('the order in which roles are named means nothing', () => {
  const roles = [KeyRole.GSO, KeyRole.PSA, KeyRole.fromPermissionSetName('Security')];
  const forth = policyOf({ administrators: roles, users: roles });
  const back = policyOf({ administrators: [...roles].reverse(), users: [...roles].reverse() });
  expect(compareBothWays(forth, back, options)).toEqual(CONTAINED);
});
