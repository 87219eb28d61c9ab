import * as fc from 'fast-check';
import { Account, KeyAlias } from '../lib/key-alias';

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,30}$/);
const names = fc.record({
  organization: word,
  product: fc.oneof(
    word,
    // Products that end or begin like an account are where a decoding could become ambiguous.
    fc
      .tuple(fc.constantFrom(...Object.values(Account)), fc.constantFrom('', ...Object.values(Account)))
      .map((parts) => parts.join('')),
  ),
  account: fc.constantFrom(...Object.values(Account)),
});
const parts = ({ organization, product, account }: KeyAlias) => ({ organization, product, account });

describe('an alias of the convention', () => {
  test('is organization, product, account and the fixed ending', () => {
    const alias = new KeyAlias({ product: 'atlas', account: Account.DEV });
    expect(alias.aliasName).toBe('alias/gwt-atlasdev-cmn-all-kms-sym');
    expect(alias.description).toBe('Common dev account symmetric key');
    expect(alias.roleName('gso')).toBe('gwt-atlasdev-iamr-gso');
    expect(alias.policyName('use-key')).toBe('gwt-atlasdev-iamp-use-key');
  });

  test('parses back to what it was built from, for every valid input', () => {
    fc.assert(
      fc.property(names, (props) => {
        expect(parts(KeyAlias.parse(new KeyAlias(props).aliasName))).toEqual(props);
      }),
    );
  });

  test('is never shared by two different inputs', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        const same = a.organization === b.organization && a.product === b.product && a.account === b.account;
        expect(new KeyAlias(a).aliasName === new KeyAlias(b).aliasName).toBe(same);
      }),
    );
  });

  test('can be built again from whatever parses', () => {
    const nearAlias = fc
      .tuple(fc.stringMatching(/^[a-z0-9-]{0,20}$/), fc.constantFrom(...Object.values(Account), 'test', ''))
      .map(([body, account]) => `alias/gwt-${body}${account}-cmn-all-kms-sym`);
    fc.assert(
      fc.property(nearAlias, (aliasName) => {
        let parsed: KeyAlias;
        try {
          parsed = KeyAlias.parse(aliasName);
        } catch {
          return;
        }
        expect(new KeyAlias(parts(parsed)).aliasName).toBe(aliasName);
      }),
    );
  });
});

describe('building fails, naming value and rule, for', () => {
  test.each([
    ['an empty product', { product: '' }, /product "" is refused: it must be a lower-case letter/],
    ['upper case', { product: 'Atlas' }, /product "Atlas" is refused/],
    ['a hyphen', { product: 'at-las' }, /product "at-las" is refused/],
    ['a colon', { product: 'at:las' }, /product "at:las" is refused/],
    ['a leading digit', { product: '1atlas' }, /product "1atlas" is refused/],
    ['a trailing newline', { product: 'atlas\n' }, /product "atlas\\n" is refused/],
    ['a bad organization', { organization: 'GWT' }, /organization "GWT" is refused/],
    [
      'an unknown account',
      { account: 'test' as Account },
      /account "test" is unknown: use one of dev, mgmt, stage, prod/,
    ],
    ['a prototype key as account', { account: 'constructor' as Account }, /account "constructor" is unknown/],
    ['more than 256 characters', { product: 'a'.repeat(230) }, /has 259 characters: KMS takes at most 256/],
  ])('%s', (_, props, message) => {
    expect(() => new KeyAlias({ product: 'atlas', account: Account.DEV, ...props })).toThrow(message);
  });

  test('the longest alias that KMS takes is still built', () => {
    const product = 'a'.repeat(227);
    expect(new KeyAlias({ product, account: Account.DEV }).aliasName).toHaveLength(256);
  });
});

describe('parsing fails, naming value and rule, for', () => {
  test.each([
    [
      'no prefix',
      'gwt-atlasdev-cmn-all-kms-sym',
      /"gwt-atlasdev-cmn-all-kms-sym" is refused by KMS: it must be alias\//,
    ],
    ['the prefix of AWS', 'alias/aws/s3', /"alias\/aws\/s3" is refused by KMS: alias\/aws\/ is reserved/],
    ['a colon', 'alias/gwt-atlas:dev-cmn-all-kms-sym', /is refused by KMS/],
    ['upper case', 'alias/gwt-Atlasdev-cmn-all-kms-sym', /product "Atlas" is refused/],
    ['an empty product', 'alias/gwt-dev-cmn-all-kms-sym', /product "" is refused/],
    [
      'an unknown account',
      'alias/gwt-atlastest-cmn-all-kms-sym',
      /"atlastest" must end in one of dev, mgmt, stage, prod/,
    ],
    ['another ending', 'alias/gwt-atlasdev', /does not follow the convention/],
    ['an overlap of prefix and ending', 'alias/gwt-cmn-all-kms-sym', /names no known account/],
    ['257 characters', `alias/${'a'.repeat(251)}`, /has 257 characters: KMS takes at most 256/],
  ])('%s', (_, aliasName, message) => {
    expect(() => KeyAlias.parse(aliasName)).toThrow(message);
  });
});

describe('a role or policy name fails, naming value and rule, for', () => {
  const alias = new KeyAlias({ product: 'atlas', account: Account.DEV });
  test.each([
    ['an empty role', () => alias.roleName(''), /role name "" is refused by IAM/],
    ['a slash', () => alias.roleName('a/b'), /role name "a\/b" is refused by IAM/],
    ['a long role', () => alias.roleName('x'.repeat(47)), /has 65 characters: IAM takes at most 64/],
    ['a long policy', () => alias.policyName('x'.repeat(111)), /has 129 characters: IAM takes at most 128/],
  ])('%s', (_, name, message) => {
    expect(name).toThrow(message);
  });
});
