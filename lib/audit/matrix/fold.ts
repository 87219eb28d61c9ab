import { KeyAlias } from '../../key-alias';
import type { AccessRow, KeyAccess } from './access-matrix';

/** Keys whose matrices say the same, so that one stands for all. */
export interface FoldedAccess {
  /** The aliases that the keys have, accounts and Regions that differ among them being left open. */
  readonly aliases: readonly string[];

  /** The keys' accounts, with their names in the convention, each with its Regions. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  readonly columns: readonly string[];
  readonly rows: readonly FoldedRow[];
  readonly undecided?: string;
}

/** Principals that can do the same. */
export interface FoldedRow {
  readonly principals: readonly string[];
  readonly cells: AccessRow['cells'];
}

/** What a matrix says, with less and less of what tells its account and its Region. */
type Form = Pick<KeyAccess, 'aliases' | 'columns' | 'rows' | 'undecided'>;

/**
 * Folds the matrices of a platform's accounts and Regions into as few as there are differences.
 *
 * Two matrices are the same when they are so word by word, or once each one's own account, or own
 * account and Region, is taken out of them.
 */
export function fold(matrices: readonly KeyAccess[]): FoldedAccess[] {
  const groups: { members: KeyAccess[]; forms: (readonly string[])[]; first: readonly Form[] }[] = [];
  for (const matrix of matrices) {
    const forms = formsOf(matrix);
    const texts = forms.map((form) => JSON.stringify(form));
    const group = groups.find((each) =>
      texts.some((text, index) => each.forms.every((others) => others[index] === text)),
    );
    if (group) {
      group.members.push(matrix);
      group.forms.push(texts);
    } else {
      groups.push({ members: [matrix], forms: [texts], first: forms });
    }
  }
  return groups.map(({ members, forms, first }) => {
    const shared = forms[0].findIndex((text, index) => forms.every((each) => each[index] === text));
    const { aliases, columns, rows, undecided } = first[shared];
    return {
      aliases,
      places: placesOf(members),
      columns,
      rows: mergeRows(rows),
      ...(undecided !== undefined && { undecided }),
    };
  });
}

function formsOf({ key, aliases, columns, rows, undecided }: KeyAccess): Form[] {
  const literal: Form = { aliases, columns, rows, undecided };
  const { account, region } = key.stack.environment;
  const withoutAccount = aliases
    .flatMap(tryParse)
    .reduce(
      (form, name) => replace(form, `${productOf(name)}${name.account}-`, `${productOf(name)}<account>-`),
      replace(literal, account, '<account-id>'),
    );
  return [literal, withoutAccount, replace(withoutAccount, region, '<Region>')];
}

/** The alias taken apart, if it follows the convention. */
function tryParse(aliasName: string): KeyAlias[] {
  try {
    return [KeyAlias.parse(aliasName)];
  } catch {
    return [];
  }
}

/** What the names of a product's roles begin with in every account. */
function productOf({ organization, product }: KeyAlias): string {
  return `${organization}-${product}`;
}

function replace(form: Form, text: string | undefined, shown: string): Form {
  if (text === undefined) return form;
  return JSON.parse(JSON.stringify(form), (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(text, shown) : value,
  ) as Form;
}

function placesOf(members: readonly KeyAccess[]): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const { key, aliases } of members) {
    const { account = 'any account', region = 'any Region' } = key.stack.environment;
    const [name] = aliases.flatMap(tryParse);
    const place = name ? `${name.account} (${account})` : account;
    places.set(place, [...(places.get(place) ?? []), region]);
  }
  return places;
}

/** One row for principals that can do the same; everybody else by where they come from stays apart. */
function mergeRows(rows: readonly AccessRow[]): FoldedRow[] {
  const merged = new Map<string, { principals: string[]; cells: AccessRow['cells'] }>();
  for (const { kind, principals, cells } of rows) {
    const id = kind === 'named' || kind === 'service' ? JSON.stringify([kind, cells]) : principals;
    const known = merged.get(id);
    if (known) known.principals.push(principals);
    else merged.set(id, { principals: [principals], cells });
  }
  return [...merged.values()];
}
