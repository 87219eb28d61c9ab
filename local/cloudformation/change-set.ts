import { randomUUID } from 'node:crypto';
import type { Environment } from './environment';
import { plan } from './plan';
import type { ResourceChange } from './resource-change';
import type { Source, Stack } from './stack';
import { validationError } from './validation-error';

/** What would change, found out but not done. */
export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly type: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly stack: Stack;
  readonly source: Source;
  readonly description?: string;
  readonly created: Date;
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly reason?: string;
  readonly changes: readonly ResourceChange[];
  executed: boolean;
}

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Makes a change set; one that finds no change, or that cannot be worked out, has failed. */
export async function createChangeSet(
  request: Pick<ChangeSet, 'name' | 'type' | 'source' | 'description'>,
  environment: Environment,
): Promise<ChangeSet> {
  const { stack } = environment;
  const { partition, region, account } = stack;
  const changeSet = {
    ...request,
    stack,
    id: `arn:${partition}:cloudformation:${region}:${account}:changeSet/${request.name}/${randomUUID()}`,
    created: new Date(),
    executed: false,
  };
  try {
    const { changes, outputsChange } = await plan(request.source, environment);
    if (request.type === 'IMPORT') {
      checkImportOnly(changes, outputsChange);
    }
    return changes.length === 0 && !outputsChange && request.type === 'UPDATE'
      ? { ...changeSet, status: 'FAILED', reason: NO_CHANGES, changes }
      : { ...changeSet, status: 'CREATE_COMPLETE', changes };
  } catch (error) {
    return { ...changeSet, status: 'FAILED', reason: (error as Error).message, changes: [] };
  }
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html */
function checkImportOnly(changes: readonly ResourceChange[], outputsChange: boolean): void {
  const others = changes.filter(({ Action }) => Action !== 'Import').map(({ LogicalResourceId: id }) => id);
  if (others.length > 0) {
    throw validationError(
      `You have modified resources [${others.join(', ')}] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.`,
    );
  }
  if (outputsChange) {
    throw validationError('As part of the import operation, you cannot modify or add [Outputs]');
  }
}
