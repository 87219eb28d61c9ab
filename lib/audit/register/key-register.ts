import type { KeyItem } from '../template/key-item';
import type { KeyMaterial } from '../template/key-settings';
import type { FullInventory } from '../template/inventory';
import { isUndecided, type Setting } from '../template/setting';
import { type RoleColumns, roleColumns } from './role-columns';

/** The columns of a key register, in order. */
export const REGISTER_COLUMNS = [
  'Alias',
  'Type',
  'Use',
  'Origin',
  'Regionality',
  'Tags',
  'IAM Admin Roles',
  'IAM User Roles',
  'Description',
] as const;

/** One key: a text, or several, for each column. */
export type RegisterRow = Readonly<Record<(typeof REGISTER_COLUMNS)[number], readonly string[]>>;

/** The keys of a source. */
export interface KeyRegister {
  readonly rows: readonly RegisterRow[];

  /** What could not be decided; a register with an entry here is not to be relied on. */
  readonly undecided: readonly string[];
}

const NAMES: Readonly<Record<string, string>> = {
  SYMMETRIC_DEFAULT: 'Symmetric',
  ENCRYPT_DECRYPT: 'Encrypt and decrypt',
  SIGN_VERIFY: 'Sign and verify',
  GENERATE_VERIFY_MAC: 'Generate and verify MAC',
  KEY_AGREEMENT: 'Key agreement',
  AWS_KMS: 'AWS KMS',
  EXTERNAL: 'External (imported)',
  AWS_CLOUDHSM: 'AWS CloudHSM',
  EXTERNAL_KEY_STORE: 'External key store',
};

/**
 * The key register that architecture documents keep, from the templates: one row a key.
 *
 * A replica stands in the row of its primary unless it differs from it in more than its Region. The
 * roles come from what the key policy decides, not from what built it.
 */
export function keyRegister(inventory: FullInventory): KeyRegister {
  const undecided: string[] = [...inventory.gaps];
  const primaries = new Map(inventory.keys.map((key) => [key.id, key]));
  const rows = new Map<string, { row: RegisterRow; regions: string[] }>();
  for (const key of inventory.keys) {
    const primary = key.primary?.keyItem === undefined ? undefined : primaries.get(key.primary.keyItem);
    const row = rowOf(key, primary);
    const known = primary && rows.get(primary.id);
    if (known && sameApartFromRegion(known.row, row)) known.regions.push(regionOf(key));
    else rows.set(key.id, { row, regions: [] });
  }
  return {
    rows: [...rows.values()].map(({ row, regions }) =>
      regions.length === 0
        ? row
        : { ...row, Regionality: [...row.Regionality, `replicas in ${regions.join(', ')}`] },
    ),
    undecided,
  };

  function rowOf(key: KeyItem, primary: KeyItem | undefined): RegisterRow {
    const say = (setting: Setting<string>, name: string): string => {
      if (!isUndecided(setting)) return NAMES[setting] ?? setting;
      undecided.push(`${key.where}: ${name}: ${setting.undecided}`);
      return 'undecided';
    };
    const material = (primary ?? key).settings.material;
    const shared = (name: keyof KeyMaterial): Setting<string> => {
      const setting = material?.[name] ?? { undecided: 'the primary is not here' };
      return typeof setting === 'object' ? setting : String(setting);
    };
    const { tags, description } = key.settings;
    if (isUndecided(tags)) undecided.push(`${key.where}: Tags: ${tags.undecided}`);
    if (key.undecidedCondition !== undefined) {
      undecided.push(`${key.where}: whether it exists depends on the condition ${key.undecidedCondition}`);
    }
    const roles: RoleColumns = roleColumns(key);
    undecided.push(...roles.undecided.map((each) => `${key.where}: ${each}`));
    return {
      Alias: (inventory.aliasesOf.get(key.id) ?? []).map(({ name }) => say(name, 'AliasName')),
      Type: [say(shared('spec'), 'KeySpec')],
      Use: [say(shared('usage'), 'KeyUsage')],
      Origin: [say(shared('origin'), 'Origin')],
      Regionality: [regionality(key, say)],
      Tags: isUndecided(tags) ? ['undecided'] : [...tags].map(([name, value]) => `${name}=${value}`),
      'IAM Admin Roles': roles.administrators,
      'IAM User Roles': roles.users,
      Description: [say(description, 'Description')],
    };
  }
}

function regionality(key: KeyItem, say: (setting: Setting<string>, name: string) => string): string {
  if (key.kind === 'replica') return `Multi-Region replica in ${regionOf(key)}`;
  const multiRegion = key.settings.material?.multiRegion ?? false;
  if (isUndecided(multiRegion)) return say(multiRegion, 'MultiRegion');
  return `${multiRegion ? 'Multi-Region primary' : 'Single-Region'} in ${regionOf(key)}`;
}

function regionOf({ stack }: KeyItem): string {
  return stack.environment.region ?? 'any Region';
}

function sameApartFromRegion(primary: RegisterRow, replica: RegisterRow): boolean {
  return REGISTER_COLUMNS.filter((column) => column !== 'Regionality').every(
    (column) => primary[column].join('\n') === replica[column].join('\n'),
  );
}
