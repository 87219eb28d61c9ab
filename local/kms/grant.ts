import type { Caller } from '../caller';
import type { EncryptionContext } from './envelope';
import type { Identities } from './identities';

/**
 * What a grant may allow on a symmetric encryption key, and whether an encryption context goes with it.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations
 */
export const GRANT_OPERATIONS: Readonly<Record<string, boolean>> = {
  CreateGrant: false,
  Decrypt: true,
  DescribeKey: false,
  Encrypt: true,
  GenerateDataKey: true,
  GenerateDataKeyPair: true,
  GenerateDataKeyPairWithoutPlaintext: true,
  GenerateDataKeyWithoutPlaintext: true,
  ReEncryptFrom: true,
  ReEncryptTo: true,
  RetireGrant: false,
};

export interface GrantConstraints {
  readonly EncryptionContextSubset?: EncryptionContext;
  readonly EncryptionContextEquals?: EncryptionContext;
}

/** Permission for one principal to use one key in some operations. */
export interface Grant {
  readonly id: string;
  readonly name?: string;
  readonly created: Date;
  readonly grantee: string;
  /** The grantee's unique id: a role of the same name that is made later is another one. */
  readonly granteeId?: string;
  readonly retiringPrincipal?: string;
  readonly issuingAccount: string;
  readonly operations: readonly string[];
  readonly constraints: GrantConstraints;
  readonly tokens: Set<string>;
}

/**
 * Whether a grant allows its grantee an operation.
 *
 * Constraints count only where the operation has an encryption context.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-constraints
 */
export function grantAllows(grant: Grant, operation: string, context: EncryptionContext): boolean {
  return (
    grant.operations.includes(operation) &&
    (!GRANT_OPERATIONS[operation] || satisfies(context, grant.constraints))
  );
}

/** Whether the principal of a grant, an ARN, is the caller. */
export function isPrincipal(arn: string | undefined, caller: Caller): boolean {
  return arn !== undefined && (arn === caller.arn || arn === caller.principalArn);
}

/** Whether the caller is the very principal that the grant was made for. */
export function isGrantee(grant: Grant, caller: Caller, identities: Identities): boolean {
  return isPrincipal(grant.grantee, caller) && identities.uniqueId(grant.grantee) === grant.granteeId;
}

/** Whether a grant is to the caller's account, whose IAM policies then decide. */
export function isToAccount(grant: Grant, caller: Caller): boolean {
  return grant.grantee === `arn:${caller.partition}:iam::${caller.account}:root`;
}

/** Whether a grant made by the holder of another one allows nothing beyond it. */
export function isWithin(
  child: Pick<Grant, 'operations' | 'constraints'>,
  parent: Pick<Grant, 'operations' | 'constraints'>,
): boolean {
  const { EncryptionContextEquals: exact, EncryptionContextSubset: part } = parent.constraints;
  const { EncryptionContextEquals: childExact, EncryptionContextSubset: childPart } = child.constraints;
  return (
    child.operations.every((operation) => parent.operations.includes(operation)) &&
    (exact === undefined || (childExact !== undefined && isSame(childExact, exact))) &&
    (part === undefined || contains(childExact ?? childPart ?? {}, part))
  );
}

function satisfies(context: EncryptionContext, constraints: GrantConstraints): boolean {
  const { EncryptionContextEquals: exact, EncryptionContextSubset: part } = constraints;
  return (exact === undefined || isSame(context, exact)) && (part === undefined || contains(context, part));
}

function contains(context: EncryptionContext, part: EncryptionContext): boolean {
  return Object.entries(part).every(
    ([name, value]) => Object.hasOwn(context, name) && context[name] === value,
  );
}

function isSame(one: EncryptionContext, other: EncryptionContext): boolean {
  return contains(one, other) && contains(other, one);
}
