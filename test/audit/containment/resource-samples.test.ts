import { Atoms } from '../../../lib/audit/containment/atom';
import { Budget } from '../../../lib/audit/containment/budget';
import type { Environment } from '../../../lib/audit/containment/options';
import { sampleResources } from '../../../lib/audit/containment/resource-samples';
import { ruleOf } from '../../../lib/audit/containment/rule';
import { parsePolicy } from '../../../lib/audit/policy/document';

const HERE: Environment = { partition: 'aws', region: 'eu-central-1', account: '111122223333' };

function sample(environment: Environment, ...patterns: string[]): string[] {
  const { statements } = parsePolicy({
    Statement: patterns.map((Resource) => ({ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource })),
  });
  const atoms = new Atoms();
  const selectors = statements.map((statement) => ruleOf(statement, atoms).resources);
  return sampleResources(selectors, environment, new Budget(1e6));
}

describe('sampleResources', () => {
  test('needs no ARN where statements are about the key whatever it is', () => {
    expect(sample({}, '*', '*')).toEqual(['']);
    expect(sample(HERE)).toEqual(['']);
  });

  test('keeps to the environment of the key', () => {
    const all = sample(HERE, 'arn:aws:kms:*:*:key/a*', 'arn:aws:kms:us-east-1:111122223333:key/b', 'alias/x');
    expect(all.every((arn) => /^arn:aws:kms:eu-central-1:111122223333:key\/./.test(arn))).toBe(true);
    expect(all[0]).toBe('arn:aws:kms:eu-central-1:111122223333:key/example');
    expect(all.some((arn) => arn.includes('key/a'))).toBe(true);
  });

  test('begins with the readable ARN of a key in its environment, as far as that is known', () => {
    const elsewhere = { partition: 'aws-cn', region: 'cn-north-1', account: '444455556666' };
    expect(sample(elsewhere, 'x')[0]).toBe('arn:aws-cn:kms:cn-north-1:444455556666:key/example');
    expect(sample({}, 'x')[0]).toBe('arn:aws:kms:eu-central-1:111122223333:key/example');
    expect(sample(HERE, 'arn:aws:kms:*:*:key/team-*')[1]).toBe(
      'arn:aws:kms:eu-central-1:111122223333:key/team-example',
    );
  });

  test('never takes the id of a key for another account or path', () => {
    const others = ['arn:aws:kms:*:444455556666:key/*', '*:key/a/b', '*/key/*'];
    const all = sample(HERE, ...others);
    expect(all.filter((arn) => !/^arn:aws:kms:eu-central-1:111122223333:key\/[^:/]+$/.test(arn))).toEqual([]);
  });

  test('has a key that two patterns have in common', () => {
    const all = sample(HERE, 'arn:aws:kms:*:*:key/ab*', 'arn:aws:kms:*:*:key/*ba');
    expect(all.filter((arn) => /key\/ab(.*b)?a$/.test(arn))).not.toEqual([]);
  });

  test('has a key that each pattern matches, and one that it does not', () => {
    const pattern = 'arn:aws:kms:eu-*:1*:key/*';
    const all = sample({}, pattern);
    const expression = /^arn:aws:kms:eu-.*:1.*:key\/.*$/;
    expect(all.some((arn) => expression.test(arn))).toBe(true);
    expect(all.some((arn) => !expression.test(arn))).toBe(true);
    expect(all.every((arn) => /^arn:[^:]+:kms:[^:]+:[^:]+:key\/./.test(arn))).toBe(true);
  });

  test('has the key that a statement names, and another', () => {
    const named = 'arn:aws:kms:eu-central-1:111122223333:key/x';
    const all = sample(HERE, named);
    expect(all).toContain(named);
    expect(all.some((arn) => arn !== named && !arn.endsWith('/example'))).toBe(true);
    expect(sample(HERE, 'arn:aws:kms:eu-central-1:111122223333:key/example').length).toBeGreaterThan(1);
  });
});
