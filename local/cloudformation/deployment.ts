import { desiredProperties } from './desired';
import type { Environment } from './environment';
import { resolveOutputs } from './outputs';
import { Provisioner, ResourceFailure } from './provisioner';
import { inOrder } from './references';
import type { Source, Stack, StackOutput, StackResource } from './stack';
import { Steps } from './steps';

/**
 * Brings a stack from what it is to what a template says, or back again.
 *
 * Resources are handled one after the other, in the order of their references, which CloudFormation
 * promises as far as the references go.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
 */
export class Deployment {
  private readonly stack: Stack;
  private readonly provisioner: Provisioner;
  private readonly steps: Steps;

  /**
   * @param pace milliseconds that every resource takes, so that there is time to interrupt
   * @param rollsBack whether a failure undoes what went before it, or leaves it for the next attempt
   */
  constructor(
    private readonly environment: Environment,
    pace: number,
    private readonly token?: string,
    private readonly rollsBack = true,
  ) {
    this.stack = environment.stack;
    this.provisioner = new Provisioner(environment, pace, token);
    this.steps = new Steps(this.stack, this.provisioner, rollsBack);
  }

  public async create(source: Source): Promise<void> {
    const { stack, environment } = this;
    stack.source = source;
    stack.imports = [environment.imported];
    this.setStatus('CREATE_IN_PROGRESS', 'User Initiated');
    try {
      await this.apply(source);
      stack.outputs = await this.outputs(source);
      this.setStatus('CREATE_COMPLETE');
    } catch (error) {
      if (!this.rollsBack) {
        this.pause('CREATE_FAILED', error);
        return;
      }
      this.setStatus('ROLLBACK_IN_PROGRESS', reasonOf(error));
      const failed = await this.steps.undo();
      stack.imports = [];
      this.setStatus(failed.length > 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE', failures('delete', failed));
    }
  }

  public async update(source: Source): Promise<void> {
    const { stack, environment } = this;
    const { source: previous, imports } = stack;
    stack.imports = [...imports, environment.imported];
    stack.updated = new Date();
    this.setStatus('UPDATE_IN_PROGRESS', 'User Initiated');
    try {
      await this.apply(source);
      stack.outputs = await this.outputs(source);
      stack.imports = [environment.imported];
      stack.source = source;
    } catch (error) {
      if (!this.rollsBack) {
        stack.source = source;
        this.pause('UPDATE_FAILED', error);
        return;
      }
      this.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', reasonOf(error));
      const failed = await this.steps.undo();
      stack.source = previous;
      stack.imports = imports;
      if (failed.length > 0) {
        this.setStatus('UPDATE_ROLLBACK_FAILED', failures('update', failed));
        return;
      }
      this.setStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
      this.setStatus('UPDATE_ROLLBACK_COMPLETE');
      return;
    }
    this.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    await this.steps.removeReplaced();
    await this.removeOthers(source);
    this.setStatus('UPDATE_COMPLETE');
  }

  /** Makes existing resources part of the stack; when one cannot be found, all stay outside. */
  public async import(source: Source): Promise<void> {
    const { stack, environment } = this;
    const { source: previous, imports } = stack;
    stack.source = source;
    stack.imports = [...imports, environment.imported];
    this.setStatus('IMPORT_IN_PROGRESS', 'User Initiated');
    try {
      await this.apply(source);
      this.setStatus('IMPORT_COMPLETE');
    } catch (error) {
      this.setStatus('IMPORT_ROLLBACK_IN_PROGRESS', (error as Error).message);
      await this.steps.undo();
      stack.source = previous;
      stack.imports = imports;
      this.setStatus('IMPORT_ROLLBACK_COMPLETE');
    }
  }

  /** @param retain logical ids that a former deletion failed on and that are to be left alone now */
  public async delete(retain: readonly string[] = []): Promise<void> {
    this.setStatus('DELETE_IN_PROGRESS', 'User Initiated');
    const failed: string[] = [];
    for (const [logicalId, resource] of this.liveInReverse()) {
      const kept = resource.definition.DeletionPolicy !== 'Delete' || retain.includes(logicalId);
      if (!(await this.provisioner.remove(logicalId, resource, kept))) {
        failed.push(logicalId);
      }
    }
    if (failed.length > 0) {
      this.setStatus('DELETE_FAILED', failures('delete', failed));
      return;
    }
    this.stack.outputs = [];
    this.setStatus('DELETE_COMPLETE');
    this.stack.deleted = new Date();
  }

  private async apply(source: Source): Promise<void> {
    const { resources } = source.template;
    const resolver = this.environment.resolver(source);
    for (const logicalId of inOrder(resources)) {
      if (await resolver.includes(logicalId)) {
        const definition = resources[logicalId];
        const properties = await desiredProperties(definition, source, resolver);
        await this.steps.take(logicalId, { definition, properties }, source.imports?.[logicalId]);
      }
    }
  }

  private async outputs(source: Source): Promise<StackOutput[]> {
    const outputs = await resolveOutputs(source, this.environment.resolver(source));
    this.environment.checkExports(outputs);
    return outputs;
  }

  /**
   * Stops where it failed, and keeps what succeeded.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
   */
  private pause(status: string, error: unknown): void {
    this.steps.forgetFailedChange();
    this.setStatus(status, reasonOf(error, ''));
  }

  /** After an update: what the template no longer has goes. */
  private async removeOthers(source: Source): Promise<void> {
    const resolver = this.environment.resolver(source);
    for (const [logicalId, resource] of this.liveInReverse()) {
      if (!(await resolver.includes(logicalId))) {
        await this.provisioner.remove(logicalId, resource, resource.definition.DeletionPolicy !== 'Delete');
        this.stack.resources.delete(logicalId);
      }
    }
  }

  /** The resources that there are, each before everything that it refers to. */
  private liveInReverse(): [logicalId: string, resource: StackResource][] {
    const { resources } = this.stack;
    const definitions = Object.fromEntries(
      [...resources].map(([logicalId, { definition }]) => [logicalId, definition]),
    );
    return inOrder(definitions)
      .reverse()
      .map((logicalId) => [logicalId, resources.get(logicalId) as StackResource]);
  }

  private setStatus(status: string, reason?: string): void {
    this.stack.setStatus(status, reason, this.token);
  }
}

function reasonOf(error: unknown, consequence = ' Rollback requested by user.'): string {
  return error instanceof ResourceFailure
    ? `The following resource(s) failed to ${error.verb}: [${error.logicalId}].${consequence}`
    : (error as Error).message;
}

function failures(verb: 'update' | 'delete', logicalIds: readonly string[]): string | undefined {
  return logicalIds.length === 0
    ? undefined
    : `The following resource(s) failed to ${verb}: [${logicalIds.join(', ')}].`;
}
