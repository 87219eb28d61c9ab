import { openSource } from '../../lib/audit/template/source';
import { readTemplate } from '../../lib/audit/template/template';

/** One stack of the app, and the key in it. */
export interface KeyStack {
  /** `dev`, `mgmt`, …: the first step of the stack's path in the app. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly aliasName: string;
  readonly primary: boolean;
}

/** The stacks of a synthesized app that hold a common key, the primary of each account before its replicas. */
export function keyStacks(assembly: string): KeyStack[] {
  const stacks: KeyStack[] = [];

  for (const stack of openSource(assembly).stacks) {
    const resources = Object.values(readTemplate(stack).resources);
    const { account, region } = stack.environment;
    const key = resources.find(({ type }) => /^AWS::KMS::(Replica)?Key$/.test(type));
    const alias = resources.find(({ type }) => type === 'AWS::KMS::Alias')?.properties.AliasName;
    if (key !== undefined && typeof alias === 'string' && account !== undefined && region !== undefined) {
      stacks.push({
        name: stack.displayName.split('/')[0],
        account,
        region,
        stackName: stack.name,
        aliasName: alias,
        primary: key.type === 'AWS::KMS::Key',
      });
    }
  }
  return stacks.sort((one, other) => Number(other.primary) - Number(one.primary));
}
