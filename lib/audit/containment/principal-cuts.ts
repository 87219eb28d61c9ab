import { OTHER_PARTITIONS } from '../partitions';
import type { Condition } from '../policy/condition';
import { isOpaque } from '../policy/opaque';
import type { PrincipalPattern } from '../policy/principal-pattern';
import { Glob, exactly, wildcards, within } from './glob';
import type { Options } from './options';
import { textsOf, type Pattern } from './text';

/** The session of a role, as an assumed-role ARN names it: without the path of the role. */
export interface Session {
  readonly arn: string;
  readonly partition: string;
  readonly account: string;
  readonly role: string;
  readonly session: string;
}

const SESSION = /arn:([^:]+):sts::([^:]+):assumed-role\/([^/]+)\/(.+)/s;
/** What a service may have for its ARN, of which AWS documents nothing: its name. */
const SERVICE = /\.amazonaws\.com/;

const PARTITIONS = ['aws', ...OTHER_PARTITIONS.map(([, partition]) => partition)];

/** Whether a text can be the account of a principal. */
export const isAccount = (text: string | undefined): text is string =>
  text !== undefined && (/^\d{12}$/.test(text) || (isOpaque(text) && !/[:/*?]/.test(text)));

export const distinct = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

/** What policies cut the principals by: the values and patterns that they write about principals. */
export class PrincipalCuts {
  /** The ARNs that are written out. */
  readonly arns: readonly string[];
  readonly arnPatterns: readonly Pattern[];
  readonly sessions: readonly Session[];
  readonly accounts: readonly string[];
  readonly partitions: readonly string[];
  readonly services: readonly string[];
  readonly servicePatterns: readonly Pattern[];
  /** What matches an ARN by the account in it. */
  readonly accountGlobs: readonly Glob[];
  /** What matches the ARN of a user by its name, which leaves out the path. */
  readonly userGlobs: readonly Glob[];
  /** Whether a condition may treat a federated user otherwise than the user who speaks through it. */
  readonly tellsFederatedUsers: boolean;

  constructor(
    patterns: readonly PrincipalPattern[],
    conditions: readonly Condition[],
    { environment = {}, accounts, organization, principals }: Options,
  ) {
    const texts = (...keys: string[]) => {
      const all = conditions.filter(({ key }) => keys.includes(key)).map(textsOf);
      const byName = new Map(all.flatMap((each) => each.patterns).map((pattern) => [pattern.name, pattern]));
      return { exact: all.flatMap(({ exact }) => [...exact]), patterns: [...byName.values()] };
    };
    const onArn = texts('aws:principalarn');
    const onAccount = texts('aws:principalaccount', 'kms:calleraccount');
    const onUser = texts('aws:username');
    const onService = texts('aws:principalservicename');
    const named = distinct(patterns.filter((pattern) => pattern.kind === 'arn').map(({ arn }) => arn));
    this.arns = distinct([...named, ...onArn.exact]);
    this.arnPatterns = onArn.patterns;
    this.sessions = named.flatMap((arn) => {
      const match = SESSION.exec(arn);
      if (match === null) return [];
      const [, partition, account, role, session] = match;
      return [{ arn, partition, account, role, session }];
    });
    // Stryker disable next-line MethodExpression,ConditionalExpression: no other pattern has what is read of these
    const ofAccounts = patterns.filter((pattern) => pattern.kind === 'account');
    this.accounts = distinct(
      [
        environment.account,
        accounts,
        organization?.accounts,
        principals?.map((principal) => ('account' in principal ? principal.account : undefined)),
        ofAccounts.map(({ account }) => account),
        this.arns.map((arn) => arn.split(':')[4]),
        onAccount.exact,
      ].flat(),
    ).filter(isAccount);
    this.partitions =
      environment.partition === undefined
        ? partitionsIn(
            [...named.map(partitionIn), ...ofAccounts.map(({ partition }) => partition)].filter(isDefined),
            [
              ...onArn.exact.map(partitionIn).filter(isDefined),
              ...onArn.patterns.map(({ text }) => partitionIn(text)),
            ],
          )
        : [environment.partition];
    this.services = distinct([
      ...patterns.filter((pattern) => pattern.kind === 'service').map(({ service }) => service),
      ...onService.exact,
      ...onArn.exact.filter((text) => SERVICE.test(text)),
    ]);
    this.servicePatterns = [
      ...onService.patterns,
      ...onArn.patterns.filter(({ text }) => !text.startsWith('arn:')),
    ];
    this.accountGlobs = onAccount.patterns.map(
      ({ glob }) =>
        new Glob([...within(':', [...wildcards('arn:*:*::'), ...glob.steps]), ...wildcards(':*')]),
    );
    this.userGlobs = [...onUser.exact.map(exactly), ...onUser.patterns.map(({ glob }) => glob.steps)].map(
      (steps) => new Glob([...wildcards('*/'), ...within('/', steps)]),
    );
    this.tellsFederatedUsers = conditions.some(({ key }) =>
      ['aws:principalarn', 'aws:principaltype', 'aws:username'].includes(key),
    );
  }
}

/** The partition that an ARN or a pattern of ARNs writes out. */
const partitionIn = (arn: string): string | undefined => /^arn:([a-z-]+):/.exec(arn)?.[1];

const isDefined = (partition: string | undefined): partition is string => partition !== undefined;

/**
 * The partitions that a key may be in, and so its callers.
 *
 * KMS refuses a principal of another partition, so those that policies name are certain. Conditions prove
 * nothing: they may be about partitions that the key is not in, or have a wildcard for theirs.
 */
function partitionsIn(named: readonly string[], asked: readonly (string | undefined)[]): string[] {
  const written = distinct([...named, ...asked.filter(isDefined)]);
  const isOpen = asked.some((partition) => partition === undefined || named.length === 0);
  if (isOpen) return distinct([...written, ...PARTITIONS]);
  return written.length > 0 ? written : PARTITIONS.slice(0, 1);
}
