import { DefaultStackSynthesizer, type Stack, Token } from 'aws-cdk-lib/core';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { KeyAlias } from './key-alias';
import type { KeyPolicyContext } from './key-policy';
import { KeyRole } from './key-role';

/**
 * Reads off a stack what a key policy of its account and Region needs to know.
 *
 * @param regions every Region of the key, the primary's first
 * @throws Error when a Region is named twice
 */
export function keyEnvironment(stack: Stack, alias: KeyAlias, regions: string[]): KeyPolicyContext {
  const twice = regions.find((region, index) => regions.indexOf(region) < index);
  if (twice !== undefined) {
    throw new Error(
      `Region ${JSON.stringify(twice)} is named twice: replicaRegions must hold each Region once, and not that of the primary key`,
    );
  }
  return {
    partition: stack.partition,
    account: stack.account,
    region: stack.region,
    urlSuffix: domainSuffix(stack),
    alias,
    replicaRegions: regions.slice(1),
    defaultDeploymentRoles: () => regions.map((region) => executionRole(stack, region)),
  };
}

/**
 * The role with which CloudFormation works in a Region of the key.
 *
 * The execution role of a replica's Region is the one that calls `ReplicateKey` on the primary key,
 * so every key policy admits those of all Regions.
 */
function executionRole(stack: Stack, region: string): KeyRole {
  const name = executionRoleName(stack, region);
  if (name === undefined) {
    throw new Error(
      `stack ${JSON.stringify(stack.stackName)} is deployed without a bootstrap execution role: pass deploymentRoles, or CloudFormation locks itself out`,
    );
  }
  return KeyRole.fromRoleName(name);
}

/**
 * The name of the role with which CloudFormation works, as the stack's synthesizer names it.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html#bootstrapping-env-roles
 * @internal
 */
export function executionRoleName(stack: Stack, region = stack.region): string | undefined {
  const { synthesizer } = stack;
  const arn =
    synthesizer instanceof DefaultStackSynthesizer ? synthesizer.cloudFormationExecutionRoleArn : undefined;
  const name = arn
    ?.slice(arn.indexOf(':role/') + ':role/'.length)
    .replaceAll('${AWS::AccountId}', stack.account)
    .replaceAll('${AWS::Region}', region);
  return Token.isUnresolved(stack.region) ? name : name?.replaceAll(stack.region, region);
}

/** A plain value where the Region is known, so that the policy reads well and can be decided offline. */
function domainSuffix({ region, urlSuffix }: Stack): string {
  return (Token.isUnresolved(region) ? undefined : RegionInfo.get(region).domainSuffix) ?? urlSuffix;
}

/**
 * Whether two accounts, or two Regions, are known to be different ones.
 *
 * @internal
 */
export function differ(one: string | undefined, other: string): boolean {
  return one !== undefined && !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
}
