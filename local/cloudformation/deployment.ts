import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../../lib/audit/template/json';
import { AwsError } from '../aws-error';
import type { Environment } from './environment';
import { handlerErrorCode, handlerMessage, notUpdatable, PropertiesInvalid } from './handler-message';
import { inOrder } from './references';
import { same, type ResourceType } from './resource-type';
import { resourceType } from './resource-types';
import { Resolver } from './resolver';
import { text } from './text';
import type { Source, StackOutput, StackResource } from './stack';
import type { ResourceDefinition } from './template';
import { desiredProperties } from './desired';

/** One resource that a deployment touched, and how it was before. */
interface Step {
  readonly logicalId: string;
  readonly before?: StackResource;
  /** Whether there is a physical resource now that was not there before. */
  readonly made: boolean;
}

/** A resource that could not be made or changed. */
class ResourceFailure extends Error {
  constructor(
    public readonly logicalId: string,
    public readonly verb: 'create' | 'update' | 'import',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Brings a stack from what it is to what a template says, or back again.
 *
 * Resources are handled one after the other, in the order of their references, which CloudFormation
 * promises as far as the references go.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
 */
export class Deployment {
  private readonly steps: Step[] = [];

  /**
   * @param pace milliseconds that every resource takes, so that there is time to interrupt
   * @param rollsBack whether a failure undoes what went before it, or leaves it for the next attempt
   */
  constructor(
    private readonly environment: Environment,
    private readonly pace: number,
    private readonly token?: string,
    private readonly rollsBack = true,
  ) {}

  private get stack(): Environment['stack'] {
    return this.environment.stack;
  }

  public async create(source: Source): Promise<void> {
    const { stack } = this;
    stack.source = source;
    stack.setStatus('CREATE_IN_PROGRESS', 'User Initiated', this.token);
    try {
      await this.apply(source);
      stack.outputs = await this.outputs(source);
      stack.setStatus('CREATE_COMPLETE', undefined, this.token);
    } catch (error) {
      if (!this.rollsBack) {
        this.pause('CREATE_FAILED', error);
        return;
      }
      stack.setStatus('ROLLBACK_IN_PROGRESS', reasonOf(error), this.token);
      const failed = await this.undo();
      stack.setStatus(
        failed.length > 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE',
        failures('delete', failed),
        this.token,
      );
    }
  }

  public async update(source: Source): Promise<void> {
    const { stack } = this;
    const previous = stack.source;
    stack.updated = new Date();
    stack.setStatus('UPDATE_IN_PROGRESS', 'User Initiated', this.token);
    try {
      await this.apply(source);
      stack.outputs = await this.outputs(source);
      stack.source = source;
    } catch (error) {
      if (!this.rollsBack) {
        stack.source = source;
        this.pause('UPDATE_FAILED', error);
        return;
      }
      stack.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', reasonOf(error), this.token);
      const failed = await this.undo();
      stack.source = previous;
      if (failed.length > 0) {
        stack.setStatus('UPDATE_ROLLBACK_FAILED', failures('update', failed), this.token);
        return;
      }
      stack.setStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', undefined, this.token);
      stack.setStatus('UPDATE_ROLLBACK_COMPLETE', undefined, this.token);
      return;
    }
    stack.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', undefined, this.token);
    await this.cleanUp(source);
    stack.setStatus('UPDATE_COMPLETE', undefined, this.token);
  }

  /** Makes existing resources part of the stack; when one cannot be found, all stay outside. */
  public async import(source: Source): Promise<void> {
    const { stack } = this;
    const previous = { source: stack.source, resources: [...stack.resources] };
    stack.source = source;
    stack.setStatus('IMPORT_IN_PROGRESS', 'User Initiated', this.token);
    try {
      await this.apply(source);
      stack.setStatus('IMPORT_COMPLETE', undefined, this.token);
    } catch (error) {
      stack.setStatus('IMPORT_ROLLBACK_IN_PROGRESS', (error as Error).message, this.token);
      stack.source = previous.source;
      stack.resources.clear();
      previous.resources.forEach(([logicalId, resource]) => stack.resources.set(logicalId, resource));
      stack.setStatus('IMPORT_ROLLBACK_COMPLETE', undefined, this.token);
    }
  }

  /** @param retain logical ids that a former deletion failed on and that are to be left alone now */
  public async delete(retain: readonly string[] = []): Promise<void> {
    const { stack } = this;
    stack.setStatus('DELETE_IN_PROGRESS', 'User Initiated', this.token);
    const failed: string[] = [];
    for (const logicalId of this.liveInReverse()) {
      const resource = stack.resources.get(logicalId) as StackResource;
      const kept = resource.definition.DeletionPolicy !== 'Delete' || retain.includes(logicalId);
      if (!(await this.remove(logicalId, resource, kept))) {
        failed.push(logicalId);
      }
    }
    if (failed.length > 0) {
      stack.setStatus('DELETE_FAILED', failures('delete', failed), this.token);
      return;
    }
    stack.outputs = [];
    stack.setStatus('DELETE_COMPLETE', undefined, this.token);
    stack.deleted = new Date();
  }

  private async apply(source: Source): Promise<void> {
    const { template } = source;
    const resolver = new Resolver(this.environment.scope(source, this.environment.deployed()));
    for (const logicalId of inOrder(template.resources)) {
      const definition = template.resources[logicalId];
      if (await resolver.condition(definition.Condition)) {
        const properties = await desiredProperties(definition, source, resolver);
        await this.put(logicalId, definition, properties, source);
      }
    }
  }

  private async put(
    logicalId: string,
    definition: ResourceDefinition,
    properties: JsonObject,
    source: Source,
  ): Promise<void> {
    const { stack } = this;
    const before = stack.deployed(logicalId);
    const type = resourceType(definition.Type, logicalId);
    if (before === undefined) {
      await this.discard(logicalId);
      const existing = source.imports?.[logicalId];
      await (existing === undefined
        ? this.make(logicalId, definition, properties, type)
        : this.adopt(logicalId, definition, properties, type, existing));
      return;
    }
    const changed = changedProperties(type, before.properties, properties);
    if (changed.length === 0) {
      this.steps.push({ logicalId, before, made: false });
      stack.resources.set(logicalId, { ...before, definition });
      return;
    }
    if (changed.some((name) => type.properties[name] === 'immutable')) {
      this.fail(
        logicalId,
        { ...before, status: 'UPDATE_FAILED' },
        'update',
        notUpdatable(definition.Type, before.physicalId),
      );
    }
    if (changed.some((name) => type.properties[name] === 'replace')) {
      if (!this.rollsBack) {
        const reason = 'Replacement type updates not supported on stack with disable-rollback.';
        this.fail(logicalId, { ...before, status: 'UPDATE_FAILED' }, 'update', reason);
      }
      await this.make(logicalId, definition, properties, type, before);
      return;
    }
    const next = { ...before, definition, properties };
    this.steps.push({ logicalId, before, made: false });
    stack.setResource(logicalId, { ...next, status: 'UPDATE_IN_PROGRESS' }, this.token);
    try {
      await this.wait();
      const aws = this.environment.handlers(logicalId);
      await type.update(before.physicalId ?? '', properties, before.properties, aws);
      const attributes = await type.attributes(before.physicalId ?? '', properties, aws);
      stack.setResource(logicalId, { ...next, attributes, status: 'UPDATE_COMPLETE' }, this.token);
    } catch (error) {
      this.fail(
        logicalId,
        { ...next, status: 'UPDATE_FAILED' },
        'update',
        handlerMessage(error, definition.Type),
      );
    }
  }

  /** Makes a resource that exists part of the stack, as it is. */
  private async adopt(
    logicalId: string,
    definition: ResourceDefinition,
    properties: JsonObject,
    type: ResourceType,
    physicalId: string,
  ): Promise<void> {
    const { stack } = this;
    const state = { definition, properties, physicalId, attributes: {} };
    stack.setResource(logicalId, { ...state, status: 'IMPORT_IN_PROGRESS' }, this.token);
    try {
      const aws = this.environment.handlers(logicalId);
      await type.find?.(physicalId, aws);
      const attributes = await type.attributes(physicalId, properties, aws);
      stack.setResource(logicalId, { ...state, attributes, status: 'IMPORT_COMPLETE' }, this.token);
    } catch (error) {
      this.stack.resources.delete(logicalId);
      throw new ResourceFailure(logicalId, 'import', handlerMessage(error, definition.Type));
    }
  }

  /** Makes a resource, or another one in the place of `before`. */
  private async make(
    logicalId: string,
    definition: ResourceDefinition,
    properties: JsonObject,
    type: ResourceType,
    before?: StackResource,
  ): Promise<void> {
    const { stack } = this;
    const verb = before === undefined ? 'CREATE' : 'UPDATE';
    let physicalId: string | undefined;
    const state = { definition, properties, attributes: {} };
    const reason =
      before && 'Requested update requires the creation of a new physical resource; hence creating one.';
    stack.setResource(
      logicalId,
      { ...state, physicalId: before?.physicalId, status: `${verb}_IN_PROGRESS`, reason },
      this.token,
    );
    this.steps.push({ logicalId, before, made: true });
    try {
      await this.wait();
      const missing = type.required.filter((name) => properties[name] === undefined);
      if (missing.length > 0) {
        throw new PropertiesInvalid(logicalId, missing);
      }
      const aws = this.environment.handlers(logicalId);
      await type.create(properties, aws, (id) => {
        physicalId = id;
        stack.setResource(
          logicalId,
          { ...state, physicalId, status: `${verb}_IN_PROGRESS`, reason: 'Resource creation Initiated' },
          this.token,
        );
      });
      const attributes = await type.attributes(physicalId ?? '', properties, aws);
      stack.setResource(
        logicalId,
        { ...state, physicalId, attributes, status: `${verb}_COMPLETE` },
        this.token,
      );
    } catch (error) {
      this.fail(
        logicalId,
        { ...state, physicalId, status: `${verb}_FAILED` },
        before === undefined ? 'create' : 'update',
        handlerMessage(error, definition.Type),
      );
    }
  }

  private fail(
    logicalId: string,
    resource: Omit<StackResource, 'updated'>,
    verb: 'create' | 'update',
    reason: string,
  ): never {
    this.stack.setResource(logicalId, { ...resource, reason }, this.token);
    throw new ResourceFailure(logicalId, verb, reason);
  }

  /**
   * Stops where it failed, and keeps what succeeded.
   *
   * The resource that failed to change counts as it was, so that the next attempt changes it.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
   */
  private pause(status: string, error: unknown): void {
    const { stack } = this;
    const { logicalId = '', before, made = true } = this.steps.at(-1) ?? {};
    const now = stack.resources.get(logicalId);
    if (!made && before !== undefined && now?.status === 'UPDATE_FAILED') {
      stack.resources.set(logicalId, {
        ...now,
        definition: before.definition,
        properties: before.properties,
      });
    }
    stack.setStatus(status, reasonOf(error, ''), this.token);
  }

  /** What an earlier attempt could not finish making goes before the next one makes it. */
  private async discard(logicalId: string): Promise<void> {
    const failed = this.stack.resources.get(logicalId);
    if (failed?.physicalId !== undefined) {
      await this.remove(logicalId, failed, failed.definition.DeletionPolicy === 'Retain');
    }
  }

  /**
   * Takes every step back, the last one first.
   *
   * What this deployment made goes, unless its `DeletionPolicy` is `Retain`; `RetainExceptOnCreate`
   * was made for this very case.
   *
   * @returns the logical ids that could not be brought back
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
   */
  private async undo(): Promise<string[]> {
    const { stack } = this;
    const failed: string[] = [];
    for (const { logicalId, before, made } of this.steps.toReversed()) {
      const now = stack.resources.get(logicalId) as StackResource;
      if (made) {
        const kept = before === undefined && now.definition.DeletionPolicy === 'Retain';
        if (!(await this.remove(logicalId, now, kept))) {
          failed.push(logicalId);
        } else if (before !== undefined) {
          stack.resources.set(logicalId, before);
        }
      } else if (before !== undefined && !(await this.restore(logicalId, before, now))) {
        failed.push(logicalId);
      }
    }
    return failed;
  }

  private async restore(logicalId: string, before: StackResource, now: StackResource): Promise<boolean> {
    const { stack } = this;
    if (same(before.properties, now.properties)) {
      stack.resources.set(logicalId, before);
      return true;
    }
    stack.setResource(logicalId, { ...before, status: 'UPDATE_IN_PROGRESS' }, this.token);
    try {
      const type = resourceType(before.definition.Type, logicalId);
      await type.update(
        before.physicalId ?? '',
        before.properties,
        now.properties,
        this.environment.handlers(logicalId),
      );
      stack.setResource(logicalId, { ...before, status: 'UPDATE_COMPLETE' }, this.token);
      return true;
    } catch (error) {
      const reason = handlerMessage(error, before.definition.Type);
      stack.setResource(logicalId, { ...before, status: 'UPDATE_FAILED', reason }, this.token);
      return false;
    }
  }

  /** After an update: what the template no longer has, and what was replaced. */
  private async cleanUp(source: Source): Promise<void> {
    const { stack } = this;
    const resolver = new Resolver(this.environment.scope(source, this.environment.deployed()));
    for (const { logicalId, before, made } of this.steps.toReversed()) {
      if (made && before !== undefined) {
        const now = stack.resources.get(logicalId) as StackResource;
        await this.remove(logicalId, before, now.definition.UpdateReplacePolicy === 'Retain');
        stack.resources.set(logicalId, now);
      }
    }
    for (const logicalId of this.liveInReverse()) {
      const definition = Object.hasOwn(source.template.resources, logicalId)
        ? source.template.resources[logicalId]
        : undefined;
      if (definition === undefined || !(await resolver.condition(definition.Condition))) {
        const resource = stack.resources.get(logicalId) as StackResource;
        await this.remove(logicalId, resource, resource.definition.DeletionPolicy !== 'Delete');
        stack.resources.delete(logicalId);
      }
    }
  }

  /**
   * Deletes a resource, or leaves it and forgets it.
   *
   * @returns whether the stack is rid of it
   */
  private async remove(logicalId: string, resource: StackResource, kept: boolean): Promise<boolean> {
    const { stack } = this;
    const { definition, physicalId, properties } = resource;
    if (kept && physicalId !== undefined) {
      stack.setResource(logicalId, { ...resource, status: 'DELETE_SKIPPED', reason: undefined }, this.token);
      stack.resources.delete(logicalId);
      return true;
    }
    stack.setResource(
      logicalId,
      { ...resource, status: 'DELETE_IN_PROGRESS', reason: undefined },
      this.token,
    );
    try {
      if (physicalId !== undefined) {
        await this.wait();
        const type = resourceType(definition.Type, logicalId);
        await type.delete(physicalId, properties, this.environment.handlers(logicalId));
      }
    } catch (error) {
      if (!(error instanceof AwsError && handlerErrorCode(error) === 'NotFound')) {
        const reason = handlerMessage(error, definition.Type);
        stack.setResource(logicalId, { ...resource, status: 'DELETE_FAILED', reason }, this.token);
        return false;
      }
    }
    stack.setResource(logicalId, { ...resource, status: 'DELETE_COMPLETE', reason: undefined }, this.token);
    stack.resources.delete(logicalId);
    return true;
  }

  /** The resources that there are, each before everything that it refers to. */
  private liveInReverse(): string[] {
    const definitions = Object.fromEntries(
      [...this.stack.resources].map(([logicalId, { definition }]) => [logicalId, definition]),
    );
    return inOrder(definitions).reverse();
  }

  private async outputs(source: Source): Promise<readonly StackOutput[]> {
    const resolver = new Resolver(this.environment.scope(source, this.environment.deployed()));
    return resolveOutputs(source, resolver);
  }

  private async wait(): Promise<void> {
    if (this.pace > 0) {
      await pause(this.pace);
    }
  }
}

/** The outputs of a template whose conditions hold. */
export async function resolveOutputs(source: Source, resolver: Resolver): Promise<StackOutput[]> {
  const outputs: StackOutput[] = [];
  for (const [OutputKey, output] of Object.entries(source.template.outputs)) {
    if (await resolver.condition(output.Condition as string | undefined)) {
      const exported = output.Export as JsonObject | undefined;
      outputs.push({
        OutputKey,
        OutputValue: text((await resolver.resolve(output.Value)) ?? ''),
        Description: output.Description as string | undefined,
        ...(exported !== undefined && { ExportName: text((await resolver.resolve(exported.Name)) ?? '') }),
      });
    }
  }
  return outputs;
}

/** The properties that differ, once each absent one is read as its default. */
export function changedProperties(type: ResourceType, before: JsonObject, after: JsonObject): string[] {
  const [old, next] = [before, after].map((each) => ({ ...type.defaults, ...each }));
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].filter(
    (name) => !same(old[name], next[name]),
  );
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
