import { AwsError } from '../aws-error';
import { keyId, type Definitions, type Desk } from './desk';
import { checkLockout } from './key-operations';
import { KeyPolicy, POLICY_NAME } from './key-policy';
import { page, paged, type Paging } from './page';
import { flag, required, text } from './parameter';

interface Named {
  readonly KeyId: string;
  readonly PolicyName?: string;
}

const policyName = text({ min: 1, max: 128, pattern: /^\w+$/ });

/**
 * The policy of a key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export function policyOperations(desk: Desk): Definitions {
  return {
    GetKeyPolicy: {
      parameters: { KeyId: required(keyId), PolicyName: policyName },
      run: (input: Named, caller) => {
        const key = desk.ownKey('GetKeyPolicy', input.KeyId, caller);
        checkPolicyName(input);
        return { Policy: key.policy.document(desk.identities), PolicyName: POLICY_NAME };
      },
    },
    PutKeyPolicy: {
      parameters: {
        KeyId: required(keyId),
        PolicyName: policyName,
        Policy: required(text({ min: 1 })),
        BypassPolicyLockoutSafetyCheck: flag,
      },
      run: (input: Named & { Policy: string; BypassPolicyLockoutSafetyCheck?: boolean }, caller) => {
        const bypass = input.BypassPolicyLockoutSafetyCheck ?? false;
        const context = { 'kms:BypassPolicyLockoutSafetyCheck': [String(bypass)] };
        const key = desk.ownKey('PutKeyPolicy', input.KeyId, caller, { context });
        checkPolicyName(input);
        const policy = KeyPolicy.read(input.Policy, key.family.partition, desk.identities);
        checkLockout(desk, policy, key, caller, bypass);
        key.policy = policy;
      },
    },
    ListKeyPolicies: {
      parameters: { KeyId: required(keyId), ...paged(1000) },
      run: (input: Paging & { KeyId: string }, caller) => {
        desk.ownKey('ListKeyPolicies', input.KeyId, caller);
        return page('PolicyNames', [POLICY_NAME], input, 100);
      },
    },
  };
}

function checkPolicyName({ PolicyName = POLICY_NAME }: Named): void {
  if (PolicyName !== POLICY_NAME) {
    throw new AwsError('NotFoundException', 'No such policy exists');
  }
}
