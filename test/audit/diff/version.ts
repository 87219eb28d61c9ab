import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { CfnAlias, type CfnKey, CfnReplicaKey, Key } from 'aws-cdk-lib/aws-kms';
import { context } from '../../../cdk.json';
import type { Change } from '../../../lib/audit/diff/change';
import { compareVersions, type Difference } from '../../../lib/audit/diff/difference';
import { Inventory } from '../../../lib/audit/template/inventory';
import type { ParameterValues } from '../../../lib/audit/template/resolver';
import { openSource } from '../../../lib/audit/template/source';
import type { CommonKmsKeyStackProps } from '../../../lib/common-kms-key-stack';
import { keyStacks, PRIMARY_REGION as PRIMARY, REPLICA_REGION as REPLICA } from '../../synthesized';

export const ACCOUNT = '111122223333';
export { PRIMARY, REPLICA };

/** A resource of a template that a test changes. */
export interface ResourceJson {
  Type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Condition?: string;
}

/** A template that a test changes. */
export interface TemplateJson {
  Resources: Record<string, ResourceJson>;
  Parameters?: Record<string, unknown>;
  Mappings?: Record<string, unknown>;
  Conditions?: Record<string, unknown>;
  Transform?: unknown;
}

/** A folder of templates or an assembly, in a temporary folder. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'common-kms-diff-'));
}

/** Synthesizes what `build` puts into an app. */
export function assembly(build: (app: App) => void): string {
  const outdir = temporaryFolder();
  const app = new App({ context, outdir, builtinCloudFormationValidation: false });
  build(app);
  app.synth();
  return outdir;
}

/** This library's key with its replica. */
export function commonKeys(app: App, props: Partial<CommonKmsKeyStackProps> = {}): void {
  keyStacks(app, props, ACCOUNT);
}

/** The keys as somebody makes them who has the CDK alone. */
export function bareKeys(app: App): void {
  const primary = new Stack(app, PRIMARY, { stackName: 'keys', env: { account: ACCOUNT, region: PRIMARY } });
  const key = new Key(primary, 'Key', {
    multiRegion: true,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  new CfnOutput(primary, 'KeyArn', { value: key.keyArn });
  const alias = key.addAlias('alias/data');
  alias.applyRemovalPolicy(RemovalPolicy.RETAIN);
  const second = new Stack(app, REPLICA, { stackName: 'keys', env: { account: ACCOUNT, region: REPLICA } });
  const replica = new CfnReplicaKey(second, 'Key', {
    keyPolicy: second.resolve((key.node.defaultChild as CfnKey).keyPolicy) as unknown,
    primaryKeyArn: Fn.getStackOutput('keys', 'KeyArn', PRIMARY),
  });
  replica.applyRemovalPolicy(RemovalPolicy.RETAIN);
  const secondAlias = new CfnAlias(second, 'Alias', {
    aliasName: 'alias/data',
    targetKeyId: replica.ref,
  });
  secondAlias.applyRemovalPolicy(RemovalPolicy.RETAIN);
}

/** A copy of an assembly or folder, in which each template may be changed. */
export function edited(folder: string, edit: (template: TemplateJson, file: string) => void): string {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  for (const file of readdirSync(copy).filter((name) => name.endsWith('.template.json'))) {
    const template = JSON.parse(readFileSync(join(copy, file), 'utf8')) as TemplateJson;
    edit(template, file);
    writeFileSync(join(copy, file), JSON.stringify(template));
  }
  return copy;
}

/** A folder with one template in it. */
export function folderWith(template: unknown): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 't.template.json'), JSON.stringify(template));
  return folder;
}

/** What the command decides about two folders. */
export function differenceBetween(
  before: string,
  after: string,
  parameters: ParameterValues = {},
): Difference {
  const [old, next] = [before, after].map(
    (path) => new Inventory(openSource(path, { account: ACCOUNT, region: PRIMARY }), parameters),
  );
  return compareVersions(old, next);
}

/** The changes alone. */
export function changesBetween(before: string, after: string): readonly Change[] {
  return differenceBetween(before, after).changes;
}

/** The rules alone, sorted, each as often as it applies. */
export function rulesOf(changes: readonly Change[]): string[] {
  return changes.map(({ rule }) => rule.id).sort();
}
