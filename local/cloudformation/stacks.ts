import type { Caller } from '../caller';
import { Stack, type StackOutput } from './stack';
import { validationError } from './validation-error';

/** Every stack of every account and Region, deleted ones included: those are found by id only. */
export class Stacks {
  private readonly byId = new Map<string, Stack>();

  public create(name: string, { account, region, partition }: Caller): Stack {
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) {
      throw validationError(
        `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
      );
    }
    const stack = new Stack(name, account, region, partition);
    this.byId.set(stack.id, stack);
    return stack;
  }

  /** By name, or by id. */
  public find(nameOrId: string, { account, region }: Pick<Caller, 'account' | 'region'>): Stack | undefined {
    const stack = this.byId.get(nameOrId);
    if (stack !== undefined) {
      return stack.account === account && stack.region === region ? stack : undefined;
    }
    return this.in({ account, region }).find(
      ({ name, deleted }) => name === nameOrId && deleted === undefined,
    );
  }

  /** @throws AwsError `ValidationError` */
  public get(nameOrId: string, caller: Caller): Stack {
    const stack = this.find(nameOrId, caller);
    if (stack === undefined) {
      throw validationError(`Stack with id ${nameOrId} does not exist`);
    }
    return stack;
  }

  public in({ account, region }: Pick<Caller, 'account' | 'region'>): Stack[] {
    return [...this.byId.values()].filter((each) => each.account === account && each.region === region);
  }

  /** The values that the stacks of an account and Region export, by name. */
  public exports(where: Pick<Caller, 'account' | 'region'>): Map<string, { stack: Stack; value: string }> {
    return new Map(
      this.in(where)
        .filter(({ deleted }) => deleted === undefined)
        .flatMap((stack) =>
          stack.outputs
            .filter(({ ExportName }) => ExportName !== undefined)
            .map(({ ExportName, OutputValue }) => [ExportName ?? '', { stack, value: OutputValue }]),
        ),
    );
  }

  /**
   * What other stacks import stays as it is, and what they export is not exported twice.
   *
   * @param next the outputs that the stack is to have
   * @throws AwsError `ValidationError`
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
   */
  public checkExports(stack: Stack, next: readonly StackOutput[]): void {
    const exports = this.exports(stack);
    for (const { ExportName: name = '' } of next) {
      const exporting = exports.get(name)?.stack ?? stack;
      if (exporting !== stack) {
        throw validationError(`Export with name ${name} is already exported by stack ${exporting.name}`);
      }
    }
    for (const { ExportName: name, OutputValue } of stack.outputs) {
      const after = next.find(({ ExportName }) => ExportName === name);
      const importers = name === undefined ? [] : this.importers(name, stack);
      if (importers.length > 0 && after?.OutputValue !== OutputValue) {
        const verb = after === undefined ? 'deleted' : 'updated';
        throw validationError(`Export ${name} cannot be ${verb} as it is in use by ${importers.join(', ')}`);
      }
    }
  }

  private importers(exportName: string, exporting: Stack): string[] {
    return this.in(exporting)
      .filter((each) => each.deleted === undefined && each !== exporting)
      .filter(({ imports }) => imports.some((names) => names.has(exportName)))
      .map(({ name }) => name);
  }
}
