import { notImplemented } from './aws-error';
import type { Caller } from './caller';
import type { Service } from './service';

/** Every service of the endpoint, as they call each other: in the process, on behalf of a caller. */
export class Cloud {
  private readonly services = new Map<string, Service>();

  public add<S extends Service>(service: S): S {
    this.services.set(service.name, service);
    return service;
  }

  public service(name: string): Service {
    const service = this.services.get(name);
    if (service === undefined) {
      throw notImplemented(`the service ${JSON.stringify(name)}`);
    }
    return service;
  }

  /**
   * Calls one operation.
   *
   * @throws AwsError as the service answers it, or when nothing here implements the operation
   */
  public async call<Output = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
    caller: Caller,
  ): Promise<Output> {
    const { operations } = this.service(service);
    if (!Object.hasOwn(operations, operation)) {
      throw notImplemented(`${service}:${operation}`);
    }
    return (await operations[operation](input, caller)) as Output;
  }
}
