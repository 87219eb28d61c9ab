import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error';

/** A resource that lacks a property which its type requires. */
export class PropertiesInvalid extends Error {
  constructor(logicalId: string, missing: readonly string[]) {
    const keys = missing.map((name) => `#: required key [${name}] not found`).join(', ');
    super(`Properties validation failed for resource ${logicalId} with message: ${keys}`);
  }
}

/** The words of CloudFormation for an update that the type does not take. */
export function notUpdatable(type: string, physicalId: string | undefined): string {
  return handlerResult(
    `Resource of type '${type}' with identifier '${physicalId}' is not updatable with parameters provided.`,
    'NotUpdatable',
  );
}

/** What CloudFormation says of a resource's handler that failed. */
export function handlerMessage(error: unknown, type: string): string {
  if (!(error instanceof AwsError)) {
    return error instanceof PropertiesInvalid ? error.message : `Internal Failure: ${String(error)}`;
  }
  const [, service] = type.split('::');
  const title = service === 'KMS' ? 'Kms' : service === 'IAM' ? 'Iam' : service;
  return handlerResult(
    `${error.message} (Service: ${title}, Status Code: ${error.status}, Request ID: ${randomUUID()})`,
    handlerErrorCode(error),
  );
}

function handlerResult(message: string, code: string): string {
  return `Resource handler returned message: "${message}" (RequestToken: ${randomUUID()}, HandlerErrorCode: ${code})`;
}

/** @see https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html */
export function handlerErrorCode({ code }: AwsError): string {
  if (/AccessDenied/.test(code)) {
    return 'AccessDenied';
  }
  if (/AlreadyExists/.test(code)) {
    return 'AlreadyExists';
  }
  if (/NotFound|NoSuch/.test(code)) {
    return 'NotFound';
  }
  return code === 'NotImplemented' ? 'UnsupportedAction' : 'InvalidRequest';
}
