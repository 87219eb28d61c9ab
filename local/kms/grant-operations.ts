import { randomBytes } from 'node:crypto';
import { AwsError, validation } from '../aws-error';
import type { Caller } from '../caller';
import { endDryRun, keyId, type Definitions, type Desk } from './desk';
import { type Grant, isGrantee, isPrincipal, isWithin } from './grant';
import {
  addGrant,
  checkOperations,
  forService,
  requestedGrant,
  sameGrant,
  type NewGrant,
} from './grant-request';
import type { Key } from './key';
import { page, paged, type Paging } from './page';
import { flag, list, pairs, required, structure, text } from './parameter';

const principal = text({ min: 1, max: 256 });
const grantId = text({ min: 1, max: 128 });
export const grantToken = text({ min: 1, max: 8192 });
export const grantTokens = list(grantToken, { max: 10 });

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

/** The unique id of a grantee or retiring principal. */
function principalId(desk: Desk, arn: string): string {
  const id = desk.identities.uniqueId(arn);
  if (id === undefined) {
    throw new AwsError('InvalidArnException', `ARN does not refer to a valid principal: ${arn}`);
  }
  return id;
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
