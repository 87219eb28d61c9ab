import { noSuchEntity } from './entity';
import { AWS_MANAGED_POLICIES } from './managed-policies';
import type { PolicyDocument } from './policy-document';

/** A role, with everything that decides what it may do. */
export interface Role {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly created: Date;
  trust: PolicyDocument;
  description?: string;
  maxSession: number;
  boundary?: string;
  readonly inline: Map<string, PolicyDocument>;
  readonly attached: Set<string>;
  readonly tags: Map<string, string>;
}

/** A policy that the account itself manages. */
export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly created: Date;
  readonly description?: string;
  document: PolicyDocument;
  version: number;
}

/** The roles and managed policies of one account. */
export class IamAccount {
  public readonly roles = new Map<string, Role>();
  public readonly policies = new Map<string, ManagedPolicy>();

  constructor(
    public readonly id: string,
    public readonly partition: string,
  ) {}

  /** @throws AwsError `NoSuchEntity` */
  public role(name: string): Role {
    const role = this.roles.get(name);
    if (role === undefined) {
      throw noSuchEntity(`The role with name ${name} cannot be found.`);
    }
    return role;
  }

  /** @throws AwsError `NoSuchEntity` */
  public policy(arn: string): ManagedPolicy {
    const policy = this.policies.get(arn);
    if (policy === undefined) {
      throw noSuchEntity(`Policy ${arn} was not found.`);
    }
    return policy;
  }

  /** The document of a managed policy, of this account or of AWS. */
  public document(arn: string): PolicyDocument {
    return this.awsDocument(arn) ?? this.policy(arn).document;
  }

  public knowsDocument(arn: string): boolean {
    return this.awsDocument(arn) !== undefined || this.policies.has(arn);
  }

  private awsDocument(arn: string): PolicyDocument | undefined {
    const prefix = `arn:${this.partition}:iam::aws:policy/`;
    const name = arn.startsWith(prefix) ? arn.slice(prefix.length) : '';
    return Object.hasOwn(AWS_MANAGED_POLICIES, name) ? AWS_MANAGED_POLICIES[name] : undefined;
  }

  /** The roles that a managed policy is attached to. */
  public attachments(arn: string): Role[] {
    return [...this.roles.values()].filter((role) => role.attached.has(arn) || role.boundary === arn);
  }
}
