import {
  DECRYPT_ACTIONS,
  DELETE_ACTIONS,
  ENCRYPT_ACTIONS,
  MANAGE_ACTIONS,
  REPLICATE_ACTIONS,
} from '../../kms-actions';

/** Change how a key is set up, `kms:PutKeyPolicy` apart, which gives everything. */
export const ADMINISTRATION: readonly string[] = [
  ...MANAGE_ACTIONS.filter((action) => action !== 'kms:PutKeyPolicy'),
  ...REPLICATE_ACTIONS,
  ...DELETE_ACTIONS,
];

/** Turn data into ciphertext or back. */
export const USE: readonly string[] = [...ENCRYPT_ACTIONS, ...DECRYPT_ACTIONS];
