import { judge, type KeyRule } from './key-rule';
import type { AliasRule } from './alias-name';

const RETAINING: readonly string[] = ['Retain', 'RetainExceptOnCreate'];
const LONGEST_WINDOW_IN_DAYS = 30;

/** A key outlives its stack. */
export const keyRetention: KeyRule = {
  id: 'key-retention',
  severity: 'high',
  title: 'A key outlives its stack',
  explanation:
    'When a key leaves its template, CloudFormation schedules its deletion: it is unusable at once, and everything encrypted under it is lost when the window ends. A replica is also replaced when the ARN of its primary changes.',
  remedy:
    'Set DeletionPolicy to Retain or RetainExceptOnCreate (in the CDK: RemovalPolicy.RETAIN), and UpdateReplacePolicy of a replica to Retain.',
  see: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html',
  check: ({ kind, deletionPolicy, updateReplacePolicy }) => [
    ...judge(deletionPolicy, ['DeletionPolicy'], (policy) =>
      RETAINING.includes(policy)
        ? undefined
        : `the ${kind} is deleted with its stack: its DeletionPolicy is ${policy}`,
    ),
    // The update of a key that would have to be replaced fails; that of a replica replaces it.
    ...(kind === 'replica'
      ? judge(updateReplacePolicy, ['UpdateReplacePolicy'], (policy) =>
          RETAINING.includes(policy)
            ? undefined
            : `the replica is deleted when it is replaced: its UpdateReplacePolicy is ${policy}`,
        )
      : []),
  ],
};

/** An alias outlives its stack, as its key does. */
export const aliasRetention: AliasRule = {
  id: 'alias-retention',
  severity: 'medium',
  title: 'An alias outlives its stack',
  explanation:
    'When an alias is removed and its key is retained, the next deployment makes another key under the same name, and what was encrypted under the first is unreadable to those who ask by name. A retained alias makes that deployment fail instead.',
  remedy: 'Set DeletionPolicy of the alias to Retain or RetainExceptOnCreate.',
  see: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html',
  check: ({ deletionPolicy }) =>
    judge(deletionPolicy, ['DeletionPolicy'], (policy) =>
      RETAINING.includes(policy)
        ? undefined
        : `the alias is deleted with its stack: its DeletionPolicy is ${policy}`,
    ),
};

/** Whoever deletes a key by mistake has as long as possible to notice. */
export const pendingWindow: KeyRule = {
  id: 'pending-window',
  severity: 'low',
  title: `The deletion of a key takes ${LONGEST_WINDOW_IN_DAYS} days`,
  explanation:
    'The pending window is the only time in which a scheduled deletion can be cancelled. CloudFormation never reads the property back, so that nothing tells of a change.',
  remedy: `Set PendingWindowInDays to ${LONGEST_WINDOW_IN_DAYS}, or leave it out.`,
  see: 'https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html',
  check: ({ settings }) =>
    judge(settings.pendingWindowInDays, ['Properties', 'PendingWindowInDays'], (days) =>
      days < LONGEST_WINDOW_IN_DAYS
        ? `the key is gone ${days} days after its deletion is scheduled`
        : undefined,
    ),
};
