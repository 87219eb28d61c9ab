import {
  DECRYPT_ACTIONS,
  DELETE_ACTIONS,
  ENCRYPT_ACTIONS,
  MANAGE_ACTIONS,
  READ_ACTIONS,
  REPLICATE_ACTIONS,
  REVOKE_ACTIONS,
} from '../../kms-actions';
import type { Setting } from '../template/setting';

/** Actions that a matrix puts into one column. */
export interface ActionGroup {
  readonly name: string;
  readonly actions: readonly string[];
}

const POLICY = 'kms:PutKeyPolicy';

/** Using a key, by what the key is for. */
const USE_GROUPS: Readonly<Record<string, readonly ActionGroup[]>> = {
  ENCRYPT_DECRYPT: [
    { name: 'encrypt', actions: ENCRYPT_ACTIONS },
    { name: 'decrypt', actions: DECRYPT_ACTIONS },
  ],
  SIGN_VERIFY: [
    { name: 'sign', actions: ['kms:Sign'] },
    { name: 'verify', actions: ['kms:Verify', 'kms:GetPublicKey'] },
  ],
  GENERATE_VERIFY_MAC: [
    { name: 'make MAC', actions: ['kms:GenerateMac'] },
    { name: 'verify', actions: ['kms:VerifyMac'] },
  ],
  KEY_AGREEMENT: [{ name: 'derive', actions: ['kms:DeriveSharedSecret', 'kms:GetPublicKey'] }],
};

const OTHER_GROUPS: readonly ActionGroup[] = [
  { name: 'grant', actions: ['kms:CreateGrant', ...REVOKE_ACTIONS] },
  { name: 'read', actions: READ_ACTIONS },
  {
    name: 'manage',
    actions: [...MANAGE_ACTIONS, ...REPLICATE_ACTIONS].filter((action) => action !== POLICY),
  },
  { name: 'policy', actions: [POLICY] },
  { name: 'delete', actions: DELETE_ACTIONS },
];

/** The columns of a matrix, from using a key to losing it. */
export function actionGroups(usage: Setting<string> = 'ENCRYPT_DECRYPT'): readonly ActionGroup[] {
  const use = typeof usage === 'string' && Object.hasOwn(USE_GROUPS, usage) ? usage : 'ENCRYPT_DECRYPT';
  return [...USE_GROUPS[use], ...OTHER_GROUPS];
}
