import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { KeyRole } from '../../lib/key-role';
import { ACCOUNT, ALIAS, NAME, PRIMARY, REPLICA, Site, templates } from './site';

let site: Site;
beforeEach(async () => {
  site = await Site.start();
});
afterEach(() => site.stop());

async function deployBoth(): Promise<void> {
  const { [PRIMARY]: primary, [REPLICA]: replica } = templates();
  expect(await site.deploy(PRIMARY, primary)).toEqual({ status: 'CREATE_COMPLETE', reasons: [] });
  expect(await site.deploy(REPLICA, replica)).toEqual({ status: 'CREATE_COMPLETE', reasons: [] });
}

test('the key works in each Region once it is deployed', async () => {
  await deployBoth();
  expect(await site.decrypt(await site.encrypt(PRIMARY), REPLICA)).toBe('secret');
  expect(await site.decrypt(await site.encrypt(REPLICA), PRIMARY)).toBe('secret');
});

test('the same deployment again changes nothing', async () => {
  await deployBoth();
  const before = [await site.keys(PRIMARY), await site.keys(REPLICA)];
  for (const [region, template] of Object.entries(templates())) {
    expect(await site.deploy(region, template)).toEqual({
      status: 'refused',
      reasons: ['No updates are to be performed.'],
    });
  }
  expect([await site.keys(PRIMARY), await site.keys(REPLICA)]).toEqual(before);
});

describe('a role that does not exist, named by an exact principal', () => {
  const missing = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
  const withRole = templates({ users: [KeyRole.fromPrincipal(new ArnPrincipal(missing('late')))] });
  const INVALID =
    /^Resource handler returned message: "Policy contains a statement with one or more invalid principals\./;

  test('fails the first deployment with the message of AWS, leaves nothing, and works once the role is there', async () => {
    const { status, reasons } = await site.deploy(PRIMARY, withRole[PRIMARY]);
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(INVALID);
    expect([await site.keys(PRIMARY), await site.aliased(PRIMARY)]).toEqual([[], undefined]);
    await site.role('late');
    expect(await site.deploy(PRIMARY, withRole[PRIMARY])).toEqual({ status: 'CREATE_COMPLETE', reasons: [] });
  });

  test('fails an update, which rolls back: the key keeps its policy and what it encrypted', async () => {
    await deployBoth();
    const sealed = await site.encrypt(PRIMARY);
    const KeyId = await site.aliased(PRIMARY);
    const policy = () => site.call('kms', 'GetKeyPolicy', { KeyId });
    const before = await policy();
    const { status, reasons } = await site.deploy(PRIMARY, withRole[PRIMARY]);
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasons[0]).toMatch(INVALID);
    expect(await policy()).toEqual(before);
    expect(await site.decrypt(sealed, REPLICA)).toBe('secret');
    await site.role('late');
    expect((await site.deploy(PRIMARY, withRole[PRIMARY])).status).toBe('UPDATE_COMPLETE');
  });
});

