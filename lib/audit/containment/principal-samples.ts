import type { Condition } from '../policy/condition';
import { isOpaque, unresolved } from '../policy/opaque';
import { parsePrincipal, sessionArn, type Principal } from '../policy/principal';
import type { PrincipalPattern } from '../policy/principal-pattern';
import type { Budget } from './budget';
import { Glob, digits, exactly, wildcards, within, type Step } from './glob';
import type { Options } from './options';
import { PrincipalCuts, distinct, isAccount } from './principal-cuts';
import { fillIns } from './readable';
import { cutBeside, points, type Taken } from './regions';
import type { Pattern } from './text';
import { Words } from './words';

/**
 * At least one principal of each kind that policies tell apart, the most readable first.
 *
 * Anonymous callers are not among them, since KMS takes signed requests only. Federated users are where a
 * condition could tell one from the user who speaks through it: everywhere else that user stands for it.
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
  const cuts = new PrincipalCuts(patterns, conditions, options);
  const filled = cuts.arnPatterns
    .flatMap(({ text }) => fillIns(text))
    .filter((arn) => cuts.partitions.includes(arn.split(':')[1]));
  const samples = [
    ...(options.principals ?? []),
    ...[...cuts.arns, ...filled].flatMap((arn) => principalsNamed(arn, options.environment?.account)),
    ...cutSessions(cuts, budget),
    ...cuts.partitions.flatMap((partition) => cutPartition(cuts, partition, budget)),
    ...cutServices(cuts, budget),
  ].flatMap((principal) => inSessions(principal, cuts));
  const seen = new Set<string>();
  return samples.filter((sample) => {
    const name = JSON.stringify(sample);
    return !seen.has(name) && seen.add(name);
  });
}

const SIGNED = /^arn:[^:]+:(?:iam::[^:]+:(?:root|(?:user|role)\/.*[^/])|sts::[^:]+:federated-user\/.*[^/])$/s;

/** The principals that an ARN stands for: of a value that the deployment makes, a role or a user. */
function principalsNamed(arn: string, account: string | undefined): Principal[] {
  if (SIGNED.test(arn) && isAccount(arn.split(':')[4]) && !/[*?]/.test(arn)) return [parsePrincipal(arn)];
  if (!isOpaque(arn) || arn.startsWith('arn:')) return [];
  const owner = account ?? unresolved('account');
  return (['role', 'user'] as const).map((kind) => ({ kind, arn, account: owner }));
}

/** Nobody has a wildcard in the name, whatever a condition compares it with. */
const PATH = within('*?', wildcards('*'));
/** The name is what follows the last slash, so an ARN does not end in one. */
const PATH_AND_NAME = [...PATH, ...within('*?/', wildcards('?'))];

/** The roles that a named session may belong to: its ARN leaves out their path. */
const cutSessions = ({ arns, sessions, arnPatterns }: PrincipalCuts, budget: Budget): Principal[] =>
  sessions.flatMap(({ partition, account, role, session }) =>
    [exactly(role), [...PATH, ...exactly(`/${role}`)]]
      .map((name) => new Glob([...exactly(`arn:${partition}:iam::${account}:role/`), ...name]))
      .flatMap((shape) => cutBeside(shape, globsOf(arnPatterns), points(arns), budget))
      .map((arn) => parsePrincipal(arn, session)),
  );

/** The IAM principals of each account that policies name, and of all others. */
function cutPartition(cuts: PrincipalCuts, partition: string, budget: Budget): Principal[] {
  const prefixes = cuts.accounts.flatMap((account) =>
    ['iam', 'sts'].map((service) => `arn:${partition}:${service}::${account}:`),
  );
  const elsewhere: Taken = {
    has: (arn) => cuts.accounts.includes(arn.split(':')[4]),
    automaton: () => new Words(prefixes, { asPrefixes: true }),
  };
  const examples = [...cuts.accounts, ...unnamedAccount(cuts.accounts)].flatMap((account) =>
    ['role/example', 'user/example', 'root'].map((name) => `arn:${partition}:iam::${account}:${name}`),
  );
  const cutAccount = (
    account: readonly Step[],
    taken: Taken,
    patterns: readonly Pattern[] = cuts.arnPatterns,
  ): string[] => {
    const cut = (
      service: string,
      kind: string,
      name: readonly Step[],
      more: readonly Glob[] = [],
    ): string[] => {
      const shape = [
        ...exactly(`arn:${partition}:${service}::`),
        ...account,
        ...exactly(`:${kind}`),
        ...name,
      ];
      const globs = [...globsOf(patterns), ...cuts.accountGlobs, ...more];
      return cutBeside(new Glob(shape), globs, taken, budget);
    };
    return [
      ...cut('iam', 'root', []),
      ...cut('iam', 'role/', PATH_AND_NAME),
      ...cut('iam', 'user/', PATH_AND_NAME, cuts.userGlobs),
      ...(cuts.tellsFederatedUsers ? cut('sts', 'federated-user/', PATH_AND_NAME) : []),
    ];
  };
  // Whether a part of an account that is not known matches stays open; the names beside it must be met for that.
  const asAnyAccount = (account: string): string[] =>
    cutAccount(digits(12), points(cuts.arns), cuts.arnPatterns.filter(hasWildAccount)).map((arn) =>
      arn.replace(/\d{12}/, account),
    );
  return [
    ...examples,
    ...cuts.accounts.flatMap((account) => cutAccount(exactly(account), points(cuts.arns))),
    ...cutAccount(digits(12), elsewhere),
    ...cuts.accounts.filter(isOpaque).flatMap(asAnyAccount),
  ].map((arn) => parsePrincipal(arn));
}

/** Whether a pattern of ARNs has a wildcard for the account, or a part of it. */
const hasWildAccount = ({ text }: Pattern): boolean => /[*?]/.test(text.split(':')[4]);

const globsOf = (patterns: readonly { readonly glob: Glob }[]): Glob[] => patterns.map(({ glob }) => glob);

/** An account that no policy names, easy to recognize. */
const unnamedAccount = (accounts: readonly string[]): string[] =>
  ['999999999999', '888888888888'].filter((account) => !accounts.includes(account)).slice(0, 1);

/** The other one is of China, and matters only to who asks for it. */
const SERVICE_SUFFIXES = ['.amazonaws.com', '.amazonaws.com.cn'];

const cutServices = ({ services, servicePatterns }: PrincipalCuts, budget: Budget): Principal[] =>
  distinct([
    ...services,
    'example.amazonaws.com',
    ...SERVICE_SUFFIXES.slice(0, servicePatterns.length > 0 ? 2 : 1)
      .map((suffix) => new Glob([...PATH, ...within('*?.', wildcards('?')), ...exactly(suffix)]))
      .flatMap((shape) => cutBeside(shape, globsOf(servicePatterns), points(services), budget)),
  ]).map((service) => ({ kind: 'service', service }));

/** A role in each of the sessions that policies name, and in another one. */
function inSessions(principal: Principal, { sessions }: PrincipalCuts): Principal[] {
  if (principal.kind !== 'role' || principal.session !== undefined || sessions.length === 0)
    return [principal];
  const own = sessions.filter(({ arn, session }) => arn === sessionArn(principal.arn, session));
  const names = [freshName(sessions.map(({ session }) => session)), ...own.map(({ session }) => session)];
  return names.map((session) => ({ ...principal, session }));
}

const freshName = (taken: readonly string[], name = 'session'): string =>
  taken.includes(name) ? freshName(taken, `${name}-other`) : name;
