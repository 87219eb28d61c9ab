import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import { KeyAuthorization, type Attempt } from './key-authorization';
import type { Grant } from './grant';
import type { ConditionContext } from './condition-context';
import type { Identities } from './identities';
import { DAY, type Key } from './key';
import { checkState } from './key-state';
import { KeyStore } from './key-store';
import { text, type Parameters } from './parameter';

export interface Settings {
  /** The time, which tests move. */
  readonly clock: () => Date;
  /** How long a key stays `Creating` after `ReplicateKey`, and `Updating` after `UpdatePrimaryRegion`. */
  readonly settleSeconds: number;
}

/** One operation: the parameters that it takes, and what it does once they are checked. */
export interface Definition {
  readonly parameters: Parameters;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- `parameters` has checked the input
  readonly run: (input: any, caller: Caller) => unknown;
}

export type Definitions = Readonly<Record<string, Definition>>;

export const keyId = text({ min: 1, max: 2048 });

/**
 * What every operation asks before it does anything: which key, may the caller, does the key's state allow it.
 */
export class Desk {
  public readonly store = new KeyStore();
  public readonly authorization: KeyAuthorization;

  constructor(
    public readonly identities: Identities,
    public readonly settings: Settings,
  ) {
    this.authorization = new KeyAuthorization(identities, this.store);
  }

  public now(): Date {
    return this.settings.clock();
  }

  /** A key of the caller's own account, for an operation that does not cross accounts. */
  public ownKey(operation: string, identifier: string, caller: Caller, attempt?: Partial<Attempt>): Key {
    const key = this.store.key(identifier, caller);
    if (key.account !== caller.account) {
      throw new AwsError(
        'AccessDeniedException',
        `User: ${caller.arn} is not authorized to perform: kms:${operation} on resource: ${key.arn} because the resource belongs to another account`,
      );
    }
    return this.admit(operation, key, caller, attempt);
  }

  /** A key of any account, by its id or ARN. */
  public key(operation: string, identifier: string, caller: Caller, attempt?: Partial<Attempt>): Key {
    return this.admit(operation, this.store.key(identifier, caller), caller, attempt);
  }

  /** A key of any account, by its id or ARN or by the name or ARN of an alias. */
  public namedKey(operation: string, identifier: string, caller: Caller, attempt?: Partial<Attempt>): Key {
    return this.admitNamed(operation, this.store.keyOrAlias(identifier, caller), identifier, caller, attempt);
  }

  /** Admits the caller to a key that was found; the alias that it was asked for by is a condition key. */
  public admitNamed(
    operation: string,
    key: Key,
    identifier: string | undefined,
    caller: Caller,
    attempt?: Partial<Attempt>,
  ): Key {
    const alias = identifier && this.store.aliasName(identifier, caller);
    const context = { ...attempt?.context, ...(alias && { 'kms:RequestAlias': [alias] }) };
    return this.admit(operation, key, caller, { ...attempt, context });
  }

  /** Authorizes the caller, then checks the state: who may not ask is not told it. */
  public admit(operation: string, key: Key, caller: Caller, attempt?: Partial<Attempt>): Key {
    const context = { ...attempt?.context, ...this.idleDays(operation, key) };
    this.authorization.onKey(key, caller, { action: operation, ...attempt, context });
    checkState(operation, key.arn, key.state(this.now()));
    return key;
  }

  /**
   * How long nobody used a key, which a policy can ask before it is put out of use.
   *
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
   */
  private idleDays(operation: string, { created, lastUsage }: Key): ConditionContext {
    const idle = this.now().getTime() - (lastUsage?.date ?? created).getTime();
    return operation === 'DisableKey' || operation === 'ScheduleKeyDeletion'
      ? { 'kms:TrailingDaysWithoutKeyUsage': [String(Math.floor(idle / DAY))] }
      : {};
  }

  /** Ends a cryptographic operation that is a dry run, or records that the keys were used in it. */
  public use(operation: string, input: { DryRun?: boolean }, ...keys: Key[]): void {
    endDryRun(input);
    keys.forEach((key) => (key.lastUsage = { operation, date: this.now() }));
  }

  /**
   * The grant that a token was given out for, as long as it lasts.
   *
   * @throws AwsError `InvalidGrantTokenException`
   */
  public grantOf(token: string): [Key, Grant] {
    for (const key of this.store.allKeys()) {
      for (const grant of key.grants.values()) {
        if (grant.tokens.has(token)) {
          return [key, grant];
        }
      }
    }
    throw new AwsError('InvalidGrantTokenException', 'The grant token is not valid.');
  }
}

/**
 * Ends an operation that was only to be checked.
 *
 * @throws AwsError `DryRunOperationException`
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html
 */
export function endDryRun(input: { DryRun?: boolean }): void {
  if (input.DryRun) {
    throw new AwsError(
      'DryRunOperationException',
      'The request would have succeeded, but the DryRun option is set.',
    );
  }
}
