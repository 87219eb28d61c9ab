import { InvalidPolicy } from '../../../lib/audit/policy/invalid-policy';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';
import { parseActions, parseResources } from '../../../lib/audit/policy/patterns';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/x';

describe('reading actions', () => {
  test.each([
    ['*', ['*']],
    ['kms:Decrypt', ['kms:Decrypt']],
    [
      ['kms:*', 'KMS:De?rypt', '*:*'],
      ['kms:*', 'KMS:De?rypt', '*:*'],
    ],
  ])('takes %j', (json, patterns) => {
    expect(parseActions(json, 'Action', false)).toEqual({ negated: false, patterns, undecided: undefined });
  });

  test('keeps in mind that they are negated', () => {
    expect(parseActions('kms:Decrypt', 'NotAction', true)).toMatchObject({ negated: true });
  });

  test.each<[json: unknown, reason: string]>([
    [[], 'Action is an empty list'],
    [['kms:*', `kms:${opaque('Name')}`], 'the pattern "kms:⟨Name⟩" is not known before the deployment'],
    [unresolved('Name'), 'the pattern "⟨Name⟩" is not known before the deployment'],
    [['kms:*', 'kms:${a}'], 'the pattern "kms:${a}" has a policy variable'],
  ])('leaves %j undecided: %s', (json, reason) => {
    expect(parseActions(json, 'Action', false).undecided).toBe(reason);
  });

  test.each([
    '',
    'Decrypt',
    'kms:',
    ':Decrypt',
    'kms:a:b\n',
    'kms:De crypt',
    'kms:Decrypt ',
    ' kms:Decrypt',
    'kms:\u0000',
    '\u212ams:Decrypt',
  ])('fails on %j', (action) => {
    expect(() => parseActions(['kms:Encrypt', action], 'Action', false)).toThrow(
      new InvalidPolicy(`Action has ${JSON.stringify(action)}: write an action as <service>:<name> or "*"`),
    );
  });
});

describe('reading resources', () => {
  test.each([
    ['*', ['*']],
    [KEY, [KEY]],
    [
      [KEY, opaque('Key.Arn')],
      [KEY, opaque('Key.Arn')],
    ],
  ])('takes %j', (json, patterns) => {
    expect(parseResources(json, 'Resource', false)).toEqual({
      negated: false,
      patterns,
      undecided: undefined,
    });
  });

  test('keeps in mind that they are negated', () => {
    expect(parseResources(KEY, 'NotResource', true)).toMatchObject({ negated: true });
  });

  test.each<[json: unknown, reason: string]>([
    [[], 'Resource is an empty list'],
    [[KEY, unresolved('Key')], 'the pattern "⟨Key⟩" is not known before the deployment'],
    [[KEY, 'arn:${x}'], 'the pattern "arn:${x}" has a policy variable'],
  ])('leaves %j undecided: %s', (json, reason) => {
    expect(parseResources(json, 'Resource', false).undecided).toBe(reason);
  });
});
