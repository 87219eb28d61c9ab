import type { Authorization } from '../authorization';
import type { Operations, Service } from '../service';
import { Desk } from './desk';
import { managedPolicyOperations } from './managed-policy-operations';
import type { Principals } from './principals';
import { roleOperations } from './role-operations';
import { rolePolicyOperations } from './role-policy-operations';

/**
 * AWS Identity and Access Management: roles, and the managed and inline policies that say what they may do.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html
 */
export class Iam implements Service {
  public readonly name = 'iam';
  public readonly operations: Operations;

  constructor(principals: Principals, authorization: Authorization) {
    const desk = new Desk(principals, authorization);
    this.operations = {
      ...roleOperations(desk),
      ...rolePolicyOperations(desk),
      ...managedPolicyOperations(desk),
    };
  }
}
