import * as fc from 'fast-check';
import { parsePolicy } from '../../../lib/audit/policy/document';
import { evaluate } from '../../../lib/audit/policy/evaluate';
import { parsePrincipal } from '../../../lib/audit/policy/principal';
import { LEVELS, type Level, type Request } from '../../../lib/audit/policy/request';

/** Policies and requests over a small vocabulary, so that they often meet. */
const ACCOUNTS = ['111122223333', '444455556666'];
const ROLES = ACCOUNTS.flatMap((account) =>
  ['a', 'p/b'].map((name) => `arn:aws:iam::${account}:role/${name}`),
);
const ACTIONS = ['kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey', 'kms:PutKeyPolicy'];
const VALUES = ['x', 'xy', 'y', 'alias/x', ...ROLES];

interface Written {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: '*' | Record<string, string[]>;
  readonly Action: string[];
  readonly Resource: '*';
  readonly Condition: Record<string, Record<string, string[]>>;
}

const some = (values: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const decidable = fc.constantFrom(
  ...['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase'].flatMap(
    (name) => [name, `${name}IfExists`, `ForAnyValue:${name}`, `ForAllValues:${name}`],
  ),
);
const condition = fc
  .tuple(
    fc.oneof({ arbitrary: decidable, weight: 9 }, fc.constant('BinaryEquals')),
    fc.constantFrom('aws:PrincipalArn', 'aws:PrincipalAccount', 'kms:ViaService', 'kms:ResourceAliases'),
    some([...VALUES, ...ACCOUNTS, 'x*', '*y', '?', '*', 'arn:aws:iam::*:role/p/*']),
  )
  .map(([operator, key, values]) => ({ [operator]: { [key]: values } }));

const statement: fc.Arbitrary<Written> = fc.record<Written>({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Principal: fc.oneof<fc.Arbitrary<Written['Principal']>[]>(
    fc.constant('*' as const),
    some([...ROLES, ...ACCOUNTS, ...ACCOUNTS.map((account) => `arn:aws:iam::${account}:root`)]).map(
      (AWS) => ({ AWS }),
    ),
    fc.constant({ Service: ['logs.amazonaws.com'] }),
  ),
  Action: some([...ACTIONS, 'kms:*', 'kms:De*', 'kms:?ncrypt', '*']),
  Resource: fc.constant('*' as const),
  Condition: fc.oneof({ arbitrary: fc.constant<Written['Condition']>({}), weight: 2 }, condition),
});
const statements = fc.array(statement, { maxLength: 5 });

const request: fc.Arbitrary<Request> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  principal: fc
    .constantFrom(
      ...ROLES,
      ...ACCOUNTS.map((account) => `arn:aws:iam::${account}:root`),
      'logs.amazonaws.com',
      'anonymous',
    )
    .map((text) => parsePrincipal(text)),
  context: fc.record(
    {
      'kms:ViaService': fc.constantFrom(...VALUES).map((value) => [value]),
      'kms:ResourceAliases': some(VALUES),
    },
    { requiredKeys: [] },
  ),
});

const decide = (written: readonly object[], asked: Request) =>
  evaluate(parsePolicy({ Statement: written }), asked);
const bounds = (written: readonly object[], asked: Request): [Level, Level] => {
  const { atLeast, atMost } = decide(written, asked);
  return [atLeast, atMost];
};
const rank = (level: Level) => LEVELS.indexOf(level);

