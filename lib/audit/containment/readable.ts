const REGIONS = ['eu-central-1', 'us-east-1'];
const ACCOUNT = '111122223333';
const SERVICES = ['s3', 'ec2', 'rds', 'secretsmanager', 'logs', 'dynamodb'];

/** Values that a reader knows at sight, by the name of the condition key in lower case. */
const READABLE: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'aws:principalorgid': ['o-exampleorgid'],
    'aws:requestedregion': REGIONS,
    'aws:sourceaccount': [ACCOUNT],
    'kms:keyorigin': ['AWS_KMS', 'EXTERNAL'],
    'kms:resourcealiases': ['alias/example'],
    'kms:requestalias': ['alias/example'],
    'kms:viaservice': SERVICES.flatMap((service) =>
      REGIONS.map((region) => `${service}.${region}.amazonaws.com`),
    ),
  }),
);

/** Values to prefer in the examples for a condition key. */
export const readableValues = (key: string): readonly string[] => READABLE.get(key) ?? ['example'];

/** What a reader would expect in the place of a `*`. */
const FILLINGS = ['example', '', REGIONS[0], ACCOUNT];
/** What a reader would expect in the parts of an ARN, after the word itself. */
const ARN_FILLINGS = ['aws', 'iam', REGIONS[0], ACCOUNT];

/** Texts that a pattern matches and that a reader knows at sight. */
export const fillIns = (pattern: string): string[] =>
  [
    ...(pattern.startsWith('arn:') ? [fillArn(pattern)] : []),
    ...FILLINGS.map((filling) => pattern.replaceAll('*', filling)),
  ].map((filled) => filled.replaceAll('?', '0'));

const fillArn = (pattern: string): string =>
  pattern
    .split(':')
    .map((part, i) => part.replaceAll('*', ARN_FILLINGS[i - 1] ?? 'example'))
    .join(':');
