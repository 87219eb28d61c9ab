import { InvalidRequest } from '../../../lib/audit/policy/invalid-request';
import { parsePrincipal } from '../../../lib/audit/policy/principal';
import { checkRequest } from '../../../lib/audit/policy/request';

const principal = parsePrincipal('arn:aws:iam::111122223333:role/reader');

describe('checking a request', () => {
  test('takes an action with a context', () => {
    const context = {
      'kms:ViaService': ['s3.eu-central-1.amazonaws.com'],
      'aws:PrincipalTag/team': ['a', 'b'],
    };
    expect(() => checkRequest({ action: 'kms:Decrypt', principal, context })).not.toThrow();
  });

  test.each(['', 'Decrypt', 'kms:', 'kms:*', 'kms:De?rypt', ':Decrypt', 'aws:kms:Decrypt'])(
    'fails on the action %j',
    (action) => {
      expect(() => checkRequest({ action, principal, context: {} })).toThrow(
        `the action ${JSON.stringify(action)} is not one: write it as <service>:<name>, without wildcards`,
      );
    },
  );

  test.each<[string, Record<string, string[]>, string]>([
    [
      'a key without a service',
      { ViaService: ['x'] },
      'the condition key "ViaService" is not one: write it as <service>:<name>',
    ],
    [
      'a key with a space before it',
      { ' kms:ViaService': ['x'] },
      'the condition key " kms:ViaService" is not one: write it as <service>:<name>',
    ],
    [
      'a key that follows from the principal',
      { 'AWS:PrincipalArn': ['x'] },
      'the condition key "AWS:PrincipalArn" follows from the principal: leave it out',
    ],
    [
      'a key twice',
      { 'kms:ViaService': ['x'], 'kms:viaservice': ['y'] },
      'the condition key "kms:viaservice" is there twice, apart from upper and lower case',
    ],
    [
      'an empty value',
      { 'kms:ViaService': [''] },
      'the condition key "kms:ViaService" has an empty value: leave the key out',
    ],
  ])('fails on %s', (_, context, message) => {
    expect(() => checkRequest({ action: 'kms:Decrypt', principal, context })).toThrow(
      new InvalidRequest(message),
    );
  });

  test('fails with an error that says in a log what it is', () => {
    expect(String(new InvalidRequest('the action "" is not one'))).toBe(
      'InvalidRequest: the action "" is not one',
    );
  });
});
