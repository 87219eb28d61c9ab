import { evaluate, type Decision } from '../lib/audit/policy/evaluate';
import { parseIdentityPolicy, parsePolicy, type Policy } from '../lib/audit/policy/document';
import type { Principal } from '../lib/audit/policy/principal';
import { AwsError, notImplemented } from './aws-error';
import type { Caller } from './caller';
import type { PolicyDocument } from './iam/policy-document';
import type { Principals } from './iam/principals';

/** Condition keys of a request with their values. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/**
 * What a caller's own policies say to an action.
 *
 * - `allowed`, `denied`: they say so
 * - `silent`: none of them mentions it, which the policy of a resource can make up for
 * - `withheld`: a session policy or a permissions boundary leaves it out, which nothing can make up for
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export type IdentityDecision = 'allowed' | 'denied' | 'silent' | 'withheld';

/** A question to the policies of the caller and of the resource. */
export interface Question {
  readonly caller: Caller;
  readonly action: string;
  readonly resource: string;
  readonly context?: ConditionContext;
  /** The account that the resource belongs to, when it may be another than the caller's. */
  readonly account?: string;
  readonly resourcePolicy?: PolicyDocument;
  /** Whether the resource's policy must let the caller in, as a trust policy must, or merely may, as a bucket's may. */
  readonly policyMust?: boolean;
}

/** The organization that every account here belongs to. */
const ORGANIZATION_ID = 'o-a1b2c3d4e5';

const JSON_SERVICES = ['ecr', 'kms', 'ssm'];
const parsed = new WeakMap<PolicyDocument, Policy>();

/** Decides requests by the policies of callers and of resources. */
export class Authorization {
  constructor(private readonly principals: Principals) {}

  /** The unique id of a principal that exists (`AROA…`). */
  public uniqueId(arn: string): string | undefined {
    return this.principals.uniqueId(arn);
  }

  /** The global condition keys of a caller's requests; those that follow from the principal are the evaluator's. */
  public contextOf(caller: Caller): Readonly<Record<string, readonly string[]>> {
    const now = new Date();
    return {
      'aws:CurrentTime': [now.toISOString()],
      'aws:EpochTime': [String(Math.floor(now.getTime() / 1000))],
      'aws:RequestedRegion': [caller.region],
      'aws:SecureTransport': [String(caller.secure)],
      'aws:ViaAWSService': [String(caller.viaService !== undefined)],
      'aws:userid': [caller.userId],
      ...(caller.service === undefined && { 'aws:PrincipalOrgID': [ORGANIZATION_ID] }),
      ...(caller.viaService === undefined && { 'aws:SourceIp': ['127.0.0.1'] }),
    };
  }

  /** What the caller's own policies say: of the identity, its permissions boundary and its session. */
  public decide(
    caller: Caller,
    action: string,
    resource: string,
    context: ConditionContext = {},
  ): IdentityDecision {
    if (caller.service !== undefined) {
      return 'silent';
    }
    const { identity, boundary, session } = this.principals.policiesOf(caller);
    const ask = (documents: readonly PolicyDocument[]): Decision =>
      this.evaluate(documents.map(parseIdentity), { caller, action, resource, context });
    const decision = ask(identity);
    const limits = [boundary, session].filter((each) => each !== undefined).map(ask);
    if ([decision, ...limits].some(({ denies }) => denies.length > 0)) {
      return 'denied';
    }
    if (limits.some(({ level }) => level === 'none')) {
      return 'withheld';
    }
    return decision.level === 'none' ? 'silent' : 'allowed';
  }

  /** @throws AwsError `AccessDenied` with the words of AWS for the reason */
  public check(question: Question): void {
    const refusal = this.refusal(question);
    if (refusal === undefined) {
      return;
    }
    const { caller, action, resource } = question;
    const json = JSON_SERVICES.includes(action.split(':')[0]);
    throw new AwsError(
      json ? 'AccessDeniedException' : 'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}${refusal}`,
      json ? 400 : 403,
    );
  }

  /**
   * Why a request is refused, or `undefined` when it is allowed.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
   */
  private refusal(question: Question): string | undefined {
    const { caller, action, resource, resourcePolicy, policyMust = false } = question;
    const account = question.account ?? caller.account;
    const context = { 'aws:ResourceAccount': account, ...question.context };
    const identity = this.decide(caller, action, resource, context);
    const granted = this.evaluate(resourcePolicy === undefined ? [] : [parseResource(resourcePolicy)], {
      ...question,
      context,
    });
    if (granted.denies.length > 0) {
      return ' with an explicit deny in a resource-based policy';
    }
    if (identity === 'denied') {
      return ' with an explicit deny in an identity-based policy';
    }
    if (identity === 'withheld') {
      return ` because no session policy or permissions boundary allows the ${action} action`;
    }
    const foreign = caller.service === undefined && account !== caller.account;
    if (granted.level === 'none' && (foreign || policyMust)) {
      return ` because no resource-based policy allows the ${action} action`;
    }
    if (identity === 'silent' && (foreign || granted.level !== 'direct')) {
      return ` because no identity-based policy allows the ${action} action`;
    }
    return undefined;
  }

  private evaluate(policies: readonly Policy[], question: Question): Decision {
    const { caller, action, resource, context = {} } = question;
    const decision = evaluate(
      { statements: policies.flatMap(({ statements }) => statements) },
      {
        action,
        resource,
        principal: principalOf(caller),
        context: {
          ...this.contextOf(caller),
          ...Object.fromEntries(Object.entries(context).map(([key, value]) => [key, [value].flat()])),
        },
      },
    );
    if (decision.level === 'undecided') {
      throw notImplemented(
        `what a policy says to ${action} on ${resource}: ${decision.undecided.map(({ reason }) => reason).join('; ')}`,
      );
    }
    return decision;
  }
}

/** The caller as policies see it. */
export function principalOf(caller: Caller): Principal {
  const { account, principalArn: arn, service, session } = caller;
  if (service !== undefined) {
    return { kind: 'service', service };
  }
  if (arn.endsWith(':root')) {
    return { kind: 'root', arn, account };
  }
  return arn.includes(':user/')
    ? { kind: 'user', arn, account }
    : { kind: 'role', arn, account, session: session?.name };
}

/** The principal of an identity policy is whoever it is attached to. */
function parseIdentity(document: PolicyDocument): Policy {
  return remember(document, (json) => ({
    statements: parseIdentityPolicy(json).statements.map((each) => ({
      ...each,
      principals: [{ kind: 'any' }],
    })),
  }));
}

/** A trust policy has no `Resource`, which means the role that it belongs to. */
function parseResource(document: PolicyDocument): Policy {
  return remember(document, (json) => {
    const { Statement, ...rest } = json as PolicyDocument;
    const statements = [Statement]
      .flat()
      .map((each) => ('Resource' in each || 'NotResource' in each ? each : { ...each, Resource: '*' }));
    return parsePolicy({ ...rest, Statement: statements });
  });
}

function remember(document: PolicyDocument, parse: (json: unknown) => Policy): Policy {
  const known = parsed.get(document) ?? parse(document);
  parsed.set(document, known);
  return known;
}
