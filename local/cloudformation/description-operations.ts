import { taking, type Operations } from '../service';
import { describeResource, describeStack } from './description';
import type { Desk } from './desk';
import type { StackRef } from './request';
import { validationError } from './validation-error';

/**
 * What there is: stacks, their resources, events and exports.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-view-stack-data-resources.html
 */
export function descriptionOperations(desk: Desk): Operations {
  return {
    DescribeStacks: taking<Partial<StackRef>>('StackName NextToken', ({ StackName }, caller) => {
      if (StackName !== undefined) {
        return { Stacks: [describeStack(desk.stack('DescribeStacks', StackName, caller))] };
      }
      desk.check('DescribeStacks', '*', caller);
      const live = desk.stacks.in(caller).filter(({ deleted }) => deleted === undefined);
      return { Stacks: live.map(describeStack) };
    }),
    ListStacks: taking<{ StackStatusFilter?: readonly string[] }>(
      'StackStatusFilter NextToken',
      ({ StackStatusFilter: wanted = [] }, caller) => {
        desk.check('ListStacks', '*', caller);
        const found = desk.stacks
          .in(caller)
          .filter(({ status }) => wanted.length === 0 || wanted.includes(status));
        return { StackSummaries: found.map(describeStack) };
      },
    ),
    DescribeStackEvents: taking<StackRef>('StackName NextToken', (input, caller) => {
      const stack = desk.findStack('DescribeStackEvents', input.StackName, caller);
      if (stack === undefined) {
        throw validationError(`Stack [${input.StackName}] does not exist`);
      }
      return { StackEvents: stack.events };
    }),
    DescribeStackResources: taking<StackRef & { LogicalResourceId?: string }>(
      'StackName LogicalResourceId',
      (input, caller) => {
        const stack = desk.stack('DescribeStackResources', input.StackName, caller);
        const wanted = [...stack.resources].filter(
          ([id]) => input.LogicalResourceId === undefined || id === input.LogicalResourceId,
        );
        return { StackResources: wanted.map((each) => describeResource(stack, ...each)) };
      },
    ),
    ListStackResources: taking<StackRef>('StackName NextToken', (input, caller) => {
      const stack = desk.stack('ListStackResources', input.StackName, caller);
      return { StackResourceSummaries: [...stack.resources].map((each) => describeResource(stack, ...each)) };
    }),
    ListExports: taking('NextToken', (_input, caller) => {
      desk.check('ListExports', '*', caller);
      const exports = [...desk.stacks.exports(caller)];
      return {
        Exports: exports.map(([Name, { stack, value }]) => ({
          ExportingStackId: stack.id,
          Name,
          Value: value,
        })),
      };
    }),
  };
}
