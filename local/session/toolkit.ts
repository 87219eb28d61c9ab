import { join } from 'node:path';
import type { Endpoint } from '../endpoint';
import type { KeyStack } from './key-stacks';
import type { OnLine, Workspace } from './workspace';

const CDK = require.resolve('aws-cdk/bin/cdk');
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** The CDK command line, as a user of the endpoint runs it. */
export class Toolkit {
  /** @param assembly a synthesized app */
  constructor(
    private readonly workspace: Workspace,
    private readonly endpoint: Endpoint,
    private readonly assembly: string,
  ) {}

  /** Bootstraps environments of one account, with that account's own access key. */
  public async bootstrap(
    account: string,
    regions: readonly string[],
    { trust, policy = ADMINISTRATOR }: { readonly trust?: string; readonly policy?: string } = {},
  ): Promise<string> {
    const trusting = trust === undefined || trust === account ? [] : ['--trust', trust];
    return this.cdk(account, regions[0], [
      'bootstrap',
      ...regions.map((region) => `aws://${account}/${region}`),
      ...trusting,
      '--cloudformation-execution-policies',
      policy,
    ]);
  }

  public deploy(
    account: string,
    region: string,
    stacks: readonly string[],
    onLine?: OnLine,
  ): Promise<string> {
    return this.cdk(
      account,
      region,
      [
        'deploy',
        ...stacks,
        '--app',
        this.assembly,
        '--no-rollback',
        '--require-approval',
        'never',
        '--concurrency',
        '8',
        '--progress',
        'events',
      ],
      onLine,
    );
  }

  /** Every difference between the assembly and what is deployed; fails when there is one. */
  public diff(account: string, region: string, stacks: readonly string[] = []): Promise<string> {
    return this.cdk(account, region, ['diff', ...stacks, '--app', this.assembly, '--fail']);
  }

  public cdk(account: string, region: string, args: readonly string[], onLine?: OnLine): Promise<string> {
    return this.workspace.run(
      CDK,
      [...args, '--no-notices', '--no-color'],
      this.endpoint.environment(account, region),
      onLine,
    );
  }
}

/** Synthesizes the app of this project into a folder of the workspace, and returns the table that it prints. */
export async function synthesize(workspace: Workspace, root: string, assembly: string): Promise<string> {
  return workspace.run(join(root, 'dist', 'bin', 'synth.js'), [assembly], {});
}

/** The Regions of each account, the primary's first. */
export function regionsByAccount(stacks: readonly KeyStack[]): Map<string, string[]> {
  const regions = new Map<string, string[]>();
  for (const { account, region } of stacks) {
    regions.set(account, [...(regions.get(account) ?? []), region]);
  }
  return regions;
}
