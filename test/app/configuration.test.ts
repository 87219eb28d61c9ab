import { context } from '../../cdk.json';
import { CONFIGURATION_KEY, readConfiguration } from '../../lib/app/configuration';

const shipped = context[CONFIGURATION_KEY];

/** A valid configuration with a part of its DEV account, or of the whole, exchanged. */
const dev = (part: object) => ({ product: 'atlas', accounts: { dev: { ...shipped.accounts.dev, ...part } } });
const whole = (part: object) => ({ ...shipped, ...part });

describe('the configuration', () => {
  test('that ships with the app is accepted', () => {
    expect(Object.keys(readConfiguration(shipped).accounts)).toEqual(['dev', 'mgmt', 'stage', 'prod']);
  });

  test('needs no more than a product and one account', () => {
    const { accounts } = readConfiguration({
      product: 'atlas',
      accounts: { dev: { id: '111111111111', primaryRegion: 'us-gov-west-1' } },
    });
    expect(accounts.dev?.replicaRegions).toEqual([]);
  });

  test('takes roles in every form, services, trust, and settings of one account', () => {
    const roles = [
      { convention: 'gso' },
      { name: 'team/officer' },
      { permissionSet: 'Security' },
      { arn: 'arn:aws:iam::111111111111:role/exact' },
    ];
    const { accounts, services } = readConfiguration(
      whole({
        services: [
          'cloudWatchLogs',
          'cloudTrail',
          's3EventNotifications',
          'sns',
          'eventBridge',
          'ec2AutoScaling',
        ],
        accounts: {
          dev: {
            ...shipped.accounts.dev,
            administrators: roles,
            trust: 'recovery',
            rotationPeriodInDays: 90,
          },
        },
      }),
    );
    expect(accounts.dev?.administrators).toHaveLength(4);
    expect(accounts.dev).toMatchObject({ trust: 'recovery', rotationPeriodInDays: 90 });
    expect(services).toHaveLength(6);
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'the whole: is missing; give an object with product and accounts'],
    ['a list', [], 'the whole: received []; give an object with product and accounts'],
    [
      'no product',
      { accounts: dev({}).accounts },
      'product: is missing; give the product, for example "atlas"',
    ],
    [
      'a bad product',
      whole({ product: 'At-las' }),
      'product: received "At-las"; product "At-las" is refused: it must be a lower-case letter',
    ],
    ['a bad organization', whole({ organization: 1 }), 'organization: received 1; give the organization'],
    [
      'no account',
      whole({ accounts: {} }),
      'accounts: received {}; name at least one of dev, mgmt, stage, prod',
    ],
    [
      'an unknown account',
      whole({ accounts: { test: {} } }),
      'accounts.test: received {}; remove it, or correct its name',
    ],
    [
      'a prototype key',
      JSON.parse('{"product":"atlas","accounts":{"constructor":{}}}'),
      'accounts.constructor: received {}; remove it',
    ],
    [
      'an id that is a number',
      dev({ id: 111111111111 }),
      'accounts.dev.id: received 111111111111; give the 12 digits of the account id, in quotes',
    ],
    [
      'an id of 11 digits',
      dev({ id: '11111111111' }),
      'accounts.dev.id: received "11111111111"; give the 12 digits',
    ],
    [
      'no primary Region',
      dev({ primaryRegion: undefined }),
      'accounts.dev.primaryRegion: is missing; give the code of a Region',
    ],
    [
      'an unknown Region',
      dev({ primaryRegion: 'eu-centrl-1' }),
      'accounts.dev.primaryRegion: received "eu-centrl-1"; give the code of a Region that',
    ],
    [
      'the primary as replica',
      dev({ replicaRegions: ['eu-central-1'] }),
      'accounts.dev.replicaRegions[0]: received "eu-central-1"; name each Region of an account once',
    ],
    [
      'a Region twice',
      dev({ replicaRegions: ['eu-west-1', 'eu-west-1'] }),
      'accounts.dev.replicaRegions[1]: received "eu-west-1"; name each Region of an account once',
    ],
    [
      'a Region of another partition',
      dev({ replicaRegions: ['cn-north-1'] }),
      'accounts.dev.replicaRegions[0]: received "cn-north-1"; use a Region of partition aws',
    ],
    [
      'an unknown trust',
      whole({ trust: 'full' }),
      'trust: received "full"; use one of everything, use, via-services, recovery',
    ],
    [
      'an unknown service',
      whole({ services: ['s3'] }),
      'services[0]: received "s3"; use one of cloudWatchLogs',
    ],
    [
      'a short rotation',
      dev({ rotationPeriodInDays: 89 }),
      'accounts.dev.rotationPeriodInDays: received 89; give at least 90 days',
    ],
    [
      'a long rotation',
      dev({ rotationPeriodInDays: 2561 }),
      'accounts.dev.rotationPeriodInDays: received 2561; give at most 2560 days',
    ],
    [
      'an organization id',
      whole({ organizationId: 'x' }),
      'organizationId: received "x"; give o- and 10 to 32',
    ],
    [
      'a role in no form',
      whole({ users: ['pma'] }),
      'users[0]: received "pma"; give a role as an object with one of convention, name, permissionSet, arn',
    ],
    [
      'a role in two forms',
      whole({ users: [{ name: 'a', arn: 'b' }] }),
      'give exactly one of convention, name, permissionSet, arn',
    ],
    ['an empty role', whole({ users: [{}] }), 'users[0]: received {}; give exactly one of'],
    [
      'an unknown form',
      whole({ users: [{ role: 'a' }] }),
      'users[0].role: received "a"; remove it, or correct its name',
    ],
    [
      'a role name with a wildcard',
      whole({ users: [{ name: '*' }] }),
      'users[0]: received {"name":"*"}; role name "*" is refused',
    ],
    [
      'a convention with a slash',
      whole({ users: [{ convention: 'a/b' }] }),
      'users[0]: received {"convention":"a/b"}; role name "a/b" is refused',
    ],
    [
      'an ARN of something else',
      whole({ users: [{ arn: 'arn:aws:iam::111111111111:root' }] }),
      'give the ARN of one role or user',
    ],
    ['a word too many', whole({ colour: 'red' }), 'colour: received "red"; remove it, or correct its name'],
  ])('fails for %s, naming path, value and remedy', (_, raw, message) => {
    expect(() => readConfiguration(raw)).toThrow(message);
  });

  test('fails with every problem at once', () => {
    const raw = {
      product: 'Atlas',
      trust: 'full',
      accounts: {
        dev: { id: '1', primaryRegion: 'nowhere', colour: 'red' },
        prod: { id: '1', primaryRegion: 'eu-central-1', replicaRegions: ['eu-central-1'] },
      },
    };
    expect(() => readConfiguration(raw)).toThrow(/has 8 problems:/);
  });
});
