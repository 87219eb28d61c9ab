import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Run } from './run';

const MINUTE = 60_000;

let run: Run;
afterEach(() => run.remove());

test.each([
  ['SIGINT', 'synthesize …'],
  ['SIGTERM', 'bootstrap 9 environments …'],
] as const)(
  'npm start leaves nothing behind on %s while it says %j',
  async (signal, moment) => {
    run = new Run('start.js');
    await run.until(moment);
    await new Promise((tick) => setTimeout(tick, 300));
    run.child.kill(signal);
    expect(await run.ended).toBe(130);
    await new Promise((tick) => setTimeout(tick, 200));
    expect(run.leftBehind()).toEqual([]);
  },
  MINUTE,
);

test.each([
  { AWS_PROFILE: 'production' },
  { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
  { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' },
  { AWS_ENDPOINT_URL: 'https://kms.eu-central-1.amazonaws.com', AWS_ACCESS_KEY_ID: '111111111111' },
  { AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/x', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' },
])('npm start fails before it does anything when it finds %j', async (env) => {
  run = new Run('start.js', env);
  expect(await run.ended).toBe(1);
  const names = Object.keys(env).filter((name) => name !== 'AWS_ENDPOINT_URL');
  expect(run.stderr).toBe(
    `${names.join(', ')} would let the deployment use real AWS credentials: unset ${names.length === 1 ? 'it' : 'them'} and start again\n`,
  );
  expect(run.leftBehind()).toEqual([]);
});

test('npm run local prints an environment for cdk and the SDKs, serves loopback alone, and forgets everything at the end', async () => {
  run = new Run('serve.js');
  await run.until('Ctrl-C');
  const environment = Object.fromEntries(
    [...run.stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  expect(environment).toMatchObject({
    AWS_ACCESS_KEY_ID: '111111111111',
    AWS_REGION: 'eu-central-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as unknown,
  });
  expect(environment.CDK_HOME).toContain(run.folder);
  const port = Number(environment.AWS_ENDPOINT_URL.split(':')[2]);
  expect(await accepts(port, '127.0.0.1')).toBe(true);
  // Also addresses of this machine, at which whatever listens on all interfaces would answer.
  for (const address of ['127.0.0.2', '::1', ...ownAddresses()]) {
    expect([address, await accepts(port, address)]).toEqual([address, false]);
  }
  run.child.kill('SIGINT');
  expect(await run.ended).toBe(0);
  expect(run.leftBehind()).toEqual([]);
});

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

function accepts(port: number, host: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host, timeout: 1000 });
    const end = (accepted: boolean) => () => {
      socket.destroy();
      done(accepted);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}
