import type { Authorization } from '../authorization';
import type { Caller } from '../caller';
import type { Cloud } from '../cloud';
import type { Sts } from '../sts';
import type { ChangeSet } from './change-set';
import { ChangeSets } from './change-sets';
import { Deployment } from './deployment';
import { Environment, executionCaller } from './environment';
import type { ChangeSetRef } from './request';
import { stackArn, type Stack } from './stack';
import { Stacks } from './stacks';

/** How long an answer waits for the end of what it started. */
const PATIENCE = 1000;

/** What every operation asks before it does anything: which stack or change set, may the caller, and as whom to work. */
export class Desk {
  public readonly stacks = new Stacks();
  public readonly changeSets = new ChangeSets();

  /** @param pace milliseconds that every resource takes to be made, changed or deleted */
  constructor(
    private readonly cloud: Cloud,
    private readonly sts: Sts,
    private readonly authorization: Authorization,
    private readonly pace: () => number,
  ) {}

  /** The caller may do this, and hand CloudFormation the role that it is to do it with. */
  public check(operation: string, resource: string, caller: Caller, roleArn?: string): void {
    this.authorization.check({ caller, action: `cloudformation:${operation}`, resource });
    if (roleArn !== undefined) {
      this.authorization.check({
        caller,
        action: 'iam:PassRole',
        resource: roleArn,
        context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
      });
    }
  }

  /** The stack, if there is one, and if the caller may do this to it. */
  public findStack(operation: string, name: string, caller: Caller, roleArn?: string): Stack | undefined {
    const stack = this.stacks.find(name, caller);
    this.check(operation, stack?.id ?? stackArn(name, caller), caller, roleArn);
    return stack;
  }

  /** The stack, if the caller may do this to it. */
  public stack(operation: string, name: string, caller: Caller, roleArn?: string): Stack {
    this.findStack(operation, name, caller, roleArn);
    return this.stacks.get(name, caller);
  }

  /** The stack of a change set, which may itself be gone. */
  public changeSetStack(
    operation: string,
    { StackName, ChangeSetName }: ChangeSetRef,
    caller: Caller,
  ): Stack {
    return this.stack(operation, StackName ?? this.changeSets.stackOf(ChangeSetName).id, caller);
  }

  /** The change set, if the caller may do this to its stack. */
  public changeSet(operation: string, ref: ChangeSetRef, caller: Caller): ChangeSet {
    return this.changeSets.get(ref.ChangeSetName, this.changeSetStack(operation, ref, caller));
  }

  /** The session in which CloudFormation works for a caller. */
  public execution(caller: Caller, roleArn: string | undefined): Caller {
    return executionCaller(caller, roleArn, this.sts);
  }

  public environment(stack: Stack, execution: Caller): Environment {
    return new Environment(stack, execution, this.stacks, this.cloud, this.sts);
  }

  /** Starts a deployment, and waits for its end, but not for long. */
  public async deploy(
    stack: Stack,
    execution: Caller,
    { ClientRequestToken, DisableRollback }: { ClientRequestToken?: string; DisableRollback?: string },
    run: (deployment: Deployment) => Promise<void>,
  ): Promise<void> {
    const environment = this.environment(stack, execution);
    const rollsBack = DisableRollback !== 'true';
    const deployment = new Deployment(environment, this.pace(), ClientRequestToken, rollsBack);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE);
    });
    await Promise.race([run(deployment), patience]);
    clearTimeout(timer);
  }
}
