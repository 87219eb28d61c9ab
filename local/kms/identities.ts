import type { Authorization } from '../authorization';

/** What KMS asks IAM: who exists, and what the policies of a caller say. */
export type Identities = Pick<Authorization, 'uniqueId' | 'contextOf' | 'decide'>;
