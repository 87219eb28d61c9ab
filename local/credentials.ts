import { randomBytes } from 'node:crypto';
import { AwsError } from './aws-error';
import { administrator, type Identity } from './caller';

/** The credentials of a session, as `AssumeRole` hands them out. */
export interface SessionCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

const HOUR = 3600;

/**
 * Whom an access key belongs to.
 *
 * An access key id that is an account's number belongs to that account's administrator; every other
 * one is handed out here, for a session.
 */
export class Credentials {
  private readonly sessions = new Map<string, { token: string; expiration: Date; identity: Identity }>();

  public issue(identity: Identity, seconds = HOUR): SessionCredentials {
    const AccessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const SessionToken = randomBytes(48).toString('base64');
    const Expiration = new Date(Date.now() + seconds * 1000);
    this.sessions.set(AccessKeyId, { token: SessionToken, expiration: Expiration, identity });
    return { AccessKeyId, SecretAccessKey: randomBytes(30).toString('base64'), SessionToken, Expiration };
  }

  public identify(accessKeyId: string, token?: string): Identity {
    if (/^\d{12}$/.test(accessKeyId)) {
      return administrator(accessKeyId);
    }
    const session = this.sessions.get(accessKeyId);
    if (session === undefined || session.token !== token) {
      throw new AwsError(
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
        403,
      );
    }
    if (session.expiration.getTime() <= Date.now()) {
      throw new AwsError('ExpiredToken', 'The security token included in the request is expired', 403);
    }
    return session.identity;
  }
}
