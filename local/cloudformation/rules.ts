import { isObject, type Json, type JsonObject } from '../../lib/audit/template/json';
import { notImplemented } from '../aws-error';
import { text } from './text';
import { validationError } from './validation-error';

/** By the name of a parameter or pseudo parameter. */
type Values = Readonly<Record<string, Json>>;

const COMPARISONS: Readonly<Record<string, (one: Json, other: Json) => boolean>> = {
  'Fn::Contains': (strings, value) => texts(strings).includes(text(value)),
  'Fn::EachMemberEquals': (strings, value) => texts(strings).every((each) => each === text(value)),
  'Fn::EachMemberIn': (strings, others) => texts(strings).every((each) => texts(others).includes(each)),
  'Fn::Equals': (one, other) => text(one) === text(other),
};

/**
 * Holds the rules of a template against the values of its parameters.
 *
 * A rule whose condition is false is worked out as well: what is not known in it must not go unnoticed.
 *
 * @throws AwsError `ValidationError` with the description of an assertion that fails
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
 */
export function checkRules(rules: Readonly<Record<string, Json>>, values: Values): void {
  for (const [name, rule] of Object.entries(rules)) {
    const { RuleCondition, Assertions } = members(rule, name, ['RuleCondition', 'Assertions']);
    const applies = RuleCondition === undefined || holds(RuleCondition, values);
    for (const assertion of list(Assertions)) {
      const { Assert, AssertDescription } = members(assertion, name, ['Assert', 'AssertDescription']);
      if (!holds(Assert, values) && applies) {
        const reason = text(AssertDescription ?? 'an assertion fails');
        throw validationError(`Template validation error: rule ${name}: ${reason}`);
      }
    }
  }
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html */
function holds(condition: Json | undefined, values: Values): boolean {
  const [name, argument] = ruleFunction(condition);
  switch (name) {
    case 'Fn::And':
      return list(argument)
        .map((each) => holds(each, values))
        .every(Boolean);
    case 'Fn::Or':
      return list(argument)
        .map((each) => holds(each, values))
        .some(Boolean);
    case 'Fn::Not':
      return !holds(list(argument, 1)[0], values);
  }
  if (!Object.hasOwn(COMPARISONS, name)) {
    throw notImplemented(`the rule function ${JSON.stringify(name)}`);
  }
  const [one, other] = list(argument, 2).map((each) => resolve(each, values));
  return COMPARISONS[name](one, other);
}

function resolve(value: Json, values: Values): Json {
  if (Array.isArray(value)) {
    return value.map((each) => resolve(each, values));
  }
  if (!isObject(value)) {
    return value;
  }
  const [name, argument] = ruleFunction(value);
  if (name !== 'Ref') {
    throw notImplemented(`the rule function ${JSON.stringify(name)}`);
  }
  const parameter = text(argument);
  if (Object.hasOwn(values, parameter)) {
    return values[parameter];
  }
  throw parameter.startsWith('AWS::')
    ? notImplemented(`the pseudo parameter ${JSON.stringify(parameter)} in a rule`)
    : validationError(`Template format error: Unresolved dependencies [${parameter}] in the Rules block`);
}

/** The name and the argument of a function, such as `{ "Ref": "Stage" }`. */
function ruleFunction(value: Json | undefined): [string, Json] {
  const [[name, argument] = ['', null], ...others] = isObject(value) ? Object.entries(value) : [];
  if (name === '' || others.length > 0) {
    throw validationError(
      `Template format error: a rule needs a function where it has ${JSON.stringify(value)}`,
    );
  }
  return [name, argument];
}

function members(value: Json, rule: string, known: readonly string[]): Partial<JsonObject> {
  if (!isObject(value) || Object.keys(value).some((member) => !known.includes(member))) {
    throw validationError(
      `Template format error: the rule ${rule} takes ${known.join(' and ')}, nothing else`,
    );
  }
  return value;
}

function list(value: Json | undefined, length?: number): Json[] {
  if (!Array.isArray(value) || (length ?? value.length) !== value.length) {
    const wanted = length === undefined ? 'a list' : `a list of ${length}`;
    throw validationError(
      `Template format error: a rule needs ${wanted} where it has ${JSON.stringify(value)}`,
    );
  }
  return value;
}

function texts(value: Json): string[] {
  return list(value).map(text);
}
