import { parseConditions, type Condition } from './condition';
import { InvalidPolicy, entriesOf, quote } from './invalid-policy';
import { parseActions, parseResources, type Patterns } from './patterns';
import { parsePrincipals, type PrincipalPattern } from './principal-pattern';

/** A policy as data: what AWS reads in it, with whatever cannot be decided said in place. */
export interface Policy {
  readonly statements: readonly Statement[];
}

/** One statement of a policy. */
export interface Statement {
  /** Counted from 1, as a reader counts. */
  readonly position: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** In an identity policy anybody: it is about whoever it is attached to. */
  readonly principals: readonly PrincipalPattern[];
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
  /**
   * Why the statement has no effect at all.
   *
   * KMS accepts a statement without `Action` or `Resource` and ignores it, a Deny as well as an Allow.
   *
   * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
   */
  readonly ineffective?: string;
  /** Every reason why the statement cannot be decided for some request, wherever in it the reason lies. */
  readonly undecided: readonly string[];
}

/**
 * Reads a key policy.
 *
 * @param json the document as `JSON.parse` returns it
 * @throws InvalidPolicy when AWS would refuse the document, or when it has no single meaning
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(json: unknown): Policy {
  return parseDocument(json, 'key');
}

/**
 * Reads an IAM policy as attached to a role, a user or a group: the same language without principals.
 *
 * @throws InvalidPolicy when AWS would refuse the document, or when it has no single meaning
 */
export function parseIdentityPolicy(json: unknown): Policy {
  return parseDocument(json, 'identity');
}

type Kind = 'key' | 'identity';

const VERSIONS: readonly unknown[] = ['2012-10-17', '2008-10-17'];
const STATEMENT_ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
] as const;
type Element = (typeof STATEMENT_ELEMENTS)[number];

function parseDocument(json: unknown, kind: Kind): Policy {
  const document = elementsOf(json, 'the policy', ['Version', 'Id', 'Statement']);
  const version = document.get('Version');
  if (version !== undefined && !VERSIONS.includes(version)) {
    throw new InvalidPolicy(`Version is ${quote(version)}: it must be "2012-10-17" or "2008-10-17"`);
  }
  const statements = document.get('Statement');
  if (statements === undefined) {
    throw new InvalidPolicy('the policy has no Statement: give a list of statements');
  }
  const list: unknown[] = Array.isArray(statements) ? statements : [statements];
  return { statements: list.map((each, index) => parseStatement(each, index, kind)) };
}

function parseStatement(json: unknown, index: number, kind: Kind): Statement {
  const where = `Statement[${index}]`;
  const elements = elementsOf(json, where, STATEMENT_ELEMENTS);
  const effect = elements.get('Effect');
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new InvalidPolicy(`${where}.Effect is ${quote(effect)}: it must be "Allow" or "Deny"`);
  }
  const sid = elements.get('Sid');
  if (sid !== undefined && typeof sid !== 'string') {
    throw new InvalidPolicy(`${where}.Sid is ${quote(sid)}: it must be a string`);
  }
  const principals = parsePrincipalElements(elements, where, kind);
  const action = oneOf(elements, where, 'Action', 'NotAction');
  const resource = oneOf(elements, where, 'Resource', 'NotResource');
  const actions = action && parseActions(elements.get(action), `${where}.${action}`, action === 'NotAction');
  const resources =
    resource && parseResources(elements.get(resource), `${where}.${resource}`, resource === 'NotResource');
  const conditions = elements.has('Condition')
    ? parseConditions(elements.get('Condition'), `${where}.Condition`)
    : [];
  const missing = actions === undefined ? 'Action' : resources === undefined ? 'Resource' : undefined;
  if (missing !== undefined && kind !== 'key') {
    throw new InvalidPolicy(`${where} has no ${missing}: an identity policy must name it`);
  }
  return {
    position: index + 1,
    sid,
    effect,
    principals,
    actions: actions ?? NOTHING,
    resources: resources ?? NOTHING,
    conditions,
    ineffective: missing && `it has no ${missing}, so KMS ignores it`,
    undecided: [
      ...principals.flatMap((each) => ('reason' in each ? each.reason : [])),
      ...[actions, resources, ...conditions].flatMap((each) => each?.undecided ?? []),
    ],
  };
}

/** Matches nothing, so that the statement never applies. */
const NOTHING: Patterns = { negated: false, patterns: [] };

function parsePrincipalElements(
  elements: ReadonlyMap<Element, unknown>,
  where: string,
  kind: Kind,
): PrincipalPattern[] {
  const element = oneOf(elements, where, 'Principal', 'NotPrincipal');
  if (kind === 'identity') {
    if (element !== undefined) {
      throw new InvalidPolicy(`${where}.${element} stands in an identity policy: remove it`);
    }
    return [{ kind: 'any' }];
  }
  if (element === undefined) {
    throw new InvalidPolicy(`${where} has no Principal: a key policy must say whom a statement is about`);
  }
  const principals = parsePrincipals(elements.get(element), `${where}.${element}`);
  return element === 'Principal'
    ? principals
    : [
        {
          kind: 'undecided',
          reason: 'a statement with NotPrincipal is not decided',
          source: `NotPrincipal ${JSON.stringify(principals)}`,
        },
      ];
}

/** Which of two elements that exclude each other is there. */
function oneOf(
  elements: ReadonlyMap<Element, unknown>,
  where: string,
  first: Element,
  second: Element,
): Element | undefined {
  if (elements.has(first) && elements.has(second)) {
    throw new InvalidPolicy(`${where} has ${first} and ${second}: keep one of them`);
  }
  return [first, second].find((each) => elements.has(each));
}

/** The elements of an object, all of which AWS must know: it refuses a document with any other. */
function elementsOf<Name extends string>(
  json: unknown,
  where: string,
  known: readonly Name[],
): ReadonlyMap<Name, unknown> {
  const entries = entriesOf(json, where);
  const stranger = entries.find(([key]) => !(known as readonly string[]).includes(key));
  if (stranger !== undefined) {
    throw new InvalidPolicy(`${where} has ${quote(stranger[0])}, which is none of ${known.join(', ')}`);
  }
  return new Map(entries as [Name, unknown][]);
}
