import { Stage } from './stage';

const tag = (TagKey: string, TagValue = '') => ({ TagKey, TagValue });

async function tagged(...Tags: object[]) {
  const stage = new Stage();
  const admin = stage.admin();
  const KeyId = await stage.createKey(admin, { Tags });
  return {
    put: (...added: object[]) => stage.refusal('TagResource', { KeyId, Tags: added }, admin),
    remove: (...TagKeys: string[]) => stage.refusal('UntagResource', { KeyId, TagKeys }, admin),
    list: async () => (await stage.call('ListResourceTags', { KeyId }, admin)).Tags,
  };
}

test('tags are put at creation, added, changed and removed', async () => {
  const { put, remove, list } = await tagged(tag('a', '1'), tag('b'));
  expect(await put(tag('a', '2'), tag('c', '3'))).toBe('none');
  expect(await list()).toEqual([tag('a', '2'), tag('b'), tag('c', '3')]);
  expect(await remove('a', 'unknown')).toBe('none');
  expect(await list()).toEqual([tag('b'), tag('c', '3')]);
});

test.each<[string, object[], RegExp]>([
  ['a reserved key', [tag('aws:x')], /^TagException/],
  ['a key twice', [tag('a', '1'), tag('a', '2')], /^TagException: Duplicate tag keys$/],
  ['a strange character', [tag('a', '<')], /^TagException/],
  ['a long key', [tag('x'.repeat(129))], /'tags.1.member.tagKey' .* less than or equal to 128$/],
  ['no value', [{ TagKey: 'a' }], /Value null at 'tags.1.member.tagValue' .* must not be null$/],
  ['something else', [{ ...tag('a'), Colour: 'red' }], /^NotImplemented: .*"Colour" of tags.1.member$/],
  ['a 51st tag', Array.from({ length: 51 }, (_, index) => tag(String(index))), /^LimitExceededException/],
])('fails for %s, and changes nothing', async (_what, tags, message) => {
  const { put, list } = await tagged(tag('old'));
  expect(await put(...tags)).toMatch(message);
  expect(await list()).toEqual([tag('old')]);
});
