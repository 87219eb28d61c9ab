import { decideAccess, evaluateIdentity } from '../../../lib/audit/policy/access';
import { parseIdentityPolicy, parsePolicy } from '../../../lib/audit/policy/document';
import { parsePrincipal } from '../../../lib/audit/policy/principal';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/mrk-1`;
const principals = {
  role: `arn:aws:iam::${ACCOUNT}:role/reader`,
  root: `arn:aws:iam::${ACCOUNT}:root`,
  user: `arn:aws:iam::${ACCOUNT}:user/ann`,
  federated: `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
  foreignRole: `arn:aws:iam::${OTHER}:role/reader`,
  foreignRoot: `arn:aws:iam::${OTHER}:root`,
  service: 'logs.amazonaws.com',
};
const on = { Action: 'kms:*', Resource: '*' };
const keyPolicies = {
  'nothing at all': [],
  'its own account': [{ ...on, Effect: 'Allow', Principal: { AWS: principals.root } }],
  'the role': [{ ...on, Effect: 'Allow', Principal: { AWS: principals.role } }],
  'another account': [{ ...on, Effect: 'Allow', Principal: { AWS: principals.foreignRoot } }],
  'the role of another account': [{ ...on, Effect: 'Allow', Principal: { AWS: principals.foreignRole } }],
  'the service': [{ ...on, Effect: 'Allow', Principal: { Service: principals.service } }],
  'the role, and denies it': [
    { ...on, Effect: 'Allow', Principal: { AWS: principals.role } },
    { ...on, Effect: 'Deny', Principal: '*' },
  ],
  'the role, and perhaps denies it': [
    { ...on, Effect: 'Allow', Principal: { AWS: principals.role } },
    { ...on, Effect: 'Deny', Principal: '*', Condition: { StringEquals: { 'aws:x': '${y}' } } },
  ],
  'the role perhaps, its account certainly': [
    { ...on, Effect: 'Allow', Principal: { AWS: principals.root } },
    {
      ...on,
      Effect: 'Allow',
      Principal: { AWS: principals.role },
      Condition: { StringEquals: { 'aws:x': '${y}' } },
    },
  ],
};
const open = { StringEquals: { 'aws:x': '${y}' } };
const identityPolicies: Record<string, object[] | undefined> = {
  'not known': undefined,
  'nothing at all': [],
  'the call': [{ ...on, Effect: 'Allow' }],
  'the call on this key': [{ ...on, Effect: 'Allow', Resource: KEY }],
  'the call on another key': [{ ...on, Effect: 'Allow', Resource: `${KEY}2` }],
  'the call, and deny it': [
    { ...on, Effect: 'Allow' },
    { ...on, Effect: 'Deny' },
  ],
  'the call perhaps': [{ ...on, Effect: 'Allow', Condition: open }],
  'the call, and perhaps deny it': [
    { ...on, Effect: 'Allow' },
    { ...on, Effect: 'Deny', Condition: open },
  ],
  'nothing, and perhaps deny it': [{ ...on, Effect: 'Deny', Condition: open }],
};

const DELEGATED = 'the key policy leaves it to the IAM policies of its account';
const FOREIGN =
  'the key policy allows it to the account of the caller, so it is up to the IAM policies there';

