import type { Json } from '../../lib/audit/template/json';
import { domainOf, type Caller } from '../caller';

/**
 * The values of `AWS::Region` and its like, as far as they are known before there is a stack.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 */
export function pseudoParameters(
  { account, partition, region }: Pick<Caller, 'account' | 'partition' | 'region'>,
  stackName: string,
): Record<string, Json> {
  return {
    'AWS::AccountId': account,
    'AWS::NotificationARNs': [],
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': domainOf(partition),
  };
}
