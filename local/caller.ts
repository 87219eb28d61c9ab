import { createHash } from 'node:crypto';

/** Who makes a call, from where and on whose behalf: what policies are decided on. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  readonly partition: string;

  /** What `GetCallerIdentity` answers: a user, or the session of an assumed role. */
  readonly arn: string;

  /** Whose policies decide (`aws:PrincipalArn`): the user, the role, or the account's root user. */
  readonly principalArn: string;

  readonly userId: string;

  /** The session of an assumed role; `policy` narrows what the role allows. */
  readonly session?: { readonly name: string; readonly policy?: object };

  /** An AWS service that calls as itself, for example `cloudformation.amazonaws.com`. */
  readonly service?: string;

  /** The AWS service that passes the caller's request on (`kms:ViaService`), for example `s3.eu-central-1.amazonaws.com`. */
  readonly viaService?: string;

  /** Whether the call came over TLS (`aws:SecureTransport`). */
  readonly secure: boolean;
}

/** Whoever holds an access key, before a call says which Region it is for. */
export type Identity = Pick<Caller, 'account' | 'arn' | 'principalArn' | 'userId' | 'session' | 'service'>;

/** The partition of a Region: `aws`, `aws-us-gov` or `aws-cn`. */
export function partitionOf(region: string): string {
  return region.startsWith('us-gov-') ? 'aws-us-gov' : region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

/** The domain of the services of a partition. */
export function domainOf(partition: string): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/** The user with every permission that an account's own access key belongs to. */
export function administrator(account: string, partition = 'aws'): Identity {
  const arn = `arn:${partition}:iam::${account}:user/administrator`;
  return { account, arn, principalArn: arn, userId: uniqueId('AIDA', arn) };
}

/** The same identity, calling in a Region. */
export function callerIn(identity: Identity, region: string, secure = true): Caller {
  return { ...identity, region, partition: partitionOf(region), secure };
}

/** The caller as an AWS service passes its request on. */
export function via(caller: Caller, service: string): Caller {
  return { ...caller, viaService: `${service}.${caller.region}.${domainOf(caller.partition)}` };
}

/** An id like IAM's (`AROA…`), the same for the same seed. */
export function uniqueId(prefix: string, seed: string): string {
  return prefix + createHash('sha256').update(seed).digest('hex').slice(0, 17).toUpperCase();
}
