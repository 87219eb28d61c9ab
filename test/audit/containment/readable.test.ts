import { Glob, wildcards } from '../../../lib/audit/containment/glob';
import { fillIns, readableValues } from '../../../lib/audit/containment/readable';

describe('fillIns', () => {
  test.each([
    ['s3.*.amazonaws.com', 's3.eu-central-1.amazonaws.com'],
    ['arn:*:iam::*:role/*', 'arn:aws:iam::111122223333:role/example'],
    ['arn:aws:logs:*:*:log-group:*', 'arn:aws:logs:eu-central-1:111122223333:log-group:example'],
    ['arn:aws:*:*:1:role/x', 'arn:aws:iam:eu-central-1:1:role/x'],
    ['team-*', 'team-example'],
    ['team-*', 'team-'],
    ['AWSReservedSSO_ops_????', 'AWSReservedSSO_ops_0000'],
  ])('fills %s as %s', (pattern, expected) => {
    expect(fillIns(pattern)).toContain(expected);
  });

  test.each(['a*b?*', 'arn:aws:s3:::*/?', '*', '?'])('fills %s with texts that it matches', (pattern) => {
    for (const text of fillIns(pattern)) expect(new Glob(wildcards(pattern)).matches(text)).toBe(true);
  });

  test('prefers words to the parts of an ARN where a pattern is none', () => {
    expect(fillIns('team:*')[0]).toBe('team:example');
  });
});

describe('readableValues', () => {
  test.each([
    ['aws:principalorgid', /^o-[a-z0-9]{10,32}$/],
    ['aws:requestedregion', /^[a-z]{2}-[a-z]+-\d$/],
    ['aws:sourceaccount', /^\d{12}$/],
    ['kms:keyorigin', /^(AWS_KMS|EXTERNAL)$/],
    ['kms:resourcealiases', /^alias\/[a-z]+$/],
    ['kms:requestalias', /^alias\/[a-z]+$/],
    ['kms:viaservice', /^[a-z0-9]+\.[a-z]{2}-[a-z]+-\d\.amazonaws\.com$/],
  ])('of %s have the form of such values', (key, form) => {
    expect(readableValues(key)).not.toHaveLength(0);
    for (const value of readableValues(key)) expect(value).toMatch(form);
  });

  test('knows values of well-known keys, and an example for all others', () => {
    expect(readableValues('kms:viaservice')[0]).toBe('s3.eu-central-1.amazonaws.com');
    expect(readableValues('aws:requestedregion')).toContain('us-east-1');
    expect(readableValues('aws:principaltag/team')).toEqual(['example']);
    expect(readableValues('__proto__')).toEqual(['example']);
  });
});
