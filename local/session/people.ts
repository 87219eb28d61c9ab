import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import type { Endpoint } from '../endpoint';
import { Actor } from './actor';
import type { KeyStack } from './key-stacks';

const BOOTSTRAP_QUALIFIER = 'hnb659fds';

/** Everybody who tries what they may do with the key of one account. */
export interface People {
  readonly administrator: Actor;
  readonly gso: Actor;
  readonly psa: Actor;
  readonly pma: Actor;
  /** The session that CloudFormation has of the bootstrap's execution role. */
  readonly deployment: Actor;
  /** A role of the account that IAM lets do everything. */
  readonly other: Actor;
  /** A role of the account that IAM lets do nothing. */
  readonly stranger: Actor;
  /** A role of another account that IAM lets do everything there. */
  readonly foreigner: Actor;
}

const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };
/** For an alias KMS asks IAM about the alias, and the key policy about the key. */
const ALIASES = {
  Effect: 'Allow',
  Action: ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
  Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:kms:*:${AWS::AccountId}:alias/*' },
};

/** Makes the roles of an account, as its administrators would: with CloudFormation. */
export async function makePeople(endpoint: Endpoint, stack: KeyStack): Promise<void> {
  const prefix = rolePrefix(stack);
  await createStack(endpoint, stack, 'people', {
    Gso: role(`${prefix}gso`, [ALIASES]),
    Psa: role(`${prefix}psa`, [ALIASES]),
    Pma: role(`${prefix}pma`, [ALIASES]),
    Other: role(`${prefix}other`, [EVERYTHING]),
    Stranger: role(`${prefix}stranger`, []),
  });
}

/** @param foreign a stack of another account, where `makePeople` has run as well */
export async function meetPeople(endpoint: Endpoint, stack: KeyStack, foreign: KeyStack): Promise<People> {
  const { account, region } = stack;
  const administrator = Actor.administrator(endpoint, account);
  const assume = (name: string, who: string): Promise<Actor> =>
    administrator.assume(name, roleArn(stack, `${rolePrefix(stack)}${who}`), region);
  const [gso, psa, pma, other, stranger, foreigner] = await Promise.all([
    assume('GSO', 'gso'),
    assume('PSA', 'psa'),
    assume('PMA', 'pma'),
    assume('other role that IAM allows everything', 'other'),
    assume('other role that IAM allows nothing', 'stranger'),
    Actor.administrator(endpoint, foreign.account).assume(
      'role of another account',
      roleArn(foreign, `${rolePrefix(foreign)}other`),
      region,
    ),
  ]);
  const execution = roleArn(stack, `cdk-${BOOTSTRAP_QUALIFIER}-cfn-exec-role-${account}-${region}`);
  const deployment = new Actor(
    endpoint,
    'deployment role',
    endpoint.serviceSession('cloudformation.amazonaws.com', execution, region),
  );
  return { administrator, gso, psa, pma, deployment, other, stranger, foreigner };
}

/** Creates a stack as the administrator of an account. */
async function createStack(
  endpoint: Endpoint,
  { account, region }: Pick<KeyStack, 'account' | 'region'>,
  StackName: string,
  Resources: object,
): Promise<void> {
  const client = new CloudFormationClient(Actor.administrator(endpoint, account).settings(region));
  const TemplateBody = JSON.stringify({ Resources });
  await client.send(
    new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
  );
  client.destroy();
}

/** A role that everybody of the account may assume whom IAM lets. */
function role(RoleName: string, statements: readonly object[]): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: { Ref: 'AWS::AccountId' } },
        },
      },
      ...(statements.length > 0 && {
        Policies: [
          { PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
        ],
      }),
    },
  };
}

export function roleArn({ account }: Pick<KeyStack, 'account'>, name: string): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** `gwt-atlasdev-iamr-`, by the convention that the alias follows. */
function rolePrefix({ aliasName }: KeyStack): string {
  return `${/^alias\/([^-]+-[^-]+)/.exec(aliasName)?.[1] ?? 'local'}-iamr-`;
}
