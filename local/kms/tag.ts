import { AwsError } from '../aws-error';
import { pairsOf, type ConditionContext } from './condition-context';
import { list, required, structure, text } from './parameter';

export interface Tag {
  readonly TagKey: string;
  readonly TagValue: string;
}

export const tagKey = text({ min: 1, max: 128 });
export const tags = list(
  structure({ TagKey: required(tagKey), TagValue: required(text({ min: 0, max: 256 })) }),
);

const MAX_TAGS = 50;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Puts tags on what has tags already.
 *
 * @throws AwsError `TagException` or `LimitExceededException`
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Tag.html
 */
export function addTags(target: Map<string, string>, added: readonly Tag[]): void {
  const keys = added.map(({ TagKey }) => TagKey);
  if (new Set(keys).size < keys.length) {
    throw new AwsError('TagException', 'Duplicate tag keys');
  }
  for (const { TagKey, TagValue } of added) {
    if (/^aws:/i.test(TagKey) || !CHARACTERS.test(TagKey) || !CHARACTERS.test(TagValue)) {
      throw new AwsError('TagException', `The tag ${JSON.stringify(TagKey)} is not valid`);
    }
  }
  if (new Set([...target.keys(), ...keys]).size > MAX_TAGS) {
    throw new AwsError('LimitExceededException', `A KMS key has at most ${MAX_TAGS} tags`);
  }
  for (const { TagKey, TagValue } of added) {
    target.set(TagKey, TagValue);
  }
}

/** The condition keys of a request that puts tags. */
export function requestTags(added: readonly Tag[] = []): ConditionContext {
  return added.length === 0
    ? {}
    : {
        ...pairsOf(
          'aws:RequestTag/',
          added.map(({ TagKey, TagValue }) => [TagKey, TagValue]),
        ),
        'aws:TagKeys': added.map(({ TagKey }) => TagKey),
      };
}
