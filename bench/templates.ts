import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Inventory } from '../lib/audit/template/inventory';
import { openSource } from '../lib/audit/template/source';

/** Measures the reading and resolving of an assembly of many stacks, and the memory that it takes. */

const WANTED_MS = 5;
const WANTED_GROWTH_MB = 20;
const COUNTS = [100, 1000];

const root = mkdtempSync(join(tmpdir(), 'common-kms-bench-'));
let failed = false;
try {
  for (const format of ['json', 'yaml'] as const) {
    const peaks = COUNTS.map((count) => {
      const folder = assembly(format, count);
      const { milliseconds, megabytes, keys } = read(folder);
      const each = milliseconds / count;
      console.log(
        `${count} templates in ${format.toUpperCase()}: ${each.toFixed(2)} ms each, ${keys} keys, heap at most ${megabytes.toFixed(0)} MB`,
      );
      if (format === 'json') failed ||= each > WANTED_MS;
      return megabytes;
    });
    failed ||= peaks[1] - peaks[0] > WANTED_GROWTH_MB;
  }
  console.log(
    `wanted: ${WANTED_MS} ms each in JSON, and at most ${WANTED_GROWTH_MB} MB more for ${COUNTS[1]} than for ${COUNTS[0]}`,
  );
} finally {
  rmSync(root, { recursive: true });
}
process.exitCode = failed ? 1 : 0;

/** Reads an assembly stack by stack, as `common-kms` does, first for the time and then for the memory. */
function read(folder: string): { milliseconds: number; megabytes: number; keys: number } {
  const started = performance.now();
  let keys = 0;
  for (const stack of new Inventory(openSource(folder)).stacks()) keys += stack.keys.length;
  const milliseconds = performance.now() - started;
  let peak = 0;
  let seen = 0;
  for (const stack of new Inventory(openSource(folder)).stacks()) {
    seen += stack.keys.length;
    if (seen % 50 !== 0) continue;
    globalThis.gc?.();
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  }
  return { milliseconds, megabytes: peak / 1e6, keys };
}

/** An assembly of primaries in one Region and replicas in another, among many other resources. */
function assembly(format: 'json' | 'yaml', count: number): string {
  const folder = join(root, `${format}-${count}`);
  mkdirSync(folder);
  const artifacts = Array.from({ length: count }, (_, index): [string, object] => {
    const isPrimary = index % 2 === 0;
    const account = String(100_000_000_000 + Math.floor(index / 2));
    const file = `stack${index}.template.${format}`;
    const template = isPrimary ? templateOf(primary()) : templateOf(replica(Math.floor(index / 2)));
    writeFileSync(
      join(folder, file),
      format === 'json' ? JSON.stringify(template, null, 1) : stringify(template),
    );
    return [
      `stack${index}`,
      {
        type: 'aws:cloudformation:stack',
        environment: `aws://${account}/${isPrimary ? 'eu-central-1' : 'eu-west-1'}`,
        properties: { templateFile: file, stackName: `keys${Math.floor(index / 2)}` },
      },
    ];
  });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: Object.fromEntries(artifacts) }));
  return folder;
}

function templateOf(key: object): object {
  const others = Array.from({ length: 40 }, (_, index): [string, object] => [
    `Topic${index}`,
    {
      Type: 'AWS::SNS::Topic',
      Properties: {
        DisplayName: { 'Fn::Sub': `\${AWS::StackName} topic ${index}` },
        KmsMasterKeyId: { Ref: 'Key' },
      },
      Metadata: { 'aws:cdk:path': `bench/topics/${index}/Resource` },
    },
  ]);
  return {
    Resources: {
      Key: key,
      Alias: {
        Type: 'AWS::KMS::Alias',
        Properties: { AliasName: 'alias/bench', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
      },
      ...Object.fromEntries(others),
    },
    Outputs: { KeyArn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
  };
}

function primary(): object {
  return {
    Type: 'AWS::KMS::Key',
    Properties: { MultiRegion: true, EnableKeyRotation: true, KeyPolicy: policy() },
  };
}

function replica(pair: number): object {
  const output = { StackName: `keys${pair}`, OutputName: 'KeyArn', Region: 'eu-central-1' };
  return {
    Type: 'AWS::KMS::ReplicaKey',
    Properties: { PrimaryKeyArn: { 'Fn::GetStackOutput': output }, KeyPolicy: policy() },
  };
}

function policy(): object {
  const arn = (rest: string): object => ({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, `:${rest}`]],
  });
  return {
    Version: '2012-10-17',
    Statement: Array.from({ length: 8 }, (_, index) => ({
      Sid: `Statement${index}`,
      Effect: index < 6 ? 'Allow' : 'Deny',
      Principal: { AWS: index === 0 ? arn('root') : '*' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: {
        ArnLike: { 'aws:PrincipalArn': [arn(`role/reader${index}`), arn(`role/app/*/writer${index}`)] },
      },
    })),
  };
}
