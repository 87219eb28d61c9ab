import { AwsError } from '../aws-error';
import type { Caller } from '../caller';
import { taking, type Operations } from '../service';
import type { Desk } from './desk';
import { plan } from './plan';
import { checkRollback, checkUpdatable, SOURCE, type SourceInput, type StackRef } from './request';
import type { SourceReader } from './source-reader';
import { stackArn } from './stack';
import { validationError } from './validation-error';

interface DeleteInput extends StackRef {
  readonly RoleARN?: string;
  readonly RetainResources?: readonly string[];
  readonly ClientRequestToken?: string;
}

/**
 * The life of stacks: made, updated, protected, deleted.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks.html
 */
export function stackOperations(desk: Desk, reader: SourceReader): Operations {
  return {
    CreateStack: taking<SourceInput>(`${SOURCE} EnableTerminationProtection`, (input, caller) =>
      createStack(desk, reader, input, caller),
    ),
    UpdateStack: taking<SourceInput>(SOURCE, (input, caller) => updateStack(desk, reader, input, caller)),
    DeleteStack: taking<DeleteInput>(
      'StackName RoleARN RetainResources ClientRequestToken DeploymentConfig',
      (input, caller) => deleteStack(desk, input, caller),
    ),
    UpdateTerminationProtection: taking<StackRef & { EnableTerminationProtection: string }>(
      'StackName EnableTerminationProtection',
      (input, caller) => {
        const stack = desk.stack('UpdateTerminationProtection', input.StackName, caller);
        stack.terminationProtection = input.EnableTerminationProtection === 'true';
        return { StackId: stack.id };
      },
    ),
  };
}

async function createStack(
  desk: Desk,
  reader: SourceReader,
  input: SourceInput,
  caller: Caller,
): Promise<object> {
  checkRollback(input);
  desk.check('CreateStack', stackArn(input.StackName, caller), caller, input.RoleARN);
  if (desk.stacks.find(input.StackName, caller) !== undefined) {
    throw new AwsError('AlreadyExistsException', `Stack [${input.StackName}] already exists`);
  }
  const source = await reader.source(input, undefined, caller);
  const execution = desk.execution(caller, input.RoleARN);
  const stack = desk.stacks.create(input.StackName, caller);
  stack.roleArn = input.RoleARN;
  stack.terminationProtection = input.EnableTerminationProtection === 'true';
  await desk.deploy(stack, execution, input, (deployment) => deployment.create(source));
  return { StackId: stack.id };
}

async function updateStack(
  desk: Desk,
  reader: SourceReader,
  input: SourceInput,
  caller: Caller,
): Promise<object> {
  checkRollback(input);
  const stack = desk.stack('UpdateStack', input.StackName, caller, input.RoleARN);
  checkUpdatable(stack, input);
  const source = await reader.source(input, stack, caller);
  const roleArn = input.RoleARN ?? stack.roleArn;
  const execution = desk.execution(caller, roleArn);
  const { changes, outputsChange } = await plan(source, desk.environment(stack, execution));
  if (changes.length === 0 && !outputsChange) {
    throw validationError('No updates are to be performed.');
  }
  stack.roleArn = roleArn;
  await desk.deploy(stack, execution, input, (deployment) => deployment.update(source));
  return { StackId: stack.id };
}

async function deleteStack(desk: Desk, input: DeleteInput, caller: Caller): Promise<void> {
  const stack = desk.findStack('DeleteStack', input.StackName, caller, input.RoleARN);
  if (stack === undefined || stack.deleted !== undefined) {
    return;
  }
  if (stack.terminationProtection) {
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  }
  if (stack.inProgress) {
    throw validationError(`Stack ${stack.id} is in ${stack.status} state and can not be deleted`);
  }
  if (input.RetainResources !== undefined && stack.status !== 'DELETE_FAILED') {
    throw validationError(
      'Invalid operation on stack. Specify a list of resources to retain only when the stack is in the DELETE_FAILED state.',
    );
  }
  desk.stacks.checkExports(stack, []);
  const execution = desk.execution(caller, input.RoleARN ?? stack.roleArn);
  await desk.deploy(stack, execution, input, (deployment) => deployment.delete(input.RetainResources));
}