describe('a call decided by both sides', () => {
  test.each<
    [
      who: keyof typeof principals,
      key: keyof typeof keyPolicies,
      identity: string,
      effect: string,
      because: string,
    ]
  >([
    ['role', 'nothing at all', 'the call', 'denied', 'nothing in the key policy allows it'],
    ['role', 'its own account', 'nothing at all', 'denied', `${DELEGATED}, which do not allow it`],
    ['role', 'its own account', 'the call', 'allowed', `${DELEGATED}, which allow it`],
    ['role', 'its own account', 'the call on this key', 'allowed', `${DELEGATED}, which allow it`],
    ['role', 'its own account', 'the call on another key', 'denied', `${DELEGATED}, which do not allow it`],
    ['role', 'its own account', 'the call, and deny it', 'denied', 'an IAM policy of the caller denies it'],
    ['role', 'its own account', 'the call perhaps', 'undecided', `${DELEGATED}, which cannot be decided`],
    [
      'role',
      'its own account',
      'the call, and perhaps deny it',
      'undecided',
      `${DELEGATED}, which cannot be decided`,
    ],
    [
      'role',
      'its own account',
      'nothing, and perhaps deny it',
      'denied',
      `${DELEGATED}, which do not allow it`,
    ],
    ['role', 'its own account', 'not known', 'undecided', `${DELEGATED}, which are not given`],
    ['user', 'its own account', 'the call', 'allowed', `${DELEGATED}, which allow it`],
    ['federated', 'its own account', 'the call', 'allowed', `${DELEGATED}, which allow it`],
    ['root', 'its own account', 'the call, and deny it', 'allowed', 'the key policy allows it by itself'],
    ['role', 'the role', 'nothing at all', 'allowed', 'the key policy allows it by itself'],
    ['role', 'the role', 'not known', 'allowed', 'the key policy allows it by itself'],
    ['role', 'the role', 'the call on another key', 'allowed', 'the key policy allows it by itself'],
    ['role', 'the role', 'the call, and deny it', 'denied', 'an IAM policy of the caller denies it'],
    ['role', 'the role', 'the call perhaps', 'allowed', 'the key policy allows it by itself'],
    [
      'role',
      'the role',
      'the call, and perhaps deny it',
      'undecided',
      'whether an IAM policy of the caller denies it cannot be decided',
    ],
    [
      'role',
      'the role',
      'nothing, and perhaps deny it',
      'undecided',
      'whether an IAM policy of the caller denies it cannot be decided',
    ],
    ['role', 'the role, and denies it', 'the call', 'denied', 'the key policy denies it'],
    ['role', 'the role, and denies it', 'not known', 'denied', 'the key policy denies it'],
    ['role', 'the role, and perhaps denies it', 'the call', 'undecided', 'the key policy cannot be decided'],
    [
      'role',
      'the role, and perhaps denies it',
      'the call, and deny it',
      'denied',
      'an IAM policy of the caller denies it',
    ],
    [
      'role',
      'the role perhaps, its account certainly',
      'the call',
      'allowed',
      `${DELEGATED}, which allow it`,
    ],
    [
      'role',
      'the role perhaps, its account certainly',
      'nothing at all',
      'undecided',
      'the key policy cannot be decided',
    ],
    ['role', 'another account', 'the call', 'denied', 'nothing in the key policy allows it'],
    ['root', 'its own account', 'nothing at all', 'allowed', 'the key policy allows it by itself'],
    ['root', 'the role', 'the call', 'denied', 'nothing in the key policy allows it'],
    ['foreignRole', 'its own account', 'the call', 'denied', 'nothing in the key policy allows it'],
    ['foreignRole', 'another account', 'the call', 'allowed', `${FOREIGN}, which allow it`],
    ['foreignRole', 'another account', 'nothing at all', 'denied', `${FOREIGN}, which do not allow it`],
    ['foreignRole', 'another account', 'not known', 'undecided', `${FOREIGN}, which are not given`],
    [
      'foreignRole',
      'the role of another account',
      'nothing at all',
      'denied',
      `${FOREIGN}, which do not allow it`,
    ],
    ['foreignRole', 'the role of another account', 'the call', 'allowed', `${FOREIGN}, which allow it`],
    [
      'foreignRole',
      'the role of another account',
      'the call perhaps',
      'undecided',
      `${FOREIGN}, which cannot be decided`,
    ],
    [
      'foreignRole',
      'the role of another account',
      'not known',
      'undecided',
      `${FOREIGN}, which are not given`,
    ],
    [
      'foreignRole',
      'the role of another account',
      'the call, and deny it',
      'denied',
      'an IAM policy of the caller denies it',
    ],
    ['foreignRoot', 'another account', 'nothing at all', 'allowed', 'the key policy allows it by itself'],
    [
      'foreignRoot',
      'the role of another account',
      'nothing at all',
      'denied',
      'nothing in the key policy allows it',
    ],
    ['service', 'the service', 'nothing at all', 'allowed', 'the key policy allows it by itself'],
    ['service', 'the service', 'not known', 'allowed', 'the key policy allows it by itself'],
    ['service', 'the service', 'the call, and deny it', 'allowed', 'the key policy allows it by itself'],
    ['service', 'its own account', 'the call', 'denied', 'nothing in the key policy allows it'],
  ])('%s, key policy allows %s, IAM policies allow %s: %s', (who, key, identity, effect, because) => {
    const access = decideAccess({
      request: {
        action: 'kms:Decrypt',
        principal: parsePrincipal(principals[who]),
        context: {},
        resource: KEY,
      },
      keyPolicy: parsePolicy({ Statement: keyPolicies[key] }),
      keyAccount: ACCOUNT,
      // Each statement in a policy of its own: the policies of a caller count together.
      identityPolicies: identityPolicies[identity]?.map((each) => parseIdentityPolicy({ Statement: each })),
    });
    expect([access.effect, access.because]).toEqual([effect, because]);
  });
});

describe('the IAM policies of a caller', () => {
  const request = { action: 'kms:Decrypt', principal: parsePrincipal(principals.role), context: {} };

  test('are open, with the reason, when they are not known', () => {
    expect(evaluateIdentity(undefined, request)).toEqual({
      allowed: { undecided: 'the IAM policies of the caller are not given' },
      denied: false,
      statements: [],
    });
  });

  test('name the statements that apply, or may', () => {
    const policies = [
      [{ ...on, Effect: 'Allow', Action: 'kms:Encrypt' }],
      [
        { ...on, Effect: 'Allow' },
        { ...on, Effect: 'Deny', Condition: open },
      ],
    ].map((Statement) => parseIdentityPolicy({ Statement }));
    const { allowed, denied, statements } = evaluateIdentity(policies, request);
    const reason = { undecided: 'the value "${y}" has a policy variable' };
    expect([allowed, denied]).toEqual([true, reason]);
    expect(statements).toEqual([
      { statement: policies[1].statements[0], truth: true },
      { statement: policies[1].statements[1], truth: reason },
    ]);
  });
});
