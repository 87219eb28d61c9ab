import { ask } from '../../lib/audit/ask';
import { answerText } from '../../lib/audit/ask-text';
import type { Call } from '../../lib/audit/policy/access';
import { parseIdentityPolicy, parsePolicy } from '../../lib/audit/policy/document';
import { parsePrincipal } from '../../lib/audit/policy/principal';

const ACCOUNT = '111122223333';
const READER = `arn:aws:iam::${ACCOUNT}:role/team/reader`;
const on = { Resource: '*', Effect: 'Allow' };

const keyPolicy = parsePolicy({
  Statement: [
    { ...on, Sid: 'Account', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:Describe*' },
    {
      ...on,
      Sid: 'Readers',
      Principal: { AWS: READER },
      Action: ['kms:Decrypt', 'kms:CreateGrant'],
      Condition: {
        StringEqualsIfExists: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' },
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
        StringLike: { 'aws:PrincipalArn': '*' },
      },
    },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1', 'kms:viaservice': 'ec2' } },
    },
    { ...on, Principal: '*', Action: 'kms:Sign', Condition: { StringEquals: { 'aws:SourceVpc': '${x}' } } },
  ],
});

function answer(
  action: string,
  {
    context = {},
    as = READER,
    ...call
  }: Partial<Call> & { as?: string; context?: Record<string, string[]> } = {},
) {
  const request = { action, principal: parsePrincipal(as), context };
  return ask({ keyPolicy, keyAccount: ACCOUNT, request, ...call });
}

describe('asking one question', () => {
  const inside = { 'aws:PrincipalOrgID': ['o-1'] };

  test('names the statements that decide', () => {
    const { effect, level, statements } = answer('kms:CreateGrant', {
      context: { ...inside, 'kms:GrantIsForAWSResource': ['true'] },
    });
    expect([effect, level]).toEqual(['allowed', 'direct']);
    expect(statements).toEqual([{ position: 2, sid: 'Readers', effect: 'Allow' }]);
  });

  test('names the statement that denies', () => {
    const { effect, because, statements } = answer('kms:DescribeKey');
    expect([effect, because]).toEqual(['denied', 'the key policy denies it']);
    expect(statements).toMatchObject([{ position: 3, effect: 'Deny' }]);
  });

  test('names the reason of what is undecided', () => {
    const { effect, statements } = answer('kms:Sign', { context: inside });
    expect(effect).toBe('undecided');
    expect(statements).toEqual([
      { position: 4, effect: 'Allow', undecided: 'the value "${x}" has a policy variable' },
    ]);
  });

  test('tells the IAM policies of the caller apart', () => {
    const identityPolicies = ['kms:Encrypt', 'kms:DescribeKey'].map((Action) =>
      parseIdentityPolicy({ Statement: { ...on, Action } }),
    );
    const { effect, statements, notLookedAt } = answer('kms:DescribeKey', {
      context: inside,
      identityPolicies,
    });
    expect(effect).toBe('allowed');
    expect(statements).toEqual([
      { position: 1, sid: 'Account', effect: 'Allow' },
      { identityPolicy: 2, position: 1, effect: 'Allow' },
    ]);
    expect(notLookedAt).not.toContain('IAM policies');
  });

  test('lists the condition keys that matter and are not given, once, as the policy writes them', () => {
    expect(answer('kms:CreateGrant').absentKeys).toEqual([
      'kms:viaservice',
      'kms:GrantIsForAWSResource',
      'aws:PrincipalOrgID',
    ]);
  });

  test('leaves out condition keys that the action never has, and those of statements about others', () => {
    expect(answer('kms:Decrypt', { context: inside }).absentKeys).toEqual(['kms:viaservice']);
    expect(answer('kms:DescribeKey', { as: `arn:aws:iam::${ACCOUNT}:user/ann` }).absentKeys).toEqual([
      'aws:PrincipalOrgID',
      'kms:viaservice',
    ]);
  });

  test('writes the action as AWS does', () => {
    expect(answer('KMS:decrypt').request.action).toBe('kms:Decrypt');
  });

  test.each(['kms:Decript', 'kms:CreateKey', 's3:GetObject', 'kms:*'])('fails on the action %s', (action) => {
    expect(() => answer(action)).toThrow(`the action "${action}" is n`);
  });

  test('fails on a condition key that follows from the principal', () => {
    expect(() => answer('kms:Decrypt', { context: { 'aws:PrincipalArn': ['x'] } })).toThrow(
      'the condition key "aws:PrincipalArn" follows from the principal: leave it out',
    );
  });
});

describe('an answer as text', () => {
  test('reads from the verdict to what was not looked at', () => {
    const text = answerText(
      answer('kms:Decrypt', { context: { 'aws:PrincipalOrgID': ['o-1'], 'aws:x': ['a', 'b'] } }),
    );
    expect(text).toBe(`denied: nothing in the key policy allows it

principal     arn:aws:iam::111122223333:role/team/reader
action        kms:Decrypt
with          aws:PrincipalOrgID = o-1
              aws:x = a, b
taken absent  kms:viaservice
not looked at IAM policies, grants, permissions boundaries, session policies
              organization policies
`);
  });

  test('says that a statement leaves the call to IAM policies', () => {
    expect(answerText(answer('kms:DescribeKey', { context: { 'aws:PrincipalOrgID': ['o-1'] } }))).toContain(
      'decided by    statement 1 "Account" leaves it to IAM policies\n',
    );
  });

  test('says which statement may tip it, and why', () => {
    expect(answerText(answer('kms:Sign', { context: { 'aws:PrincipalOrgID': ['o-1'] } }))).toContain(
      'decided by    statement 4 may allow it: the value "${x}" has a policy variable\n',
    );
  });

  test.each([
    ['anonymous', undefined, 'principal     anybody who is not signed in\n'],
    ['logs.amazonaws.com', undefined, 'principal     logs.amazonaws.com\n'],
    [READER, 'monday', `principal     ${READER}\n              in session monday\n`],
  ])('names the principal %s', (who, session, line) => {
    const request = { action: 'kms:Decrypt', principal: parsePrincipal(who, session), context: {} };
    expect(answerText(ask({ keyPolicy, keyAccount: ACCOUNT, request }))).toContain(line);
  });
});
