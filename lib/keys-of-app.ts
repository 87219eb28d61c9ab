import { Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { consumerProblems, type KeyOfApp, type KnownKey } from './key-consumers';
import { differ } from './key-environment';
import type { KeyPolicyDocument } from './key-policy-document';

interface MadeKey {
  readonly key: KeyOfApp;
  readonly regions: readonly string[];
}

const appsByRoot = new WeakMap<IConstruct, KeysOfApp>();

/**
 * The common keys of one app: what is known of them at synth, wherever in the app they stand.
 *
 * An import names a key that is usually made elsewhere. Where its own app makes it, what would fail
 * at deployment is found at synth.
 */
export class KeysOfApp {
  public static of(scope: IConstruct): KeysOfApp {
    const { root } = scope.node;
    const known = appsByRoot.get(root) ?? new KeysOfApp(root);
    appsByRoot.set(root, known);
    return known;
  }

  private readonly made: MadeKey[] = [];
  private readonly known: KnownKey[] = [];

  private constructor(root: IConstruct) {
    root.node.addValidation({ validate: () => consumerProblems(root, this.known) });
  }

  /** @param regions every Region that the key is configured for */
  public addMade(key: KeyOfApp, policy: KeyPolicyDocument, regions: readonly string[]): void {
    this.made.push({ key, regions });
    this.known.push({ key, policy });
  }

  public addImported(key: KeyOfApp, policy: KeyPolicyDocument): void {
    this.known.push({ key, policy });
  }

  /**
   * What keeps an imported key from being found, as far as this app makes it.
   *
   * @param stackName the stack that the import reads, if it reads one
   */
  public importProblems(imported: KeyOfApp, stackName?: string): string[] {
    const { account, region } = imported.env;
    const named = this.made.filter(({ key }) => key.aliasName === imported.aliasName);
    const ofAccount = named.filter(({ key }) => !differ(key.env.account, account));
    if (named.length === 0) {
      return [];
    }
    const who = `key ${imported.aliasName} is imported into account ${quote(account)}, Region ${quote(region)}`;
    if (ofAccount.length === 0) {
      const accounts = [...new Set(named.map(({ key }) => key.env.account))];
      return [
        `${who}, and this app makes it in account ${accounts.map(quote).join(', ')}: pass outputRoleArn, a role of that account that may read its stack`,
      ];
    }
    const regions = [...new Set(ofAccount.flatMap((each) => each.regions))];
    if (regions.every((each) => differ(each, region))) {
      return [
        `${who}, where this app configures no related key: it has ${regions.map(quote).join(', ')}; add the Region to replicaRegions, or move the stack`,
      ];
    }
    const there = ofAccount.filter(({ key }) => key.env.region === region);
    if (
      stackName !== undefined &&
      there.length > 0 &&
      there.every(({ key }) => key.stack.stackName !== stackName)
    ) {
      return [
        `${who}, whose convention is the stack ${quote(stackName)}, but this app makes it in stack ${quote(there[0].key.stack.stackName)}: make it with CommonKmsKeyStack, or pass the key itself`,
      ];
    }
    return [];
  }
}

function quote(value: string): string {
  return Token.isUnresolved(value) ? 'of the deployment' : JSON.stringify(value);
}
