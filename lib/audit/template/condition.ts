import { isOpaque } from '../policy/opaque';
import { InputError } from './input-error';
import { plainText } from './intrinsics';
import { isObject, type Json } from './json';
import type { Scope, Truth } from './scope';

/**
 * Whether a condition's expression holds; undefined where that depends on what is not known.
 *
 * `Fn::And` of something false is false whatever the rest is, and `Fn::Or` of something true is true.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export function conditionValue(expression: Json, scope: Scope): Truth {
  const [[name, argument] = [], ...others] = isObject(expression) ? Object.entries(expression) : [];
  const operands = Array.isArray(argument) ? argument : [];
  if (others.length === 0) {
    switch (name) {
      case 'Condition':
        if (typeof argument === 'string') return scope.condition(argument);
        break;
      case 'Fn::Equals':
        if (operands.length === 2) return equals(scope.resolve(operands[0]), scope.resolve(operands[1]));
        break;
      case 'Fn::Not':
        if (operands.length === 1) return not(conditionValue(operands[0], scope));
        break;
      case 'Fn::And':
        if (operands.length > 0) return every(operands.map((each) => conditionValue(each, scope)));
        break;
      case 'Fn::Or':
        if (operands.length > 0) return not(every(operands.map((each) => not(conditionValue(each, scope)))));
        break;
    }
  }
  throw new InputError(
    `${scope.template.stack.file}: ${JSON.stringify(expression).slice(0, 120)} is no condition: use one of Fn::And, Fn::Equals, Fn::Not, Fn::Or, Condition, with its operands`,
  );
}

function equals(left: Json | undefined, right: Json | undefined): Truth {
  const [one, other] = [left, right].map((each) => plainText(each) ?? JSON.stringify(each ?? null));
  if (one === other) return true;
  return isOpaque(one) || isOpaque(other) ? undefined : false;
}

function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

function every(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}
