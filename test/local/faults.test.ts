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

test('a stack that is deleted and made again fails on the alias that was kept, and the alias stays with its key', async () => {
  await deployBoth();
  const [kept] = await site.keys(PRIMARY);
  const sealed = await site.encrypt(PRIMARY);
  await site.destroy(PRIMARY);
  expect(await site.decrypt(sealed, PRIMARY)).toBe('secret');
  for (let attempt = 1; attempt <= 2; attempt++) {
    const { status, reasons } = await site.deploy(PRIMARY, templates()[PRIMARY]);
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasons[0]).toContain(ALIAS);
    expect(reasons[0]).toContain('already exists');
    expect(await site.aliased(PRIMARY)).toBe(kept.KeyId);
  }
  expect(await site.decrypt(sealed, REPLICA)).toBe('secret');
});
