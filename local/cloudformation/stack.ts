import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../lib/audit/template/json';
import type { Caller } from '../caller';
import type { Tag } from './resource-type';
import type { ResourceDefinition, Template } from './template';

/** A resource as it was deployed. */
export interface StackResource {
  readonly definition: ResourceDefinition;
  readonly physicalId?: string;
  /** Resolved, with the tags of the stack. */
  readonly properties: JsonObject;
  readonly attributes: Readonly<Record<string, string>>;
  readonly status: string;
  readonly reason?: string;
  readonly updated: Date;
}

export interface StackEvent {
  readonly EventId: string;
  readonly StackId: string;
  readonly StackName: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly Timestamp: Date;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  readonly ClientRequestToken?: string;
}

export interface StackOutput {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly Description?: string;
  readonly ExportName?: string;
}

/** What a create or an update deploys: everything that the caller hands in, resolved as far as it can be beforehand. */
export interface Source {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, Json>>;
  /** As they were given, for `DescribeStacks` and for `UsePreviousValue`. */
  readonly given: readonly GivenParameter[];
  readonly tags: readonly Tag[];
  readonly roleArn?: string;
  /** The physical ids of resources that exist and become part of the stack, by logical id. */
  readonly imports?: Readonly<Record<string, string>>;
}

export interface GivenParameter {
  readonly ParameterKey: string;
  readonly ParameterValue: string;
  readonly ResolvedValue?: string;
}

/** One stack, with everything that happened to it. */
export class Stack {
  public readonly id: string;
  public readonly created = new Date();
  public readonly resources = new Map<string, StackResource>();
  public readonly events: StackEvent[] = [];
  /** The names of the exports that it imports, by its template and by the one that is being deployed. */
  public imports: readonly ReadonlySet<string>[] = [];
  public updated?: Date;
  public deleted?: Date;
  public status = 'REVIEW_IN_PROGRESS';
  public reason?: string;
  public outputs: readonly StackOutput[] = [];
  public terminationProtection = false;
  /** What is deployed; nothing while the first change set is under review. */
  public source?: Source;
  /** Used by every later operation that names no role. */
  public roleArn?: string;

  constructor(
    public readonly name: string,
    public readonly account: string,
    public readonly region: string,
    public readonly partition: string,
  ) {
    this.id = `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`;
  }

  /** A resource that there is: one whose creation failed, in a deployment that was not rolled back, is none. */
  public deployed(logicalId: string): StackResource | undefined {
    const resource = this.resources.get(logicalId);
    return resource?.status === 'CREATE_FAILED' ? undefined : resource;
  }

  public get inProgress(): boolean {
    return this.status.endsWith('_IN_PROGRESS') && this.status !== 'REVIEW_IN_PROGRESS';
  }

  public setStatus(status: string, reason?: string, token?: string): void {
    this.status = status;
    this.reason = reason;
    this.event(this.name, this.id, 'AWS::CloudFormation::Stack', status, reason, token);
  }

  public setResource(logicalId: string, resource: Omit<StackResource, 'updated'>, token?: string): void {
    this.resources.set(logicalId, { ...resource, updated: new Date() });
    const { physicalId, definition, status, reason } = resource;
    this.event(logicalId, physicalId ?? '', definition.Type, status, reason, token);
  }

  /** Later than every event before: programs sort events by their time. */
  private nextInstant(): Date {
    return new Date(Math.max(Date.now(), (this.events.at(0)?.Timestamp.getTime() ?? 0) + 1));
  }

  /** Events are told newest first. */
  private event(
    LogicalResourceId: string,
    PhysicalResourceId: string,
    ResourceType: string,
    ResourceStatus: string,
    ResourceStatusReason?: string,
    ClientRequestToken?: string,
  ): void {
    this.events.unshift({
      EventId: randomUUID(),
      StackId: this.id,
      StackName: this.name,
      LogicalResourceId,
      PhysicalResourceId,
      ResourceType,
      Timestamp: this.nextInstant(),
      ResourceStatus,
      ResourceStatusReason,
      ClientRequestToken,
    });
  }
}

/** The stack that a request names, as policies see it, even when there is none. */
export function stackArn(nameOrId: string, { partition, region, account }: Caller): string {
  return nameOrId.startsWith('arn:')
    ? nameOrId
    : `arn:${partition}:cloudformation:${region}:${account}:stack/${nameOrId}/*`;
}
