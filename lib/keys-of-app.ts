import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnResource, type Stack, Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { AccountTrust } from './account-trust';
import { executionRoleName } from './key-environment';
import type { KeyPolicyDocument } from './key-policy-document';
import { KeyService } from './key-service';
import { ownerRemedy } from './owner-remedy';

/** A common key, as the other constructs of its app have to know it. */
interface KeyOfApp {
  readonly node: IConstruct['node'];
  readonly stack: Stack;
  readonly env: { readonly account: string; readonly region: string };
  readonly aliasName: string;
  readonly keyArn: string;
  readonly trust: AccountTrust;
}

interface MadeKey {
  readonly key: KeyOfApp;
  readonly regions: readonly string[];
}

/** Resources that an AWS service encrypts as itself, and that no construct of the CDK admits to the key policy. */
const ENCRYPTED_BY_SERVICE: Record<string, { readonly property: string; readonly service: string }> = {
  'AWS::Logs::LogGroup': { property: 'kmsKeyId', service: 'logs' },
  'AWS::CloudTrail::Trail': { property: 'kmsKeyId', service: 'cloudtrail' },
};

/**
 * Resources for which the service makes a grant on the key, on behalf of whoever deploys them.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
const MADE_WITH_A_GRANT = [
  'AWS::Backup::BackupVault',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::EC2::Volume',
  'AWS::ECR::Repository',
  'AWS::EFS::FileSystem',
  'AWS::Lambda::Function',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
];

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
  private readonly known = new Map<string, { key: KeyOfApp; policy: KeyPolicyDocument }>();

  private constructor(private readonly root: IConstruct) {
    root.node.addValidation({ validate: () => this.consumerProblems() });
  }

  /** @param regions every Region that the key is configured for */
  public addMade(key: KeyOfApp, policy: KeyPolicyDocument, regions: readonly string[]): void {
    this.made.push({ key, regions });
    this.known.set(key.keyArn, { key, policy });
  }

  public addImported(key: KeyOfApp, policy: KeyPolicyDocument): void {
    this.known.set(key.keyArn, { key, policy });
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

  /** Resources that could not be encrypted, because the key policy lets neither their service in nor whoever deploys them. */
  private consumerProblems(): string[] {
    return this.root.node
      .findAll()
      .filter((construct) => CfnResource.isCfnResource(construct))
      .flatMap((resource) => [...this.serviceProblems(resource), ...this.grantProblems(resource)]);
  }

  private serviceProblems(resource: CfnResource): string[] {
    const consumer = ENCRYPTED_BY_SERVICE[resource.cfnResourceType];
    const keyArn = consumer && (resource as unknown as Record<string, unknown>)[consumer.property];
    const encrypted = this.known.get(keyArn as string);
    if (encrypted === undefined || encrypted.policy.admitsService(consumer.service)) {
      return [];
    }
    return [
      `${resource.node.path} is encrypted by the service ${consumer.service} itself, which the key policy of ${encrypted.key.aliasName} does not let in: add ${KeyService._named(consumer.service)} to services at ${quote(encrypted.key.node.path)}`,
    ];
  }

  private grantProblems(resource: CfnResource): string[] {
    const { stack } = resource;
    const deployer = executionRoleName(stack);
    if (!MADE_WITH_A_GRANT.includes(resource.cfnResourceType) || deployer === undefined) {
      return [];
    }
    const text = JSON.stringify(stack.resolve(resource._toCloudFormation()));
    return [...this.known.values()]
      .filter(({ key }) => key.trust === AccountTrust.RECOVERY)
      .filter(({ key }) => text.includes(JSON.stringify(stack.resolve(key.keyArn))))
      .flatMap(({ key, policy }) => {
        const statement = new PolicyStatement({
          principals: [new ArnPrincipal(`arn:${stack.partition}:iam::${stack.account}:role/${deployer}`)],
          actions: ['kms:CreateGrant', 'kms:DescribeKey'],
        });
        return policy.admits(statement)
          ? []
          : [
              `${resource.node.path} is made with a grant on ${key.aliasName}, which its deployment role cannot make at trust "recovery": ${ownerRemedy(statement, key.env)}, or widen trust`,
            ];
      });
  }
}

function differ(one: string, other: string): boolean {
  return !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
}

function quote(value: string): string {
  return Token.isUnresolved(value) ? 'of the deployment' : JSON.stringify(value);
}
