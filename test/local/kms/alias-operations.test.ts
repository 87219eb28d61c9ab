import { ACCOUNT, allow, inRegion, REGION, Stage } from './stage';

const aliasArn = (name: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:${name}`;

async function withAlias() {
  const stage = new Stage();
  const admin = stage.admin();
  const [first, second] = [await stage.createKey(admin), await stage.createKey(admin)];
  await stage.call('CreateAlias', { AliasName: 'alias/a', TargetKeyId: first }, admin);
  const list = async (input: object = {}) => (await stage.call('ListAliases', input, admin)).Aliases;
  return { stage, admin, first, second, list };
}

test('an alias names a key of its account and Region, moves to another, and goes', async () => {
  const { stage, admin, first, second, list } = await withAlias();
  const made = stage.now;
  expect(await list()).toEqual([
    {
      AliasName: 'alias/a',
      AliasArn: aliasArn('alias/a'),
      TargetKeyId: first,
      CreationDate: made,
      LastUpdatedDate: made,
    },
  ]);
  stage.pass(1);
  await stage.call('UpdateAlias', { AliasName: 'alias/a', TargetKeyId: second }, admin);
  expect(await list()).toMatchObject([
    { TargetKeyId: second, CreationDate: made, LastUpdatedDate: stage.now },
  ]);
  expect([await list({ KeyId: first }), await list({ KeyId: second })]).toMatchObject([[], [{}]]);
  const { KeyMetadata } = await stage.call('DescribeKey', { KeyId: aliasArn('alias/a') }, admin);
  expect(KeyMetadata.KeyId).toBe(second);
  await stage.call('DeleteAlias', { AliasName: 'alias/a' }, admin);
  expect(await stage.refusal('DescribeKey', { KeyId: 'alias/a' }, admin)).toBe(
    `NotFoundException: Alias ${aliasArn('alias/a')} is not found.`,
  );
});

test('the same name means another key in another Region', async () => {
  const { stage, admin } = await withAlias();
  const there = inRegion(admin, 'eu-west-1');
  expect(await stage.refusal('DescribeKey', { KeyId: 'alias/a' }, there)).toMatch(/^NotFoundException/);
  const TargetKeyId = await stage.createKey(there);
  expect(await stage.refusal('CreateAlias', { AliasName: 'alias/a', TargetKeyId }, there)).toBe('none');
});

describe('fails', () => {
  test.each([
    ['my-alias', /^ValidationException: Alias must start with the prefix "alias\/"/],
    ['alias/', /^ValidationException: alias\/ contains invalid characters/],
    ['alias/a:b', /^ValidationException: alias\/a:b contains invalid characters for an alias$/],
    ['alias/a b', /'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern/],
    ['alias/aws/s3', /^InvalidAliasNameException/],
    [`alias/${'x'.repeat(251)}`, /length less than or equal to 256$/],
    [
      'alias/a',
      new RegExp(`^AlreadyExistsException: An alias with the name ${aliasArn('alias/a')} already exists$`),
    ],
  ])('to make %s', async (AliasName, message) => {
    const { stage, admin, first } = await withAlias();
    expect(await stage.refusal('CreateAlias', { AliasName, TargetKeyId: first }, admin)).toMatch(message);
  });

  test.each(['UpdateAlias', 'DeleteAlias'])('%s of an alias that is not there', async (operation) => {
    const { stage, admin, first } = await withAlias();
    const input = { AliasName: 'alias/b', ...(operation === 'UpdateAlias' && { TargetKeyId: first }) };
    expect(await stage.refusal(operation, input, admin)).toBe(
      `NotFoundException: Alias ${aliasArn('alias/b')} is not found.`,
    );
  });

  test('to make the 51st alias of a key', async () => {
    const { stage, admin, first } = await withAlias();
    for (let count = 2; count <= 50; count++) {
      await stage.call('CreateAlias', { AliasName: `alias/${count}`, TargetKeyId: first }, admin);
    }
    expect(await stage.refusal('CreateAlias', { AliasName: 'alias/51', TargetKeyId: first }, admin)).toMatch(
      /^LimitExceededException/,
    );
  });

  test('without permission on the alias and on each key', async () => {
    const { stage, first, second } = await withAlias();
    const role = (...Resource: string[]) =>
      stage.role('Namer', {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'kms:UpdateAlias', Resource },
      });
    const key = (id: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
    const all = [aliasArn('alias/a'), key(first), key(second)];
    const input = { AliasName: 'alias/a', TargetKeyId: second };
    for (const missing of all) {
      const caller = role(...all.filter((each) => each !== missing));
      expect(await stage.refusal('UpdateAlias', input, caller)).toContain(
        `kms:UpdateAlias on resource: ${missing} `,
      );
    }
    expect(await stage.refusal('UpdateAlias', input, role(...all))).toBe('none');
    expect(await stage.refusal('ListAliases', {}, stage.role('x', allow('kms:ListKeys')))).toMatch(
      /^AccessDenied/,
    );
  });
});
