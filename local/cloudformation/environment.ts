import { randomBytes } from 'node:crypto';
import type { Json, JsonObject } from '../../lib/audit/template/json';
import { callerIn, type Caller } from '../caller';
import type { Cloud } from '../cloud';
import type { Sts } from '../sts';
import { pseudoParameters } from './pseudo-parameters';
import type { Handlers } from './resource-type';
import { Resolver, type Scope, type StackOutputReference } from './resolver';
import type { Source, Stack, StackOutput } from './stack';
import type { Stacks } from './stacks';
import { validationError } from './validation-error';

const SERVICE = 'cloudformation.amazonaws.com';
const SESSION = 'AWSCloudFormation';

/** What one operation on a stack works with: the role that it calls AWS as, and the values that templates refer to. */
export class Environment {
  /** The names of the exports that templates were found to import. */
  public readonly imported = new Set<string>();

  constructor(
    public readonly stack: Stack,
    public readonly caller: Caller,
    private readonly stacks: Stacks,
    private readonly cloud: Cloud,
    private readonly sts: Sts,
  ) {}

  /** AWS, as a resource's handler calls it. */
  public handlers(logicalId: string): Handlers {
    const { caller, cloud, stack } = this;
    return {
      caller,
      call: (service, operation, input, region) =>
        cloud.call(
          service,
          operation,
          input,
          region === undefined ? caller : callerIn(caller, region, caller.secure),
        ),
      newName: (longest) => newName(stack.name, logicalId, longest),
    };
  }

  /** What works out the values of a template; `known` says what a resource is or will be. */
  public resolver(
    source: Pick<Source, 'template' | 'parameters'>,
    known: Pick<Scope, 'ref' | 'getAtt'> = this.deployed(),
  ): Resolver {
    const { stack } = this;
    return new Resolver({
      ...source,
      ...known,
      pseudo: {
        ...pseudoParameters(stack, stack.name),
        'AWS::StackId': stack.id,
      },
      importValue: (name) => this.importValue(name),
      stackOutput: (reference) => this.stackOutput(reference),
    });
  }

  /** The resources of the stack as they are. */
  public deployed(): Pick<Scope, 'ref' | 'getAtt'> {
    const find = (id: string) => {
      const resource = this.stack.resources.get(id);
      if (resource?.physicalId === undefined) {
        throw validationError(`Template error: resource ${id} does not exist in this stack`);
      }
      return { ...resource, physicalId: resource.physicalId };
    };
    return {
      ref: (id) => find(id).physicalId,
      getAtt: (id, attribute) => {
        const { attributes, definition } = find(id);
        if (!Object.hasOwn(attributes, attribute)) {
          throw validationError(
            `Template error: resource ${id} does not support attribute type ${attribute} in Fn::GetAtt (${definition.Type})`,
          );
        }
        return attributes[attribute];
      },
    };
  }

  /** @throws AwsError when other stacks stand against the exports that the stack is to have */
  public checkExports(outputs: readonly StackOutput[]): void {
    this.stacks.checkExports(this.stack, outputs);
  }

  private importValue(name: string): Json {
    const found = this.stacks.exports(this.stack).get(name);
    if (found === undefined) {
      throw validationError(`No export named ${name} found. Rollback requested by user.`);
    }
    this.imported.add(name);
    return found.value;
  }

  /**
   * The output of another stack, read by the execution role or by the role that the reference names.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
   */
  private async stackOutput({ StackName, OutputName, Region, RoleArn }: StackOutputReference): Promise<Json> {
    const region = Region ?? this.stack.region;
    const identity =
      RoleArn === undefined
        ? this.caller
        : this.sts.assume({ RoleArn, RoleSessionName: SESSION }, this.caller);
    const reader = callerIn(identity, region, this.caller.secure);
    const { Stacks } = await this.cloud.call<{ Stacks: { Outputs: JsonObject[] }[] }>(
      'cloudformation',
      'DescribeStacks',
      { StackName },
      reader,
    );
    const output = Stacks[0].Outputs.find(({ OutputKey }) => OutputKey === OutputName);
    if (output === undefined) {
      throw validationError(
        `Template error: Fn::GetStackOutput: stack ${StackName} in ${region} has no output ${OutputName}`,
      );
    }
    return output.OutputValue;
  }
}

/** The session in which CloudFormation works: of the role that it was given, or else the caller's own. */
export function executionCaller(caller: Caller, roleArn: string | undefined, sts: Sts): Caller {
  return roleArn === undefined ? caller : sts.assumeAsService(SERVICE, roleArn, SESSION, caller.region);
}

function newName(stack: string, logicalId: string, longest: number): string {
  const random = randomBytes(6).toString('hex').toUpperCase();
  const room = longest - random.length - 2;
  const id = logicalId.slice(0, Math.max(room - stack.length, Math.floor(room / 2)));
  return `${stack.slice(0, room - id.length)}-${id}-${random}`;
}
