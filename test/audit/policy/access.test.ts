import { decideAccess } from '../../../lib/audit/policy/access';
import { parseIdentityPolicy, parsePolicy } from '../../../lib/audit/policy/document';
import { parsePrincipal } from '../../../lib/audit/policy/principal';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/mrk-1`;
const principals = {
  role: `arn:aws:iam::${ACCOUNT}:role/reader`,
  root: `arn:aws:iam::${ACCOUNT}:root`,
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
const identityPolicies = {
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

describe('a call decided by both sides', () => {
  test.each<
    [
      who: keyof typeof principals,
      key: keyof typeof keyPolicies,
      identity: keyof typeof identityPolicies,
      effect: string,
      because: string,
    ]
  >([
    ['role', 'nothing at all', 'the call', 'denied', 'key policy does not allow'],
    ['role', 'its own account', 'nothing at all', 'denied', 'identity policy does not allow'],
    ['role', 'its own account', 'the call', 'allowed', ''],
    ['role', 'its own account', 'the call on this key', 'allowed', ''],
    ['role', 'its own account', 'the call on another key', 'denied', 'identity policy does not allow'],
    ['role', 'its own account', 'the call, and deny it', 'denied', 'identity policy denies'],
    ['role', 'its own account', 'the call perhaps', 'undecided', ''],
    ['role', 'its own account', 'the call, and perhaps deny it', 'undecided', ''],
    ['role', 'its own account', 'nothing, and perhaps deny it', 'denied', 'identity policy does not allow'],
    ['role', 'the role', 'nothing at all', 'allowed', ''],
    ['role', 'the role', 'the call on another key', 'allowed', ''],
    ['role', 'the role', 'the call, and deny it', 'denied', 'identity policy denies'],
    ['role', 'the role', 'the call perhaps', 'allowed', ''],
    ['role', 'the role', 'the call, and perhaps deny it', 'undecided', ''],
    ['role', 'the role', 'nothing, and perhaps deny it', 'undecided', ''],
    ['role', 'the role, and denies it', 'the call', 'denied', 'key policy denies'],
    ['role', 'the role, and perhaps denies it', 'the call', 'undecided', ''],
    ['role', 'the role, and perhaps denies it', 'the call, and deny it', 'denied', 'identity policy denies'],
    ['role', 'the role perhaps, its account certainly', 'the call', 'allowed', ''],
    ['role', 'the role perhaps, its account certainly', 'nothing at all', 'undecided', ''],
    ['role', 'another account', 'the call', 'denied', 'key policy does not allow'],
    ['root', 'its own account', 'nothing at all', 'allowed', ''],
    ['root', 'the role', 'the call', 'denied', 'key policy does not allow'],
    ['foreignRole', 'its own account', 'the call', 'denied', 'key policy does not allow'],
    ['foreignRole', 'another account', 'the call', 'allowed', ''],
    ['foreignRole', 'another account', 'nothing at all', 'denied', 'identity policy does not allow'],
    [
      'foreignRole',
      'the role of another account',
      'nothing at all',
      'denied',
      'identity policy does not allow',
    ],
    ['foreignRole', 'the role of another account', 'the call', 'allowed', ''],
    [
      'foreignRole',
      'the role of another account',
      'the call, and deny it',
      'denied',
      'identity policy denies',
    ],
    ['foreignRoot', 'another account', 'nothing at all', 'allowed', ''],
    ['foreignRoot', 'the role of another account', 'nothing at all', 'denied', 'key policy does not allow'],
    ['service', 'the service', 'nothing at all', 'allowed', ''],
    ['service', 'the service', 'the call, and deny it', 'allowed', ''],
    ['service', 'its own account', 'the call', 'denied', 'key policy does not allow'],
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
      identityPolicies: identityPolicies[identity].map((each) => parseIdentityPolicy({ Statement: each })),
    });
    expect([access.effect, access.because ?? '']).toEqual([effect, because]);
  });
});
