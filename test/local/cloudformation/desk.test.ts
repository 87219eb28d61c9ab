import type { Identity } from '../../../local/caller';
import { ACCOUNT, parameter, refusal, StackTests } from './stacks';

let stacks: StackTests;
let nobody: Identity;
beforeAll(async () => {
  stacks = await StackTests.start();
  nobody = await stacks.session('nobody');
});
afterAll(() => stacks.stop());

const TemplateBody = JSON.stringify({ Resources: { A: parameter('/a', 'x') } });
const ChangeSetName = 'changes';

test.each(['ValidateTemplate', 'GetTemplateSummary'])(
  'who may nothing fails to have a template looked at: %s',
  async (operation) => {
    const call = stacks.call(operation, { StackName: undefined, TemplateBody }, { identity: nobody });
    expect(await refusal(call)).toMatch(
      new RegExp(`^AccessDenied: .* not authorized to perform: cloudformation:${operation} on resource: \\*`),
    );
  },
);

describe.each(['does not exist', 'exists'])(
  'who may nothing fails to learn anything of a stack that %s',
  (what) => {
    const StackName = what === 'exists' ? 'test' : 'missing';
    beforeAll(async () => {
      if (what === 'exists') {
        await stacks.call('CreateStack', { TemplateBody });
      }
    });

    test.each<[string, object]>([
      ['CreateStack', { TemplateBody }],
      ['UpdateStack', { TemplateBody }],
      ['DeleteStack', {}],
      ['UpdateTerminationProtection', { EnableTerminationProtection: 'true' }],
      ['CreateChangeSet', { ChangeSetName, TemplateBody }],
      ['DescribeChangeSet', { ChangeSetName }],
      ['ExecuteChangeSet', { ChangeSetName }],
      ['DeleteChangeSet', { ChangeSetName }],
      ['ListChangeSets', {}],
      ['DescribeStacks', {}],
      ['DescribeStackEvents', {}],
      ['DescribeStackResources', {}],
      ['ListStackResources', {}],
      ['GetTemplate', {}],
      ['GetTemplateSummary', {}],
    ])('%s', async (operation, input) => {
      expect(await refusal(stacks.call(operation, { StackName, ...input }, { identity: nobody }))).toMatch(
        new RegExp(
          `^AccessDenied: User: arn:aws:sts::${ACCOUNT}:assumed-role/nobody/\\w+ is not authorized to perform: cloudformation:${operation} on resource: arn:aws:cloudformation:`,
        ),
      );
    });
  },
);
