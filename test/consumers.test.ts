import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { AccountTrust } from '../lib/account-trust';
import { decideAccess } from '../lib/audit/policy/access';
import { parseIdentityPolicy } from '../lib/audit/policy/document';
import { parsePrincipal } from '../lib/audit/policy/principal';
import type { ICommonKmsKey } from '../lib/common-key-base';
import { CommonKmsKey } from '../lib/common-kms-key';
import { Account } from '../lib/key-alias';
import { KeyRole } from '../lib/key-role';
import { type Consumer, CONSUMERS } from './consumers';
import { ACCOUNT_ID, app, keyResource, keyStack, PRIMARY_REGION, renderedPolicy } from './synthesized';

const PAGE = join(__dirname, '..', 'docs', 'consumers.md');
const KEY_ARN = `arn:aws:kms:${PRIMARY_REGION}:${ACCOUNT_ID}:key/mrk-11111111111111111111111111111111`;
const USER = `arn:aws:iam::${ACCOUNT_ID}:role/user`;
const DEPLOYER = `arn:aws:iam::${ACCOUNT_ID}:role/deployer`;
const FROM_TIGHT_TO_WIDE = [
  AccountTrust.RECOVERY,
  AccountTrust.VIA_SERVICES,
  AccountTrust.USE,
  AccountTrust.EVERYTHING,
];
const PLACES = [
  "the owner's stack",
  'another stack of the app',
  'another stack, from the convention',
] as const;
type Place = (typeof PLACES)[number];
const names = Object.keys(CONSUMERS);

