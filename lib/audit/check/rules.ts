import type { FindingRule } from '../finding';
import { accountDrift } from './account-drift';
import { aliasConvention, aliasName, type AliasRule } from './alias-name';
import { broadDecryption } from './broad-decryption';
import { conditionKey, unknownConditionKey, unreachableAction } from './condition-key';
import { deadStatement } from './dead-statement';
import { separationOfDuties, unexpectedAdministrator, unexpectedUser } from './duties';
import { attributeEscalation, grantEscalation, policyEscalation } from './escalation';
import { forAllValues } from './for-all-values';
import { ineffectiveStatement } from './ineffective-statement';
import { enabled, lockoutCheck, rsaKeyLength } from './key-state';
import { deploymentLockout, lockout, recovery } from './lockout';
import { crossAccountAccess, publicAccess } from './outside-access';
import { namedPrincipal } from './named-principal';
import { policySize } from './policy-size';
import type { PolicyRule } from './policy-rule';
import { replicaPolicy } from './replica-policy';
import { aliasRetention, keyRetention, pendingWindow } from './retention';
import { rotation, rotationPeriod } from './rotation';
import type { KeyRule } from './key-rule';

/** Asked about every key policy. */
export const POLICY_RULES: readonly PolicyRule[] = [
  lockout,
  deploymentLockout,
  recovery,
  publicAccess,
  crossAccountAccess,
  policyEscalation,
  grantEscalation,
  attributeEscalation,
  unexpectedAdministrator,
  unexpectedUser,
  separationOfDuties,
  ineffectiveStatement,
  unknownConditionKey,
  conditionKey,
  forAllValues,
  unreachableAction,
  deadStatement,
];

/** Asked about every key and replica. */
export const KEY_RULES: readonly KeyRule[] = [
  keyRetention,
  pendingWindow,
  enabled,
  rotation,
  rotationPeriod,
  lockoutCheck,
  policySize,
  rsaKeyLength,
];

/** Asked about every alias; the last one only where it is expected. */
export const ALIAS_RULES: readonly AliasRule[] = [aliasName, aliasRetention];
export const OPTIONAL_ALIAS_RULE: AliasRule = aliasConvention;

/** The document is a key policy. */
export const VALID_POLICY: FindingRule = {
  id: 'valid-policy',
  severity: 'critical',
  title: 'A key policy is one that KMS accepts',
  explanation: 'KMS refuses the document when the stack is deployed, or it has more than one meaning.',
  remedy: 'Correct the policy document.',
  see: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html',
};

/** Everything could be decided. */
export const UNDECIDED: FindingRule = {
  id: 'undecided',
  severity: 'high',
  title: 'Everything is decided before the deployment',
  explanation:
    'Some rules could not be decided, because a value is known only later, or because the policy says something that no policy alone decides. What is not decided does not pass.',
  remedy:
    'Give the value (--parameter, --account, --region), write it out in the template, or accept the finding.',
  see: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html',
};

/** Every rule, for whoever lists them. */
export const ALL_RULES: readonly FindingRule[] = [
  VALID_POLICY,
  ...POLICY_RULES,
  ...KEY_RULES,
  ...ALIAS_RULES,
  OPTIONAL_ALIAS_RULE,
  namedPrincipal,
  replicaPolicy,
  accountDrift,
  broadDecryption,
  UNDECIDED,
];
