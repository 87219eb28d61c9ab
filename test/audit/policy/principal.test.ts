import { describeOpaque, isOpaque } from '../../../lib/audit/policy/opaque';
import { derivedValue, DERIVED_KEYS, parsePrincipal, sessionArn } from '../../../lib/audit/policy/principal';

const ROLE = 'arn:aws:iam::111122223333:role/team/reader';

describe('reading a principal', () => {
  test.each([
    [ROLE, { kind: 'role', arn: ROLE, account: '111122223333' }],
    ['arn:aws:iam::111122223333:root', { kind: 'root', account: '111122223333' }],
    ['arn:aws-cn:iam::111122223333:user/ann', { kind: 'user', account: '111122223333' }],
    ['arn:aws:sts::111122223333:federated-user/bob', { kind: 'federated-user', account: '111122223333' }],
    ['logs.amazonaws.com.cn', { kind: 'service', service: 'logs.amazonaws.com.cn' }],
    ['logs.eu-central-1.amazonaws.com', { kind: 'service', service: 'logs.eu-central-1.amazonaws.com' }],
    ['anonymous', { kind: 'anonymous' }],
  ])('takes %s', (text, principal) => {
    expect(parsePrincipal(text)).toMatchObject(principal);
  });

  test('takes the name of a session apart from its role', () => {
    const principal = parsePrincipal(ROLE, 'monday');
    expect(principal).toMatchObject({ kind: 'role', arn: ROLE, session: 'monday' });
    expect(sessionArn(ROLE, 'monday')).toBe('arn:aws:sts::111122223333:assumed-role/reader/monday');
  });

  test.each([
    '',
    '*',
    'ann',
    'arn:aws:iam::111122223333:role/*',
    'arn:aws:iam::111122223333:role/team/read?r',
    'arn:aws:iam::111122223333:role',
    'arn:aws:iam::111122223333:role/',
    'arn:aws:iam::111122223333:root/x',
    'arn:aws:iam::111122223333:group/admins',
    'arn:aws:iam:::role/reader',
    'arn:aws:s3:::bucket',
    'arn:aws:sts::111122223333:federated-user',
    'arn:aws:sts::111122223333:federated-user/',
    'arn:aws:iam::111122223333:federated-user/bob',
    'arn:aws:sts::111122223333:role/reader',
    'x:arn:aws:iam::111122223333:role/reader',
    'x:arn:aws:sts::111122223333:federated-user/bob',
    'logs.example.com',
    'logs.amazonaws.com.example',
    'https://logs.amazonaws.com',
  ])('fails on %j', (text) => {
    expect(() => parsePrincipal(text)).toThrow(
      `the principal ${JSON.stringify(text)} is not one: use the ARN of a role, a user or an account's root, a service such as "logs.amazonaws.com", or "anonymous"`,
    );
  });

  test('fails on the ARN of a session, because it leaves out the path of the role', () => {
    expect(() => parsePrincipal(sessionArn(ROLE, 'monday'))).toThrow(
      'is a session, whose ARN leaves out the path of its role: use the ARN of the role and, apart from it, the name of the session',
    );
  });

  test('fails on a session of what has none', () => {
    expect(() => parsePrincipal('arn:aws:iam::111122223333:user/ann', 'monday')).toThrow(
      'the principal "arn:aws:iam::111122223333:user/ann" has no session "monday": only a role has sessions',
    );
  });
});

describe('what follows from a principal', () => {
  const KEYS = [
    'aws:principalarn',
    'aws:principalaccount',
    'kms:calleraccount',
    'aws:principaltype',
    'aws:principalisawsservice',
    'aws:principalservicename',
    'aws:username',
  ];

  test('is said of these condition keys', () => {
    expect(DERIVED_KEYS).toEqual(KEYS);
  });

  test.each([
    [
      'arn:aws:iam::111122223333:root',
      ['arn:aws:iam::111122223333:root', '111122223333', '111122223333', 'Account', 'false', '-', '-'],
    ],
    [
      'arn:aws:iam::111122223333:user/a/ann',
      ['arn:aws:iam::111122223333:user/a/ann', '111122223333', '111122223333', 'User', 'false', '-', 'ann'],
    ],
    [ROLE, [ROLE, '111122223333', '111122223333', 'AssumedRole', 'false', '-', '-']],
    [
      'arn:aws:sts::111122223333:federated-user/bob',
      [
        'arn:aws:sts::111122223333:federated-user/bob',
        '111122223333',
        '111122223333',
        'FederatedUser',
        'false',
        '-',
        '-',
      ],
    ],
    [
      'logs.amazonaws.com',
      [
        '[] or [logs.amazonaws.com]',
        '[] or [⟨an account of AWS⟩]',
        '[] or [⟨an account of AWS⟩]',
        '?',
        'true',
        'logs.amazonaws.com',
        '-',
      ],
    ],
    ['anonymous', ['-', 'anonymous', '[] or [⟨an account of AWS⟩]', 'Anonymous', 'false', '-', '-']],
  ])('%s', (text, expected) => {
    const principal = parsePrincipal(text);
    const shown = KEYS.map((key) => {
      const derived = derivedValue(principal, key);
      switch (derived?.kind) {
        case 'value':
          return derived.value;
        case 'absent':
          return '-';
        case 'unknown':
          return derived.among?.map((values) => `[${values.map(describeOpaque).join()}]`).join(' or ') ?? '?';
        default:
          return 'not derived';
      }
    });
    expect(shown).toEqual(expected);
  });

  test.each([
    ['logs.amazonaws.com', 'aws:principalarn', 'the ARN of the service logs.amazonaws.com'],
    ['logs.amazonaws.com', 'kms:calleraccount', 'the account of the service logs.amazonaws.com'],
    ['logs.amazonaws.com', 'aws:principaltype', 'the type of the service logs.amazonaws.com'],
    ['anonymous', 'kms:calleraccount', 'the account of an anonymous caller'],
  ])('for %s, %s is unknown: AWS does not document %s', (text, key, what) => {
    expect(derivedValue(parsePrincipal(text), key)).toMatchObject({
      kind: 'unknown',
      reason: `AWS does not document ${what}`,
    });
  });

  test('a session has the ARN of its role', () => {
    expect(derivedValue(parsePrincipal(ROLE, 'monday'), 'aws:principalarn')).toEqual({
      kind: 'value',
      value: ROLE,
    });
  });

  test('any other key does not follow', () => {
    expect(derivedValue(parsePrincipal(ROLE), 'aws:principalorgid')).toBeUndefined();
    expect(derivedValue(parsePrincipal(ROLE), 'constructor')).toBeUndefined();
  });

  test('the account of AWS behind a service equals nothing that is written out', () => {
    const derived = derivedValue(parsePrincipal('logs.amazonaws.com'), 'kms:calleraccount');
    expect(derived).toMatchObject({ kind: 'unknown' });
    expect(derived?.kind === 'unknown' && derived.among?.flat().every(isOpaque)).toBe(true);
  });
});
