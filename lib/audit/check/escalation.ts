import type { Statement } from '../policy/document';
import { like } from '../policy/evaluate-text';
import type { Principal } from '../policy/principal';
import { arnPatterns } from './expectations';
import { undecidedProblem } from './problem';
import type { PolicyRule } from './policy-rule';
import type { PolicyView } from './policy-view';
import { exampleOf, statementName, statementPath, statementText } from './policy-words';
import { doers } from './who';

const PATH = ['Properties', 'KeyPolicy'];

/** Only administrators write the key policy. */
export const policyEscalation: PolicyRule = {
  id: 'policy-escalation',
  severity: 'critical',
  title: 'Only administrators can write a key policy',
  explanation:
    'Whoever may call kms:PutKeyPolicy can give themselves, or anybody else, everything. Where administrators are declared, it is meant for them alone; where nobody is, for principals of the account of the key.',
  remedy: 'Take kms:PutKeyPolicy from the statement (kms:* and kms:Put* give it too).',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying.html',
  *check(view) {
    const { witnesses, unknown } = view.ask(view.unexpected, {
      actions: ['kms:PutKeyPolicy'],
      principals: (principal) => view.of.roles !== undefined || !view.mayBeInside(principal),
    });
    for (const [who, { witness }] of doers(view, witnesses)) {
      yield {
        message: `${who} can write the key policy, and so do everything`,
        path: PATH,
        subject: who,
        witness: exampleOf(witness),
      };
    }
    for (const reason of unknown) yield undecidedProblem(reason, PATH);
  },
};

/** Grants are made for AWS services only. */
export const grantEscalation: PolicyRule = {
  id: 'grant-escalation',
  severity: 'high',
  title: 'Grants are made for AWS services only',
  explanation:
    'Whoever may call kms:CreateGrant can hand out use of the key to anybody, past the key policy. What AWS services need is met by grants that they make themselves, for which kms:GrantIsForAWSResource is true.',
  remedy: 'Add the condition {"Bool": {"kms:GrantIsForAWSResource": "true"}} to the statement.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource',
  *check(view) {
    const { witnesses, unknown } = view.ask(view.unexpected, {
      actions: ['kms:CreateGrant'],
      principals: (principal) => !isService(principal),
    });
    for (const [who, { witness }] of doers(view, witnesses)) {
      yield {
        message: `${who} can make grants for anybody, not only for AWS services`,
        path: PATH,
        subject: who,
        witness: exampleOf(witness),
      };
    }
    for (const reason of unknown) yield undecidedProblem(reason, PATH);
  },
};

/** What access may depend on, and the actions that change it. */
const ATTRIBUTES: readonly (readonly [what: string, key: RegExp, actions: readonly string[]])[] = [
  ['the tags of the key', /^aws:resourcetag\//, ['kms:TagResource', 'kms:UntagResource']],
  [
    'the aliases of the key',
    /^kms:(resourcealiases|requestalias)$/,
    ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
  ],
];

/** Nobody but administrators changes access by changing a tag or an alias. */
export const attributeEscalation: PolicyRule = {
  id: 'attribute-escalation',
  severity: 'medium',
  title: 'Access does not depend on tags or aliases that others can change',
  explanation:
    'A statement holds or not depending on the tags or aliases of the key, so that whoever may change those decides who has access.',
  remedy:
    'Name principals instead, or deny the actions that change tags and aliases to all but administrators.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/abac.html',
  *check(view) {
    for (const statement of view.policy.statements) {
      for (const [what, key, actions] of ATTRIBUTES) {
        if (!dependsOn(statement, key)) continue;
        const { witnesses, unknown } = view.ask(view.access, {
          actions,
          principals: (principal) => !isAdministrator(principal, view),
        });
        if (witnesses.length > 0) {
          yield {
            message: `statement ${statementName(statement)} depends on ${what}, which others than administrators can change (${witnesses[0].actions[0]})`,
            path: statementPath(statement),
            subject: [what, statementText(view, statement)],
            witness: exampleOf(witnesses[0]),
          };
        } else {
          for (const reason of unknown) yield undecidedProblem(reason, PATH);
        }
      }
    }
  },
};

/** A service, or the role that it alone can assume. */
function isService(principal: Principal): boolean {
  return (
    principal.kind === 'service' || ('arn' in principal && principal.arn.includes(':role/aws-service-role/'))
  );
}

function dependsOn({ conditions, ineffective }: Statement, key: RegExp): boolean {
  return ineffective === undefined && conditions.some((condition) => key.test(condition.key));
}

/** Root users are left out as well: they hold what their account holds. */
function isAdministrator(principal: Principal, { of }: PolicyView): boolean {
  if (!('arn' in principal)) return false;
  const patterns = (of.roles?.administrators ?? []).flatMap((name) => arnPatterns(name, of));
  return principal.kind === 'root' || patterns.some((pattern) => like(pattern, principal.arn) === true);
}
