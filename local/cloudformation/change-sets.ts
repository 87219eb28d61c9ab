import { AwsError } from '../aws-error';
import type { ChangeSet } from './change-set';
import type { Stack } from './stack';

/** The change sets of every stack: found by id, or by name within the stack. */
export class ChangeSets {
  private readonly byId = new Map<string, ChangeSet>();

  public add(changeSet: ChangeSet): void {
    this.byId.set(changeSet.id, changeSet);
  }

  public delete(changeSet: ChangeSet): void {
    this.byId.delete(changeSet.id);
  }

  public of(stack: Stack): ChangeSet[] {
    return [...this.byId.values()].filter((each) => each.stack === stack);
  }

  public find(nameOrId: string, stack: Stack): ChangeSet | undefined {
    return this.of(stack).find(({ name, id }) => name === nameOrId || id === nameOrId);
  }

  /** @throws AwsError `ChangeSetNotFound` */
  public get(nameOrId: string, stack: Stack): ChangeSet {
    const changeSet = this.find(nameOrId, stack);
    if (changeSet === undefined) {
      throw changeSetNotFound(nameOrId);
    }
    return changeSet;
  }

  /**
   * The stack of a change set that a request names by its id alone.
   *
   * @throws AwsError `ChangeSetNotFound`
   */
  public stackOf(id: string): Stack {
    const changeSet = this.byId.get(id);
    if (changeSet === undefined) {
      throw changeSetNotFound(id);
    }
    return changeSet.stack;
  }
}

function changeSetNotFound(name: string): AwsError {
  return new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
}
