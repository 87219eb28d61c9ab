import { existsSync, readFileSync } from 'node:fs';
import { KeyAlias } from '../../key-alias';
import { parseDocument } from '../template/document';
import { InputError } from '../template/input-error';
import { isObject, type Json, own } from '../template/json';

/** Who is meant to administer and to use a key: ARNs or names of roles and users, with `*` and `?`. */
export interface ExpectedRoles {
  readonly administrators: readonly string[];
  readonly users: readonly string[];
}

/** What a team declares about its keys; whatever goes beyond it is a finding. */
export interface Expectations {
  /** Of every key; without them, those of the naming convention where an alias follows it. */
  readonly roles?: ExpectedRoles;

  /** Accounts beside that of a key whose principals may have access. */
  readonly trustedAccounts: readonly string[];

  /** The organization whose accounts may have access, for example `o-a1b2c3d4e5`. */
  readonly organization?: string;

  /** Whether every alias is to follow the naming convention. */
  readonly aliasConvention: boolean;
}

/** What is expected when nothing is declared. */
export const NO_EXPECTATIONS: Expectations = { trustedAccounts: [], aliasConvention: false };

const FIELDS = ['administrators', 'users', 'trustedAccounts', 'organization', 'aliasConvention'];

/**
 * Reads a file of expectations, in YAML or JSON.
 *
 * @throws InputError when it holds something that is not known
 * @see docs/checks.md
 */
export function readExpectations(file: string): Expectations {
  if (!existsSync(file)) throw new InputError(`${JSON.stringify(file)} does not exist`);
  const document = parseDocument(readFileSync(file, 'utf8'), file);
  if (!isObject(document)) throw new InputError(`${file} is no object: it may have ${FIELDS.join(', ')}`);
  const stranger = Object.keys(document).find((name) => !FIELDS.includes(name));
  if (stranger !== undefined) {
    throw new InputError(`${file} has ${JSON.stringify(stranger)}: it may have ${FIELDS.join(', ')}`);
  }
  const [administrators, users, trustedAccounts] = FIELDS.slice(0, 3).map((name) =>
    texts(own(document, name), `${file}: ${name}`),
  );
  const stray = trustedAccounts?.find((account) => !/^\d{12}$/.test(account));
  if (stray !== undefined) {
    throw new InputError(
      `${file}: trustedAccounts has ${JSON.stringify(stray)}: write twelve digits, in quotes`,
    );
  }
  const organization = own(document, 'organization');
  if (
    organization !== undefined &&
    !(typeof organization === 'string' && /^o-[a-z0-9]{10,32}$/.test(organization))
  ) {
    throw new InputError(
      `${file}: organization is ${JSON.stringify(organization)}: write an id as "o-a1b2c3d4e5"`,
    );
  }
  const aliasConvention = own(document, 'aliasConvention') ?? false;
  if (typeof aliasConvention !== 'boolean') {
    throw new InputError(
      `${file}: aliasConvention is ${JSON.stringify(aliasConvention)}: write true or false`,
    );
  }
  return {
    ...((administrators ?? users) && { roles: { administrators: administrators ?? [], users: users ?? [] } }),
    trustedAccounts: trustedAccounts ?? [],
    ...(organization !== undefined && { organization }),
    aliasConvention,
  };
}

/**
 * Who administers and uses a key by the naming convention, with the roles that deploy it.
 *
 * @returns undefined when the alias does not follow the convention
 */
export function conventionalRoles(aliasName: string): ExpectedRoles | undefined {
  const alias = tryParse(aliasName);
  if (alias === undefined) return undefined;
  const [gso, psa, pma] = ['gso', 'psa', 'pma'].map((name) => alias.roleName(name));
  return { administrators: [gso, psa, 'cdk-*-cfn-exec-role-*'], users: [gso, psa, pma] };
}

/** The patterns of ARNs that a name stands for: a role or a user of the account, under any path. */
export function arnPatterns(
  nameOrArn: string,
  { partition, account }: { readonly partition: string; readonly account: string },
): string[] {
  if (nameOrArn.includes(':')) return [nameOrArn];
  return ['role/', 'role/*/', 'user/', 'user/*/'].map(
    (kind) => `arn:${partition}:iam::${account}:${kind}${nameOrArn}`,
  );
}

function tryParse(aliasName: string): KeyAlias | undefined {
  try {
    return KeyAlias.parse(aliasName);
  } catch {
    return undefined;
  }
}

function texts(value: Json | undefined, where: string): string[] | undefined {
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return list.map((each) => {
    if (typeof each === 'string' && each !== '') return each;
    throw new InputError(`${where} has ${JSON.stringify(each)}: a list of texts is expected`);
  });
}
