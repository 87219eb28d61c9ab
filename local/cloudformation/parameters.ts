import type { Json } from '../../lib/audit/template/json';
import { notImplemented } from '../aws-error';
import type { GivenParameter } from './stack';
import type { Template } from './template';
import { text } from './text';
import { validationError } from './validation-error';

/** A parameter as a request gives it. */
export interface ParameterInput {
  readonly ParameterKey: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: string | boolean;
}

/** Reads parameters of the SSM Parameter Store, as the caller. */
export type ReadSsm = (names: readonly string[]) => Promise<Readonly<Record<string, string>>>;

const SSM_TYPE = /^AWS::SSM::Parameter::Value<(String|List<String>|CommaDelimitedList)>$/;

/**
 * The values of a template's parameters: given, kept from before, or the default.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export async function resolveParameters(
  template: Template,
  inputs: readonly ParameterInput[],
  previous: readonly GivenParameter[],
  readSsm: ReadSsm,
): Promise<{ parameters: Record<string, Json>; given: GivenParameter[] }> {
  const unknown = inputs.filter(({ ParameterKey }) => !Object.hasOwn(template.parameters, ParameterKey));
  if (unknown.length > 0) {
    const names = unknown.map(({ ParameterKey }) => ParameterKey).join(', ');
    throw validationError(`Parameters: [${names}] do not exist in the template`);
  }
  const texts = Object.keys(template.parameters).map(
    (name) => [name, givenValue(name, template, inputs, previous)] as const,
  );
  const missing = texts.filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length > 0) {
    throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  }
  const parameters: Record<string, Json> = {};
  const given: GivenParameter[] = [];
  for (const [name, value] of texts as (readonly [string, string])[]) {
    const type = text(template.parameters[name].Type);
    const inner = SSM_TYPE.exec(type)?.[1];
    const resolved = inner === undefined ? undefined : await readOne(value, readSsm);
    check(name, resolved ?? value, template);
    parameters[name] = typed(inner ?? type, resolved ?? value);
    given.push({ ParameterKey: name, ParameterValue: value, ResolvedValue: resolved });
  }
  return { parameters, given };
}

function givenValue(
  name: string,
  template: Template,
  inputs: readonly ParameterInput[],
  previous: readonly GivenParameter[],
): string | undefined {
  const input = inputs.find(({ ParameterKey }) => ParameterKey === name);
  if (String(input?.UsePreviousValue) === 'true') {
    return previous.find(({ ParameterKey }) => ParameterKey === name)?.ParameterValue;
  }
  const fallback = template.parameters[name].Default;
  return input?.ParameterValue ?? (fallback === undefined ? undefined : text(fallback));
}

async function readOne(name: string, readSsm: ReadSsm): Promise<string> {
  const found = await readSsm([name]);
  if (!Object.hasOwn(found, name)) {
    throw validationError(`Unable to fetch parameters [${name}] from parameter store for this account.`);
  }
  return found[name];
}

function check(name: string, value: string, template: Template): void {
  const { AllowedValues, AllowedPattern, MinLength, MaxLength } = template.parameters[name];
  if (AllowedValues !== undefined && !(AllowedValues as Json[]).map(String).includes(value)) {
    throw validationError(`Template error: Parameter '${name}' must be one of AllowedValues`);
  }
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${text(AllowedPattern)})$`).test(value)) {
    throw validationError(
      `Parameter ${name} failed to satisfy constraint: Parameter ${name} must match pattern ${text(AllowedPattern)}`,
    );
  }
  if (value.length < Number(MinLength ?? 0) || value.length > Number(MaxLength ?? Infinity)) {
    throw validationError(
      `Parameter '${name}' must contain at least ${text(MinLength ?? 0)} and at most ${text(MaxLength ?? 4096)} characters`,
    );
  }
}

function typed(type: string, value: string): Json {
  switch (type) {
    case 'String':
    case 'Number':
      return value;
    case 'CommaDelimitedList':
    case 'List<String>':
    case 'List<Number>':
      return value === '' ? [''] : value.split(',').map((each) => each.trim());
    default:
      throw notImplemented(`the parameter type ${JSON.stringify(type)}`);
  }
}
