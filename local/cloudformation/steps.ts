import { notUpdatable } from './handler-message';
import type { Provisioner, Wanted } from './provisioner';
import { changedProperties, same } from './resource-type';
import { resourceType } from './resource-types';
import type { Stack, StackResource } from './stack';

/** One resource that a deployment touched, and how it was before. */
interface Step {
  readonly logicalId: string;
  readonly before?: StackResource;
  /** Whether there is a physical resource now that was not there before; what was adopted is none. */
  readonly made: boolean;
}

/** The steps that a deployment took, resource by resource: what a rollback takes back. */
export class Steps {
  private readonly taken: Step[] = [];

  /** @param rollsBack whether a failure is to be undone: only then may a resource be replaced */
  constructor(
    private readonly stack: Stack,
    private readonly provisioner: Provisioner,
    private readonly rollsBack: boolean,
  ) {}

  /**
   * Brings one resource to what the template wants of it.
   *
   * @param existing the physical id of the resource, when it exists outside the stack and is to become part of it
   * @throws ResourceFailure
   */
  public async take(logicalId: string, wanted: Wanted, existing?: string): Promise<void> {
    const before = this.stack.deployed(logicalId);
    if (before !== undefined) {
      await this.modify(logicalId, wanted, before);
      return;
    }
    await this.discard(logicalId);
    if (existing === undefined) {
      this.taken.push({ logicalId, made: true });
      await this.provisioner.make(logicalId, wanted);
    } else {
      await this.provisioner.adopt(logicalId, wanted, existing);
      this.taken.push({ logicalId, made: false });
    }
  }

  /** Leaves a resource as it is, changes it, or replaces it by another. */
  private async modify(logicalId: string, wanted: Wanted, before: StackResource): Promise<void> {
    const { definition, properties } = wanted;
    const type = resourceType(definition.Type, logicalId);
    const changed = changedProperties(type, before.properties, properties);
    const behaviors = new Set(changed.map((name) => type.properties[name]));
    if (changed.length === 0) {
      this.taken.push({ logicalId, before, made: false });
      this.stack.resources.set(logicalId, { ...before, definition });
    } else if (behaviors.has('immutable')) {
      const reason = notUpdatable(definition.Type, before.physicalId);
      this.provisioner.fail(logicalId, 'update', before, reason);
    } else if (!behaviors.has('replace')) {
      this.taken.push({ logicalId, before, made: false });
      await this.provisioner.change(logicalId, wanted, before);
    } else if (this.rollsBack) {
      this.taken.push({ logicalId, before, made: true });
      await this.provisioner.make(logicalId, wanted, before);
    } else {
      const reason = 'Replacement type updates not supported on stack with disable-rollback.';
      this.provisioner.fail(logicalId, 'update', before, reason);
    }
  }

  /** What an earlier attempt could not finish making goes before the next one makes it. */
  private async discard(logicalId: string): Promise<void> {
    const failed = this.stack.resources.get(logicalId);
    if (failed?.physicalId !== undefined) {
      await this.provisioner.remove(logicalId, failed, failed.definition.DeletionPolicy === 'Retain');
    }
  }

  /** The resource that failed to change counts as it was, so that the next attempt changes it. */
  public forgetFailedChange(): void {
    const { logicalId = '', before, made = true } = this.taken.at(-1) ?? {};
    const now = this.stack.resources.get(logicalId);
    if (!made && before !== undefined && now?.status === 'UPDATE_FAILED') {
      const { definition, properties } = before;
      this.stack.resources.set(logicalId, { ...now, definition, properties });
    }
  }

  /** After an update: what was replaced goes. */
  public async removeReplaced(): Promise<void> {
    for (const { logicalId, before, made } of this.taken.toReversed()) {
      if (made && before !== undefined) {
        const now = this.stack.resources.get(logicalId) as StackResource;
        await this.provisioner.remove(logicalId, before, now.definition.UpdateReplacePolicy === 'Retain');
        this.stack.resources.set(logicalId, now);
      }
    }
  }

  /**
   * Takes every step back, the last one first.
   *
   * What this deployment made goes, unless its `DeletionPolicy` is `Retain`; `RetainExceptOnCreate`
   * was made for this very case. What it adopted is as it was, and no longer part of the stack.
   *
   * @returns the logical ids that could not be brought back
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
   */
  public async undo(): Promise<string[]> {
    const failed: string[] = [];
    for (const step of this.taken.toReversed()) {
      if (!(await this.undoOne(step))) {
        failed.push(step.logicalId);
      }
    }
    return failed;
  }

  private async undoOne({ logicalId, before, made }: Step): Promise<boolean> {
    const now = this.stack.resources.get(logicalId) as StackResource;
    if (made) {
      const kept = before === undefined && now.definition.DeletionPolicy === 'Retain';
      if (!(await this.provisioner.remove(logicalId, now, kept))) {
        return false;
      }
    } else if (before === undefined) {
      this.provisioner.release(logicalId, now);
    } else if (!same(before.properties, now.properties)) {
      return this.provisioner.restore(logicalId, before, now);
    }
    if (before !== undefined) {
      this.stack.resources.set(logicalId, before);
    }
    return true;
  }
}
