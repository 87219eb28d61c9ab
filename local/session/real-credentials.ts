/** What makes an AWS SDK or the CDK work as somebody: credentials, a profile, or where to get them from. */
const SOURCES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_BEARER_TOKEN_BEDROCK',
];

const LOOPBACK = /^http:\/\/127\.0\.0\.1:\d+$/;

/**
 * Refuses an environment in which something would work as a real AWS identity.
 *
 * What `npm run local` prints is not one: its access key is an account number, and its endpoint is here.
 *
 * @throws Error naming the variables, never their values
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function refuseRealCredentials(environment: NodeJS.ProcessEnv): void {
  if (isLocal(environment)) {
    return;
  }
  const found = SOURCES.filter((name) => (environment[name] ?? '') !== '');
  if (found.length > 0) {
    throw new Error(
      `${found.join(', ')} would let the deployment use real AWS credentials: unset ${found.length === 1 ? 'it' : 'them'} and start again`,
    );
  }
}

function isLocal(environment: NodeJS.ProcessEnv): boolean {
  return (
    LOOPBACK.test(environment.AWS_ENDPOINT_URL ?? '') &&
    /^\d{12}$/.test(environment.AWS_ACCESS_KEY_ID ?? '') &&
    (environment.AWS_PROFILE ?? environment.AWS_SESSION_TOKEN ?? '') === ''
  );
}
