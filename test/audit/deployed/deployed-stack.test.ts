import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDeployedStack, type Search } from '../../../lib/audit/deployed/deployed-stack';
import { Inventory } from '../../../lib/audit/template/inventory';
import { openSource } from '../../../lib/audit/template/source';

interface Answer {
  readonly template: unknown;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly resources?: Readonly<Record<string, string>>;
  readonly status?: string;
}

/** Stands for CloudFormation, whose embedded form has no nested stacks. */
function clientOf(stacks: Readonly<Record<string, Answer>>): Search['client'] {
  const answer = ({ StackName }: { readonly StackName?: string }) => {
    if (StackName === undefined || !(StackName in stacks)) {
      const missing = new Error(`Stack with id ${StackName} does not exist`);
      missing.name = 'ValidationError';
      return Promise.reject(missing);
    }
    const { template, parameters = {}, resources = {}, status = 'UPDATE_COMPLETE' } = stacks[StackName];
    const values = Object.entries(parameters);
    return Promise.resolve({
      Stacks: [
        {
          StackStatus: status,
          Parameters: values.map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
        },
      ],
      TemplateBody: typeof template === 'string' ? template : JSON.stringify(template),
      StackResources: Object.entries(resources).map(([LogicalResourceId, PhysicalResourceId]) => ({
        LogicalResourceId,
        PhysicalResourceId,
      })),
    });
  };
  return {
    describeStacks: answer,
    describeStackResources: answer,
    getTemplate: answer,
  } as unknown as Search['client'];
}

function read(stacks: Readonly<Record<string, Answer>>): {
  file: string;
  values: ReturnType<typeof readDeployedStack>;
} {
  const file = join(mkdtempSync(join(tmpdir(), 'common-kms-')), 'keys.json');
  return { file, values: readDeployedStack({ client: clientOf(stacks), name: 'keys', file }) };
}

const NESTED = 'arn:aws:cloudformation:eu-central-1:111122223333:stack/keys-Nested/1';
const KEY = `
Parameters: { Days: { Type: Number } }
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: { PendingWindowInDays: !Ref Days }
`;

describe('a deployed stack', () => {
  test('is read with its nested stacks, and with what it hands over to them', async () => {
    const template = {
      Resources: {
        Nested: {
          Type: 'AWS::CloudFormation::Stack',
          Properties: { TemplateURL: 'https://bucket.example/keys.yaml', Parameters: { Days: '14' } },
        },
      },
    };
    const { file, values } = read({
      keys: { template, resources: { Nested: NESTED } },
      [NESTED]: { template: KEY },
    });
    expect(await values).toEqual({});
    const { keys, gaps } = new Inventory(openSource(file)).all();
    expect(gaps).toEqual([]);
    expect(keys.map(({ settings }) => settings.pendingWindowInDays)).toEqual([14]);
  });

  test('has the values of its parameters, apart from those that CloudFormation hides', async () => {
    const { values } = read({ keys: { template: KEY, parameters: { Days: '14', Secret: '****' } } });
    expect(await values).toEqual({ Days: '14' });
  });

  test.each([
    ['does not exist', {}],
    ['was never executed', { keys: { template: '', status: 'REVIEW_IN_PROGRESS' } }],
  ])('is none when it %s', async (_, stacks) => {
    expect(await read(stacks).values).toBeUndefined();
  });

  test('fails for any other refusal', async () => {
    const refuse = () => Promise.reject(new Error('not authorized'));
    const client: Search['client'] = { ...clientOf({}), describeStacks: refuse };
    await expect(readDeployedStack({ client, name: 'keys', file: 'never.json' })).rejects.toThrow(
      'not authorized',
    );
  });
});
