import { judge, type KeyRule } from './key-rule';
import { isUndecided } from '../template/setting';

/** The key can be used. */
export const enabled: KeyRule = {
  id: 'enabled',
  severity: 'high',
  title: 'A key is enabled',
  explanation: 'Under a disabled key nothing can be encrypted, and nothing decrypted either.',
  remedy: 'Set Enabled to true, or leave it out.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html',
  check: ({ settings }) =>
    judge(settings.enabled, ['Properties', 'Enabled'], (isEnabled) =>
      isEnabled ? undefined : 'the key is disabled: every cryptographic call fails',
    ),
};

/** KMS refuses a policy that would lock out whoever deploys it. */
export const lockoutCheck: KeyRule = {
  id: 'lockout-check',
  severity: 'high',
  title: 'The lockout safety check is on',
  explanation:
    'KMS refuses a key policy under which its caller could not change the policy again. BypassPolicyLockoutSafetyCheck turns that off: a mistake then makes the key unmanageable for good.',
  remedy: 'Set BypassPolicyLockoutSafetyCheck to false, or leave it out.',
  see: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html',
  check: ({ settings }) =>
    judge(
      settings.bypassPolicyLockoutSafetyCheck,
      ['Properties', 'BypassPolicyLockoutSafetyCheck'],
      (bypasses) => (bypasses ? 'the lockout safety check is bypassed' : undefined),
    ),
};

/** RSA keys that encrypt are longer than 2048 bits. */
export const rsaKeyLength: KeyRule = {
  id: 'rsa-key-length',
  severity: 'low',
  title: 'An RSA key that encrypts has more than 2048 bits',
  explanation:
    'What is encrypted today is to stay secret for longer than RSA with 2048 bits is thought to last.',
  remedy: 'Make a new key with KeySpec RSA_3072 or RSA_4096: the spec of a key never changes.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html',
  check: ({ settings: { material } }) => {
    if (material === undefined) return [];
    const { spec, usage } = material;
    if (!isUndecided(usage) && usage !== 'ENCRYPT_DECRYPT') return [];
    if (spec === 'RSA_2048' && isUndecided(usage))
      return judge(usage, ['Properties', 'KeyUsage'], () => undefined);
    return judge(spec, ['Properties', 'KeySpec'], (text) =>
      text === 'RSA_2048' ? 'the key encrypts with RSA of 2048 bits' : undefined,
    );
  },
};
