import type { Policy, Statement } from '../policy/document';
import { quote } from '../policy/invalid-policy';
import { findAction } from '../policy/kms-service';
import { DERIVED_KEYS, type Principal } from '../policy/principal';
import type { Request } from '../policy/request';
import { sampleActions } from './action-samples';
import { Assumptions } from './assumptions';
import { Atoms, type ConditionAtom } from './atom';
import { Budget } from './budget';
import { assume, bounds, type Bounds, type Side } from './clause';
import { cutKey, type Choice, type Variable } from './key-variable';
import type { Options, Part } from './options';
import { groupPrincipals, type PrincipalKind } from './principal-kind';
import { samplePrincipals } from './principal-samples';
import { sampleResources } from './resource-samples';
import { ruleOf, type Rule } from './rule';
import { Search } from './search';
import { sideOf } from './side';
import { groupTexts, type TextKind } from './text-kind';

/** Requests that get further under one policy than under another, and that nothing tells apart. */
export interface Rise {
  readonly actions: readonly string[];
  readonly principals: readonly Principal[];
  /** One of the requests. */
  readonly request: Request;
  readonly before: Bounds;
  readonly after: Bounds;
  /** What AWS documents that rules the request out; empty unless any keys were asked for. */
  readonly unlikely: readonly string[];
}

/** A question to a request space. */
export interface Question {
  readonly old: Policy;
  readonly next: Policy;
  readonly part?: Part;
  /** Whether to look at requests too that have keys which AWS does not document for them. */
  readonly anyKeys?: boolean;
  /** Takes the reasons why some requests could not be decided. */
  readonly report: (reason: string) => void;
}

/** Some twenty times what a policy of realistic size takes, and a second or two of work. */
const LIMIT = 1_000_000;

/** The requests that some statements tell apart: built once, searched as often as needed. */
export class RequestSpace {
  readonly #atoms = new Atoms();
  readonly #rules: ReadonlyMap<Statement, Rule>;
  readonly #assumptions: Assumptions;
  readonly #variables: readonly Variable[];
  readonly #actions: readonly TextKind[];
  readonly #resources: readonly TextKind[];
  readonly #principals: readonly PrincipalKind[];
  readonly #search: Search;
  readonly #budget: Budget;

  /** @throws BudgetExceeded when the patterns overlap too much to be cut */
  constructor(statements: readonly Statement[], options: Options = {}) {
    const budget = new Budget(options.limit ?? LIMIT);
    this.#rules = new Map(statements.map((statement) => [statement, ruleOf(statement, this.#atoms)]));
    const rules = [...this.#rules.values()];
    const asked = this.#atoms.all.filter((atom): atom is ConditionAtom => atom.condition !== undefined);
    const free = asked.filter(({ condition }) => !DERIVED_KEYS.includes(condition.key));
    const keys = [...new Set(free.map(({ condition }) => condition.key))];
    const assumptions = new Assumptions(options);
    this.#variables = keys.map((key) =>
      cutKey(
        key,
        free.filter(({ condition }) => condition.key === key),
        assumptions.traitsOf(key),
        budget,
      ),
    );
    const actions = rules.map((rule) => rule.actions);
    const ofAction = (action: string): string => assumptions.ofAction(keys, action);
    this.#actions = groupTexts(sampleActions(actions, budget), actions, ofAction, budget);
    const resources = rules.map((rule) => rule.resources);
    const arns = sampleResources(resources, options.environment ?? {}, budget);
    // Stryker disable next-line ArrowFunction,StringLiteral: whatever is the same for all tells none apart
    this.#resources = groupTexts(arns, resources, () => '', budget);
    const principals = samplePrincipals(
      rules.flatMap((rule) => rule.principals),
      asked.map(({ condition }) => condition),
      options,
      budget,
    );
    const ofPrincipal = (principal: Principal): string => assumptions.ofPrincipal(keys, principal);
    this.#principals = groupPrincipals(principals, rules, this.#atoms, ofPrincipal, budget);
    this.#search = new Search(this.#variables, budget);
    this.#assumptions = assumptions;
    this.#budget = budget;
  }

  /**
   * One request of each kind that gets further under the new policy than under the old.
   *
   * @throws BudgetExceeded when the search takes too long
   */
  *rises(question: Question): Generator<Rise> {
    const { actions: wanted, principals: isWanted = () => true } = question.part ?? {};
    const lowered = wanted && new Set(wanted.map((action) => action.toLowerCase()));
    this.#budget.refill();
    const known = new Set(this.#actions.flatMap(({ members }) => members.map((name) => name.toLowerCase())));
    for (const name of wanted ?? []) {
      if (findAction(name) === undefined && !known.has(name.toLowerCase())) {
        question.report(`${quote(name)} is no action of KMS, and no statement names it`);
      }
    }
    const callers = this.#principals
      .map((kind) => ({ kind, principals: kind.members.filter(isWanted) }))
      .filter(({ principals }) => principals.length > 0);
    for (const action of this.#actions) {
      const actions = action.members.filter((name) => lowered?.has(name.toLowerCase()) ?? true);
      for (const { kind, principals } of actions.length > 0 ? callers : []) {
        for (const resource of this.#resources) {
          const rise = this.#rise(question, action, kind, resource);
          if (rise === undefined) continue;
          yield {
            actions,
            principals,
            ...rise,
            request: { ...rise.request, action: actions[0], principal: principals[0] },
          };
          break;
        }
      }
    }
  }

  #rise(question: Question, action: TextKind, principal: PrincipalKind, resource: TextKind) {
    const [old, next] = [question.old, question.next].map(({ statements }) => {
      this.#budget.spend(statements.length);
      const rules = statements.map((statement) => this.#ruleOf(statement));
      return sideOf(rules, action, principal, resource);
    });
    const likely = (variable: Variable): readonly Choice[] =>
      this.#assumptions.choices(variable, action.members[0], principal.members[0]);
    const choices = question.anyKeys === true ? ({ choices }: Variable) => choices : likely;
    // Stryker disable next-line StringLiteral: any name will do that no other space has
    const space = question.anyKeys === true ? 'any' : `${action.trait}/${principal.trait}`;
    const { found, open } = this.#search.find(old, next, choices, space);
    if (found === undefined) {
      this.#atoms.reasons(open).forEach(question.report);
      return undefined;
    }
    const chosen = this.#variables.map((variable) => found.get(variable) ?? likely(variable)[0]);
    const boundsOf = (side: Side): Bounds =>
      bounds(chosen.reduce((left, { truths }) => assume(left, truths), side));
    const context = this.#variables.flatMap(({ name }, i) =>
      chosen[i].values.length > 0 ? [[name, chosen[i].values] as const] : [],
    );
    const [arn] = resource.members;
    return {
      before: boundsOf(old),
      after: boundsOf(next),
      request: { context: Object.fromEntries(context), ...(arn !== '' && { resource: arn }) },
      unlikely: this.#variables.flatMap((variable, i) => {
        if (likely(variable).includes(chosen[i])) return [];
        const haveIt = chosen[i].values.length > 0 ? 'never have' : 'always have';
        return `a ${principal.members[0].kind}'s requests for ${action.members[0]} ${haveIt} ${variable.name}`;
      }),
    };
  }
  #ruleOf(statement: Statement): Rule {
    const rule = this.#rules.get(statement);
    if (rule === undefined) {
      throw new Error(
        `statement ${statement.position} is none of those that the request space is built from`,
      );
    }
    return rule;
  }
}
