import { AwsError, notImplemented, validation } from '../aws-error';

/** Checks one value of a request and returns what is wrong with it, in AWS's words. */
export type Parameter = ((value: unknown, path: string) => string[]) & { required?: true };

/** The parameters of an operation; any other is refused, whether AWS knows it or not. */
export type Parameters = Readonly<Record<string, Parameter>>;

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

export function text({
  min,
  max,
  pattern,
  values,
}: Bounds & { pattern?: RegExp; values?: readonly string[] } = {}) {
  return of('string', (value: string, path) => [
    ...length(value.length, { min, max }, `Value '${value}' at '${path}'`),
    ...(pattern && !pattern.test(value)
      ? [
          `Value '${value}' at '${path}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`,
        ]
      : []),
    ...(values && !values.includes(value)
      ? [
          `Value '${value}' at '${path}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
        ]
      : []),
  ]);
}

export function integer({ min = -Infinity, max = Infinity }: Bounds): Parameter {
  return of('number', (value: number, path) => {
    if (!Number.isInteger(value)) {
      throw wrongType(path, 'integer', value);
    }
    const bound = value < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
    return value < min || value > max
      ? [`Value '${value}' at '${path}' failed to satisfy constraint: Member must have value ${bound}`]
      : [];
  });
}

export const flag: Parameter = of('boolean', () => []);

/** Bytes, which JSON carries in base64. */
export function blob(bounds: Bounds): Parameter {
  return of('string', (value: string, path) => {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) {
      throw wrongType(path, 'base64', value);
    }
    return length(Buffer.from(value, 'base64').length, bounds, `Value at '${path}'`);
  });
}

export function list(member: Parameter, bounds: Bounds = {}): Parameter {
  return of('array', (values: unknown[], path) => [
    ...length(values.length, bounds, `Value '[${String(values)}]' at '${path}'`),
    ...values.flatMap((value, index) => member(value, `${path}.${index + 1}.member`)),
  ]);
}

/** Pairs of strings. */
export const pairs: Parameter = of('object', (value: object, path) =>
  Object.values(value).flatMap((each) => text()(each, `${path}.value`)),
);

export function structure(parameters: Parameters): Parameter {
  return of('object', (value: Readonly<Record<string, unknown>>, path) =>
    violations(parameters, value, path, `${path}.`),
  );
}

export function required(parameter: Parameter): Parameter {
  return Object.assign((value: unknown, path: string) => parameter(value, path), { required: true as const });
}

/** A parameter of which only some values are implemented. */
export function only(...values: readonly string[]): Parameter {
  return of('string', (value: string, path) => {
    if (!values.includes(value)) {
      throw notImplemented(`${JSON.stringify(value)} as ${path}; it implements ${values.join(', ')}`);
    }
    return [];
  });
}

/**
 * Refuses an input that has a wrong value, lacks one, or has one that nothing here would heed.
 *
 * @throws AwsError `ValidationException` with everything that is wrong, `SerializationException` for a wrong type
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
 */
export function checkInput(operation: string, parameters: Parameters, input: Values): void {
  const found = violations(parameters, input, operation, '');
  if (found.length > 0) {
    const count = found.length === 1 ? '1 validation error' : `${found.length} validation errors`;
    throw validation(`${count} detected: ${found.join('; ')}`);
  }
}

type Values = Readonly<Record<string, unknown>>;

function violations(parameters: Parameters, input: Values, owner: string, prefix: string): string[] {
  const stranger = Object.keys(input).find(
    (name) => !Object.hasOwn(parameters, name) && input[name] !== undefined,
  );
  if (stranger !== undefined) {
    throw notImplemented(`the parameter ${JSON.stringify(stranger)} of ${owner}`);
  }
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const path = prefix + name.charAt(0).toLowerCase() + name.slice(1);
    const value = Object.hasOwn(input, name) ? (input[name] ?? undefined) : undefined;
    if (value !== undefined) {
      return parameter(value, path);
    }
    return parameter.required
      ? [`Value null at '${path}' failed to satisfy constraint: Member must not be null`]
      : [];
  });
}

function of<T>(type: string, check: (value: T, path: string) => string[]): Parameter {
  return (value, path) => {
    if ((Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value) !== type) {
      throw wrongType(path, type, value);
    }
    return check(value as T, path);
  };
}

function wrongType(path: string, expected: string, value: unknown): AwsError {
  return new AwsError(
    'SerializationException',
    `${path} is ${JSON.stringify(value)}: it must be of type ${expected}`,
  );
}

function length(actual: number, { min = 0, max = Infinity }: Bounds, subject: string): string[] {
  const bound = actual < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
  return actual < min || actual > max
    ? [`${subject} failed to satisfy constraint: Member must have length ${bound}`]
    : [];
}
