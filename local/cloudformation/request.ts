import { AwsError, notImplemented } from '../aws-error';
import type { ParameterInput } from './parameters';
import type { Tag } from './resource-type';
import type { Stack } from './stack';
import type { Template } from './template';
import { validationError } from './validation-error';

/** How a request names a stack: by its name or its id. */
export interface StackRef {
  readonly StackName: string;
}

/** How a request names a change set: by its id, or by its name and the stack. */
export interface ChangeSetRef {
  readonly StackName?: string;
  readonly ChangeSetName: string;
}

/** What is common to CreateStack, UpdateStack and CreateChangeSet. */
export interface SourceInput extends StackRef {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: string;
  readonly Parameters?: readonly ParameterInput[];
  readonly Tags?: readonly Tag[];
  readonly RoleARN?: string;
  readonly Capabilities?: readonly string[];
  readonly DisableRollback?: string;
  readonly OnFailure?: string;
  readonly DeploymentConfig?: { readonly Mode?: string; readonly DisableRollback?: string };
  readonly EnableTerminationProtection?: string;
  readonly ClientRequestToken?: string;
}

/** The inputs of `SourceInput` that AWS knows, for `taking`. */
export const SOURCE =
  'StackName TemplateBody TemplateURL UsePreviousTemplate Parameters Tags RoleARN Capabilities DisableRollback OnFailure DeploymentConfig ClientRequestToken NotificationARNs';

const UPDATABLE = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
];
/** Where a deployment without rollback leaves a stack that it failed on. */
const PAUSED = ['CREATE_FAILED', 'UPDATE_FAILED'];

export function checkRollback(
  input: Pick<SourceInput, 'DisableRollback' | 'OnFailure' | 'DeploymentConfig'>,
): void {
  const { OnFailure, DeploymentConfig } = input;
  if (DeploymentConfig?.DisableRollback === 'true') {
    throw notImplemented('DisableRollback of a deployment mode');
  }
  if (OnFailure !== undefined && OnFailure !== 'ROLLBACK') {
    throw notImplemented(`OnFailure ${JSON.stringify(OnFailure)}`);
  }
  if (DeploymentConfig?.Mode !== undefined && DeploymentConfig.Mode !== 'STANDARD') {
    throw notImplemented(`the deployment mode ${JSON.stringify(DeploymentConfig.Mode)}`);
  }
}

/** A stack that a failure left as it was can only go on without rollback: there is no state to roll back to. */
export function checkUpdatable(
  stack: Stack,
  { DisableRollback }: Pick<SourceInput, 'DisableRollback'>,
): void {
  const isPaused = DisableRollback === 'true' && PAUSED.includes(stack.status);
  if (!isPaused && !UPDATABLE.includes(stack.status)) {
    throw notNow(stack);
  }
}

export function notNow({ id, status }: Stack): AwsError {
  return validationError(`Stack:${id} is in ${status} state and can not be updated.`);
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html#using-iam-capabilities */
export function checkCapabilities({ resources }: Template, capabilities: readonly string[]): void {
  const iam = Object.values(resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  const named = iam.some(
    ({ Properties }) => Properties.RoleName !== undefined || Properties.ManagedPolicyName !== undefined,
  );
  const needed = named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  const enough =
    capabilities.includes('CAPABILITY_NAMED_IAM') || (!named && capabilities.includes('CAPABILITY_IAM'));
  if (iam.length > 0 && !enough) {
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
  }
}

export function checkTypesKept({ resources }: Template, stack: Stack | undefined): void {
  const changed = [...(stack?.resources ?? [])].filter(
    ([id, { definition }]) => Object.hasOwn(resources, id) && resources[id].Type !== definition.Type,
  );
  if (changed.length > 0) {
    throw validationError(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.map(([id]) => id).join(', ')}]`,
    );
  }
}
