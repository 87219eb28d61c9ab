import type { Rises, Witness } from '../contain';
import type { Principal } from '../policy/principal';
import { type Problem, undecidedProblem } from './problem';
import type { PolicyRule } from './policy-rule';
import type { PolicyView } from './policy-view';
import { exampleOf } from './policy-words';

const PATH = ['Properties', 'KeyPolicy'];

/** Somebody can change the key policy. */
export const lockout: PolicyRule = {
  id: 'lockout',
  severity: 'critical',
  title: 'Somebody of its account can change a key policy',
  explanation:
    'Under this policy nobody of the account of the key can call kms:PutKeyPolicy, not even through IAM policies. Only AWS Support can make such a key manageable again.',
  remedy:
    'Let the account (…:root) or an administrator call kms:PutKeyPolicy, and check what denies it to them.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
  check(view) {
    const { witnesses, unknown } = keepers(view);
    if (witnesses.length > 0) return [];
    if (unknown.length > 0) return unknown;
    return [
      {
        message: 'nobody of the account can change the key policy any more',
        path: PATH,
        subject: 'nobody',
      },
    ];
  },
};

/** The role that deploys the key can do so again. */
export const deploymentLockout: PolicyRule = {
  id: 'deployment-lockout',
  severity: 'high',
  title: 'The role that deploys a key can change its policy',
  explanation:
    'KMS refuses a key policy under which its caller could not change it again, and the caller is the role with which CloudFormation deploys the stack: the deployment fails, or, once the check is bypassed, the next one does.',
  remedy:
    'Let the role, or the account (…:root), call kms:PutKeyPolicy. In the CDK it is the CloudFormation execution role of the bootstrap.',
  see: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html',
  check(view) {
    const { deployer } = view.of;
    if (deployer === undefined) return [];
    const { witnesses, unknown } = view.ask(view.access, {
      actions: ['kms:PutKeyPolicy'],
      principals: (principal) => 'arn' in principal && principal.arn === deployer,
    });
    if (witnesses.length > 0) return [];
    if (unknown.length > 0) return unknown.map((reason) => undecidedProblem(reason, PATH));
    const message = `${deployer}, with which the key is deployed, cannot change its policy`;
    return [{ message, path: PATH, subject: deployer }];
  },
};

/** The account can get the key back when the principals that the policy names are gone. */
export const recovery: PolicyRule = {
  id: 'recovery',
  severity: 'medium',
  title: 'An account can recover a key whose administrators are gone',
  explanation:
    'Only principals that the policy names one by one can change it. A role that is deleted and made again is another principal: once they are gone, only AWS Support can make the key manageable again.',
  remedy:
    'Let the account (…:root) call kms:PutKeyPolicy, or name roles by aws:PrincipalArn, which a new role of the same name meets.',
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam',
  check(view) {
    const { witnesses, unknown } = keepers(view);
    const lasts = ({ newStatements, principals }: Witness): boolean =>
      newStatements.some((statement) =>
        statement.principals.some(
          ({ kind }) =>
            kind === 'any' || (kind === 'account' && principals.some((who) => view.isInside(who))),
        ),
      );
    if (witnesses.length === 0 || witnesses.some(lasts)) return [];
    if (unknown.length > 0) return unknown;
    return [
      {
        message: 'only principals that the policy names one by one can change it',
        path: PATH,
        subject: witnesses.flatMap(({ principals }) =>
          principals.map((who) => ('arn' in who ? who.arn : who.kind)),
        ),
        witness: exampleOf(witnesses[0]),
      },
    ];
  },
};

/** Who of the account of the key can change its policy, be it through IAM policies. */
function keepers(view: PolicyView): { witnesses: readonly Witness[]; unknown: Problem[] } {
  const ask = (principals: (principal: Principal) => boolean): Rises =>
    view.ask(view.access, { actions: ['kms:PutKeyPolicy'], principals });
  const { witnesses, unknown } = ask((principal) => view.isInside(principal));
  const [other] = witnesses.length > 0 ? [] : ask((principal) => view.mayBeInside(principal)).witnesses;
  const reasons = other
    ? [
        `whether the account of ${(other.principals[0] as { arn: string }).arn} is that of the stack is not known: give --account`,
      ]
    : unknown;
  return { witnesses, unknown: reasons.map((reason) => undecidedProblem(reason, PATH)) };
}
