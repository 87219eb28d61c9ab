import { opaque, unresolved } from '../policy/opaque';
import { OPEN_ACCOUNT, OPEN_REGION, urlSuffixOf } from './environment';
import { plainText } from './intrinsics';
import { type Json, type JsonObject, own } from './json';
import type { Stack } from './template';

/**
 * A parameter's value: what was given, else its default.
 *
 * The default of a parameter that is looked up in the Parameter Store is the name to look up.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export function parameterValue(declaration: JsonObject, given: Json | undefined, label: string): Json {
  const type = plainText(own(declaration, 'Type')) ?? '';
  const value = given ?? (type.startsWith('AWS::SSM::') ? undefined : own(declaration, 'Default'));
  if (value === undefined) return unresolved(label);
  const text = plainText(value);
  if (text === undefined) return unresolved(`${label}, whose value is neither text nor a number`);
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  return isList ? text.split(',').map((each) => each.trim()) : text;
}

/**
 * The value of a parameter that CloudFormation gives to every stack; undefined for `AWS::NoValue`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 */
export function pseudoParameter(
  name: string,
  { id, name: stackName, hasName, environment }: Stack,
): Json | undefined {
  switch (name) {
    case 'AWS::NoValue':
      return undefined;
    case 'AWS::AccountId':
      return environment.account ?? OPEN_ACCOUNT;
    case 'AWS::Region':
      return environment.region ?? OPEN_REGION;
    case 'AWS::Partition':
      return environment.partition;
    case 'AWS::URLSuffix':
      return urlSuffixOf(environment);
    case 'AWS::StackName':
      return hasName ? stackName : unresolved(name);
    case 'AWS::StackId':
      return opaque(`${id}>StackId`);
    default:
      return unresolved(name);
  }
}
