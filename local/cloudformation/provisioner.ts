import { setTimeout as pause } from 'node:timers/promises';
import { AwsError } from '../aws-error';
import type { Environment } from './environment';
import { handlerErrorCode, handlerMessage, PropertiesInvalid } from './handler-message';
import { resourceType } from './resource-types';
import type { StackResource } from './stack';

/** What a template says of a resource, with its properties resolved. */
export type Wanted = Pick<StackResource, 'definition' | 'properties'>;

/** A resource that could not be made, changed or imported. */
export class ResourceFailure extends Error {
  constructor(
    public readonly logicalId: string,
    public readonly verb: 'create' | 'update' | 'import',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Has the handlers of resource types make, change and delete single resources of a stack.
 *
 * The stack knows at every moment what there is, and its events tell of it: an interruption or a
 * failure finds the stack as it is.
 */
export class Provisioner {
  /** @param pace milliseconds that every resource takes, so that there is time to interrupt */
  constructor(
    private readonly environment: Environment,
    private readonly pace: number,
    private readonly token?: string,
  ) {}

  /** Makes a resource, or another one in the place of `before`. */
  public async make(
    logicalId: string,
    { definition, properties }: Wanted,
    before?: StackResource,
  ): Promise<void> {
    const verb = before === undefined ? 'create' : 'update';
    const status = verb.toUpperCase();
    const state = { definition, properties, attributes: {} };
    let physicalId: string | undefined;
    this.set(logicalId, {
      ...state,
      physicalId: before?.physicalId,
      status: `${status}_IN_PROGRESS`,
      reason:
        before && 'Requested update requires the creation of a new physical resource; hence creating one.',
    });
    try {
      await this.wait();
      const type = resourceType(definition.Type, logicalId);
      const missing = type.required.filter((name) => properties[name] === undefined);
      if (missing.length > 0) {
        throw new PropertiesInvalid(logicalId, missing);
      }
      const aws = this.environment.handlers(logicalId);
      await type.create(properties, aws, (id) => {
        physicalId = id;
        const reason = 'Resource creation Initiated';
        this.set(logicalId, { ...state, physicalId, status: `${status}_IN_PROGRESS`, reason });
      });
      const attributes = await type.attributes(physicalId ?? '', properties, aws);
      this.set(logicalId, { ...state, physicalId, attributes, status: `${status}_COMPLETE` });
    } catch (error) {
      this.fail(logicalId, verb, { ...state, physicalId }, handlerMessage(error, definition.Type));
    }
  }

  /** Changes a resource where it is. */
  public async change(logicalId: string, wanted: Wanted, before: StackResource): Promise<void> {
    const { definition, properties } = wanted;
    const { physicalId = '' } = before;
    const next = { ...before, ...wanted };
    this.set(logicalId, { ...next, status: 'UPDATE_IN_PROGRESS' });
    try {
      await this.wait();
      const type = resourceType(definition.Type, logicalId);
      const aws = this.environment.handlers(logicalId);
      await type.update(physicalId, properties, before.properties, aws);
      const attributes = await type.attributes(physicalId, properties, aws);
      this.set(logicalId, { ...next, attributes, status: 'UPDATE_COMPLETE' });
    } catch (error) {
      this.fail(logicalId, 'update', next, handlerMessage(error, definition.Type));
    }
  }

  /** Makes a resource that exists part of the stack, as it is. */
  public async adopt(
    logicalId: string,
    { definition, properties }: Wanted,
    physicalId: string,
  ): Promise<void> {
    const state = { definition, properties, physicalId, attributes: {} };
    this.set(logicalId, { ...state, status: 'IMPORT_IN_PROGRESS' });
    try {
      const type = resourceType(definition.Type, logicalId);
      const aws = this.environment.handlers(logicalId);
      await type.find?.(physicalId, aws);
      const attributes = await type.attributes(physicalId, properties, aws);
      this.set(logicalId, { ...state, attributes, status: 'IMPORT_COMPLETE' });
    } catch (error) {
      this.environment.stack.resources.delete(logicalId);
      throw new ResourceFailure(logicalId, 'import', handlerMessage(error, definition.Type));
    }
  }

  /** Leaves an adopted resource as it is, and no longer part of the stack. */
  public release(logicalId: string, resource: StackResource): void {
    this.set(logicalId, { ...resource, status: 'IMPORT_ROLLBACK_IN_PROGRESS' });
    this.set(logicalId, { ...resource, status: 'IMPORT_ROLLBACK_COMPLETE' });
    this.environment.stack.resources.delete(logicalId);
  }

  /**
   * Gives a resource that was changed its former properties again.
   *
   * @returns whether it has them
   */
  public async restore(logicalId: string, before: StackResource, now: StackResource): Promise<boolean> {
    const { definition, physicalId = '', properties } = before;
    this.set(logicalId, { ...before, status: 'UPDATE_IN_PROGRESS' });
    try {
      const type = resourceType(definition.Type, logicalId);
      await type.update(physicalId, properties, now.properties, this.environment.handlers(logicalId));
      this.set(logicalId, { ...before, status: 'UPDATE_COMPLETE' });
      return true;
    } catch (error) {
      const reason = handlerMessage(error, definition.Type);
      this.set(logicalId, { ...before, status: 'UPDATE_FAILED', reason });
      return false;
    }
  }

  /**
   * Deletes a resource, or leaves it and forgets it.
   *
   * @returns whether the stack is rid of it
   */
  public async remove(logicalId: string, resource: StackResource, kept: boolean): Promise<boolean> {
    const { definition, physicalId, properties } = resource;
    if (kept && physicalId !== undefined) {
      this.set(logicalId, { ...resource, status: 'DELETE_SKIPPED', reason: undefined });
      this.environment.stack.resources.delete(logicalId);
      return true;
    }
    this.set(logicalId, { ...resource, status: 'DELETE_IN_PROGRESS', reason: undefined });
    try {
      if (physicalId !== undefined) {
        await this.wait();
        const type = resourceType(definition.Type, logicalId);
        await type.delete(physicalId, properties, this.environment.handlers(logicalId));
      }
    } catch (error) {
      if (!(error instanceof AwsError && handlerErrorCode(error) === 'NotFound')) {
        const reason = handlerMessage(error, definition.Type);
        this.set(logicalId, { ...resource, status: 'DELETE_FAILED', reason });
        return false;
      }
    }
    this.set(logicalId, { ...resource, status: 'DELETE_COMPLETE', reason: undefined });
    this.environment.stack.resources.delete(logicalId);
    return true;
  }

  /** @throws ResourceFailure once the stack knows of it */
  public fail(
    logicalId: string,
    verb: 'create' | 'update',
    resource: Omit<StackResource, 'updated' | 'status'>,
    reason: string,
  ): never {
    this.set(logicalId, { ...resource, status: `${verb.toUpperCase()}_FAILED`, reason });
    throw new ResourceFailure(logicalId, verb, reason);
  }

  private set(logicalId: string, resource: Omit<StackResource, 'updated'>): void {
    this.environment.stack.setResource(logicalId, resource, this.token);
  }

  private async wait(): Promise<void> {
    if (this.pace > 0) {
      await pause(this.pace);
    }
  }
}
