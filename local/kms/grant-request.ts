import { randomBytes } from 'node:crypto';
import { AwsError, validation } from '../aws-error';
import type { Caller } from '../caller';
import { encryptionKeys, type ConditionContext } from './condition-context';
import { type Grant, type GrantConstraints, GRANT_OPERATIONS } from './grant';
import type { Key } from './key';

const MAX_GRANTS = 50_000;

/** What `CreateGrant` asks for. */
export interface NewGrant {
  readonly KeyId: string;
  readonly GranteePrincipal: string;
  readonly RetiringPrincipal?: string;
  readonly Operations: string[];
  readonly Constraints?: GrantConstraints;
  readonly Name?: string;
  readonly DryRun?: boolean;
}

/**
 * Refuses operations that no grant on a symmetric key can allow, and two constraints at once.
 *
 * @throws AwsError `ValidationException`
 */
export function checkOperations({ Operations, Constraints }: NewGrant): void {
  const stranger = Operations.find((operation) => !Object.hasOwn(GRANT_OPERATIONS, operation));
  if (stranger !== undefined) {
    const accepted = Object.keys(GRANT_OPERATIONS).join(', ');
    throw validation(
      `1 validation error detected: Value '[${Operations.join(', ')}]' at 'operations' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [${accepted}]]`,
    );
  }
  if (
    Constraints?.EncryptionContextEquals !== undefined &&
    Constraints.EncryptionContextSubset !== undefined
  ) {
    throw validation('Constraints has EncryptionContextEquals and EncryptionContextSubset: give one of them');
  }
}

/** The condition keys of a request for a grant. */
export function requestedGrant({
  Operations,
  Constraints,
  GranteePrincipal,
  RetiringPrincipal,
}: NewGrant): ConditionContext {
  const constraint = Object.keys(Constraints ?? {});
  const { EncryptionContextEquals, EncryptionContextSubset } = Constraints ?? {};
  return {
    ...encryptionKeys(EncryptionContextEquals ?? EncryptionContextSubset ?? {}),
    'kms:GrantOperations': Operations,
    'kms:GranteePrincipal': [GranteePrincipal],
    ...(RetiringPrincipal !== undefined && { 'kms:RetiringPrincipal': [RetiringPrincipal] }),
    ...(constraint.length > 0 && { 'kms:GrantConstraintType': constraint }),
  };
}

/** A repeated request with a name finds the grant that it made before. */
export function sameGrant(key: Key, input: NewGrant): Grant | undefined {
  const described = (...parts: unknown[]) => JSON.stringify(parts);
  const wanted = described(
    input.Name,
    input.GranteePrincipal,
    input.RetiringPrincipal,
    input.Operations,
    input.Constraints ?? {},
  );
  return input.Name === undefined
    ? undefined
    : [...key.grants.values()].find(
        ({ name, grantee, retiringPrincipal, operations, constraints }) =>
          described(name, grantee, retiringPrincipal, operations, constraints) === wanted,
      );
}

/** @throws AwsError `LimitExceededException` */
export function addGrant(key: Key, input: NewGrant, granteeId: string, caller: Caller, created: Date): Grant {
  if (key.grants.size >= MAX_GRANTS) {
    throw new AwsError('LimitExceededException', `A KMS key has at most ${MAX_GRANTS} grants`);
  }
  const grant: Grant = {
    id: randomBytes(32).toString('hex'),
    name: input.Name,
    created,
    grantee: input.GranteePrincipal,
    granteeId,
    retiringPrincipal: input.RetiringPrincipal,
    issuingAccount: caller.account,
    operations: input.Operations,
    constraints: input.Constraints ?? {},
    tokens: new Set(),
  };
  key.grants.set(grant.id, grant);
  return grant;
}

/** The condition key that tells whether an AWS service asks, in its own name or in that of a user. */
export function forService({ service, viaService }: Caller): ConditionContext {
  return { 'kms:GrantIsForAWSResource': [String(service !== undefined || viaService !== undefined)] };
}
