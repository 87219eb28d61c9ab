import { randomBytes } from 'node:crypto';
import { AwsError, validation } from '../aws-error';
import type { Caller } from '../caller';
import { encryptionKeys, isService } from './key-authorization';
import { endDryRun, keyId, type Definitions, type Desk } from './desk';
import {
  type Grant,
  type GrantConstraints,
  GRANT_OPERATIONS,
  isGrantee,
  isPrincipal,
  isWithin,
} from './grant';
import type { ConditionContext } from './identities';
import type { Key } from './key';
import { page, paged, type Paging } from './page';
import { flag, list, pairs, required, structure, text } from './parameter';

const MAX_GRANTS = 50_000;
const principal = text({ min: 1, max: 256 });
const grantId = text({ min: 1, max: 128 });
export const grantToken = text({ min: 1, max: 8192 });
export const grantTokens = list(grantToken, { max: 10 });

interface NewGrant {
  readonly KeyId: string;
  readonly GranteePrincipal: string;
  readonly RetiringPrincipal?: string;
  readonly Operations: string[];
  readonly Constraints?: GrantConstraints;
  readonly Name?: string;
  readonly DryRun?: boolean;
}

interface GrantReference {
  readonly KeyId?: string;
  readonly GrantId?: string;
  readonly GrantToken?: string;
  readonly DryRun?: boolean;
}

/**
 * Permissions for one principal, given and taken back without touching a policy.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export function grantOperations(desk: Desk): Definitions {
  const forService = (caller: Caller): ConditionContext => ({
    'kms:GrantIsForAWSResource': [String(isService(caller))],
  });
  return {
    CreateGrant: {
      parameters: {
        KeyId: required(keyId),
        GranteePrincipal: required(principal),
        RetiringPrincipal: principal,
        Operations: required(list(text(), { min: 1 })),
        Constraints: structure({ EncryptionContextSubset: pairs, EncryptionContextEquals: pairs }),
        GrantTokens: grantTokens,
        Name: text({ min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ }),
        DryRun: flag,
      },
      run: (input: NewGrant, caller) => {
        checkOperations(input);
        const asked = { operations: input.Operations, constraints: input.Constraints ?? {} };
        const key = desk.key('CreateGrant', input.KeyId, caller, {
          context: { ...forService(caller), ...requestedGrant(input) },
          counts: (grant) => isWithin(asked, grant),
        });
        const granteeId = principalId(desk, input.GranteePrincipal);
        if (input.RetiringPrincipal !== undefined) {
          principalId(desk, input.RetiringPrincipal);
        }
        endDryRun(input);
        const grant = sameGrant(key, input) ?? addGrant(key, input, granteeId, caller, desk.now());
        const GrantToken = randomBytes(48).toString('base64');
        grant.tokens.add(GrantToken);
        return { GrantId: grant.id, GrantToken };
      },
    },
    ListGrants: {
      parameters: { KeyId: required(keyId), GrantId: grantId, GranteePrincipal: principal, ...paged(100) },
      run: (input: Paging & GrantReference & { KeyId: string; GranteePrincipal?: string }, caller) => {
        const key = desk.key('ListGrants', input.KeyId, caller, { context: forService(caller) });
        const grants = [...key.grants.values()].filter(
          ({ id, grantee }) =>
            (input.GrantId ?? id) === id && (input.GranteePrincipal ?? grantee) === grantee,
        );
        return page(
          'Grants',
          grants.map((grant) => entryOf(key, grant)),
          input,
          50,
        );
      },
    },
    ListRetirableGrants: {
      parameters: { RetiringPrincipal: required(principal), ...paged(100) },
      run: (input: Paging & { RetiringPrincipal: string }, caller) => {
        desk.authorization.byIdentity(caller, 'ListRetirableGrants', '*');
        const entries = desk.store
          .allKeys()
          .filter(({ region }) => region === caller.region)
          .flatMap((key) =>
            [...key.grants.values()]
              .filter(({ retiringPrincipal }) => retiringPrincipal === input.RetiringPrincipal)
              .map((grant) => entryOf(key, grant)),
          );
        return page('Grants', entries, input, 50);
      },
    },
    RevokeGrant: {
      parameters: { KeyId: required(keyId), GrantId: required(grantId), DryRun: flag },
      run: (input: GrantReference & { KeyId: string; GrantId: string }, caller) => {
        const key = desk.key('RevokeGrant', input.KeyId, caller, { context: forService(caller) });
        const grant = findGrant(key, input.GrantId);
        endDryRun(input);
        key.grants.delete(grant.id);
      },
    },
    RetireGrant: {
      parameters: { GrantToken: grantToken, KeyId: keyId, GrantId: grantId, DryRun: flag },
      run: (input: GrantReference, caller) => {
        const [key, grant] = retirable(desk, input, caller);
        if (!isHolder(grant, caller, desk)) {
          demandOwnAccount(grant, caller, key);
          desk.authorization.byIdentity(caller, 'RetireGrant', key.arn);
        }
        endDryRun(input);
        key.grants.delete(grant.id);
      },
    },
  };
}

/** Whom the grant itself lets retire it: its retiring principal, and a grantee that may. */
function isHolder(grant: Grant, caller: Caller, desk: Desk): boolean {
  return (
    isPrincipal(grant.retiringPrincipal, caller) ||
    (grant.operations.includes('RetireGrant') && isGrantee(grant, caller, desk.identities))
  );
}

