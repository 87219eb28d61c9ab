const REGIONS = ['eu-central-1', 'us-east-1'];
const SERVICES = ['s3', 'ec2', 'rds', 'secretsmanager', 'logs', 'dynamodb'];

/** Values that a reader knows at sight, by the name of the condition key in lower case. */
const READABLE: Readonly<Record<string, readonly string[]>> = {
  'aws:principalorgid': ['o-exampleorgid'],
  'aws:requestedregion': REGIONS,
  'aws:sourceaccount': ['111122223333'],
  'kms:keyorigin': ['AWS_KMS', 'EXTERNAL'],
  'kms:resourcealiases': ['alias/example'],
  'kms:requestalias': ['alias/example'],
  'kms:viaservice': SERVICES.flatMap((service) =>
    REGIONS.map((region) => `${service}.${region}.amazonaws.com`),
  ),
};

/** Values to prefer in the examples for a condition key. */
export const readableValues = (key: string): readonly string[] => READABLE[key] ?? ['example'];

/** What a reader would expect in the place of a `*`. */
const FILLINGS = ['example', '', REGIONS[0], '111122223333', 'x'];

/** Texts that a pattern matches and that a reader knows at sight. */
export const fillIns = (pattern: string): string[] =>
  FILLINGS.map((filling) => pattern.replaceAll('*', filling).replaceAll('?', '0'));
