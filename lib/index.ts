export { Account, KeyAlias, type KeyAliasProps } from './key-alias';
