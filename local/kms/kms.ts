import type { Operation, Operations, Service } from '../service';
import { aliasOperations } from './alias-operations';
import { cryptographicOperations } from './cryptographic-operations';
import { dataKeyOperations } from './data-key-operations';
import { Desk, type Definitions, type Settings } from './desk';
import { grantOperations } from './grant-operations';
import type { Identities } from './identities';
import { keyOperations } from './key-operations';
import { checkInput } from './parameter';
import { policyOperations } from './policy-operations';
import { replicaOperations } from './replica-operations';
import { rotationOperations } from './rotation-operations';
import { tagOperations } from './tag-operations';

/**
 * AWS Key Management Service, for symmetric encryption keys whose material KMS makes.
 *
 * Imported material, custom key stores, and asymmetric and HMAC keys are refused by name.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
 */
export class Kms implements Service {
  public readonly name = 'kms';
  public readonly operations: Operations;

  constructor(identities: Identities, settings: Partial<Settings> = {}) {
    const desk = new Desk(identities, { clock: () => new Date(), settleSeconds: 0, ...settings });
    const definitions: Definitions = {
      ...keyOperations(desk),
      ...replicaOperations(desk),
      ...policyOperations(desk),
      ...aliasOperations(desk),
      ...tagOperations(desk),
      ...rotationOperations(desk),
      ...grantOperations(desk),
      ...cryptographicOperations(desk),
      ...dataKeyOperations(desk),
    };
    this.operations = Object.fromEntries(
      Object.entries(definitions).map(([name, { parameters, run }]): [string, Operation] => [
        name,
        (input: { GrantTokens?: string[] }, caller) => {
          checkInput(`kms:${name}`, parameters, input);
          desk.store.advance(desk.now());
          input.GrantTokens?.forEach((token) => desk.grantOf(token));
          return run(input, caller);
        },
      ]),
    );
  }
}
