import { via, type Caller } from '../../../local/caller';
import { ACCOUNT, allow, base64, keyPolicy, OTHER_ACCOUNT, REGION, ROOT, Stage } from './stage';

const roleArn = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;
const usedBy = (name: string, account = ACCOUNT) => ({
  Principal: { AWS: roleArn(name, account) },
  Action: ['kms:Encrypt', 'kms:Decrypt'],
});
const Plaintext = base64('x');

/** How `Encrypt` ends for a caller, under a key policy of these statements and the account's own. */
async function encrypt(
  stage: Stage,
  caller: Caller,
  statements: object[],
  more: object = {},
): Promise<string> {
  const Policy = keyPolicy(ROOT, ...statements);
  const id = await stage.createKey(stage.admin(), { Policy, Tags: [{ TagKey: 'team', TagValue: 'blue' }] });
  return stage.refusal(
    'Encrypt',
    { KeyId: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`, Plaintext, ...more },
    caller,
  );
}

describe('in the account of the key', () => {
  test('a statement that names a role lets it in without a policy of its own', async () => {
    const stage = new Stage();
    expect(await encrypt(stage, stage.role('User'), [usedBy('User')])).toBe('none');
  });

  test('the account principal leaves it to the policies of the caller', async () => {
    const stage = new Stage();
    expect(await encrypt(stage, stage.role('User', allow('kms:Encrypt')), [])).toBe('none');
    expect(await encrypt(stage, stage.role('Nobody'), [])).toMatch(
      /^AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role\/Nobody\/session is not authorized to perform: kms:Encrypt on resource: arn:aws:kms:.* because no identity-based policy allows the kms:Encrypt action$/,
    );
  });

  test('without the account principal the policies of the caller do nothing', async () => {
    const stage = new Stage();
    stage.role('Keeper');
    const Policy = keyPolicy({ Principal: { AWS: roleArn('Admin') }, Action: 'kms:*' });
    const KeyId = await stage.createKey(stage.admin(), { Policy });
    expect(await stage.refusal('Encrypt', { KeyId, Plaintext }, stage.role('User', allow('kms:*')))).toMatch(
      /because no resource-based policy allows the kms:Encrypt action$/,
    );
  });

  test('an explicit deny wins, wherever it stands', async () => {
    const stage = new Stage();
    const user = stage.role('User', allow('kms:*'));
    const Deny = { ...usedBy('User'), Effect: 'Deny' };
    expect(await encrypt(stage, user, [usedBy('User'), Deny])).toMatch(
      /with an explicit deny in a resource-based policy$/,
    );
    const barred = stage.role('User', {
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: '*', Resource: '*' },
    });
    expect(await encrypt(stage, barred, [usedBy('User')])).toMatch(
      /with an explicit deny in an identity-based policy$/,
    );
  });

  test('what a permissions boundary withholds, no key policy gives', async () => {
    const stage = new Stage();
    const user = stage.role('User', undefined, ACCOUNT, true);
    expect(await encrypt(stage, user, [usedBy('User')])).toMatch(
      /because no session policy or permissions boundary allows/,
    );
  });
});

describe('from another account', () => {
  test('both the key policy and the policies of the caller must allow', async () => {
    const stage = new Stage();
    const silent = stage.role('User', undefined, OTHER_ACCOUNT);
    expect(await encrypt(stage, silent, [usedBy('User', OTHER_ACCOUNT)])).toMatch(/no identity-based policy/);
    const allowed = stage.role('User', allow('kms:Encrypt'), OTHER_ACCOUNT);
    expect(await encrypt(stage, allowed, [])).toMatch(/no resource-based policy/);
    expect(await encrypt(stage, allowed, [usedBy('User', OTHER_ACCOUNT)])).toBe('none');
    const Principal = { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` };
    expect(await encrypt(stage, allowed, [{ Principal, Action: 'kms:Encrypt' }])).toBe('none');
  });
});

describe('a role that is made again under the same name', () => {
  test('is not the one that the key policy means, until the policy is put again', async () => {
    const stage = new Stage();
    const admin = stage.admin();
    const user = stage.role('User');
    const Policy = keyPolicy(ROOT, usedBy('User'));
    const KeyId = await stage.createKey(admin, { Policy });
    stage.deleteRole(user);
    const again = stage.role('User');
    expect(await stage.refusal('Encrypt', { KeyId, Plaintext }, again)).toMatch(/^AccessDeniedException/);
    const shown = (await stage.call('GetKeyPolicy', { KeyId }, admin)).Policy;
    expect(shown).toMatch(/"AWS":"AROA[0-9A-F]{17}"/);
    expect(await stage.refusal('PutKeyPolicy', { KeyId, Policy: shown }, admin)).toMatch(
      /invalid principals/,
    );
    await stage.call('PutKeyPolicy', { KeyId, Policy }, admin);
    expect(await stage.refusal('Encrypt', { KeyId, Plaintext }, again)).toBe('none');
  });
});

