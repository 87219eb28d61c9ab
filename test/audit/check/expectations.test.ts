import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arnPatterns, conventionalRoles, readExpectations } from '../../../lib/audit/check/expectations';

const folder = mkdtempSync(join(tmpdir(), 'expectations-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, 'expectations.yaml');
  writeFileSync(file, text);
  return file;
}

test.each([
  ['nothing', '{}', { trustedAccounts: [], aliasConvention: false }],
  [
    'roles, one of them alone',
    'administrators: admin-*\nusers: [app, "arn:aws:iam::*:role/batch"]',
    {
      roles: { administrators: ['admin-*'], users: ['app', 'arn:aws:iam::*:role/batch'] },
      trustedAccounts: [],
      aliasConvention: false,
    },
  ],
  [
    'users alone',
    'users: [app]',
    { roles: { administrators: [], users: ['app'] }, trustedAccounts: [], aliasConvention: false },
  ],
  [
    'accounts, an organization and the convention',
    'trustedAccounts: ["012345678901"]\norganization: o-a1b2c3d4e5\naliasConvention: true',
    { trustedAccounts: ['012345678901'], organization: 'o-a1b2c3d4e5', aliasConvention: true },
  ],
  [
    'an account without quotes',
    'trustedAccounts: [012345678901]',
    { trustedAccounts: ['012345678901'], aliasConvention: false },
  ],
])('%s can be expected', (_, text, expected) => {
  expect(readExpectations(written(text))).toEqual(expected);
});

test.each([
  ['a list', '[]', /is no object/],
  ['an unknown name', 'admins: [a]', /has "admins": it may have administrators, users/],
  ['a role that is no text', 'users: [{}]', /users has \{\}/],
  ['an account of eleven digits', 'trustedAccounts: ["12345678901"]', /write twelve digits, in quotes/],
  ['an organization that is none', 'organization: acme', /organization is "acme"/],
  ['a convention that is neither on nor off', 'aliasConvention: maybe', /aliasConvention is "maybe"/],
])('fails when the file is or has %s', (_, text, message) => {
  expect(() => readExpectations(written(text))).toThrow(message);
});

test('fails when there is no file', () => {
  expect(() => readExpectations(join(folder, 'missing.yaml'))).toThrow(/missing\.yaml" does not exist/);
});

test.each([
  [
    'alias/gwt-atlasdev-cmn-all-kms-sym',
    ['gwt-atlasdev-iamr-gso', 'gwt-atlasdev-iamr-psa', 'gwt-atlasdev-iamr-pma'],
  ],
  ['alias/orders', undefined],
])('the users by convention of %s', (alias, users) => {
  expect(conventionalRoles(alias)?.users).toEqual(users);
});

test('a name stands for a role or a user under any path, and an ARN for itself', () => {
  const place = { partition: 'aws', account: '111122223333' };
  expect(arnPatterns('app', place)).toEqual(
    ['role/app', 'role/*/app', 'user/app', 'user/*/app'].map((name) => `arn:aws:iam::111122223333:${name}`),
  );
  expect(arnPatterns('arn:aws:iam::*:role/app', place)).toEqual(['arn:aws:iam::*:role/app']);
});
