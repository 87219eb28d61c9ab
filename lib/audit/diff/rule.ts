import type { FindingRule } from '../finding';

/** What is known about one kind of change. */
export interface ChangeRule extends FindingRule {
  /** What AWS does when it is deployed. */
  readonly effect: string;
}

const CFN = 'https://docs.aws.amazon.com/AWSCloudFormation/latest';
const KEY_PAGE = `${CFN}/TemplateReference/aws-resource-kms-key.html`;
const REPLICA_PAGE = `${CFN}/TemplateReference/aws-resource-kms-replicakey.html`;
const ALIAS_PAGE = `${CFN}/TemplateReference/aws-resource-kms-alias.html`;
const RETENTION_PAGE = `${CFN}/TemplateReference/aws-attribute-deletionpolicy.html`;
const IMPORT_PAGE = `${CFN}/UserGuide/import-resources-manually.html`;
const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide';
const NOTHING_TO_DO = 'nothing to do';

/**
 * Every kind of change that a key, a replica or an alias can undergo, and the verdict on it.
 *
 * `critical`: data or service is lost, or the deployment fails. `high`: a protection is lost, or somebody may
 * do more than before. `medium`: worth a look. `low`: harmless, said so that nobody has to find out.
 */
export const RULES = {
  'immutable-property': {
    severity: 'critical',
    title: 'a property that never changes is changed',
    explanation: 'KeySpec, KeyUsage, Origin and MultiRegion are fixed when a key is made',
    effect: 'the update fails, whatever UpdateReplacePolicy says, and the stack rolls back',
    remedy:
      'put the value back; for another kind of key add a second key beside this one, re-encrypt the data under it, and retire this one when nothing uses it',
    see: KEY_PAGE,
  },
  'key-type-changed': {
    severity: 'critical',
    title: 'a primary key and a replica change places',
    explanation: 'one logical id stands for a resource of one type for ever',
    effect: 'the update fails: CloudFormation does not change the type of a resource',
    remedy:
      'leave the templates as they are and move the primary with kms:UpdatePrimaryRegion, or give the new resource a logical id of its own and keep the old one',
    see: `${KMS}/multi-region-update.html`,
  },
  'key-removed': {
    severity: 'critical',
    title: 'a key is removed',
    explanation: 'everything encrypted under a key is lost with it',
    effect:
      'CloudFormation schedules the deletion of the key: it is unusable at once, and CloudFormation cannot cancel it',
    remedy:
      'keep the key in the template; to let go of it, first deploy it with DeletionPolicy Retain, and delete it by hand when nothing has used it for a long time',
    see: RETENTION_PAGE,
  },
  'key-orphaned': {
    severity: 'critical',
    title: 'a retained key leaves its template',
    explanation: 'the key lives on, but nothing sets its policy, rotation and tags any more',
    effect:
      'the key stays as an orphan; a stack that makes a key again makes a NEW one, which decrypts none of the old data',
    remedy: 'keep the key in the template, or import it into the stack that is to hold it',
    see: IMPORT_PAGE,
  },
  'primary-removed': {
    severity: 'critical',
    title: 'a primary key is removed while it has replicas',
    explanation: 'a primary key cannot be deleted before its replicas',
    effect: 'the key waits in PendingReplicaDeletion, unusable, for as long as a replica lives',
    remedy: 'keep the primary; to let go of it, first move the primary with kms:UpdatePrimaryRegion',
    see: `${KMS}/multi-region-keys-delete.html`,
  },
  'key-replaced': {
    severity: 'critical',
    title: 'a new key takes the place of a key',
    explanation: 'CloudFormation knows a resource by its logical id and its stack alone',
    effect: 'a NEW key is made, which decrypts nothing of what the old one encrypted',
    remedy:
      'keep the logical id (overrideLogicalId in the CDK) and the stack name; to move a key, retain it and import it into the new place, or use a stack refactoring',
    see: IMPORT_PAGE,
  },
  'key-added': {
    severity: 'low',
    title: 'a key is added',
    explanation: 'nothing is encrypted under it yet',
    effect: 'a new key is made',
    remedy: NOTHING_TO_DO,
    see: KEY_PAGE,
  },
  'retention-lost': {
    severity: 'critical',
    title: 'a key is no longer retained',
    explanation: 'the next removal, rename or replacement deletes the key',
    effect: 'nothing happens now: it arms the loss',
    remedy: 'keep DeletionPolicy and UpdateReplacePolicy at Retain (RemovalPolicy.RETAIN in the CDK)',
    see: RETENTION_PAGE,
  },
  'retention-gained': {
    severity: 'low',
    title: 'a resource is retained from now on',
    explanation: 'it survives its removal from the template',
    effect: 'nothing happens now',
    remedy: NOTHING_TO_DO,
    see: RETENTION_PAGE,
  },
  'key-disabled': {
    severity: 'critical',
    title: 'a key is disabled',
    explanation: 'whatever is encrypted under the key cannot be read while it is disabled',
    effect: 'in place: every cryptographic call with the key fails from then on',
    remedy:
      'keep Enabled true; to find out whether a key is in use, look at its last use in CloudTrail instead of switching it off',
    see: `${KMS}/enabling-keys.html`,
  },
  'key-enabled': {
    severity: 'low',
    title: 'a key is enabled',
    explanation: 'whoever its policy admits can use it again',
    effect: 'in place: cryptographic calls work again',
    remedy: NOTHING_TO_DO,
    see: `${KMS}/enabling-keys.html`,
  },
  'lockout-check-bypassed': {
    severity: 'critical',
    title: 'the lockout check is bypassed',
    explanation: 'a policy that nobody can change any more makes the key unmanageable for good',
    effect:
      'KMS takes any policy; the property is write-only, so that no drift detection finds it afterwards',
    remedy: 'leave BypassPolicyLockoutSafetyCheck out, and keep an administrator in the policy',
    see: `${KMS}/key-policy-default.html`,
  },
  'lockout-check-restored': {
    severity: 'low',
    title: 'the lockout check is back',
    explanation: 'KMS refuses a policy that locks out whoever puts it',
    effect: 'in place, at the next change of the policy',
    remedy: NOTHING_TO_DO,
    see: `${KMS}/key-policy-default.html`,
  },
  'rotation-off': {
    severity: 'high',
    title: 'rotation is switched off',
    explanation: 'the same key material protects everything that is written from then on',
    effect: 'in place, for the primary and for all its replicas',
    remedy: 'keep EnableKeyRotation true: rotation never breaks the decryption of old data',
    see: `${KMS}/rotate-keys.html`,
  },
  'rotation-on': {
    severity: 'low',
    title: 'rotation is switched on',
    explanation: 'old data stays readable',
    effect: 'in place, for the primary and for all its replicas',
    remedy: NOTHING_TO_DO,
    see: `${KMS}/rotate-keys.html`,
  },
  'rotation-slower': {
    severity: 'high',
    title: 'rotation is slower than once a year',
    explanation: 'a year is what KMS does by default and what most standards ask for at least',
    effect: 'in place; the property is write-only, so that drift detection cannot see it',
    remedy: 'keep RotationPeriodInDays at 365 or below',
    see: `${KMS}/rotating-keys-enable.html`,
  },
  'rotation-period-changed': {
    severity: 'medium',
    title: 'the rotation period is changed',
    explanation: 'the next rotation comes at another time',
    effect: 'in place; the property is write-only, so that drift detection cannot see it',
    remedy: 'make sure that the period is the one that your standard asks for',
    see: `${KMS}/rotating-keys-enable.html`,
  },
  'window-lowered': {
    severity: 'high',
    title: 'the waiting period before deletion is shorter',
    explanation: 'it is all the time that is left to notice a deletion and to cancel it',
    effect: 'nothing now; the property is write-only, so that drift detection cannot see it',
    remedy: 'keep PendingWindowInDays at 30, which is also the default',
    see: `${KMS}/deleting-keys.html`,
  },
  'window-raised': {
    severity: 'low',
    title: 'the waiting period before deletion is longer',
    explanation: 'there is more time to notice a deletion',
    effect: 'nothing now',
    remedy: NOTHING_TO_DO,
    see: `${KMS}/deleting-keys.html`,
  },
  'tags-changed': {
    severity: 'medium',
    title: 'tags are changed',
    explanation: 'a policy that looks at tags can grant or deny by them',
    effect: 'in place; authorization by tag can lag five minutes',
    remedy: 'make sure that no IAM policy decides by these tags, or that it means the new ones',
    see: `${KMS}/tag-authorization.html`,
  },
  'description-changed': {
    severity: 'low',
    title: 'the description is changed',
    explanation: 'it has no effect on the key',
    effect: 'in place',
    remedy: NOTHING_TO_DO,
    see: KEY_PAGE,
  },
  'replica-primary-changed': {
    severity: 'critical',
    title: 'a replica gets another primary',
    explanation: 'a replica has the key material of its primary, and no other key decrypts its data',
    effect:
      'replacement: a replica of the other primary is made, and the old replica is scheduled for deletion unless UpdateReplacePolicy retains it; a primary has one replica in a Region',
    remedy: 'put PrimaryKeyArn back; for another primary add a second replica beside this one',
    see: REPLICA_PAGE,
  },
  'alias-renamed': {
    severity: 'high',
    title: 'an alias gets another name',
    explanation: 'whoever calls the key by the old name finds no key, or somebody else’s',
    effect:
      'replacement: the new name is made first, and the update fails if it exists; the old one is deleted unless it is retained; authorization by alias can lag five minutes',
    remedy: 'add the new alias beside the old one, move its users, and remove the old one last',
    see: ALIAS_PAGE,
  },
  'alias-replaced': {
    severity: 'high',
    title: 'an alias gets another logical id or stack',
    explanation: 'CloudFormation takes it for a new alias, and its name is taken',
    effect:
      'the update fails because the name exists, or, when the old stack goes first, there is a time without the alias',
    remedy: 'keep the logical id and the stack of the alias, or retain it and import it into the new place',
    see: ALIAS_PAGE,
  },
  'alias-retargeted': {
    severity: 'critical',
    title: 'an alias is pointed at another key',
    explanation: 'what is written through the alias from then on is encrypted under another key',
    effect: 'in place and silently; data of the old key is found by whoever still knows its id',
    remedy: 'put TargetKeyId back; give another key another alias',
    see: `${KMS}/alias-update.html`,
  },
  'alias-removed': {
    severity: 'high',
    title: 'an alias is removed while its key stays',
    explanation: 'the next deployment can make a DIFFERENT key under the same name, and nobody notices',
    effect: 'the alias is deleted; authorization by alias can lag five minutes',
    remedy:
      'keep the alias; where it must leave the template, retain it first: a second alias of its name then fails loudly',
    see: ALIAS_PAGE,
  },
  'alias-orphaned': {
    severity: 'medium',
    title: 'a retained alias leaves its template',
    explanation: 'it keeps pointing at its key, and its name is taken',
    effect: 'the alias stays; a stack that makes an alias of this name fails',
    remedy: 'keep the alias in the template, or import it into the stack that is to hold it',
    see: IMPORT_PAGE,
  },
  'alias-retention-lost': {
    severity: 'high',
    title: 'an alias is no longer retained',
    explanation:
      'when the stack goes and the key stays, the next deployment makes a DIFFERENT key under the same name',
    effect: 'nothing happens now: it arms the loss',
    remedy: 'keep DeletionPolicy and UpdateReplacePolicy of the alias at Retain',
    see: RETENTION_PAGE,
  },
  'alias-added': {
    severity: 'low',
    title: 'an alias is added',
    explanation: 'the key has one more name',
    effect: 'a new alias is made, unless the name exists',
    remedy: NOTHING_TO_DO,
    see: ALIAS_PAGE,
  },
  'access-gained': {
    severity: 'high',
    title: 'somebody gains access',
    explanation: 'the new key policy allows a call that the old one does not',
    effect: 'in place, within seconds',
    remedy: 'narrow the statement named in the example, or have the change reviewed and accepted',
    see: `${KMS}/key-policies.html`,
  },
  'access-opened': {
    severity: 'critical',
    title: 'somebody outside the account gains access',
    explanation: 'the new key policy trusts more than the account that the key belongs to',
    effect: 'in place, within seconds; the other account’s IAM policies then decide who uses it',
    remedy: 'narrow the statement named in the example, or have the change reviewed and accepted',
    see: `${KMS}/key-policy-modifying-external-accounts.html`,
  },
  'access-lost': {
    severity: 'high',
    title: 'a role that the policy names loses access',
    explanation: 'whatever it does with the key fails from then on',
    effect: 'in place, within seconds',
    remedy: 'keep the statement that allows it, or make sure that the role needs it no more',
    see: `${KMS}/key-policies.html`,
  },
  undecided: {
    severity: 'critical',
    title: 'it cannot be decided what changes',
    explanation: 'what is not known before the deployment can be anything',
    effect: 'not known',
    remedy: 'write the value out, or state it with --parameter, --account or --region',
    see: `${CFN}/UserGuide/intrinsic-function-reference.html`,
  },
} as const satisfies Record<string, Omit<ChangeRule, 'id'>>;

/** The name of a kind of change. */
export type RuleId = keyof typeof RULES;

/** Every rule, for reports that list what was asked. */
export const CHANGE_RULES: readonly ChangeRule[] = Object.entries(RULES).map(([id, rule]) => ({
  id,
  ...rule,
}));