describe('condition keys', () => {
  const when = (Condition: object, Action: string | string[] = 'kms:Encrypt') => ({
    ...usedBy('User'),
    Action,
    Condition,
  });

  const s3 = `s3.${REGION}.amazonaws.com`;
  const EncryptionContext = { tenant: 'blue', purpose: 'test' };
  const conditions: [string, object, object?][] = [
    ['kms:CallerAccount', { StringEquals: { 'kms:CallerAccount': ACCOUNT } }],
    ['aws:PrincipalArn', { ArnEquals: { 'aws:PrincipalArn': roleArn('User') } }],
    ['aws:SecureTransport', { Bool: { 'aws:SecureTransport': 'true' } }],
    ['aws:ResourceTag', { StringEquals: { 'aws:ResourceTag/team': 'blue' } }],
    ['kms:KeySpec', { StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } }],
    ['kms:KeyUsage', { StringEquals: { 'kms:KeyUsage': 'ENCRYPT_DECRYPT' } }],
    ['kms:KeyOrigin', { StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' } }],
    ['kms:MultiRegion', { Bool: { 'kms:MultiRegion': 'false' } }],
    ['no kms:MultiRegionKeyType of a single-Region key', { Null: { 'kms:MultiRegionKeyType': 'true' } }],
    ['kms:EncryptionAlgorithm', { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } }],
    ['no kms:ViaService of a direct call', { Null: { 'kms:ViaService': 'true' } }],
    ['no kms:ResourceAliases of a key without', { Null: { 'kms:ResourceAliases': 'true' } }],
    ['no kms:RequestAlias without an alias', { Null: { 'kms:RequestAlias': 'true' } }],
    [
      'kms:EncryptionContext',
      { StringEquals: { 'kms:EncryptionContext:tenant': 'blue' } },
      { EncryptionContext },
    ],
    [
      'kms:EncryptionContextKeys',
      { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['tenant', 'purpose'] } },
      { EncryptionContext },
    ],
  ];
  test.each(conditions.map(([name, condition, more = {}]) => [name, condition, more] as const))(
    '%s',
    async (_name, Condition, more) => {
      const stage = new Stage();
      const user = stage.role('User');
      expect(await encrypt(stage, user, [when(Condition)], more)).toBe('none');
      const Deny = { ...when(Condition), Effect: 'Deny' };
      expect(await encrypt(stage, user, [usedBy('User'), Deny], more)).toMatch(/explicit deny/);
    },
  );

  test('kms:ViaService holds the service that passes the call on', async () => {
    const stage = new Stage();
    const user = stage.role('User');
    const statement = when({ StringEquals: { 'kms:ViaService': s3 } });
    expect(await encrypt(stage, user, [statement])).toMatch(/^AccessDenied/);
    expect(await encrypt(stage, via(user, 's3'), [statement])).toBe('none');
    expect(await encrypt(stage, via(user, 'ec2'), [statement])).toMatch(/^AccessDenied/);
  });

  test('kms:ResourceAliases holds the aliases of the key, kms:RequestAlias the one that is asked for', async () => {
    const stage = new Stage();
    const admin = stage.admin();
    const user = stage.role('User');
    const Policy = keyPolicy(
      ROOT,
      when({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/a' } }, 'kms:Encrypt'),
      when({ StringEquals: { 'kms:RequestAlias': 'alias/b' } }, 'kms:GenerateDataKey'),
    );
    const KeyId = await stage.createKey(admin, { Policy });
    const ask = (operation: string, id: string, more: object) =>
      stage.refusal(operation, { KeyId: id, ...more }, user);
    expect(await ask('Encrypt', KeyId, { Plaintext })).toMatch(/^AccessDenied/);
    await stage.call('CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId }, admin);
    await stage.call('CreateAlias', { AliasName: 'alias/b', TargetKeyId: KeyId }, admin);
    expect(await ask('Encrypt', KeyId, { Plaintext })).toBe('none');
    expect(await ask('GenerateDataKey', KeyId, { KeySpec: 'AES_256' })).toMatch(/^AccessDenied/);
    expect(await ask('GenerateDataKey', 'alias/a', { KeySpec: 'AES_256' })).toMatch(/^AccessDenied/);
    expect(await ask('GenerateDataKey', 'alias/b', { KeySpec: 'AES_256' })).toBe('none');
  });

  const numeric = (key: string, value: number) => ({ NumericEquals: { [key]: String(value) } });
  test.each<[string, object, object, object]>([
    [
      'ScheduleKeyDeletion',
      numeric('kms:ScheduleKeyDeletionPendingWindowInDays', 30),
      {},
      { PendingWindowInDays: 29 },
    ],
    [
      'CreateGrant',
      { StringEquals: { 'kms:EncryptionContext:a': 'b' } },
      { Operations: ['Decrypt'], Constraints: { EncryptionContextEquals: { a: 'b' } } },
      { Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { a: 'c' } } },
    ],
    [
      'EnableKeyRotation',
      numeric('kms:RotationPeriodInDays', 180),
      { RotationPeriodInDays: 180 },
      { RotationPeriodInDays: 90 },
    ],
    [
      'ReplicateKey',
      { StringEquals: { 'kms:ReplicaRegion': 'eu-west-1' } },
      { ReplicaRegion: 'eu-west-1' },
      { ReplicaRegion: 'us-east-1' },
    ],
    [
      'UpdatePrimaryRegion',
      { StringEquals: { 'kms:PrimaryRegion': 'eu-west-1' } },
      { PrimaryRegion: 'eu-west-1' },
      { PrimaryRegion: 'us-east-1' },
    ],
    [
      'GenerateDataKeyPair',
      { StringEquals: { 'kms:DataKeyPairSpec': 'ECC_NIST_P256' } },
      { KeyPairSpec: 'ECC_NIST_P256' },
      { KeyPairSpec: 'ECC_NIST_P384' },
    ],
    [
      'UntagResource',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } },
      { TagKeys: ['a'] },
      { TagKeys: ['a', 'b'] },
    ],
    [
      'CreateGrant',
      { ArnEquals: { 'kms:RetiringPrincipal': roleArn('User') } },
      { Operations: ['Decrypt'], RetiringPrincipal: roleArn('User') },
      { Operations: ['Decrypt'] },
    ],
    [
      'PutKeyPolicy',
      { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'false' } },
      {},
      { BypassPolicyLockoutSafetyCheck: true },
    ],
    [
      'TagResource',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] }, StringEquals: { 'aws:RequestTag/a': 'b' } },
      { Tags: [{ TagKey: 'a', TagValue: 'b' }] },
      { Tags: [{ TagKey: 'c', TagValue: 'b' }] },
    ],
    [
      'CreateGrant',
      {
        Bool: { 'kms:GrantIsForAWSResource': 'false' },
        'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] },
      },
      { Operations: ['Decrypt'] },
      { Operations: ['Decrypt', 'Encrypt'] },
    ],
    [
      'CreateGrant',
      { StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextSubset' } },
      { Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { a: 'b' } } },
      { Operations: ['Decrypt'] },
    ],
  ])('of %s: %j allows %j and not %j', async (operation, Condition, accepted, refused) => {
    const stage = new Stage();
    const Policy = keyPolicy(ROOT, when(Condition, `kms:${operation}`));
    const user = stage.role('User', allow('kms:CreateKey'));
    const statements = { Policy: keyPolicy(ROOT, usedBy('User')) };
    const common: Readonly<Record<string, object>> = {
      PutKeyPolicy: statements,
      CreateGrant: { GranteePrincipal: roleArn('User') },
    };
    const attempt = async (input: object) => {
      const KeyId = await stage.createKey(stage.admin(), { Policy, MultiRegion: true });
      const refusal = await stage.refusal(operation, { KeyId, ...common[operation], ...input }, user);
      return refusal.startsWith('AccessDenied') ? 'denied' : 'admitted';
    };
    expect([await attempt(accepted), await attempt(refused)]).toEqual(['admitted', 'denied']);
  });
});

test('a service that calls in its own name needs the key policy alone', async () => {
  const stage = new Stage();
  const logs: Caller = { ...stage.role('x'), service: 'logs.eu-central-1.amazonaws.com', session: undefined };
  const statement = { Principal: { Service: 'logs.eu-central-1.amazonaws.com' }, Action: 'kms:Encrypt' };
  expect(await encrypt(stage, logs, [statement])).toBe('none');
  expect(await encrypt(stage, logs, [])).toMatch(/^AccessDenied/);
});
