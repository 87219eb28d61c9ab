import { AwsError } from './aws-error';
import type { Authorization } from './authorization';
import type { Caller } from './caller';
import { taking, type Operations, type Service } from './service';

interface Parameter {
  readonly Name: string;
  readonly Type: string;
  readonly Value: string;
  readonly Version: number;
  readonly LastModifiedDate: Date;
  readonly ARN: string;
}

interface PutInput {
  readonly Name: string;
  readonly Type?: string;
  readonly Value: string;
  readonly Overwrite?: boolean;
}

const TYPES = ['String', 'StringList'];

/**
 * The Parameter Store of AWS Systems Manager, for plain strings.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Operations.html
 */
export class Ssm implements Service {
  public readonly name = 'ssm';

  public readonly operations: Operations = {
    GetParameter: taking<{ Name: string }>('Name WithDecryption', ({ Name }, caller) => {
      this.check('ssm:GetParameter', Name, caller);
      const parameter = this.parameters.get(arnOf(Name, caller));
      if (parameter === undefined) {
        throw parameterNotFound();
      }
      return { Parameter: parameter };
    }),
    GetParameters: taking<{ Names: readonly string[] }>('Names WithDecryption', ({ Names }, caller) => {
      Names.forEach((name) => this.check('ssm:GetParameters', name, caller));
      const found = Names.map((name) => this.parameters.get(arnOf(name, caller)));
      return {
        Parameters: found.filter((each) => each !== undefined),
        InvalidParameters: Names.filter((_name, index) => found[index] === undefined),
      };
    }),
    PutParameter: taking<PutInput>('Name Type Value Description Overwrite', (input, caller) =>
      this.put(input, caller),
    ),
    DeleteParameter: taking<{ Name: string }>('Name', ({ Name }, caller) => {
      this.check('ssm:DeleteParameter', Name, caller);
      if (!this.parameters.delete(arnOf(Name, caller))) {
        throw parameterNotFound();
      }
    }),
  };

  /** By ARN, which holds the account and the Region. */
  private readonly parameters = new Map<string, Parameter>();

  constructor(private readonly authorization: Authorization) {}

  private put({ Name, Type = 'String', Value, Overwrite }: PutInput, caller: Caller): object {
    this.check('ssm:PutParameter', Name, caller);
    if (!TYPES.includes(Type)) {
      throw new AwsError(
        'UnsupportedParameterType',
        `The parameter type ${JSON.stringify(Type)} is not supported.`,
      );
    }
    const ARN = arnOf(Name, caller);
    const known = this.parameters.get(ARN);
    if (known !== undefined && Overwrite !== true) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const Version = (known?.Version ?? 0) + 1;
    this.parameters.set(ARN, { Name, Type, Value, Version, LastModifiedDate: new Date(), ARN });
    return { Version, Tier: 'Standard' };
  }

  private check(action: string, name: string, caller: Caller): void {
    this.authorization.check({ caller, action, resource: arnOf(name, caller) });
  }
}

function arnOf(name: string, { partition, region, account }: Caller): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}

function parameterNotFound(): AwsError {
  return new AwsError('ParameterNotFound', 'The parameter was not found.');
}
