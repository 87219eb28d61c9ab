export { AccountTrust } from './account-trust';
export { type ICommonKmsKey } from './common-key-base';
export {
  CommonKmsKey,
  type CommonKmsKeyAliasOptions,
  type CommonKmsKeyConventionProps,
  type CommonKmsKeyImportProps,
  type CommonKmsKeyProps,
} from './common-kms-key';
export { CommonKmsKeyStack, type CommonKmsKeyStackProps } from './common-kms-key-stack';
export { CommonKmsReplicaKey, type CommonKmsReplicaKeyProps } from './common-kms-replica-key';
export { Account, KeyAlias, type KeyAliasProps } from './key-alias';
export { type KeyAccessProps } from './key-access';
export { KeyRole } from './key-role';
export { KeyService } from './key-service';
