import { Atoms } from '../../../lib/audit/containment/atom';
import { Budget } from '../../../lib/audit/containment/budget';
import { groupPrincipals } from '../../../lib/audit/containment/principal-kind';
import { ruleOf } from '../../../lib/audit/containment/rule';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';
import { parsePrincipal, type Principal } from '../../../lib/audit/policy/principal';
import { iam, policy } from './policy';

const [A, B, ADMIN] = ['role/a', 'role/b', 'role/admin'].map((name) => parsePrincipal(iam(name)));
const ROOT = parsePrincipal(iam('root'));
const SERVICE = parsePrincipal('s3.amazonaws.com');
const FEDERATED = parsePrincipal('arn:aws:sts::111122223333:federated-user/f');

function group(statements: object[], principals: Principal[], trait = (_: Principal): string => '') {
  const atoms = new Atoms();
  atoms.openFor('another question', 'it is not known');
  const rules = policy(...statements).statements.map((statement) => ruleOf(statement, atoms));
  const kinds = groupPrincipals(principals, rules, atoms, trait, new Budget(1e4));
  return kinds.map(({ members, clauses }) => ({
    members,
    clauses: rules.map((rule) => (clauses.get(rule) ?? []).map(({ name }) => name)),
    reasons: atoms.reasons(
      [...clauses.values()].flat().flatMap((each) => each.atoms.map((atom) => -1 - atom)),
    ),
  }));
}

describe('groupPrincipals', () => {
  test('groups the principals of whom all statements make the same', () => {
    const statements = [
      { Principal: { AWS: iam('root') } },
      { Principal: { AWS: iam('role/admin') } },
      { Principal: { AWS: [iam('role/admin'), iam('root')] }, Effect: 'Deny' },
    ];
    expect(group(statements, [A, ROOT, B, ADMIN, SERVICE])).toEqual([
      { members: [A, B], clauses: [['1:'], [], ['0:']], reasons: [] },
      { members: [ROOT], clauses: [['2:'], [], ['0:']], reasons: [] },
      { members: [ADMIN], clauses: [['1:'], ['2:'], ['0:']], reasons: [] },
      { members: [SERVICE], clauses: [[], [], []], reasons: [] },
    ]);
  });

  test('keeps apart what something else tells apart', () => {
    expect(group([{}], [A, B], (each) => JSON.stringify(each))).toHaveLength(2);
  });

  test('treats alike the rules that differ in actions alone, and keeps conditions apart', () => {
    const admins = { ArnEquals: { 'aws:PrincipalArn': iam('role/admin') } };
    const others = { ArnNotEquals: { 'aws:PrincipalArn': iam('role/admin') } };
    const statements = [{}, { Action: 'kms:Decrypt' }, { Condition: admins }, { Condition: others }];
    expect(group(statements, [ADMIN, A]).map(({ clauses }) => clauses)).toEqual([
      [['2:'], ['2:'], ['2:'], []],
      [['2:'], ['2:'], [], ['2:']],
    ]);
  });

  test('never takes one principal that waits for a value for another', () => {
    const [kind] = group(
      [{ Principal: { AWS: unresolved('P') } }, { Principal: { AWS: unresolved('P') } }],
      [A],
    );
    expect(kind.clauses[0]).not.toEqual(kind.clauses[1]);
    const [made] = group(
      [{ Principal: { AWS: opaque('R.Arn') } }, { Principal: { AWS: opaque('R.Arn') } }],
      [A],
    );
    expect(made.clauses[0]).toEqual(made.clauses[1]);
  });

  test('leaves open what a condition makes of a principal that is not known', () => {
    const made: Principal = { kind: 'role', arn: opaque('Role.Arn'), account: '111122223333' };
    const condition = { ArnLike: { 'aws:PrincipalArn': iam('role/*') } };
    const [kind] = group([{ Condition: condition }], [made]);
    expect(kind.reasons).toEqual([
      'whether ArnLike aws:PrincipalArn ["arn:aws:iam::111122223333:role/*"] holds is not known',
    ]);
  });

  test('has a clause for what is certain, and one for each principal that may be meant', () => {
    const user = (name: string): string => iam(`user/${name}`);
    const [kind] = group([{ Principal: { AWS: [iam('root'), user('u'), user('v')] } }], [FEDERATED]);
    expect(kind.clauses[0]).toHaveLength(3);
    expect(kind.reasons).toEqual([
      `whether "${user('u')}" federated the caller is not known`,
      `whether "${user('v')}" federated the caller is not known`,
    ]);
  });
});
