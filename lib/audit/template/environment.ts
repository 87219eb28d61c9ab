import { OTHER_PARTITIONS } from '../partitions';
import { opaque } from '../policy/opaque';

/**
 * Where a stack is deployed, as far as it is known before the deployment.
 */
export interface Environment {
  /** `aws`, `aws-cn`, `aws-us-gov`…; follows from the Region, and is `aws` when no Region is known. */
  readonly partition: string;

  /** The twelve digits, or undefined for a template that is deployed into any account. */
  readonly account?: string;

  /** For example `eu-central-1`, or undefined for a template that is deployed into any Region. */
  readonly region?: string;
}

/** What a user states about templates that leave it open. */
export interface EnvironmentOptions {
  /** The account of every stack that names none. */
  readonly account?: string;

  /** The Region of every stack that names none. */
  readonly region?: string;
}

/** The account of a stack that names none: it equals itself, and no account that is written out. */
export const OPEN_ACCOUNT = opaque('AccountId');

/** The Region of a stack that names none. */
export const OPEN_REGION = opaque('Region');

/** The environment of an account and a Region. */
export function environmentOf(account: string | undefined, region: string | undefined): Environment {
  const partition = OTHER_PARTITIONS.find(([prefix]) => region?.startsWith(prefix))?.[1] ?? 'aws';
  return { partition, ...(account && { account }), ...(region && { region }) };
}

/** What `AWS::URLSuffix` stands for. */
export function urlSuffixOf(environment: Environment): string {
  return (
    OTHER_PARTITIONS.find(([, partition]) => partition === environment.partition)?.[2] ?? 'amazonaws.com'
  );
}

/**
 * Reads the environment of a stack in a manifest, such as `aws://111111111111/eu-central-1`.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/environments.html
 */
export function parseEnvironment(url: string, options: EnvironmentOptions): Environment {
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
  return environmentOf(
    !account || account === 'unknown-account' ? options.account : account,
    !region || region === 'unknown-region' ? options.region : region,
  );
}