/** Elsewhere, only the IAM policies of the account that made a grant can let somebody retire it. */
function demandOwnAccount({ issuingAccount }: Grant, caller: Caller, key: Key): void {
  if (caller.account !== issuingAccount) {
    throw new AwsError(
      'AccessDeniedException',
      `User: ${caller.arn} is not authorized to perform: kms:RetireGrant on resource: ${key.arn}`,
    );
  }
}

/** The grant of a token, or of a key and a grant id. */
function retirable(desk: Desk, { GrantToken, KeyId, GrantId }: GrantReference, caller: Caller): [Key, Grant] {
  if (GrantToken !== undefined && KeyId === undefined && GrantId === undefined) {
    return desk.grantOf(GrantToken);
  }
  if (GrantToken !== undefined || KeyId === undefined || GrantId === undefined) {
    throw validation('Provide either a GrantToken, or both a KeyId and a GrantId.');
  }
  const key = desk.store.key(KeyId, caller);
  return [key, findGrant(key, GrantId)];
}

function findGrant(key: Key, id: string): Grant {
  const grant = key.grants.get(id);
  if (grant === undefined) {
    throw new AwsError('NotFoundException', `Grant ID ${id} not found`);
  }
  return grant;
}

/** @throws AwsError `ValidationException` */
function checkOperations({ Operations, Constraints }: NewGrant): void {
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

/** The unique id of a grantee or retiring principal. */
function principalId(desk: Desk, arn: string): string {
  const id = desk.identities.uniqueId(arn);
  if (id === undefined) {
    throw new AwsError('InvalidArnException', `ARN does not refer to a valid principal: ${arn}`);
  }
  return id;
}

function requestedGrant({
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
function sameGrant(key: Key, input: NewGrant): Grant | undefined {
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

function addGrant(key: Key, input: NewGrant, granteeId: string, caller: Caller, created: Date): Grant {
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

function entryOf(key: Key, grant: Grant): Record<string, unknown> {
  return {
    KeyId: key.arn,
    GrantId: grant.id,
    Name: grant.name ?? '',
    CreationDate: grant.created,
    GranteePrincipal: grant.grantee,
    RetiringPrincipal: grant.retiringPrincipal,
    IssuingAccount: `arn:${key.family.partition}:iam::${grant.issuingAccount}:root`,
    Operations: grant.operations,
    Constraints: Object.keys(grant.constraints).length > 0 ? grant.constraints : undefined,
  };
}
