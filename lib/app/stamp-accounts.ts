import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CommonKmsKeyStack } from '../common-kms-key-stack';
import type { Account } from '../key-alias';
import type { Configuration } from './configuration';

/**
 * Makes the common key of every configured account: a stack for the primary Region, and one for each
 * Region of a replica, deployed after it.
 *
 * A plain construct holds the stacks of an account, so that `dev/*` means them; a `Stage` would do
 * the same at twice the time.
 */
export function stampAccounts(scope: Construct, configuration: Configuration): void {
  const { organization, product, accounts, ...common } = configuration;
  for (const [account, { id, primaryRegion, replicaRegions, ...own }] of Object.entries(accounts)) {
    const { rotationPeriodInDays, ...access } = { ...common, ...own };
    const stacks = new Construct(scope, account);
    const [primary, ...replicas] = [primaryRegion, ...replicaRegions].map(
      (region) =>
        new CommonKmsKeyStack(stacks, region, {
          organization,
          product,
          account: account as Account,
          env: { account: id, region },
          primaryRegion,
          replicaRegions,
          rotationPeriod:
            rotationPeriodInDays === undefined ? undefined : Duration.days(rotationPeriodInDays),
          ...access,
        }),
    );
    replicas.forEach((replica) => replica.addStackDependency(primary));
  }
}
