import { type App, Duration, Stack } from 'aws-cdk-lib/core';
import type { RuleId } from '../../../lib/audit/diff/rule';
import { AccountTrust } from '../../../lib/account-trust';
import { CommonKmsKey } from '../../../lib/common-kms-key';
import { CommonKmsKeyStack } from '../../../lib/common-kms-key-stack';
import { Account } from '../../../lib/key-alias';
import { KeyRole } from '../../../lib/key-role';
import {
  assembly,
  changesBetween,
  commonKeys,
  differenceBetween,
  ACCOUNT,
  PRIMARY,
  REPLICA,
  rulesOf,
} from './version';

interface Row {
  readonly change: string;
  readonly before: (app: App) => void;
  readonly after: (app: App) => void;
  readonly forth: readonly RuleId[];
  readonly back: readonly RuleId[];
}

/** The key alone, under a construct id of the caller's. */
function keyUnder(id: string, region = PRIMARY): (app: App) => void {
  return (app) =>
    void new CommonKmsKeyStack(app, id, {
      product: 'atlas',
      account: Account.DEV,
      env: { account: ACCOUNT, region },
      primaryRegion: region,
    });
}

/** The key alone, in a stack of the caller's, under a construct id of the caller's. */
function keyIn(stackName: string, id: string): (app: App) => void {
  return (app) => {
    const stack = new Stack(app, stackName, { env: { account: ACCOUNT, region: PRIMARY } });
    new CommonKmsKey(stack, id, { product: 'atlas', account: Account.DEV });
  };
}

const ROWS: readonly Row[] = [
  {
    change: 'the key’s construct is renamed',
    before: keyIn('keys', 'Key'),
    after: keyIn('keys', 'Vault'),
    forth: ['alias-replaced', 'key-replaced'],
    back: ['alias-replaced', 'key-replaced'],
  },
  {
    change: 'the stack is renamed, so the key moves',
    before: keyIn('keys', 'Key'),
    after: keyIn('vault', 'Key'),
    forth: ['alias-replaced', 'key-replaced'],
    back: ['alias-replaced', 'key-replaced'],
  },
  {
    change: 'a stack’s construct is renamed, the stack is not',
    before: keyUnder('one'),
    after: keyUnder('another'),
    forth: [],
    back: [],
  },
  {
    change: 'another rotation period',
    before: commonKeys,
    after: (app) => commonKeys(app, { rotationPeriod: Duration.days(90) }),
    forth: ['rotation-period-changed'],
    back: ['rotation-period-changed'],
  },
  {
    change: 'another Region',
    before: keyUnder('key'),
    after: keyUnder('key', 'us-east-1'),
    forth: ['alias-added', 'alias-orphaned', 'key-replaced'],
    back: ['alias-added', 'alias-orphaned', 'key-replaced'],
  },
  {
    change: 'one replica Region less',
    before: commonKeys,
    after: keyUnder(PRIMARY),
    forth: ['access-lost', 'alias-orphaned', 'key-orphaned'],
    back: ['access-gained', 'alias-added', 'key-added'],
  },
  {
    change: 'a further user role',
    before: keyUnder('key'),
    after: (app) => {
      new CommonKmsKeyStack(app, 'key', {
        product: 'atlas',
        account: Account.DEV,
        env: { account: ACCOUNT, region: PRIMARY },
        primaryRegion: PRIMARY,
        decryptOnly: [KeyRole.byConvention('reader')],
      });
    },
    forth: ['access-gained'],
    // Nothing denies the role any more what the account's IAM policies may allow everybody.
    back: ['access-gained', 'access-lost'],
  },
];

describe('changes of this library’s constructs', () => {
  test.each(ROWS)('$change', ({ before, after, forth, back }) => {
    const [old, next] = [assembly(before), assembly(after)];
    const found = [rulesOf(changesBetween(old, next)), rulesOf(changesBetween(next, old))];
    expect(found.map((rules) => [...new Set(rules)])).toEqual([forth, back]);
  });

  test.each([
    ['its logical id changes', keyIn('keys', 'Key'), keyIn('keys', 'Vault')],
    ['it moves to another stack', keyIn('keys', 'Key'), keyIn('vault', 'Vault')],
    ['it moves to another account or Region', keyUnder('key'), keyUnder('key', 'us-east-1')],
  ])('%s, which is said', (words, before, after) => {
    const changes = changesBetween(assembly(before), assembly(after));
    expect(changes.find(({ rule }) => rule.id === 'key-replaced')?.message).toMatch(`${words}: `);
  });

  test('another product is understood as such: the stacks move, and with them everything', () => {
    const [old, next] = [
      assembly((app) => commonKeys(app)),
      assembly((app) => commonKeys(app, { product: 'beacon' })),
    ];
    const changes = changesBetween(old, next);
    const replaced = changes.filter(({ rule }) => rule.id === 'key-replaced');
    expect(replaced.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^its product changes, and with it the name of its stack: eu-central-1: /),
      expect.stringMatching(/^its product changes, and with it the name of its stack: eu-west-1: /),
    ]);
    expect([...new Set(rulesOf(changes))]).toEqual([
      'access-gained',
      'access-lost',
      'alias-renamed',
      'alias-replaced',
      'key-replaced',
      'tags-changed',
    ]);
  });

  test('primary and replica that change places are no update', () => {
    const swapped = assembly((app) => commonKeys(app, { primaryRegion: REPLICA, replicaRegions: [PRIMARY] }));
    const found = rulesOf(
      changesBetween(
        assembly((app) => commonKeys(app)),
        swapped,
      ),
    );
    expect(found.filter((rule) => rule === 'key-type-changed')).toHaveLength(2);
  });

  test.each([
    ['wider', AccountTrust.USE, AccountTrust.EVERYTHING, 'access-gained'],
    ['tighter', AccountTrust.EVERYTHING, AccountTrust.USE, undefined],
  ])('trust in the account’s IAM policies that becomes %s', (_, before, after, rule) => {
    const [old, next] = [before, after].map((trust) => assembly((app) => commonKeys(app, { trust })));
    const { changes } = differenceBetween(old, next);
    expect([...new Set(rulesOf(changes))]).toEqual(rule === undefined ? [] : [rule]);
  });
});
