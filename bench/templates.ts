import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { check } from '../lib/audit/check/check';
import { NO_EXPECTATIONS } from '../lib/audit/check/expectations';
import { Inventory } from '../lib/audit/template/inventory';
import { openSource } from '../lib/audit/template/source';

/** Measures how long it takes to check the templates of an assembly, and the memory that it takes. */

const WANTED_MS = 5;
const WANTED_GROWTH_MB = 20;
const COUNTS = [100, 1000];

interface Figures {
  /** Milliseconds a template, read and resolved. */
  readonly read: number;

  /** Milliseconds a template, read, resolved and checked. */
  readonly checked: number;

  /** The most that the heap held while checking. */
  readonly megabytes: number;
}

/** Looks at the heap between one stack and the next. */
class MeasuredInventory extends Inventory {
  public megabytes = 0;

  public override *stacks(): ReturnType<Inventory['stacks']> {
    let seen = 0;
    for (const stack of super.stacks()) {
      yield stack;
      if (++seen % 50 !== 0) continue;
      globalThis.gc?.();
      this.megabytes = Math.max(this.megabytes, process.memoryUsage().heapUsed / 1e6);
    }
  }
}

const root = mkdtempSync(join(tmpdir(), 'common-kms-bench-'));
let failed = false;
try {
  for (const format of ['json', 'yaml'] as const) {
    const [few, many] = COUNTS.map((count) => {
      const figures = measure(assembly(format, count), count);
      const { read, checked, megabytes } = figures;
      console.log(
        `${count} templates in ${format.toUpperCase()}: ${read.toFixed(2)} ms each to read and resolve, ${checked.toFixed(2)} ms to check too; heap at most ${megabytes.toFixed(0)} MB`,
      );
      return figures;
    });
    failed ||= many.megabytes - few.megabytes > WANTED_GROWTH_MB;
    failed ||= format === 'json' && many.checked > WANTED_MS;
  }
  console.log(
    `wanted: ${WANTED_MS} ms in JSON, and at most ${WANTED_GROWTH_MB} MB more for ${COUNTS[1]} templates than for ${COUNTS[0]}`,
  );
} finally {
  rmSync(root, { recursive: true });
}
process.exitCode = failed ? 1 : 0;

function measure(folder: string, count: number): Figures {
  const started = performance.now();
  for (const stack of new Inventory(openSource(folder)).stacks()) void stack;
  const between = performance.now();
  check(new Inventory(openSource(folder)), NO_EXPECTATIONS);
  const ended = performance.now();
  const measured = new MeasuredInventory(openSource(folder));
  check(measured, NO_EXPECTATIONS);
  return {
    read: (between - started) / count,
    checked: (ended - between) / count,
    megabytes: measured.megabytes,
  };
}

/** An assembly of primaries in one Region and replicas in another, among many other resources. */
function assembly(format: 'json' | 'yaml', count: number): string {
  const folder = join(root, `${format}-${count}`);
  mkdirSync(folder);
  const artifacts = Array.from({ length: count }, (_, index): [string, object] => {
    const isPrimary = index % 2 === 0;
    const pair = Math.floor(index / 2);
    const account = String(100_000_000_000 + pair);
    const file = `stack${index}.template.${format}`;
    const template = isPrimary ? templateOf(primary(pair)) : templateOf(replica(pair));
    writeFileSync(
      join(folder, file),
      format === 'json' ? JSON.stringify(template, null, 1) : stringify(template),
    );
    return [
      `stack${index}`,
      {
        type: 'aws:cloudformation:stack',
        environment: `aws://${account}/${isPrimary ? 'eu-central-1' : 'eu-west-1'}`,
        properties: { templateFile: file, stackName: `keys${pair}` },
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

function primary(pair: number): object {
  return {
    Type: 'AWS::KMS::Key',
    Properties: { MultiRegion: true, EnableKeyRotation: true, KeyPolicy: policy(pair) },
  };
}

function replica(pair: number): object {
  const output = { StackName: `keys${pair}`, OutputName: 'KeyArn', Region: 'eu-central-1' };
  return {
    Type: 'AWS::KMS::ReplicaKey',
    Properties: { PrimaryKeyArn: { 'Fn::GetStackOutput': output }, KeyPolicy: policy(pair) },
  };
}

/** The policies of a platform: ten kinds, each in many accounts. */
function policy(pair: number): object {
  const kind = pair % 10;
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
        ArnLike: {
          'aws:PrincipalArn': [arn(`role/reader${kind}-${index}`), arn(`role/app/*/writer${kind}-${index}`)],
        },
      },
    })),
  };
}
