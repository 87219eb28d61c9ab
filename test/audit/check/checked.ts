import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, type CheckFinding } from '../../../lib/audit/check/check';
import { type Expectations, NO_EXPECTATIONS } from '../../../lib/audit/check/expectations';
import { Inventory } from '../../../lib/audit/template/inventory';
import { openSource } from '../../../lib/audit/template/source';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

/** What CloudFormation receives, as far as a test says it. */
export type Resources = Record<string, object>;

const folder = mkdtempSync(join(tmpdir(), 'check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Checks a template with these resources, in one account and Region. */
export function checked(
  resources: Resources,
  expectations: Partial<Expectations> = {},
  environment: { account?: string; region?: string } = { account: ACCOUNT, region: REGION },
): readonly CheckFinding[] {
  const file = join(folder, 'template.json');
  writeFileSync(file, JSON.stringify({ Resources: resources }));
  const inventory = new Inventory(openSource(file, environment));
  return check(inventory, { ...NO_EXPECTATIONS, ...expectations }).findings;
}

/** A stack of an assembly. */
export interface StackOfTest {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly resources: Resources;
  readonly outputs?: Record<string, object>;

  /** With which CloudFormation deploys it. */
  readonly executionRole?: string;
}

/** Checks an assembly of stacks. */
export function checkedAssembly(stacks: readonly StackOfTest[]): readonly CheckFinding[] {
  const assembly = mkdtempSync(join(folder, 'assembly-'));
  const artifacts = stacks.map(({ name, account, region, resources, outputs = {}, executionRole }, index) => {
    const templateFile = `${index}.template.json`;
    const template = { Resources: resources, Outputs: outputs };
    writeFileSync(join(assembly, templateFile), JSON.stringify(template));
    return [
      `stack${index}`,
      {
        type: 'aws:cloudformation:stack',
        environment: `aws://${account}/${region}`,
        properties: { templateFile, stackName: name, cloudFormationExecutionRoleArn: executionRole },
      },
    ];
  });
  writeFileSync(
    join(assembly, 'manifest.json'),
    JSON.stringify({ artifacts: Object.fromEntries(artifacts) as object }),
  );
  return check(new Inventory(openSource(assembly)), NO_EXPECTATIONS).findings;
}

/** Lets IAM policies of the account decide everything. */
export const ROOT = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: 'kms:*',
  Resource: '*',
};

/** A statement about any key. */
export function statement(elements: object): object {
  return { Effect: 'Allow', Resource: '*', ...elements };
}

/** A statement for roles by name, which need not exist. */
export function forRoles(
  names: readonly string[],
  action: string | readonly string[],
  more: object = {},
): object {
  return statement({
    Principal: { AWS: '*' },
    Action: action,
    Condition: {
      StringEquals: { 'aws:PrincipalAccount': ACCOUNT },
      ArnLike: { 'aws:PrincipalArn': names.map((name) => `arn:aws:iam::${ACCOUNT}:role/${name}`) },
      ...more,
    },
  });
}

/** A key without fault, but for what a test changes. */
export function key(properties: object = {}, attributes: object = {}): object {
  return {
    Type: 'AWS::KMS::Key',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    ...attributes,
    Properties: { EnableKeyRotation: true, KeyPolicy: policy(ROOT), ...properties },
  };
}

/** A key with these statements. */
export function keyWith(...statements: object[]): Resources {
  return { Key: key({ KeyPolicy: policy(...statements) }) };
}

export function policy(...statements: object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

/** The ids of the rules that found something, each once; `undecided` where one could not be decided. */
export function rulesOf(findings: readonly CheckFinding[]): string[] {
  return [...new Set(findings.map(({ rule }) => rule.id))].sort();
}
