import type { Caller } from './caller';
import type { Operation, Service } from './service';

/**
 * AWS Security Token Service: who the caller is.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 */
export class Sts implements Service {
  public readonly name = 'sts';

  public readonly operations: Readonly<Record<string, Operation>> = {
    GetCallerIdentity: (_input: object, caller: Caller) => ({
      UserId: caller.userId,
      Account: caller.account,
      Arn: caller.arn,
    }),
  };
}
