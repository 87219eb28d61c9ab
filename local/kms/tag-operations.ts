import { keyId, type Definitions, type Desk } from './desk';
import { page, paged, type Paging } from './page';
import { list, required } from './parameter';
import { addTags, requestTags, tagKey, tags, type Tag } from './tag';

/**
 * Tags of keys, which conditions of policies can look at.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html
 */
export function tagOperations(desk: Desk): Definitions {
  return {
    TagResource: {
      parameters: { KeyId: required(keyId), Tags: required(tags) },
      run: (input: { KeyId: string; Tags: Tag[] }, caller) => {
        const context = requestTags(input.Tags);
        addTags(desk.ownKey('TagResource', input.KeyId, caller, { context }).tags, input.Tags);
      },
    },
    UntagResource: {
      parameters: { KeyId: required(keyId), TagKeys: required(list(tagKey)) },
      run: (input: { KeyId: string; TagKeys: string[] }, caller) => {
        const key = desk.ownKey('UntagResource', input.KeyId, caller, {
          context: input.TagKeys.length > 0 ? { 'aws:TagKeys': input.TagKeys } : undefined,
        });
        input.TagKeys.forEach((name) => key.tags.delete(name));
      },
    },
    ListResourceTags: {
      parameters: { KeyId: required(keyId), ...paged(50) },
      run: (input: Paging & { KeyId: string }, caller) => {
        const key = desk.ownKey('ListResourceTags', input.KeyId, caller);
        return page(
          'Tags',
          [...key.tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
          input,
          50,
        );
      },
    },
  };
}
