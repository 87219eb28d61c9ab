import { evaluate, type Decision } from '../../lib/audit/policy/evaluate';
import { principalOf } from '../authorization';
import type { Identities } from './identities';
import {
  encryptionKeys,
  keyAttributes,
  pairsOf,
  viaService,
  type ConditionContext,
} from './condition-context';
import { AwsError, notImplemented } from '../aws-error';
import type { Caller } from '../caller';
import type { EncryptionContext } from './envelope';
import { type Grant, grantAllows, isGrantee, isToAccount } from './grant';
import type { Key } from './key';
import type { KeyPolicy } from './key-policy';
import type { KeyStore } from './key-store';

/** What an operation adds to the condition keys of the caller and of the key. */
export interface Attempt {
  /** For example `Decrypt`, or `ReEncryptFrom` of the operation `ReEncrypt`. */
  readonly action: string;
  readonly context?: ConditionContext;
  readonly encryptionContext?: EncryptionContext;
  /** Which grants of the key count, of those that allow the action; all of them unless given. */
  readonly counts?: (grant: Grant) => boolean;
}

/**
 * Decides every call: the key policy, the caller's own policies, and grants.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
export class KeyAuthorization {
  constructor(
    private readonly identities: Identities,
    private readonly store: KeyStore,
  ) {}

  /**
   * Demands that a caller may act on a key.
   *
   * @throws AwsError `AccessDeniedException`
   */
  public onKey(key: Key, caller: Caller, attempt: Attempt): void {
    const { action, encryptionContext = {}, counts = () => true } = attempt;
    const context = {
      ...this.contextOf(key, caller),
      ...encryptionKeys(encryptionContext),
      ...attempt.context,
    };
    const own = this.identities.decide(caller, `kms:${action}`, key.arn, context);
    if (own === 'denied') {
      throw denied(caller, action, key.arn, 'with an explicit deny in an identity-based policy');
    }
    const decision = this.decide(key.policy, key, caller, action, context);
    if (decision.denies.length > 0) {
      throw denied(caller, action, key.arn, 'with an explicit deny in a resource-based policy');
    }
    const isOwn = caller.service !== undefined || caller.account === key.account;
    const byPolicy =
      decision.level === 'direct' && isOwn
        ? own !== 'withheld'
        : own === 'allowed' && decision.level !== 'none';
    const byGrant = () =>
      own !== 'withheld' &&
      [...key.grants.values()].some(
        (grant) =>
          (isGrantee(grant, caller, this.identities) || (own === 'allowed' && isToAccount(grant, caller))) &&
          grantAllows(grant, action, encryptionContext) &&
          counts(grant),
      );
    if (!byPolicy && !byGrant()) {
      const policy =
        own === 'withheld'
          ? 'session policy or permissions boundary'
          : `${decision.level === 'none' ? 'resource' : 'identity'}-based policy`;
      throw denied(caller, action, key.arn, `because no ${policy} allows the kms:${action} action`);
    }
  }

  /**
   * Demands that the caller's own policies allow an action that no key policy is asked about.
   *
   * @throws AwsError `AccessDeniedException`
   */
  public byIdentity(caller: Caller, action: string, resource: string, context: ConditionContext = {}): void {
    const own = this.identities.decide(caller, `kms:${action}`, resource, {
      ...viaService(caller),
      ...context,
    });
    if (own !== 'allowed') {
      const reason =
        own === 'denied'
          ? 'with an explicit deny in an identity-based policy'
          : `because no identity-based policy allows the kms:${action} action`;
      throw denied(caller, action, resource, reason);
    }
  }

  /**
   * Whether a caller could put another key policy if this one were in force: the lockout safety check.
   *
   * It asks the key policy alone; what the account's IAM policies make of it can change later.
   *
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
   */
  public couldPutPolicy(policy: KeyPolicy, key: Key, caller: Caller): boolean {
    const context = { ...this.contextOf(key, caller), 'kms:BypassPolicyLockoutSafetyCheck': ['false'] };
    return this.decide(policy, key, caller, 'PutKeyPolicy', context).level !== 'none';
  }

  private decide(
    policy: KeyPolicy,
    key: Key,
    caller: Caller,
    action: string,
    context: ConditionContext,
  ): Decision {
    const decision = evaluate(policy.effective(this.identities), {
      action: `kms:${action}`,
      principal: principalOf(caller),
      resource: key.arn,
      context,
    });
    if (decision.level === 'undecided') {
      const reasons = decision.undecided.map(({ reason }) => reason).join(', and ');
      throw notImplemented(`deciding kms:${action} on ${key.arn} where ${reasons}`);
    }
    return decision;
  }

  /**
   * The condition keys of every request on a key; those that are empty are absent.
   *
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
   */
  private contextOf(key: Key, caller: Caller): ConditionContext {
    const aliases = this.store.aliasesOf(key);
    return {
      ...this.identities.contextOf(caller),
      'aws:ResourceAccount': [key.account],
      ...viaService(caller),
      ...keyAttributes(key.family.multiRegion, key.isPrimary),
      ...(aliases.length > 0 && { 'kms:ResourceAliases': aliases }),
      ...pairsOf('aws:ResourceTag/', key.tags),
    };
  }
}

function denied(caller: Caller, action: string, resource: string, reason: string): AwsError {
  return new AwsError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: kms:${action} on resource: ${resource} ${reason}`,
  );
}
