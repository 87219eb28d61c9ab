import fc from 'fast-check';
import { Atoms, type ConditionAtom } from '../../../lib/audit/containment/atom';
import { Budget, BudgetExceeded } from '../../../lib/audit/containment/budget';
import { cutKey, type Choice, type KeyTraits } from '../../../lib/audit/containment/key-variable';
import { evaluateCondition } from '../../../lib/audit/policy/evaluate-condition';
import { conditionOf } from './condition';

const ALIASES = 'kms:ResourceAliases';
const TRAITS: KeyTraits = { known: [], readable: ['example'], multivalued: undefined };

type Written = readonly [operator: string, values: unknown];

function cut(written: readonly Written[], traits: Partial<KeyTraits> = {}, key = ALIASES, limit = 1e6) {
  const atoms = new Atoms();
  const asked = written.map(([operator, values]) => atoms.ofCondition(conditionOf(operator, values, key)));
  const variable = cutKey(
    key.toLowerCase(),
    asked.filter((atom): atom is ConditionAtom => atom.condition !== undefined),
    { ...TRAITS, ...traits },
    new Budget(limit),
  );
  return { variable, truthsOf: (choice: Choice) => asked.map(({ id }) => choice.truths.get(id)) };
}

describe('cutKey', () => {
  test('has a choice for whatever the conditions make of any set of values, and the evaluator agrees', () => {
    const value = fc.constantFrom('a', 'b', 'ab', 'c');
    const written = fc.tuple(
      fc.constantFrom('ForAnyValue:', 'ForAllValues:'),
      fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'),
      fc.constantFrom('', 'IfExists'),
      fc.array(fc.constantFrom('a', 'b', 'a*', '*b', 'c'), { minLength: 1, maxLength: 2 }),
    );
    fc.assert(
      fc.property(
        fc.array(
          written.map(([quantifier, operator, suffix, values]): Written => [
            `${quantifier}${operator}${suffix}`,
            values,
          ]),
          { minLength: 1, maxLength: 4 },
        ),
        fc.uniqueArray(value, { maxLength: 3 }),
        (all, values) => {
          const conditions = all.map(([operator, expected]) => conditionOf(operator, expected, ALIASES));
          const { variable, truthsOf } = cut(all);
          const name = conditions
            .map((condition) => JSON.stringify(evaluateCondition(condition, values)))
            .join();
          expect(variable.choices.map((choice) => truthsOf(choice).join())).toContain(name);
          for (const choice of variable.choices) {
            expect(truthsOf(choice)).toEqual(
              conditions.map((each) => evaluateCondition(each, choice.values)),
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('has "absent" as its first choice, and the key as the policy writes it', () => {
    const { variable, truthsOf } = cut([
      ['StringEquals', 'a'],
      ['StringNotEquals', 'a'],
      ['Null', 'true'],
      ['StringEqualsIfExists', 'a'],
    ]);
    expect(variable).toMatchObject({ key: 'kms:resourcealiases', name: ALIASES });
    expect(variable.choices[0].values).toEqual([]);
    expect(truthsOf(variable.choices[0])).toEqual([false, true, true, true]);
  });

  test.each([
    ['true', [true, false]],
    ['false', [false, true]],
    [
      ['true', 'false'],
      [true, true],
    ],
  ])('knows absent from present under Null %j', (values, expected) => {
    const { variable, truthsOf } = cut([['Null', values]]);
    expect(variable.choices.map((choice) => truthsOf(choice)[0])).toEqual(expected);
  });

  test('keeps a key apart that is present but that no condition tells from absent', () => {
    expect(cut([['StringNotEquals', 'a']]).variable.choices.map(({ values }) => values)).toEqual([
      [],
      ['a'],
      ['example'],
    ]);
  });

  test('takes a key for one with several values where it is known to have them or where a condition hints at it', () => {
    const several = ({ choices }: { choices: readonly Choice[] }) =>
      choices.some(({ values }) => values.length > 1);
    const any: Written[] = [
      ['ForAnyValue:StringEquals', 'a'],
      ['ForAnyValue:StringEquals', 'b'],
    ];
    const plain: Written[] = [
      ['StringEquals', 'a'],
      ['StringEquals', 'b'],
    ];
    expect(several(cut(any).variable)).toBe(true);
    expect(several(cut(any, { multivalued: false }).variable)).toBe(false);
    expect(several(cut(plain).variable)).toBe(false);
    expect(several(cut([...any, ...plain]).variable)).toBe(true);
  });

  test('takes several values where only some conditions hint at them, and knows them from absent', () => {
    const { variable, truthsOf } = cut([
      ['ForAnyValue:StringEquals', 'a'],
      ['ForAnyValue:StringEquals', 'b'],
      ['Null', 'true'],
    ]);
    expect(variable.choices.map((choice) => [choice.values, truthsOf(choice)])).toEqual([
      [[], [false, false, true]],
      [['a'], [true, false, false]],
      [['b'], [false, true, false]],
      [['example'], [false, false, false]],
      [
        ['a', 'b'],
        [true, true, false],
      ],
    ]);
  });

  test.each<[key: string, written: Written[], values: string[]]>([
    [
      'kms:ValidTo',
      [['DateLessThan', '2026-01-02']],
      ['2026-01-02T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
    ],
    ['aws:SourceIp', [['IpAddress', '10.0.0.0/8']], ['10.0.0.0', '11.0.0.0']],
    ['aws:SourceArn', [['ArnEquals', 'arn:aws:s3:::b']], ['arn:aws:s3:::b', 'example']],
    [
      'ec2:RoleDelivery',
      [
        ['Null', 'false'],
        ['NumericEquals', 5],
      ],
      ['5', '4'],
    ],
    [
      'ec2:RoleDelivery',
      [
        ['NumericEquals', 5],
        ['Bool', 'true'],
      ],
      ['5', '4'],
    ],
  ])('cuts %s by the type of its conditions', (key, written, values) => {
    expect(cut(written, {}, key).variable.choices.flatMap((choice) => choice.values)).toEqual(values);
  });

  test('leaves open what several values mean without a quantifier', () => {
    const { variable, truthsOf } = cut([['StringLike', '*']], { multivalued: true });
    expect(variable.choices.map(truthsOf)).toEqual([[false], [true], [undefined]]);
  });

  test('leaves open a comparison of another type than the first', () => {
    const { variable, truthsOf } = cut(
      [
        ['NumericEquals', 5],
        ['StringEquals', '5'],
      ],
      {},
      'aws:MultiFactorAuthAge',
    );
    expect(variable.choices.map(truthsOf)).toEqual([
      [false, false],
      [true, undefined],
      [false, undefined],
    ]);
  });

  test.each([
    [[['Bool', 'true']], {}, ['true', 'false']],
    [[['StringEquals', 'true']], { only: ['true', 'false'] }, ['true', 'false']],
    [[['StringEquals', ['a', 'b']]], { only: ['b'] }, ['b']],
    [[['IpAddress', '10.0.0.0/8']], { only: ['10.0.0.1'] }, ['10.0.0.1']],
    [
      [
        ['Bool', 'true'],
        ['Null', 'false'],
        ['BoolIfExists', 'false'],
      ],
      {},
      ['true', 'false'],
    ],
    [
      [
        ['StringEquals', 'a'],
        ['Bool', 'true'],
      ],
      {},
      ['a', 'true', 'example', 'false'],
    ],
    [[['StringEquals', 'a']], { known: ['o-1'] }, ['o-1', 'a']],
    [[['Bool', 'true']], { known: ['o-1'] }, ['o-1', 'true', 'false']],
    [[['NumericEquals', 5]], { known: ['o-1'] }, ['o-1', '5', '4']],
  ] as const)('offers no other values for %j than %j', (written, traits, expected) => {
    const { variable } = cut(written, traits, 'aws:PrincipalTag/flag');
    expect(variable.choices.slice(1).flatMap(({ values }) => values)).toEqual(expected);
  });

  test.each([
    ['NumericNotEquals', 5, 'o-1'],
    ['DateLessThan', '2026-01-02', 'yesterday'],
    ['NotIpAddress', '10.0.0.0/8', '10.0.0.0/8'],
    ['IpAddress', '::/0', '::%eth0'],
    ['Bool', 'true', 'yes'],
  ])('leaves open what %s %j makes of %j, which is of another type', (operator, expected, value) => {
    const { variable, truthsOf } = cut([[operator, expected]], { only: [value] }, 'aws:PrincipalTag/a');
    expect(truthsOf(variable.choices[1])).toEqual([undefined]);
    expect(evaluateCondition(conditionOf(operator, expected), [value])).toHaveProperty('undecided');
  });

  test('ends within its budget however many sets of values there are', () => {
    const all = Array.from({ length: 14 }, (_, i): Written => ['ForAnyValue:StringEquals', `value-${i}`]);
    expect(() => cut(all, {}, ALIASES, 50_000)).toThrow(BudgetExceeded);
  });
});
