import { parsePolicy, type Policy } from '../policy/document';
import { InvalidPolicy } from '../policy/invalid-policy';
import { OPAQUE_TOKEN } from '../policy/opaque';
import type { Json } from './json';
import type { Scope } from './scope';

/**
 * What is longer is no key policy, and is not searched.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
 */
const MAX_POLICY_BYTES = 32_768;

/** The policy as data, or why the document is none. */
export function tryParsePolicy(document: Json): Policy | InvalidPolicy {
  const bytes = Buffer.byteLength(JSON.stringify(document).replace(OPAQUE_TOKEN, ''));
  if (bytes > MAX_POLICY_BYTES) {
    return new InvalidPolicy(`the policy has ${bytes} bytes: KMS takes at most ${MAX_POLICY_BYTES}`);
  }
  try {
    return parsePolicy(document);
  } catch (error) {
    if (error instanceof InvalidPolicy) return error;
    throw error;
  }
}

/**
 * What KMS puts on a key that is made without a policy.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function defaultPolicy(scope: Scope): Json {
  const { partition } = scope.template.stack.environment;
  const account = scope.ref('AWS::AccountId') as string;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  };
}