describe('for every policy and request', () => {
  test('the order of the statements changes nothing', () => {
    fc.assert(
      fc.property(statements, request, fc.infiniteStream(fc.nat()), (written, asked, keys) => {
        const shuffled = written
          .map((each) => ({ each, key: keys.next().value as number }))
          .sort((one, other) => one.key - other.key)
          .map(({ each }) => each);
        expect(bounds(shuffled, asked)).toEqual(bounds(written, asked));
      }),
    );
  });

  test('splitting statements by action and by principal changes nothing', () => {
    fc.assert(
      fc.property(statements, request, (written, asked) => {
        const split = written.flatMap((each) =>
          each.Action.flatMap((action) => {
            const { Principal } = each;
            const principals =
              Principal === '*'
                ? [Principal]
                : Object.entries(Principal).flatMap(([type, names]) =>
                    names.map((name) => ({ [type]: name })),
                  );
            return principals.map((principal) => ({ ...each, Action: action, Principal: principal }));
          }),
        );
        expect(bounds(split, asked)).toEqual(bounds(written, asked));
      }),
    );
  });

  test('saying a thing twice changes nothing', () => {
    fc.assert(
      fc.property(statements, request, (written, asked) => {
        expect(bounds([...written, ...written], asked)).toEqual(bounds(written, asked));
      }),
    );
  });

  test('names of statements, and the case of actions and condition keys, change nothing', () => {
    fc.assert(
      fc.property(statements, request, (written, asked) => {
        const shouting = written.map((each, index) => ({
          ...each,
          Sid: `Statement${index}`,
          Action: each.Action.map((action) => action.toUpperCase()),
          Condition: Object.fromEntries(
            Object.entries(each.Condition).map(([operator, keys]) => [
              operator,
              Object.fromEntries(Object.entries(keys).map(([key, values]) => [key.toUpperCase(), values])),
            ]),
          ),
        }));
        const context = Object.fromEntries(
          Object.entries(asked.context).map(([key, values]) => [key.toLowerCase(), values]),
        );
        expect(bounds(shouting, { ...asked, context })).toEqual(bounds(written, asked));
      }),
    );
  });

  test('adding an Allow never lowers the level, adding a Deny never raises it', () => {
    fc.assert(
      fc.property(statements, statement, request, (written, more, asked) => {
        const [atLeast, atMost] = bounds(written, asked);
        const [atLeastMore, atMostMore] = bounds([...written, more], asked);
        const [low, high] = more.Effect === 'Allow' ? [0, 1] : [1, 0];
        const pairs = [
          [rank(atLeast), rank(atLeastMore)],
          [rank(atMost), rank(atMostMore)],
        ];
        for (const pair of pairs) {
          expect(pair[low]).toBeLessThanOrEqual(pair[high]);
        }
      }),
    );
  });

  test('a condition more never lets an Allow through further, nor a Deny hold back more', () => {
    fc.assert(
      fc.property(statements, statement, request, (written, each, asked) => {
        const narrowed = {
          ...each,
          Condition: { ...each.Condition, NumericLessThan: { 'aws:days': ['7'] } },
        };
        const context = { ...asked.context, 'aws:days': ['8'] };
        expect(bounds([...written, narrowed], { ...asked, context })).toEqual(bounds(written, asked));
        const met = { ...asked, context: { ...asked.context, 'aws:days': ['6'] } };
        expect(bounds([...written, narrowed], met)).toEqual(bounds([...written, each], asked));
      }),
    );
  });

  test('Action and NotAction of the same list are about everything, and exclude each other', () => {
    fc.assert(
      fc.property(statement, request, ({ Action, ...rest }, asked) => {
        const positive = decide([{ ...rest, Effect: 'Allow', Action }], asked);
        const negative = decide([{ ...rest, Effect: 'Allow', NotAction: Action }], asked);
        const everything = decide([{ ...rest, Effect: 'Allow', Action: '*' }], asked);
        const levels = [positive, negative].map(({ atMost }) => atMost);
        expect(levels).toContain('none');
        expect(levels).toContain(everything.atMost);
      }),
    );
  });

  test('an undecided statement is never decided otherwise than with or without its condition', () => {
    fc.assert(
      fc.property(statements, request, fc.infiniteStream(fc.boolean()), (written, asked, choices) => {
        const [atLeast, atMost] = bounds(written, asked);
        const chosen = written.flatMap((each) => {
          if (!('BinaryEquals' in each.Condition)) return [each];
          return choices.next().value ? [{ ...each, Condition: {} }] : [];
        });
        const { level, atLeast: low, atMost: high } = decide(chosen, asked);
        expect(rank(low)).toBeGreaterThanOrEqual(rank(atLeast));
        expect(rank(high)).toBeLessThanOrEqual(rank(atMost));
        expect(level === 'undecided').toBe(low !== high);
      }),
    );
  });

  test('the deciding statements alone decide the same', () => {
    fc.assert(
      fc.property(statements, request, (written, asked) => {
        const { level, allows, denies, undecided } = decide(written, asked);
        const kept = [...allows, ...denies].map(({ position }) => written[position - 1]);
        expect(decide(kept, asked).level).toBe(level);
        expect(level === 'undecided').toBe(undecided.length > 0);
      }),
    );
  });

  test('a decision is the same when it is asked for again', () => {
    fc.assert(
      fc.property(statements, request, (written, asked) => {
        const policy = parsePolicy({ Statement: written });
        expect(evaluate(policy, asked)).toEqual(evaluate(policy, asked));
      }),
    );
  });
});
