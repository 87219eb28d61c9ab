import { InvalidPolicy } from '../../../lib/audit/policy/invalid-policy';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';
import { parsePrincipals } from '../../../lib/audit/policy/principal-pattern';

const ACCOUNT = '111122223333';
const read = (json: unknown) => parsePrincipals(json, 'Principal');

describe('reading a principal of a policy', () => {
  test.each<[json: unknown, pattern: object]>([
    ['*', { kind: 'any' }],
    [{ AWS: '*' }, { kind: 'any' }],
    [{ AWS: ACCOUNT }, { kind: 'account', account: ACCOUNT }],
    [{ AWS: `arn:aws-cn:iam::${ACCOUNT}:root` }, { kind: 'account', account: ACCOUNT, partition: 'aws-cn' }],
    [{ Service: 'logs.amazonaws.com' }, { kind: 'service', service: 'logs.amazonaws.com' }],
  ])('takes %j', (json, pattern) => {
    expect(read(json)).toEqual([pattern]);
  });

  test.each([
    `arn:aws:iam::${ACCOUNT}:role/a/b`,
    `arn:aws-us-gov:iam::${ACCOUNT}:user/ann`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/reader/monday`,
    `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
    `arn:aws:iam::${ACCOUNT}:role/${opaque('Role.RoleName')}`,
    `arn:aws:iam::${opaque('AccountId')}:role/reader`,
  ])('takes the ARN %j', (arn) => {
    expect(read({ AWS: arn })).toEqual([{ kind: 'arn', arn }]);
  });

  test.each([
    ['an account', opaque('AccountId'), { kind: 'account', account: opaque('AccountId') }],
    ['an account of a resource', opaque('X.AccountId'), { kind: 'account', account: opaque('X.AccountId') }],
    [
      'the root of an account',
      `arn:aws:iam::${opaque('AccountId')}:root`,
      { kind: 'account', account: opaque('AccountId'), partition: 'aws' },
    ],
    ['an ARN', opaque('Role.Arn'), { kind: 'arn', arn: opaque('Role.Arn') }],
  ])('takes %s that the deployment makes', (_, value, pattern) => {
    expect(read({ AWS: value })).toEqual([pattern]);
  });

  test('takes several of several types', () => {
    expect(read({ AWS: [ACCOUNT, '*'], Service: ['a.amazonaws.com'] }).map(({ kind }) => kind)).toEqual([
      'account',
      'any',
      'service',
    ]);
  });

  test.each([
    ['arn:aws:iam::111122223333:role/*', 'has a wildcard, which KMS refuses there'],
    ['arn:aws:iam::111122223333:user/?', 'has a wildcard, which KMS refuses there'],
    ['AROAEXAMPLEID1234567', 'is a unique id, left by a role or user that was deleted'],
    ['AIDAEXAMPLEID1234567', 'is a unique id, left by a role or user that was deleted'],
    ['AGPAEXAMPLEID1234567', 'is of no known form'],
    ['XAROAEXAMPLEID1234567', 'is of no known form'],
    ['AROAEXAMPLEID1234567:monday', 'is of no known form'],
    ['AROA', 'is of no known form'],
    ['', 'is of no known form'],
    ['ann', 'is of no known form'],
    ['1111222233334', 'is of no known form'],
    ['11112222333', 'is of no known form'],
    ['111122223333:root', 'is of no known form'],
    ['account 111122223333', 'is of no known form'],
    ['arn:aws:iam::111122223333:root/x', 'is of no known form'],
    ['x:arn:aws:iam::111122223333:root', 'is of no known form'],
    ['x:arn:aws:iam::111122223333:role/reader', 'is of no known form'],
    ['arn:aws:iam::111122223333:role/', 'is of no known form'],
    ['arn:aws:iam::111122223333:group/admins', 'is of no known form'],
    ['arn:aws:iam::111122223333:assumed-role/reader/monday', 'is of no known form'],
    ['arn:aws:iam:::role/reader', 'is of no known form'],
  ])('leaves %j undecided: it %s', (value, reason) => {
    expect(read({ AWS: value })).toEqual([
      {
        kind: 'undecided',
        reason: `the principal ${JSON.stringify(value)} ${reason}`,
        source: `AWS ${value}`,
      },
    ]);
  });

  test.each<[what: string, json: object, reason: string]>([
    [
      'an id that may be that of a role',
      { AWS: opaque('Role.RoleId') },
      'the principal "⟨Role.RoleId⟩" is of no known form',
    ],
    [
      'more than an ARN that the deployment makes',
      { AWS: `${opaque('Role.Arn')}/x` },
      'the principal "⟨Role.Arn⟩/x" is of no known form',
    ],
    [
      'what somebody chooses later',
      { AWS: unresolved('parameter Arn') },
      'the principal "⟨parameter Arn⟩" is not known before the deployment',
    ],
    [
      'a service that somebody chooses later',
      { Service: unresolved('X') },
      'the principal "⟨X⟩" is not known before the deployment',
    ],
    ['every service', { Service: '*' }, 'the service principal "*" has a wildcard'],
    ['a service with a wildcard', { Service: 'log?.x' }, 'the service principal "log?.x" has a wildcard'],
    ['another type', { Federated: 'x' }, 'a principal of the type "Federated" is not decided'],
    [
      'everybody of another type',
      { CanonicalUser: '*' },
      'a principal of the type "CanonicalUser" is not decided',
    ],
  ])('leaves %s undecided', (_, json, reason) => {
    const [[type, value]] = Object.entries(json) as [string, string][];
    expect(read(json)).toEqual([{ kind: 'undecided', reason, source: `${type} ${value}` }]);
  });

  test.each<[what: string, json: unknown, message: string]>([
    ['an ARN alone', 'ann', 'Principal is "ann": it must be "*" or an object such as {"AWS": "…"}'],
    ['a list', ['*'], 'Principal is a list: it must be an object'],
    ['nobody', {}, 'Principal names nobody: give at least one principal'],
    ['an empty list', { AWS: [] }, 'Principal names nobody: give at least one principal'],
    ['a number', { AWS: 7 }, 'Principal.AWS is 7: it must be a string, so put it in quotes'],
  ])('fails on %s', (_, json, message) => {
    expect(() => read(json)).toThrow(new InvalidPolicy(message));
  });
});
