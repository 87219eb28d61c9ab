import { Assumptions } from '../../../lib/audit/containment/assumptions';
import type { Choice, Variable } from '../../../lib/audit/containment/key-variable';
import { parsePrincipal } from '../../../lib/audit/policy/principal';

const ROLE = parsePrincipal('arn:aws:iam::111122223333:role/a');
const OUTSIDER = parsePrincipal('arn:aws:iam::999999999999:role/a');
const SERVICE = parsePrincipal('logs.amazonaws.com');

const choice = (...values: string[]): Choice => ({ values, truths: new Map() });
const variable = (key: string): Variable => ({
  key,
  name: key,
  choices: [choice(), choice('o-1'), choice('o-2')],
});
const values = (assumptions: Assumptions, key: string, action = 'kms:Decrypt', principal = ROLE) =>
  assumptions.choices(variable(key), action, principal).map((each) => each.values[0]);

const ANY = [undefined, 'o-1', 'o-2'];
const PRESENT = ['o-1', 'o-2'];
const ABSENT = [undefined];

describe('Assumptions', () => {
  const none = new Assumptions({});

  test.each([
    ['aws:principaltag/team', 'kms:Decrypt', ROLE, ANY],
    ['aws:principaltag/team', 'kms:Decrypt', SERVICE, ABSENT],
    ['aws:principalorgid', 'kms:Decrypt', SERVICE, ABSENT],
    ['aws:principalorgpaths', 'kms:Decrypt', SERVICE, ABSENT],
    ['aws:principalorgid', 'kms:Decrypt', ROLE, ANY],
    ['aws:sourceaccount', 'kms:Decrypt', ROLE, ABSENT],
    ['aws:sourcearn', 'kms:Decrypt', SERVICE, ANY],
    ['aws:sourceip', 'kms:Decrypt', ROLE, ANY],
    ['aws:securetransport', 'kms:Decrypt', ROLE, PRESENT],
    ['aws:epochtime', 'kms:Decrypt', ROLE, PRESENT],
    ['aws:requestedregion', 'kms:Decrypt', ROLE, PRESENT],
    ['aws:viaawsservice', 'kms:Decrypt', ROLE, PRESENT],
    ['aws:currenttime', 'kms:Decrypt', SERVICE, PRESENT],
    ['kms:grantisforawsresource', 'kms:Decrypt', ROLE, ABSENT],
    ['kms:grantisforawsresource', 'kms:CreateGrant', ROLE, ANY],
    ['kms:grantisforawsresource', 'kms:AnActionOfTheFuture', ROLE, ANY],
    ['custom:key', 'kms:Decrypt', ROLE, ANY],
    ['custom:aws:sourcearn', 'kms:Decrypt', ROLE, ANY],
    ['aws:sourcearn:custom', 'kms:Decrypt', ROLE, ANY],
    ['custom:aws:principalorgid', 'kms:Decrypt', SERVICE, ANY],
    ['aws:principalorgid:custom', 'kms:Decrypt', SERVICE, ANY],
  ])('a request has %s or has it not: %s by %j', (key, action, principal, expected) => {
    expect(values(none, key, action, principal)).toStrictEqual(expected);
  });

  test('pins the values of a key whatever its case, or that no request has it', () => {
    const assumptions = new Assumptions({ pinned: { 'AWS:PrincipalTag/Team': ['x'], 'aws:sourceip': [] } });
    expect(assumptions.traitsOf('aws:principaltag/team').only).toEqual(['x']);
    expect(values(assumptions, 'aws:principaltag/team')).toEqual(PRESENT);
    expect(values(assumptions, 'aws:sourceip')).toStrictEqual(ABSENT);
  });

  test('takes the Region and the account of the key from its environment', () => {
    const assumptions = new Assumptions({ environment: { region: 'eu-central-1', account: '111122223333' } });
    expect(assumptions.traitsOf('aws:requestedregion').only).toEqual(['eu-central-1']);
    expect(assumptions.traitsOf('aws:resourceaccount').only).toEqual(['111122223333']);
    expect(none.traitsOf('aws:requestedregion').only).toBeUndefined();
    expect(none.traitsOf('aws:resourceaccount').only).toBeUndefined();
  });

  test('knows the organization of its accounts, and nothing of others', () => {
    const assumptions = new Assumptions({ organization: { id: 'o-2', accounts: ['111122223333'] } });
    expect(assumptions.traitsOf('aws:principalorgid').known).toEqual(['o-2']);
    expect(assumptions.traitsOf('aws:principaltag/x').known).toEqual([]);
    expect(none.traitsOf('aws:principalorgid').known).toEqual([]);
    expect(values(assumptions, 'aws:principalorgid')).toEqual(['o-2']);
    expect(values(assumptions, 'aws:principalorgid', 'kms:Decrypt', OUTSIDER)).toEqual(ANY);
    expect(values(assumptions, 'aws:principaltag/x')).toEqual(ANY);
  });

  test.each([
    ['kms:grantisforawsresource', { only: ['true', 'false'], multivalued: false }],
    ['kms:resourcealiases', { only: undefined, multivalued: true, readable: ['alias/example'] }],
    ['custom:key', { only: undefined, multivalued: undefined, readable: ['example'] }],
  ])('knows of %s what KMS documents', (key, expected) => {
    expect(none.traitsOf(key)).toMatchObject(expected);
  });

  test('tells apart what has different keys', () => {
    const keys = ['aws:sourceaccount', 'aws:principalorgid', 'kms:grantisforawsresource'];
    const organized = new Assumptions({ organization: { id: 'o-2', accounts: ['111122223333'] } });
    expect(none.ofPrincipal(keys, ROLE)).toBe(none.ofPrincipal(keys, OUTSIDER));
    expect(none.ofPrincipal(keys, ROLE)).not.toBe(none.ofPrincipal(keys, SERVICE));
    expect(organized.ofPrincipal(keys, ROLE)).not.toBe(organized.ofPrincipal(keys, OUTSIDER));
    expect(none.ofAction(keys, 'kms:Decrypt')).toBe(none.ofAction(keys, 'kms:Encrypt'));
    expect(none.ofAction(keys, 'kms:Decrypt')).not.toBe(none.ofAction(keys, 'kms:CreateGrant'));
    const ofGrants = (action: string) => none.ofAction(['kms:grantisforawsresource'], action);
    expect(ofGrants('kms:Decrypt')).not.toBe(ofGrants('kms:AnActionOfTheFuture'));
  });
});
