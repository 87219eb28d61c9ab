import type { Caller } from '../caller';
import { Stack } from './stack';
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

  /** @throws AwsError when another stack imports what this one exports, so that it cannot go */
  public checkNotImported(stack: Stack): void {
    for (const { ExportName } of stack.outputs) {
      const importer = this.in(stack).find(
        (each) => each.deleted === undefined && ExportName !== undefined && each.imports.has(ExportName),
      );
      if (ExportName !== undefined && importer !== undefined) {
        throw validationError(`Export ${ExportName} cannot be deleted as it is in use by ${importer.name}`);
      }
    }
  }
}
