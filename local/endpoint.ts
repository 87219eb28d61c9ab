import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Authorization } from './authorization';
import { callerIn, via } from './caller';
import { Cloud } from './cloud';
import { CloudFormation } from './cloudformation/cloudformation';
import { Credentials } from './credentials';
import { Ecr } from './ecr';
import { Iam } from './iam/iam';
import { Principals } from './iam/principals';
import { Kms } from './kms/kms';
import { S3 } from './s3/s3';
import { Ssm } from './ssm';
import { Sts } from './sts';
import { answer } from './wire';

const LOOPBACK = '127.0.0.1';

/** Credentials, as the SDK for JavaScript takes them. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** An AWS endpoint on this machine's loopback interface, with every account empty at first. */
export class Endpoint {
  /** @param pace milliseconds that CloudFormation takes over each resource */
  public static async start({ pace = 0 } = {}): Promise<Endpoint> {
    const endpoint = new Endpoint();
    endpoint.pace = pace;
    await Promise.all([listen(endpoint.secure), listen(endpoint.plain)]);
    return endpoint;
  }

  /** Milliseconds that CloudFormation takes over each resource: time for a test to interrupt it. */
  public pace = 0;

  public readonly credentials = new Credentials();
  public readonly cloud = new Cloud();
  private readonly sts: Sts;
  private readonly secure = this.serve(true);
  private readonly plain = this.serve(false);

  private constructor() {
    const principals = new Principals();
    const authorization = new Authorization(principals);
    this.sts = this.cloud.add(new Sts(principals, authorization, this.credentials));
    this.cloud.add(new CloudFormation(this.cloud, this.sts, authorization, () => this.pace));
    this.cloud.add(new Ecr(authorization));
    this.cloud.add(new Iam(principals, authorization));
    this.cloud.add(new Kms(authorization));
    this.cloud.add(new S3(this.cloud, principals, authorization));
    this.cloud.add(new Ssm(authorization));
  }

  /** Stands for `https://…`: what comes in here counts as sent over TLS. */
  public get url(): string {
    return urlOf(this.secure);
  }

  /** Stands for `http://…`: what comes in here counts as sent in the clear (`aws:SecureTransport` is false). */
  public get plainUrl(): string {
    return urlOf(this.plain);
  }

  /** The environment with which `aws`, `cdk` and every SDK speak to this endpoint, as the administrator of an account. */
  public environment(account: string, region: string): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ENDPOINT_URL_S3: this.url,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** The credentials of the session that an AWS service has of a role which trusts it. */
  public serviceSession(service: string, roleArn: string, region: string): Keys {
    const caller = this.sts.assumeAsService(service, roleArn, service.split('.')[0], region);
    const { AccessKeyId, SecretAccessKey, SessionToken } = this.credentials.issue(caller);
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  }

  /** What an AWS service calls for a user whose request it passes on (`kms:ViaService`), such as EC2 for an encrypted volume. */
  public onBehalf(
    keys: Keys,
    region: string,
    service: string,
    [target, operation]: readonly [service: string, operation: string],
    input: object,
  ): Promise<Record<string, unknown>> {
    const identity = this.credentials.identify(keys.accessKeyId, keys.sessionToken);
    return this.cloud.call(target, operation, input, via(callerIn(identity, region), service));
  }

  public async stop(): Promise<void> {
    await Promise.all([close(this.secure), close(this.plain)]);
  }

  private serve(secure: boolean): Server {
    return createServer((message, response) => {
      void answer(message, this.cloud, this.credentials, secure).then(({ status, headers, body }) => {
        response.writeHead(status ?? 200, headers).end(body);
      });
    });
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, LOOPBACK, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function urlOf(server: Server): string {
  return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
}
