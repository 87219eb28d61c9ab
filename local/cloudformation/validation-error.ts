import { AwsError } from '../aws-error';

/** How CloudFormation says that a request makes no sense. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