test('a deployment that nobody waits for goes on, and can be repeated when it is through', async () => {
  await site.stop();
  site = await Site.start(600);
  const all = templates();
  const interrupted = site.deploy(PRIMARY, all[PRIMARY]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const early = await site.deploy(PRIMARY, all[PRIMARY]);
  expect(early.reasons[0]).toMatch(/is in CREATE_IN_PROGRESS state and can not be updated/);
  await interrupted;
  while ((await site.status(PRIMARY)) === 'CREATE_IN_PROGRESS') {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect((await site.deploy(PRIMARY, all[PRIMARY])).reasons).toEqual(['No updates are to be performed.']);
  expect(await site.keys(PRIMARY)).toMatchObject([
    { KeyId: await site.aliased(PRIMARY), KeyState: 'Enabled' },
  ]);
});

test('a primary key without its replicas works alone, and they can follow', async () => {
  const all = templates();
  await site.deploy(PRIMARY, all[PRIMARY]);
  const sealed = await site.encrypt(PRIMARY);
  expect(await site.decrypt(sealed, PRIMARY)).toBe('secret');
  expect((await site.deploy(REPLICA, all[REPLICA])).status).toBe('CREATE_COMPLETE');
  expect(await site.decrypt(sealed, REPLICA)).toBe('secret');
});

test('a replica before its primary fails, leaves nothing, and works once the primary is there', async () => {
  const all = templates();
  const { status, reasons } = await site.deploy(REPLICA, all[REPLICA]);
  expect(status).toMatch(/^(ROLLBACK_COMPLETE|refused)$/);
  expect(reasons.join()).toContain(NAME);
  expect([await site.keys(REPLICA), await site.aliased(REPLICA)]).toEqual([[], undefined]);
  await site.deploy(PRIMARY, all[PRIMARY]);
  expect((await site.deploy(REPLICA, all[REPLICA])).status).toBe('CREATE_COMPLETE');
});

test('a removed Region keeps its key, which still decrypts', async () => {
  await deployBoth();
  const sealed = await site.encrypt(REPLICA);
  await site.destroy(REPLICA);
  expect(await site.status(REPLICA)).toBeUndefined();
  expect(await site.keys(REPLICA)).toMatchObject([{ KeyState: 'Enabled' }]);
  expect(await site.decrypt(sealed, REPLICA)).toBe('secret');
  expect((await site.deploy(PRIMARY, templates({}, [PRIMARY])[PRIMARY])).status).toBe('UPDATE_COMPLETE');
  expect(await site.decrypt(await site.encrypt(PRIMARY), REPLICA)).toBe('secret');
});

describe('a stack that is deleted and made again', () => {
  test.each([
    { rollback: true, status: 'ROLLBACK_COMPLETE', added: 2 },
    { rollback: false, status: 'CREATE_FAILED', added: 1 },
  ])('fails on the alias that was kept, which stays with its key: rollback $rollback', async (row) => {
    await deployBoth();
    const [kept] = await site.keys(PRIMARY);
    const sealed = await site.encrypt(PRIMARY);
    await site.destroy(PRIMARY);
    expect(await site.decrypt(sealed, PRIMARY)).toBe('secret');
    for (const status of [row.status, row.rollback ? row.status : 'UPDATE_FAILED']) {
      const outcome = await site.deploy(PRIMARY, templates()[PRIMARY], row);
      expect(outcome.status).toBe(status);
      expect(outcome.reasons[0]).toMatch(new RegExp(`${ALIAS} already exists`));
      expect(await site.aliased(PRIMARY)).toBe(kept.KeyId);
    }
    expect(await site.keys(PRIMARY)).toHaveLength(1 + row.added);
    expect(await site.decrypt(sealed, REPLICA)).toBe('secret');
  });

  test('fails on the replica that was kept, in its Region', async () => {
    await deployBoth();
    const sealed = await site.encrypt(REPLICA);
    await site.destroy(REPLICA);
    const { reasons } = await site.deploy(REPLICA, templates()[REPLICA]);
    expect(reasons[0]).toContain('already exists in eu-west-1');
    expect(await site.decrypt(sealed, REPLICA)).toBe('secret');
  });
});

describe('a first deployment that fails half-way', () => {
  const options = { rollback: false, terminationProtection: true };
  const missing = `arn:aws:iam::${ACCOUNT}:role/late`;
  const withRole = templates({ users: [KeyRole.fromPrincipal(new ArnPrincipal(missing))] });

  /** Somebody else's key holds the alias of a Region until it is freed. */
  async function occupyAlias(region: string): Promise<() => Promise<void>> {
    const { KeyMetadata } = await site.call<{ KeyMetadata: { KeyId: string } }>(
      'kms',
      'CreateKey',
      {},
      region,
    );
    const TargetKeyId = KeyMetadata.KeyId;
    await site.call('kms', 'CreateAlias', { AliasName: ALIAS, TargetKeyId }, region);
    return async () => {
      await site.call('kms', 'DeleteAlias', { AliasName: ALIAS }, region);
      await site.call('kms', 'ScheduleKeyDeletion', { KeyId: TargetKeyId }, region);
    };
  }

  const live = async (region: string) =>
    (await site.keys(region)).filter(({ KeyState }) => KeyState === 'Enabled').map(({ KeyId }) => KeyId);

  test('without rollback is simply repeated once its role exists, termination protection or not', async () => {
    const failed = await site.deploy(PRIMARY, withRole[PRIMARY], options);
    expect(failed.status).toBe('CREATE_FAILED');
    await site.role('late');
    expect(await site.deploy(PRIMARY, withRole[PRIMARY], options)).toEqual({
      status: 'UPDATE_COMPLETE',
      reasons: [],
    });
    expect(await live(PRIMARY)).toEqual([await site.aliased(PRIMARY)]);
  });

  test.each([PRIMARY, REPLICA])('without rollback goes on with the key that it made: %s', async (region) => {
    const all = templates();
    if (region === REPLICA) {
      await site.deploy(PRIMARY, all[PRIMARY], options);
    }
    const free = await occupyAlias(region);
    const failed = await site.deploy(region, all[region], options);
    expect(failed.status).toBe('CREATE_FAILED');
    expect(failed.reasons[0]).toContain('already exists');
    expect((await site.deploy(region, all[region], options)).status).toBe('UPDATE_FAILED');
    await free();
    const [made] = await live(region);
    expect(await site.deploy(region, all[region], options)).toEqual({
      status: 'UPDATE_COMPLETE',
      reasons: [],
    });
    expect([await live(region), await site.aliased(region)]).toEqual([[made], made]);
  });

  test('with rollback is stuck behind its termination protection', async () => {
    expect((await site.deploy(PRIMARY, withRole[PRIMARY], { terminationProtection: true })).status).toBe(
      'ROLLBACK_COMPLETE',
    );
    await site.role('late');
    expect(await site.deploy(PRIMARY, withRole[PRIMARY])).toEqual({
      status: 'refused',
      reasons: [`Stack [${NAME}] cannot be deleted while TerminationProtection is enabled`],
    });
  });

  test('with rollback leaves a replica that no later attempt can make again', async () => {
    const all = templates();
    await site.deploy(PRIMARY, all[PRIMARY]);
    const free = await occupyAlias(REPLICA);
    expect((await site.deploy(REPLICA, all[REPLICA])).status).toBe('ROLLBACK_COMPLETE');
    await free();
    expect((await site.deploy(REPLICA, all[REPLICA])).reasons[0]).toContain('already exists in eu-west-1');
  });
});

test('an update without rollback that fails keeps what worked, and goes on from there', async () => {
  await deployBoth();
  const missing = `arn:aws:iam::${ACCOUNT}:role/late`;
  const { [PRIMARY]: next } = templates({ users: [KeyRole.fromPrincipal(new ArnPrincipal(missing))] });
  expect((await site.deploy(PRIMARY, next, { rollback: false })).status).toBe('UPDATE_FAILED');
  expect((await site.deploy(PRIMARY, next)).reasons[0]).toMatch(
    /is in UPDATE_FAILED state and can not be updated/,
  );
  const sealed = await site.encrypt(PRIMARY);
  await site.role('late');
  expect((await site.deploy(PRIMARY, next, { rollback: false })).status).toBe('UPDATE_COMPLETE');
  const { Policy } = await site.call<{ Policy: string }>('kms', 'GetKeyPolicy', {
    KeyId: await site.aliased(PRIMARY),
  });
  expect(Policy).toContain(missing);
  expect(await site.decrypt(sealed, REPLICA)).toBe('secret');
});
