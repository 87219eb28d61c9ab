import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Endpoint } from './endpoint';

const ACCOUNT = '111111111111';
const REGION = 'eu-central-1';

/** Keeps an endpoint running until it is interrupted, and says how to speak to it. */
async function main(): Promise<void> {
  const endpoint = await Endpoint.start();
  const home = mkdtempSync(join(tmpdir(), 'common-kms-local-'));
  const stop = (): void => {
    rmSync(home, { recursive: true, force: true });
    void endpoint.stop().then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, stop);
  }
  const nowhere = join(home, 'no-such-file');
  const environment = {
    ...endpoint.environment(ACCOUNT, REGION),
    // The command line of the CDK keeps on disk which account an access key belongs to.
    CDK_HOME: home,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
  };
  console.log(
    Object.entries(environment)
      .map(([name, value]) => `export ${name}=${value}`)
      .join('\n'),
  );
  console.log('unset AWS_PROFILE AWS_SESSION_TOKEN');
  console.error(
    [
      '',
      'Set this in another terminal, for aws, cdk and every SDK. The access key id is the account: use any twelve digits.',
      `What is sent to ${endpoint.plainUrl} counts as sent without TLS.`,
      'Everything is forgotten when this ends (Ctrl-C).',
    ].join('\n'),
  );
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
