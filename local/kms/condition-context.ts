import type { Authorization } from '../authorization';
import type { Caller } from '../caller';
import type { EncryptionContext } from './envelope';

/** Condition keys of a request with their values. */
export type ConditionContext = ReturnType<Authorization['contextOf']>;

/** The condition keys that tell what kind of key a request is about, or asks for. */
export function keyAttributes(multiRegion: boolean, isPrimary: boolean): ConditionContext {
  return {
    'kms:KeySpec': ['SYMMETRIC_DEFAULT'],
    'kms:KeyUsage': ['ENCRYPT_DECRYPT'],
    'kms:KeyOrigin': ['AWS_KMS'],
    'kms:MultiRegion': [String(multiRegion)],
    ...(multiRegion && { 'kms:MultiRegionKeyType': [isPrimary ? 'PRIMARY' : 'REPLICA'] }),
  };
}

/** The condition key of a request that an AWS service passes on. */
export function viaService(caller: Caller): ConditionContext {
  return caller.viaService === undefined ? {} : { 'kms:ViaService': [caller.viaService] };
}

/** The condition keys of an encryption context. */
export function encryptionKeys(context: EncryptionContext): ConditionContext {
  const names = Object.keys(context);
  return {
    ...pairsOf('kms:EncryptionContext:', Object.entries(context)),
    ...(names.length > 0 && { 'kms:EncryptionContextKeys': names }),
  };
}

/** One condition key for every pair. */
export function pairsOf(prefix: string, pairs: Iterable<readonly [string, string]>): ConditionContext {
  return Object.fromEntries([...pairs].map(([name, value]) => [prefix + name, [value]]));
}
