import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  KEY_ACTIONS,
  KMS_ACTIONS,
  LATER_ACTION,
  canOccur,
  findAction,
  findConditionKey,
} from '../../../lib/audit/policy/kms-service';
import * as kmsActions from '../../../lib/kms-actions';
import { TABLE_FILE, kmsServiceTable } from '../../../scripts/kms-service-table';

describe('the table of KMS', () => {
  test('is what the installed reference data says; run `npm run generate:kms-service` when it is not', async () => {
    const written = readFileSync(join(__dirname, '../../..', TABLE_FILE), 'utf8');
    expect(written).toBe(await kmsServiceTable());
  });

  test('has 56 actions, of which 45 take a key', () => {
    expect(KMS_ACTIONS).toHaveLength(56);
    expect(KEY_ACTIONS).toHaveLength(45);
  });

  test('knows every action that this project names', () => {
    const named = Object.values(kmsActions).flatMap((each) =>
      Array.isArray(each) ? (each as string[]) : [],
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((each) => !KEY_ACTIONS.includes(each))).toEqual([]);
  });

  test('has no action under the name that stands for actions of the future', () => {
    expect(LATER_ACTION).toMatch(/^kms:\w+$/);
    expect(findAction(LATER_ACTION)).toBeUndefined();
  });

  test.each([
    ['kms:ViaService', { name: 'kms:ViaService', type: 'String', multivalued: false }],
    ['KMS:viaservice', { name: 'kms:ViaService', type: 'String', multivalued: false }],
    ['kms:EncryptionContext:tenant', { name: 'kms:EncryptionContext:', type: 'String', multivalued: false }],
    ['aws:PrincipalTag/team', { name: 'aws:PrincipalTag/', type: 'String', multivalued: false }],
    ['kms:GrantOperations', { name: 'kms:GrantOperations', type: 'String', multivalued: true }],
    [
      'kms:RecipientAttestation:PCR0',
      { name: 'kms:RecipientAttestation:PCR0', type: 'String', multivalued: false },
    ],
    ['aws:SourceIp', { name: 'aws:SourceIp', type: 'IPAddress', multivalued: false }],
  ])('finds the condition key %s', (key, found) => {
    expect(findConditionKey(key)).toMatchObject(found);
  });

  test.each(['kms:Nonsense', 'aws:PrincipalTag', 'x-aws:PrincipalTag/team', '__proto__', 'constructor', ''])(
    'finds no condition key %j',
    (key) => {
      expect(findConditionKey(key)).toBeUndefined();
    },
  );

  test.each([
    ['kms:ViaService', 'kms:Decrypt', true],
    ['KMS:VIASERVICE', 'KMS:DECRYPT', true],
    ['kms:GrantIsForAWSResource', 'kms:CreateGrant', true],
    ['kms:GrantIsForAWSResource', 'kms:Decrypt', false],
    ['kms:EncryptionContext:tenant', 'kms:Decrypt', true],
    ['kms:EncryptionContext:tenant', 'kms:DescribeKey', false],
    ['kms:ScheduleKeyDeletionPendingWindowInDays', 'kms:ScheduleKeyDeletion', true],
    ['kms:ScheduleKeyDeletionPendingWindowInDays', 'kms:DisableKey', false],
    ['aws:ResourceTag/team', 'kms:Decrypt', true],
    ['aws:RequestTag/team', 'kms:Decrypt', false],
    ['kms:ResourceAliases', 'kms:Encrypt', true],
    ['aws:PrincipalOrgID', 'kms:Decrypt', true],
    ['kms:CustomerMasterKeySpec', 'kms:Decrypt', undefined],
    ['kms:Nonsense', 'kms:Decrypt', undefined],
    ['kms:ViaService', LATER_ACTION, undefined],
  ])('says whether %s can occur for %s: %s', (key, action, expected) => {
    expect(canOccur(key, action)).toBe(expected);
  });
});
