import { Atoms } from '../../../lib/audit/containment/atom';
import { ruleOf, type Rule } from '../../../lib/audit/containment/rule';
import { opaque, unresolved } from '../../../lib/audit/policy/opaque';
import { policy } from './policy';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key';
const only = (statement: object, atoms = new Atoms()): Rule => ruleOf(policy(statement).statements[0], atoms);

describe('ruleOf', () => {
  test.each<[string, object, string, boolean | undefined]>([
    ['an action', { Action: ['kms:Encrypt', 'kms:Decrypt'] }, 'kms:Decrypt', true],
    ['another action', { Action: 'kms:Encrypt' }, 'kms:Decrypt', false],
    ['an action in another case', { Action: 'KMS:decrypt' }, 'kms:Decrypt', true],
    ['a wildcard in another case', { Action: 'KMS:de*' }, 'kms:Decrypt', true],
    ['NotAction', { Action: undefined, NotAction: 'kms:Decrypt' }, 'kms:Decrypt', false],
    ['NotAction, for another', { Action: undefined, NotAction: 'kms:*crypt' }, 'kms:CreateGrant', true],
    ['an action that is not known', { Action: unresolved('Action') }, 'kms:Decrypt', undefined],
    ['NotAction that is not known', { Action: undefined, NotAction: unresolved('A') }, 'kms:x', undefined],
  ])('matches %s', (_, statement, action, expected) => {
    expect(only(statement).actions.matches(action)).toBe(expected);
  });

  test.each<[string, object, string, boolean | undefined]>([
    ['a key', { Resource: `${KEY}/a` }, `${KEY}/a`, true],
    ['a key in another case', { Resource: `${KEY}/a` }, `${KEY}/A`, false],
    ['a wildcard', { Resource: `${KEY}/*a` }, `${KEY}/ba`, true],
    ['a wildcard in another case', { Resource: `${KEY}/*a` }, `${KEY}/bA`, false],
    ['NotResource', { Resource: undefined, NotResource: `${KEY}/*` }, `${KEY}/a`, false],
    ['a made key', { Resource: `${KEY}/${opaque('K')}` }, `${KEY}/${opaque('K')}`, true],
    ['a made key, for a written one', { Resource: `${KEY}/${opaque('K')}` }, `${KEY}/a`, false],
    ['a wildcard beside a made name', { Resource: `${KEY}/${opaque('K')}*` }, `${KEY}/a`, undefined],
    ['that, and a wildcard', { Resource: [`${KEY}/${opaque('K')}*`, '*'] }, `${KEY}/a`, true],
    ['the same wildcard twice', { Resource: [`${KEY}/b*`, `${KEY}/b*`] }, `${KEY}/a`, false],
  ])('matches %s', (_, statement, arn, expected) => {
    expect(only(statement).resources.matches(arn)).toBe(expected);
  });

  test('tells what has wildcards from what has none', () => {
    const { exact, patterns } = only({ Action: ['kms:a', 'kms:b*', 'kms:?'] }).actions;
    expect(exact).toEqual(['kms:a']);
    expect([...patterns.keys()]).toEqual(['kms:b*', 'kms:?']);
  });

  test('asks one question where the selectors are the same, and says what it asks', () => {
    const atoms = new Atoms();
    const both = { Action: ['kms:a', 'kms:b'], Resource: ['kms:a', 'kms:b'] };
    const [one, same] = [only(both, atoms), only(both, atoms)];
    const other = only({ Action: undefined, NotAction: both.Action, Resource: '*' }, atoms);
    expect(same.actions.atom).toBe(one.actions.atom);
    expect(new Set([one.actions.atom, one.resources.atom, other.actions.atom]).size).toBe(3);
    expect(atoms.reasons([one.actions.atom, one.resources.atom])).toEqual([
      'whether Action ["kms:a", "kms:b"] is meant is not known',
      'whether Resource ["kms:a", "kms:b"] is meant is not known',
    ]);
  });

  test('tells conditions on what follows from the principal from others, and from those that are open', () => {
    const atoms = new Atoms();
    atoms.openFor('another question', 'it is not known');
    const { onPrincipal, onContext } = only(
      {
        Condition: {
          StringEquals: { 'aws:PrincipalAccount': 'a', 'kms:ViaService': 'b', 'aws:x': '${aws:userid}' },
        },
      },
      atoms,
    );
    const [, derived, free, open] = atoms.all.map(({ id }) => id);
    expect(onPrincipal.map(({ id }) => id)).toEqual([derived]);
    expect(onContext).toEqual([free, -1 - open]);
  });
});
