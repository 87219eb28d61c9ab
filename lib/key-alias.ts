/**
 * The accounts of a platform that carry a common key.
 *
 * No name is the ending of another, so that a product written together with its account
 * (`atlasdev`) can be taken apart again in one way only.
 */
export enum Account {
  /** Development. */
  DEV = 'dev',
  /** Management: what operates the other accounts. */
  MGMT = 'mgmt',
  /** Staging: the rehearsal of production. */
  STAGE = 'stage',
  /** Production. */
  PROD = 'prod',
}

/**
 * What every name of the convention is made of.
 */
export interface KeyAliasProps {
  /** The product: a lower-case letter, then lower-case letters and digits, for example `atlas`. */
  readonly product: string;

  /** The account that the product runs in. */
  readonly account: Account;

  /**
   * The organization that names begin with: a lower-case letter, then lower-case letters and digits.
   *
   * @default 'gwt'
   */
  readonly organization?: string;
}

const ACCOUNTS: readonly string[] = Object.values(Account);
const DEFAULT_ORGANIZATION = 'gwt';
const ALIAS_PREFIX = 'alias/';
const ALIAS_SUFFIX = '-cmn-all-kms-sym';
const ALIAS_MAX_LENGTH = 256;
const ROLE_NAME_MAX_LENGTH = 64;
const POLICY_NAME_MAX_LENGTH = 128;
const WORD = /^[a-z][a-z0-9]*$/;
const WORD_RULE = 'a lower-case letter, then lower-case letters and digits';

/**
 * The names that one product has in one account: the alias of its common key, and the roles and
 * policies beside it.
 *
 * The convention is `<organization>-<product><account>-…`. None of the three words may hold a
 * hyphen, which makes every name decodable: two different inputs never share one.
 */
export class KeyAlias {
  /**
   * Takes an alias name of the convention apart.
   *
   * @param aliasName for example `alias/gwt-atlasdev-cmn-all-kms-sym`
   * @throws Error when the name is not one that `aliasName` of some `KeyAlias` can have
   */
  public static parse(aliasName: string): KeyAlias {
    checkKmsAliasName(aliasName);
    const name = aliasName.slice(ALIAS_PREFIX.length);
    const hyphen = name.indexOf('-');
    if (hyphen < 0 || !name.endsWith(ALIAS_SUFFIX)) {
      throw new Error(
        `alias name ${quote(aliasName)} does not follow the convention ${ALIAS_PREFIX}<organization>-<product><account>${ALIAS_SUFFIX}`,
      );
    }
    const productAndAccount = name.slice(hyphen + 1, -ALIAS_SUFFIX.length);
    const account = ACCOUNTS.find((each) => productAndAccount.endsWith(each));
    if (account === undefined) {
      throw new Error(
        `alias name ${quote(aliasName)} names no known account: ${quote(productAndAccount)} must end in one of ${ACCOUNTS.join(', ')}`,
      );
    }
    return new KeyAlias({
      organization: name.slice(0, hyphen),
      product: productAndAccount.slice(0, -account.length),
      account: account as Account,
    });
  }

  /** The product, for example `atlas`. */
  public readonly product: string;

  /** The account that the product runs in. */
  public readonly account: Account;

  /** The organization that every name begins with. */
  public readonly organization: string;

  /** The alias of the key, with its prefix: `alias/gwt-atlasdev-cmn-all-kms-sym`. */
  public readonly aliasName: string;

  /**
   * @throws Error when a word has characters that the convention refuses, when the account is
   * unknown, or when the alias would be longer than KMS allows
   * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
   */
  constructor(props: KeyAliasProps) {
    this.organization = checkWord('organization', props.organization ?? DEFAULT_ORGANIZATION);
    this.product = checkWord('product', props.product);
    if (!ACCOUNTS.includes(props.account)) {
      throw new Error(`account ${quote(props.account)} is unknown: use one of ${ACCOUNTS.join(', ')}`);
    }
    this.account = props.account;
    this.aliasName = `${ALIAS_PREFIX}${this.keyName}`;
    checkKmsAliasName(this.aliasName);
  }

  /** The alias without its prefix, also the name of the key's stack: `gwt-atlasdev-cmn-all-kms-sym`. */
  public get keyName(): string {
    return `${this.prefix}${ALIAS_SUFFIX}`;
  }

  /** The description of the key: `Common dev account symmetric key`. */
  public get description(): string {
    return `Common ${this.account} account symmetric key`;
  }

  /**
   * The name of a role of the convention: `gwt-atlasdev-iamr-<name>`.
   *
   * @throws Error when IAM refuses the name: at most 64 characters of `A-Z a-z 0-9 + = , . @ _ -`
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
   */
  public roleName(name: string): string {
    return checkIamName('role', `${this.prefix}-iamr-`, name, ROLE_NAME_MAX_LENGTH);
  }

  /**
   * The name of a policy of the convention: `gwt-atlasdev-iamp-<name>`.
   *
   * @throws Error when IAM refuses the name: at most 128 characters of `A-Z a-z 0-9 + = , . @ _ -`
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
   */
  public policyName(name: string): string {
    return checkIamName('policy', `${this.prefix}-iamp-`, name, POLICY_NAME_MAX_LENGTH);
  }

  private get prefix(): string {
    return `${this.organization}-${this.product}${this.account}`;
  }
}

/**
 * Checks an alias name against the rules of KMS alone, whatever the convention.
 *
 * @throws Error when `CreateAlias` would refuse the name
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
 */
export function checkKmsAliasName(aliasName: string): void {
  if (aliasName.length > ALIAS_MAX_LENGTH) {
    throw new Error(
      `alias name ${quote(aliasName)} has ${aliasName.length} characters: KMS takes at most ${ALIAS_MAX_LENGTH}`,
    );
  }
  if (!/^alias\/[A-Za-z0-9/_-]+$/.test(aliasName)) {
    throw new Error(
      `alias name ${quote(aliasName)} is refused by KMS: it must be ${ALIAS_PREFIX} and at least one of A-Z a-z 0-9 / _ -`,
    );
  }
  if (aliasName.startsWith('alias/aws/')) {
    throw new Error(
      `alias name ${quote(aliasName)} is refused by KMS: alias/aws/ is reserved for AWS managed keys`,
    );
  }
}

function checkWord(what: string, word: string): string {
  if (typeof word !== 'string' || !WORD.test(word)) {
    throw new Error(`${what} ${quote(word)} is refused: it must be ${WORD_RULE}`);
  }
  return word;
}

function checkIamName(what: string, prefix: string, name: string, maxLength: number): string {
  const full = `${prefix}${name}`;
  if (!/^[\w+=,.@-]+$/.test(name)) {
    throw new Error(
      `${what} name ${quote(name)} is refused by IAM: it must be at least one of A-Z a-z 0-9 + = , . @ _ -`,
    );
  }
  if (full.length > maxLength) {
    throw new Error(
      `${what} name ${quote(full)} has ${full.length} characters: IAM takes at most ${maxLength}`,
    );
  }
  return full;
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
