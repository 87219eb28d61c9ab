import fc from 'fast-check';
import { accessOf } from '../../../lib/audit/matrix/access-matrix';
import { actionGroups } from '../../../lib/audit/matrix/action-group';
import type { Part } from '../../../lib/audit/matrix/cell';
import { evaluate } from '../../../lib/audit/policy/evaluate';
import { InvalidPolicy } from '../../../lib/audit/policy/invalid-policy';
import { parsePrincipal } from '../../../lib/audit/policy/principal';
import { inventoryOf } from '../template/inventory-of';

const ACCOUNT = '111122223333';
const arn = (rest: string, account = ACCOUNT): string => `arn:aws:iam::${account}:${rest}`;

const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Principal: fc.oneof(
    fc.constant('*'),
    fc
      .constantFrom(arn('root'), arn('role/a'), arn('role/b'), arn('root', '999988887777'))
      .map((AWS) => ({ AWS })),
    fc.constant({ Service: 'logs.amazonaws.com' }),
  ),
  Action: fc.constantFrom(
    'kms:*',
    'kms:Decrypt',
    'kms:*crypt*',
    'kms:Put*',
    'kms:ScheduleKeyDeletion',
    'kms:CreateGrant',
  ),
  Resource: fc.constant('*'),
  Condition: fc.record(
    {
      Bool: fc.constant({ 'kms:GrantIsForAWSResource': 'true' }),
      StringEquals: fc.constant({ 'kms:ViaService': 's3.eu-central-1.amazonaws.com' }),
      ArnNotLike: fc.constant({ 'aws:PrincipalArn': arn('role/a') }),
    },
    { requiredKeys: [] },
  ),
});

const CALLERS: readonly (readonly [row: string, caller: string])[] = [
  ['a', arn('role/a')],
  ['b', arn('role/b')],
  ['any other role or user', arn('role/else')],
  ['any other role or user', arn('user/else')],
  ['logs.amazonaws.com', 'logs.amazonaws.com'],
  ['another account', arn('role/a', '555566667777')],
];
const CONTEXTS: readonly Record<string, string[]>[] = [
  {},
  { 'kms:GrantIsForAWSResource': ['true'] },
  { 'kms:GrantIsForAWSResource': ['false'], 'kms:ViaService': ['s3.eu-central-1.amazonaws.com'] },
  { 'kms:ViaService': ['ec2.eu-central-1.amazonaws.com'] },
];

/** What a cell says of a level: it is the only one, one of several, or impossible. */
function admits({ grade, conditions }: Part, level: string): boolean {
  if (grade === 'none') return level === 'none';
  if (conditions === '') return level === grade;
  return grade === 'direct' || level !== 'direct';
}

test('says nothing that the evaluator denies, whatever the policy', () => {
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (Statement) => {
      const resources = { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement } } } };
      const [key] = inventoryOf(resources, { account: ACCOUNT, region: 'eu-central-1' }).keys;
      if (key.policy instanceof InvalidPolicy) throw key.policy;
      const { rows } = accessOf(key, []);
      for (const [name, caller] of CALLERS) {
        const row = rows.find((each) => each.principals === name);
        actionGroups().forEach(({ actions }, column) => {
          const cell = row?.cells[column];
          if (!cell || cell.undecided.length > 0) return;
          for (const action of actions) {
            const part = cell.parts.find((each) => each.actions.includes(action)) as Part;
            for (const context of CONTEXTS) {
              // The key is there only when a grant is the matter.
              if ('kms:GrantIsForAWSResource' in context && !action.endsWith('Grant')) continue;
              const { level } = evaluate(key.policy as never, {
                action,
                principal: parsePrincipal(caller),
                context,
              });
              if (level !== 'undecided' && !admits(part, level)) {
                throw new Error(
                  `${name} with ${action} is ${level}, but the cell says ${JSON.stringify(part)}`,
                );
              }
            }
          }
        });
      }
    }),
    { numRuns: 60 },
  );
});
