import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Endpoint, Keys } from '../endpoint';

/** Somebody with credentials, who speaks to the endpoint through the AWS SDK. */
export class Actor {
  /** The administrator of an account. */
  public static administrator(endpoint: Endpoint, account: string): Actor {
    return new Actor(endpoint, 'administrator', { accessKeyId: account, secretAccessKey: 'local' });
  }

  private readonly clients = new Map<string, KMSClient | S3Client>();

  constructor(
    private readonly endpoint: Endpoint,
    public readonly name: string,
    public readonly keys: Keys,
  ) {}

  /** A session of a role, got from STS as this actor. */
  public async assume(name: string, RoleArn: string, region: string): Promise<Actor> {
    const sts = new STSClient(this.settings(region));
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'proof' }));
    sts.destroy();
    return new Actor(this.endpoint, name, {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken,
    });
  }

  public kms(region: string): KMSClient {
    return this.client(`kms ${region}`, () => new KMSClient(this.settings(region)));
  }

  /** @param secure whether over what stands for TLS here */
  public s3(region: string, secure = true): S3Client {
    const endpoint = secure ? this.endpoint.url : this.endpoint.plainUrl;
    return this.client(
      `s3 ${region} ${endpoint}`,
      () => new S3Client({ ...this.settings(region), endpoint, forcePathStyle: true }),
    );
  }

  private client<Client extends KMSClient | S3Client>(name: string, make: () => Client): Client {
    const client = this.clients.get(name) ?? make();
    this.clients.set(name, client);
    return client as Client;
  }

  public settings(region: string): {
    endpoint: string;
    region: string;
    credentials: Keys;
    maxAttempts: number;
  } {
    return { endpoint: this.endpoint.url, region, credentials: this.keys, maxAttempts: 1 };
  }
}

/** `allowed`, or the name of the error that came back. */
export async function attempt(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return 'allowed';
  } catch (error) {
    return (error as Error).name;
  }
}
