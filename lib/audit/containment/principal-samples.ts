import type { Condition } from '../policy/condition';
import { isOpaque, unresolved } from '../policy/opaque';
import { parsePrincipal, sessionArn, type Principal } from '../policy/principal';
import type { PrincipalPattern } from '../policy/principal-pattern';
import type { Budget } from './budget';
import { Glob, digits, exactly, wildcards, within, type Step } from './glob';
import type { Options } from './options';
import { fillIns } from './readable';
import { cutBeside, points, type Taken } from './regions';
import { textsOf } from './text';
import { Words } from './words';

/** What cuts the principals. */
interface Cuts {
  readonly patterns: readonly PrincipalPattern[];
  /** The conditions on keys that follow from the principal. */
  readonly conditions: readonly Condition[];
  readonly options: Options;
}

/**
 * At least one principal of each kind that policies tell apart, the most readable first.
 *
 * Anonymous callers are not among them, since KMS takes signed requests only.
 *
 * @param conditions those on keys that follow from the principal
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html
 */
export function samplePrincipals(
  patterns: readonly PrincipalPattern[],
  conditions: readonly Condition[],
  options: Options,
  budget: Budget,
): Principal[] {
  const cuts = { patterns, conditions, options };
  const written = textsOn(cuts, ['aws:principalarn']);
  const named = distinct([
    ...cuts.patterns.flatMap((pattern) => (pattern.kind === 'arn' ? [pattern.arn] : [])),
    ...written.exact,
  ]);
  const sessions = named.flatMap((arn): Session[] => {
    const { groups } = SESSION.exec(arn) ?? {};
    return groups === undefined ? [] : [groups as unknown as Session];
  });
  const samples = [
    ...(options.principals ?? []),
    ...named.flatMap((arn) => principalsNamed(arn, options.environment?.account)),
    ...written.patterns
      .flatMap(({ text }) => fillIns(text))
      .flatMap((arn) => principalsNamed(arn, options.environment?.account)),
    ...cutSessions(
      sessions,
      written.patterns.map(({ glob }) => glob),
      budget,
    ),
    ...cutSigned(
      cuts,
      named,
      written.patterns.map(({ glob }) => glob),
      budget,
    ),
    ...cutServices(cuts, budget),
  ].flatMap((principal) => inSessions(principal, sessions));
  const seen = new Set<string>();
  return samples.filter((sample) => {
    const name = JSON.stringify(sample);
    return !seen.has(name) && seen.add(name);
  });
}

/** The session of a role, as an assumed-role ARN names it. */
type Session = Readonly<Record<'partition' | 'account' | 'role' | 'session', string>>;

const SESSION =
  /^arn:(?<partition>[^:]+):sts::(?<account>[^:]+):assumed-role\/(?<role>[^/]+)\/(?<session>.+)$/s;
const SIGNED = /^arn:[^:]+:(?:iam::([^:]+):(?:root|user\/.+|role\/.+)|sts::([^:]+):federated-user\/.+)$/s;
const ACCOUNT_KEYS = ['aws:principalaccount', 'kms:calleraccount'];

const isAccount = (text: string): boolean => /^\d{12}$/.test(text) || isOpaque(text);

const distinct = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

/** The exact texts and the patterns of all conditions on some keys. */
function textsOn({ conditions }: Cuts, keys: readonly string[]) {
  const texts = conditions.filter(({ key }) => keys.includes(key)).map(textsOf);
  return {
    exact: texts.flatMap(({ exact }) => [...exact]),
    patterns: [
      ...new Map(texts.flatMap(({ patterns }) => patterns).map((each) => [each.name, each])).values(),
    ],
  };
}

/** The principals that an ARN stands for: of a value that the deployment makes, a role or a user. */
function principalsNamed(arn: string, account: string | undefined): Principal[] {
  const [, iam, sts] = SIGNED.exec(arn) ?? [];
  if (isAccount(iam ?? sts ?? '') && !/[*?]/.test(arn)) return [parsePrincipal(arn)];
  if (!isOpaque(arn) || arn.startsWith('arn:')) return [];
  const owner = account ?? unresolved('account');
  return (['role', 'user'] as const).map((kind) => ({ kind, arn, account: owner }));
}

/** The roles that a named session may belong to: its ARN leaves out their path. */
const cutSessions = (sessions: readonly Session[], globs: readonly Glob[], budget: Budget): Principal[] =>
  sessions.flatMap(({ partition, account, role, session }) =>
    [role, `*/${role}`]
      .map((name) => new Glob([...exactly(`arn:${partition}:iam::${account}:role/`), ...wildcards(name)]))
      .flatMap((shape) => cutBeside(shape, globs, points([]), budget))
      .map((arn) => parsePrincipal(arn, session)),
  );

