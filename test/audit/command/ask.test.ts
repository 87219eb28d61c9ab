import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commonKms } from './run';

const ACCOUNT = '111122223333';
const READER = `arn:aws:iam::${ACCOUNT}:role/reader`;
const decrypts = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
const keyOf = (...Statement: object[]) => ({
  Type: 'AWS::KMS::Key',
  Properties: { KeyPolicy: { Statement } },
});

describe('common-kms ask', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ask-'));
  const file = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    return name;
  };
  const askFor = (...args: string[]) => commonKms(['ask', ...args], folder);
  afterAll(() => rmSync(folder, { recursive: true }));

  file('template.json', {
    Resources: {
      Data: keyOf({ ...decrypts, Principal: { AWS: READER } }),
      Logs: keyOf({ ...decrypts, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }),
      DataAlias: {
        Type: 'AWS::KMS::Alias',
        Properties: { AliasName: 'alias/data', TargetKeyId: { 'Fn::GetAtt': ['Data', 'Arn'] } },
      },
    },
  });
  file('key-policy.json', { Statement: { ...decrypts, Principal: { AWS: ACCOUNT } } });
  file('identity.json', { Statement: { ...decrypts, Resource: `arn:aws:kms:*:${ACCOUNT}:key/*` } });
  const template = ['template.json', '--account', ACCOUNT, '--region', 'eu-central-1'];
  const reading = ['--principal', READER, '--action', 'kms:Decrypt'];

  test.each([
    [0, 'allowed: the key policy allows it by itself', [...template, ...reading, '--key', 'alias/data']],
    [
      0,
      'allowed: the key policy leaves it to the IAM policies of its account, which allow it',
      [...template, ...reading, '--key', 'Logs', '--identity-policy', 'identity.json'],
    ],
    [
      1,
      'denied: nothing in the key policy allows it',
      [...template, '--principal', 'logs.amazonaws.com', '--action', 'kms:Decrypt', '--key', 'Data'],
    ],
    [
      2,
      'undecided: the key policy leaves it to the IAM policies of its account, which are not given',
      [...template, ...reading, '--key', 'Logs'],
    ],
    [
      2,
      'undecided: the key policy leaves it',
      ['--policy', 'key-policy.json', '--account', ACCOUNT, ...reading],
    ],
  ])('exits with %i and says %s', (status, verdict, args) => {
    const run = askFor(...args);
    expect([run.status, run.stderr]).toEqual([status, '']);
    expect(run.stdout.startsWith(verdict)).toBe(true);
  });

  test('prints JSON', () => {
    const run = askFor(
      ...template,
      ...reading,
      '--key',
      'Data',
      '--context',
      'aws:x=a=b',
      '--context',
      'aws:x=c',
      '--json',
    );
    expect(JSON.parse(run.stdout)).toMatchObject({
      effect: 'allowed',
      level: 'direct',
      request: { action: 'kms:Decrypt', context: { 'aws:x': ['a=b', 'c'] } },
      statements: [{ position: 1, effect: 'Allow' }],
    });
  });

  test.each([
    [2, 'there are 2 keys: choose one with --key', [...template, ...reading]],
    [
      2,
      'there is no key called "Nothing": choose one with --key',
      [...template, ...reading, '--key', 'Nothing'],
    ],
    [2, 'the account is not known: give it with --account', ['template.json', ...reading, '--key', 'Data']],
    [2, 'does not say whose key it is: give its --account', ['--policy', 'key-policy.json', ...reading]],
    [
      2,
      'missing.json cannot be read: ENOENT',
      ['--policy', 'missing.json', '--account', ACCOUNT, ...reading],
    ],
    [
      2,
      'template.json: the policy has "Resources"',
      ['--policy', 'template.json', '--account', ACCOUNT, ...reading],
    ],
    [
      2,
      'identity policy must name it',
      [
        ...template,
        ...reading,
        '--key',
        'Data',
        '--identity-policy',
        file('broken.json', { Statement: { Effect: 'Allow', Action: '*' } }),
      ],
    ],
    [
      2,
      'names the key "Statement" twice',
      [
        '--policy',
        file('twice.json', '{"Statement": [], "Statement": []}'),
        '--account',
        ACCOUNT,
        ...reading,
      ],
    ],
    [
      2,
      'the principal "ann" is not one',
      [...template, '--key', 'Data', '--principal', 'ann', '--action', 'kms:Decrypt'],
    ],
    [
      2,
      'the action "kms:Decript" is none',
      [...template, '--key', 'Data', '--principal', READER, '--action', 'kms:Decript'],
    ],
    [
      2,
      'the condition key "__proto__" is not one',
      [...template, ...reading, '--key', 'Data', '--context', '__proto__=x'],
    ],
    [64, 'write it as key=value', [...template, ...reading, '--context', 'kms:ViaService']],
    [64, "required option '--action <name>' not specified", [...template, '--principal', READER]],
    [64, 'cannot be used with', [...template, ...reading, '--key', 'Data', '--policy', 'key-policy.json']],
  ])('fails with %i and says %s', (status, message, args) => {
    const run = askFor(...args);
    expect(run.stderr).toContain(message);
    expect([run.status, run.stdout]).toEqual([status, '']);
    expect(run.stderr).not.toContain('internal error');
  });
});
