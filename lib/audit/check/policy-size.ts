import { OPAQUE_TOKEN } from '../policy/opaque';
import { undecidedProblem } from './problem';
import type { KeyRule } from './key-rule';

const MAX_BYTES = 32_768;

/** The longest that a value can be which the deployment makes; what has no known form may be an ARN. */
const LONGEST_VALUES: readonly (readonly [name: RegExp, bytes: number])[] = [
  [/^AccountId$/, 12],
  [/^Region$/, 32],
  [/\.(KeyId|RoleName|UserName)$/, 64],
  [/(?:)/, 2_048],
];
const PATH = ['Properties', 'KeyPolicy'];

/** KMS takes the policy. */
export const policySize: KeyRule = {
  id: 'policy-size',
  severity: 'high',
  title: `A key policy has at most ${MAX_BYTES} bytes`,
  explanation: 'KMS refuses a longer one when the stack is deployed.',
  remedy: 'Name fewer principals, use wildcards in aws:PrincipalArn, or let IAM policies decide for some.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html',
  check: ({ policyDocument }) => {
    const text = JSON.stringify(policyDocument);
    const names = [...text.matchAll(OPAQUE_TOKEN)].map(([, name]) => name);
    const least = Buffer.byteLength(text.replace(OPAQUE_TOKEN, ''));
    const most = least + names.reduce((sum, name) => sum + longestValue(name), 0);
    if (least > MAX_BYTES) {
      return [
        {
          message: `the key policy has ${least} bytes: KMS takes at most ${MAX_BYTES}`,
          path: PATH,
          subject: 'size',
        },
      ];
    }
    return most > MAX_BYTES
      ? [
          undecidedProblem(
            `the key policy has ${least} bytes beside ${names.length === 1 ? 'a value that is' : `${names.length} values that are`} not known before the deployment`,
            PATH,
          ),
        ]
      : [];
  },
};

function longestValue(name: string): number {
  return LONGEST_VALUES.find(([form]) => form.test(name))?.[1] ?? 0;
}