interface Statement {
  readonly Sid?: string;
  readonly Action: string[];
  readonly Resource: unknown;
  readonly Effect?: string;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** The construct in its place, with a role that may use it; the key as its owner makes it. */
function scene(consumer: Consumer, place: Place, trust: AccountTrust, users?: KeyRole[]) {
  const scope = app();
  const services = consumer.service && [consumer.service.let];
  const owner = keyStack({ trust, services, users }, scope);
  const env = { account: ACCOUNT_ID, region: PRIMARY_REGION };
  const stack = place === PLACES[0] ? owner : new Stack(scope, 'Beside', { env });
  const key: ICommonKmsKey =
    place === PLACES[2]
      ? CommonKmsKey.fromConvention(stack, 'Key', { product: 'atlas', account: Account.DEV, trust, services })
      : owner.key;
  const role = new Role(stack, 'User', {
    roleName: 'user',
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  const throughService = trust === AccountTrust.VIA_SERVICES && consumer.via !== undefined;
  consumer.make(stack, throughService ? key.viaService(consumer.via) : key, role);
  return { owner, stack };
}

/** What the policies of the app's roles say about KMS, with references to the key carried out. */
function identityStatements(stack: Stack): Statement[] {
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy') as Record<
    string,
    { Properties: { PolicyDocument: { Statement: (Statement & { Action: string | string[] })[] } } }
  >;
  return Object.values(policies)
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .map((statement) => ({ ...statement, Action: [statement.Action].flat() }))
    .filter(({ Action }) => Action.some((action) => action.startsWith('kms:')))
    .map(({ Resource, ...statement }) => ({
      ...statement,
      Resource: /CommonKey|gwt-atlasdev-cmn-all-kms-sym/.test(JSON.stringify(Resource)) ? KEY_ARN : Resource,
    }));
}

/** Whether the service can do its work: whoever deploys and uses it is let in, or the service itself is. */
function works(consumer: Consumer, owner: Stack, identity: Statement[]): boolean {
  const context = {
    'kms:CallerAccount': [ACCOUNT_ID],
    'kms:GrantIsForAWSResource': ['true'],
    ...consumer.context,
    ...(consumer.via && { 'kms:ViaService': [`${consumer.via}.${PRIMARY_REGION}.amazonaws.com`] }),
  };
  const keyPolicy = renderedPolicy(owner);
  const may = (arn: string, actions: readonly string[] = [], policy: unknown) =>
    actions.every(
      (action) =>
        decideAccess({
          request: { action: `kms:${action}`, principal: parsePrincipal(arn), context, resource: KEY_ARN },
          keyPolicy,
          keyAccount: ACCOUNT_ID,
          identityPolicies: [parseIdentityPolicy(policy)],
        }).effect === 'allowed',
    );
  return (
    may(DEPLOYER, consumer.deploying, { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }) &&
    may(USER, consumer.using, { Statement: identity }) &&
    (consumer.service === undefined || JSON.stringify(keyResource(owner)).includes(consumer.service.name))
  );
}

const attempts = names.flatMap((name) => PLACES.map((place): [string, Place] => [name, place]));

describe.each(attempts)('%s in %s', (name, place) => {
  const consumer = CONSUMERS[name];

  test.each(FROM_TIGHT_TO_WIDE)('synthesizes and works at trust %s, if it can there', (trust) => {
    const attempt = () => {
      const { owner, stack } = scene(consumer, place, trust);
      return works(consumer, owner, identityStatements(stack));
    };
    const wide = FROM_TIGHT_TO_WIDE.indexOf(trust) >= FROM_TIGHT_TO_WIDE.indexOf(neededTrust(consumer));
    if (wide) {
      expect(attempt()).toBe(true);
    } else if (place === PLACES[2] && consumer.using) {
      expect(attempt).toThrow('the owner of the key must add');
    } else if (consumer.deploying?.includes('CreateGrant')) {
      expect(attempt).toThrow(
        /is made with a grant on .*, which its deployment role cannot make at trust "recovery": the owner of the key must add KeyRole\.fromRoleName\("cdk-hnb659fds-cfn-exec-role-111111111111-eu-central-1"\) to users/,
      );
    } else {
      // The owner's stack grants to the role in the key policy; whoever deploys is not granted anything.
      expect(attempt()).toBe(consumer.deploying === undefined || consumer.letsAccountIn === true);
    }
  });

  test('leaves the key policy alone at the default trust, and names the true key in that of the role', () => {
    const { owner, stack } = scene(consumer, place, AccountTrust.USE);
    const services = consumer.service && [consumer.service.let];
    expect(keyResource(owner).Properties.KeyPolicy).toEqual(
      keyResource(keyStack({ services })).Properties.KeyPolicy,
    );
    expect(identityStatements(stack).filter(({ Resource }) => Resource !== KEY_ARN)).toEqual([]);
  });
});

const needed = new Map<Consumer, AccountTrust>();

/** The tightest trust at which roles that the key policy does not name can deploy and use the construct. */
function neededTrust(consumer: Consumer): AccountTrust {
  const known = needed.get(consumer);
  if (known !== undefined) {
    return known;
  }
  const everything = [{ Action: ['kms:*'], Resource: '*', Effect: 'Allow' }];
  const services = consumer.service && [consumer.service.let];
  const trust = FROM_TIGHT_TO_WIDE.find((each) =>
    works(consumer, keyStack({ trust: each, services }), everything),
  );
  if (trust === undefined) {
    throw new Error('works at no trust');
  }
  needed.set(consumer, trust);
  return trust;
}

const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ') || 'nothing';

function row(name: string): string {
  const consumer = CONSUMERS[name];
  const { owner, stack } = scene(consumer, PLACES[1], AccountTrust.USE);
  const added = identityStatements(stack).flatMap(({ Action, Condition }) => {
    const via = Condition?.StringEquals?.['kms:ViaService'] !== undefined;
    return Action.map((action) => `${action.replace('kms:', '')}${via ? ' (via)' : ''}`);
  });
  const services = consumer.service && [consumer.service.let];
  const users = [KeyRole.fromRoleName(`cdk-hnb659fds-cfn-exec-role-${ACCOUNT_ID}-${PRIMARY_REGION}`)];
  const tight = { trust: AccountTrust.RECOVERY, services, users };
  const before = sids(keyStack(tight));
  const inKeyPolicy = sids(scene(consumer, PLACES[0], tight.trust, users).owner).filter(
    (sid) => !before.includes(sid),
  );
  expect(sids(owner)).toContain('AccountMayRecover');
  return [
    `[${name}](${consumer.see})`,
    consumer.service
      ? `the service itself, as \`${consumer.service.name.split('.')[0]}\``
      : code([consumer.via ?? '']),
    code(consumer.deploying ?? []),
    code(consumer.using ?? []),
    `\`${neededTrust(consumer)}\`${consumer.service ? ` and \`${consumer.service.property}\`` : ''}`,
    code([...new Set(added)]),
    code(inKeyPolicy),
  ].join(' | ');
}

function sids(owner: Stack): string[] {
  const { Statement } = keyResource(owner).Properties.KeyPolicy as { Statement: { Sid: string }[] };
  return Statement.map(({ Sid }) => Sid);
}

test('docs/consumers.md tells the same', () => {
  const heading = [
    '| Construct | KMS is called through | Deploying needs | Using needs | Tightest trust | Adds to the policy of the role | Adds to the key policy at `recovery` |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  const table = [...heading, ...names.map((name) => `| ${row(name)} |`)].join('\n');
  const [begin, end] = ['<!-- table: written by test/consumers.test.ts -->\n\n', '\n\n<!-- end of table -->'];
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(begin) + begin.length;
  const told = page.slice(from, page.indexOf(end));
  if (process.env.WRITE_DOCS === '1') {
    writeFileSync(PAGE, page.slice(0, from) + table + page.slice(page.indexOf(end)));
  } else {
    expect(told).toBe(table);
  }
});
