import { ACCOUNT, PRIMARY, REPLICA, Site, templates } from './site';

/** What the README says that the execution role needs from IAM. */
const NEEDED = ['cloudformation:DescribeStacks', 'kms:CreateAlias', 'kms:CreateKey', 'kms:TagResource'];

let site: Site;
afterEach(() => site.stop());

/** A site whose execution roles may do no more than this. */
async function siteWith(actions: readonly string[]): Promise<Site> {
  const started = await Site.start();
  const document = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: actions, Resource: '*' } };
  const PolicyDocument = JSON.stringify(document);
  await started.call('iam', 'CreatePolicy', { PolicyName: 'execution', PolicyDocument });
  for (const region of [PRIMARY, REPLICA]) {
    const RoleName = `cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${region}`;
    await started.call('iam', 'DetachRolePolicy', {
      RoleName,
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    await started.call('iam', 'AttachRolePolicy', {
      RoleName,
      PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/execution`,
    });
  }
  return started;
}

test('the execution role deploys primary and replica with what the README says it needs', async () => {
  site = await siteWith(NEEDED);
  const all = templates();
  expect(await site.deploy(PRIMARY, all[PRIMARY])).toEqual({ status: 'CREATE_COMPLETE', reasons: [] });
  expect(await site.deploy(REPLICA, all[REPLICA])).toEqual({ status: 'CREATE_COMPLETE', reasons: [] });
});

test.each(NEEDED)('fails to deploy when the execution role lacks %s, naming it', async (action) => {
  site = await siteWith(NEEDED.filter((each) => each !== action));
  const all = templates();
  const outcomes = [await site.deploy(PRIMARY, all[PRIMARY]), await site.deploy(REPLICA, all[REPLICA])];
  expect(outcomes.flatMap(({ reasons }) => reasons).join('\n')).toMatch(
    new RegExp(
      `assumed-role/cdk-hnb659fds-cfn-exec-role-[\\w-]+/AWSCloudFormation is not authorized to perform: ${action} on resource`,
    ),
  );
});