/** Roles, users, root users and federated users of each account that the policies name, and of one that they do not. */
function cutSigned(
  cuts: Cuts,
  named: readonly string[],
  globs: readonly Glob[],
  budget: Budget,
): Principal[] {
  const accounts = accountsOf(cuts, named);
  const ofAccounts = textsOn(cuts, ACCOUNT_KEYS).patterns.map(
    ({ glob }) => new Glob([...wildcards('arn:*:*::'), ...within(':', glob.steps), ...wildcards(':*')]),
  );
  const userNames = textsOn(cuts, ['aws:username']);
  const ofUsers = [...userNames.exact.map(exactly), ...userNames.patterns.map(({ glob }) => glob.steps)].map(
    (steps) => new Glob([...wildcards('*/'), ...within('/', steps)]),
  );
  const known = points(named);
  const partitions = partitionsOf(cuts, named);
  const prefixes = partitions.flatMap((partition) =>
    accounts.flatMap((account) =>
      ['iam', 'sts'].map((service) => `arn:${partition}:${service}::${account}:`),
    ),
  );
  const elsewhere: Taken = {
    has: (arn: string) => accounts.includes(arn.split(':')[4]),
    automaton: () => new Words(prefixes, { asPrefixes: true }),
  };
  const cut = (
    prefix: readonly Step[],
    account: readonly Step[],
    kind: string,
    more: readonly Glob[],
    taken = known,
  ) => cutBeside(new Glob([...prefix, ...account, ...wildcards(kind)]), [...globs, ...more], taken, budget);
  return partitions
    .flatMap((partition) => {
      const iam = exactly(`arn:${partition}:iam::`);
      const sts = exactly(`arn:${partition}:sts::`);
      return [
        ...[...accounts, ...unnamedAccounts(accounts)].flatMap((account) =>
          ['role/example', 'user/example', 'root'].map((name) => `arn:${partition}:iam::${account}:${name}`),
        ),
        ...[
          ...accounts.map((account) => ({ steps: exactly(account), taken: known })),
          { steps: digits(12), taken: elsewhere },
        ].flatMap(({ steps, taken }) => [
          ...cut(iam, steps, ':root', ofAccounts, taken),
          ...cut(iam, steps, ':role/?*', ofAccounts, taken),
          ...cut(iam, steps, ':user/?*', [...ofAccounts, ...ofUsers], taken),
          ...cut(sts, steps, ':federated-user/?*', ofAccounts, taken),
        ]),
      ];
    })
    .map((arn) => parsePrincipal(arn));
}

function accountsOf(cuts: Cuts, named: readonly string[]): string[] {
  const { options } = cuts;
  const { environment } = options;
  return distinct([
    ...(environment?.account === undefined ? [] : [environment.account]),
    ...(options.accounts ?? []),
    ...(options.organization?.accounts ?? []),
    ...cuts.patterns.flatMap((pattern) => (pattern.kind === 'account' ? [pattern.account] : [])),
    ...named.map((arn) => arn.split(':')[4] ?? ''),
    ...textsOn(cuts, ACCOUNT_KEYS).exact,
  ]).filter(isAccount);
}

/** An account that no policy names, easy to recognize. */
const unnamedAccounts = (accounts: readonly string[]): string[] =>
  ['999999999999', '888888888888'].filter((account) => !accounts.includes(account)).slice(0, 1);

/** A key is called from its own partition; where that is not said, from any that the policies name. */
function partitionsOf(cuts: Cuts, named: readonly string[]): string[] {
  const { partition } = cuts.options.environment ?? {};
  if (partition !== undefined) return [partition];
  const arns = [...named, ...textsOn(cuts, ['aws:principalarn']).patterns.map(({ text }) => text)];
  const written = [
    ...arns.flatMap((arn) => /^arn:([a-z-]+):/.exec(arn)?.[1] ?? []),
    ...cuts.patterns.flatMap((pattern) => (pattern.kind === 'account' ? (pattern.partition ?? []) : [])),
  ];
  return written.length > 0 ? distinct(written) : ['aws'];
}

function cutServices(cuts: Cuts, budget: Budget): Principal[] {
  const { exact, patterns } = textsOn(cuts, ['aws:principalservicename']);
  const named = [
    ...cuts.patterns.flatMap((pattern) => (pattern.kind === 'service' ? [pattern.service] : [])),
    ...exact,
  ];
  const shape = new Glob(wildcards('?*.amazonaws.com'));
  return distinct([
    ...named,
    'example.amazonaws.com',
    ...cutBeside(
      shape,
      patterns.map(({ glob }) => glob),
      points(named),
      budget,
    ),
  ]).map((service) => ({ kind: 'service', service }));
}

/** A role in each of the sessions that policies name, and in another one. */
function inSessions(principal: Principal, sessions: readonly Session[]): Principal[] {
  if (principal.kind !== 'role' || principal.session !== undefined || sessions.length === 0)
    return [principal];
  const names = sessions.map(({ session }) => session);
  const arns = sessions.map(
    ({ partition, account, role, session }) =>
      `arn:${partition}:sts::${account}:assumed-role/${role}/${session}`,
  );
  const own = names.filter((session) => arns.includes(sessionArn(principal.arn, session)));
  return [freshName(names), ...new Set(own)].map((session) => ({ ...principal, session }));
}

const freshName = (taken: readonly string[], name = 'session'): string =>
  taken.includes(name) ? freshName(taken, `${name}-other`) : name;
