/**
 * An error as AWS answers it: a code that programs read, a message that people read, an HTTP status.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
 */
export class AwsError extends Error {
  constructor(
    public readonly code: string,
    message: string,
    public readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}

/** Why something that AWS may well know is refused here, rather than ignored. */
export function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', `the local endpoint does not implement ${what}`, 501);
}

/** `ValidationException` of the JSON services; the Query services call it `ValidationError`. */
export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** Whether an error is an answer of AWS with this code. */
export function isAwsError(error: unknown, code: string): error is AwsError {
  return error instanceof AwsError && error.code === code;
}
