import type { Policy, Statement } from './document';
import { delegates, matchesPrincipal } from './evaluate-principal';
import { appliesTo, contextOf, type Context } from './evaluate-statement';
import { LEVELS, type Level, type Request } from './request';
import { and, some, type Truth, type Undecided } from './truth';

/** What a key policy says to a request, and which of its statements say so. */
export interface Decision {
  readonly level: Level | 'undecided';
  /** The lowest and the highest level that are possible; they differ only when the level is undecided. */
  readonly atLeast: Level;
  readonly atMost: Level;
  /** The Allow statements that give the level; when it is undecided, those that might. */
  readonly allows: readonly Statement[];
  /** The Deny statements that forbid the request; when that is undecided, those that might. */
  readonly denies: readonly Statement[];
  /** What keeps the level undecided. */
  readonly undecided: readonly OpenStatement[];
}

/** A statement of which it is not known whether it applies. */
export interface OpenStatement {
  readonly statement: Statement;
  readonly reason: string;
}

/**
 * Decides how far a key policy lets a request through.
 *
 * A Deny that applies ends it; otherwise the strongest Allow counts. Grants, service and resource
 * control policies and the IAM policies of the caller lie outside a key policy.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
export function evaluate(policy: Policy, request: Request): Decision {
  const context = contextOf(request);
  const denies: Effect[] = [];
  const allows: Effect[] = [];
  for (const statement of policy.statements) {
    const effects = statement.effect === 'Deny' ? denies : allows;
    effects.push(...effectsOf(statement, request, context));
  }
  if (denies.some(isCertain)) {
    return decided('none', [], denies.filter(isCertain));
  }
  const certain = highest(allows.filter(isCertain));
  const atLeast = denies.length > 0 ? 'none' : certain;
  const atMost = highest(allows);
  if (atLeast === atMost) {
    return decided(
      atMost,
      allows.filter((each) => isCertain(each) && each.level === atMost),
      [],
    );
  }
  const stronger = allows.filter((each) => isAbove(each.level, certain));
  return {
    level: 'undecided',
    atLeast,
    atMost,
    allows: statementsOf(allows),
    denies: statementsOf(denies),
    undecided: [...denies, ...stronger].map(openStatement),
  };
}

const GRANTED_LEVELS = LEVELS.filter((level) => level !== 'none');

/** What one statement does to a request: an Allow can let it through on two levels. */
interface Effect {
  readonly statement: Statement;
  readonly level: Level;
  readonly truth: Exclude<Truth, false>;
}

function effectsOf(statement: Statement, request: Request, context: Context): Effect[] {
  const applies = appliesTo(statement, request, context);
  // Stryker disable next-line all: without it the result is the same, only later
  if (applies === false) {
    return [];
  }
  return GRANTED_LEVELS.flatMap((level) => {
    const named = some(
      statement.principals,
      (pattern) =>
        delegates(pattern, request.principal) === (level === 'delegated') &&
        matchesPrincipal(pattern, request.principal),
    );
    const truth = and(named, applies);
    return truth === false ? [] : [{ statement, level, truth }];
  });
}

function isCertain({ truth }: Effect): boolean {
  return truth === true;
}

function highest(effects: readonly Effect[]): Level {
  return effects.reduce<Level>((level, each) => (isAbove(each.level, level) ? each.level : level), 'none');
}

function isAbove(level: Level, other: Level): boolean {
  return LEVELS.indexOf(level) > LEVELS.indexOf(other);
}

function decided(level: Level, allows: readonly Effect[], denies: readonly Effect[]): Decision {
  return {
    level,
    atLeast: level,
    atMost: level,
    allows: statementsOf(allows),
    denies: statementsOf(denies),
    undecided: [],
  };
}

/** Each statement once: it may act on two levels. */
function statementsOf(effects: readonly Effect[]): readonly Statement[] {
  return [...new Set(effects.map(({ statement }) => statement))];
}

function openStatement({ statement, truth }: Effect): OpenStatement {
  return { statement, reason: (truth as Undecided).undecided };
}
