import { AwsError, validation } from '../aws-error';
import { keyId, type Definitions, type Desk } from './desk';
import { aliasArn, type Alias } from './key-store';
import { page, paged, type Paging } from './page';
import { required, text } from './parameter';

const aliasName = text({ min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ });
const MAX_ALIASES = 50;

interface Naming {
  readonly AliasName: string;
  readonly TargetKeyId: string;
}

/**
 * Names for keys; both the name and the key must allow a change.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
 */
export function aliasOperations(desk: Desk): Definitions {
  return {
    CreateAlias: {
      parameters: { AliasName: required(aliasName), TargetKeyId: required(keyId) },
      run: ({ AliasName, TargetKeyId }: Naming, caller) => {
        checkName(AliasName);
        const arn = aliasArn(AliasName, caller);
        desk.authorization.byIdentity(caller, 'CreateAlias', arn);
        const target = desk.ownKey('CreateAlias', TargetKeyId, caller);
        if (desk.store.hasAlias(AliasName, caller)) {
          throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
        }
        if (desk.store.aliasesOf(target).length >= MAX_ALIASES) {
          throw new AwsError('LimitExceededException', `A KMS key has at most ${MAX_ALIASES} aliases`);
        }
        desk.store.addAlias(AliasName, target, caller, desk.now());
      },
    },
    UpdateAlias: {
      parameters: { AliasName: required(aliasName), TargetKeyId: required(keyId) },
      run: ({ AliasName, TargetKeyId }: Naming, caller) => {
        checkName(AliasName);
        const alias = desk.store.alias(AliasName, caller);
        desk.authorization.byIdentity(caller, 'UpdateAlias', alias.arn);
        desk.authorization.onKey(alias.target, caller, { action: 'UpdateAlias' });
        alias.target = desk.ownKey('UpdateAlias', TargetKeyId, caller);
        alias.updated = desk.now();
      },
    },
    DeleteAlias: {
      parameters: { AliasName: required(aliasName) },
      run: ({ AliasName }: { AliasName: string }, caller) => {
        checkName(AliasName);
        const alias = desk.store.alias(AliasName, caller);
        desk.authorization.byIdentity(caller, 'DeleteAlias', alias.arn);
        desk.authorization.onKey(alias.target, caller, { action: 'DeleteAlias' });
        desk.store.removeAlias(alias);
      },
    },
    ListAliases: {
      parameters: { KeyId: keyId, ...paged(100) },
      run: (input: Paging & { KeyId?: string }, caller) => {
        desk.authorization.byIdentity(caller, 'ListAliases', '*');
        const target = input.KeyId === undefined ? undefined : desk.store.key(input.KeyId, caller);
        const aliases = desk.store
          .aliasesIn(caller)
          .filter((alias) => (target ?? alias.target) === alias.target);
        return page('Aliases', aliases.map(entryOf), input, 50);
      },
    },
  };
}

/**
 * Refuses what is no name for an alias of a customer.
 *
 * @throws AwsError `ValidationException` or `InvalidAliasNameException`
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
 */
function checkName(name: string): void {
  if (!name.startsWith('alias/')) {
    throw validation(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  }
  if (name.includes(':') || name === 'alias/') {
    throw validation(`${name} contains invalid characters for an alias`);
  }
  if (name.startsWith('alias/aws/')) {
    throw new AwsError(
      'InvalidAliasNameException',
      `${name} is reserved: no alias may begin with alias/aws/`,
    );
  }
}

function entryOf({ name, arn, target, created, updated }: Alias): Record<string, unknown> {
  return {
    AliasName: name,
    AliasArn: arn,
    TargetKeyId: target.family.id,
    CreationDate: created,
    LastUpdatedDate: updated,
  };
}
