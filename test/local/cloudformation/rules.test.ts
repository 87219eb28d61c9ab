import { App, CfnOutput, Stack } from 'aws-cdk-lib/core';
import { parameter, refusal, REGION, StackTests } from './stacks';

let stacks: StackTests;
beforeEach(async () => {
  stacks = await StackTests.start();
});
afterEach(() => stacks.stop());

const template = (rule: object) => ({
  Parameters: {
    Stage: { Type: 'String', Default: 'dev' },
    Zones: { Type: 'CommaDelimitedList', Default: 'a,b' },
    Same: { Type: 'CommaDelimitedList', Default: 'a,a' },
  },
  Rules: { Rule: rule },
  Resources: { A: parameter('/a', { Ref: 'Stage' }) },
});
const asserting = (Assert: unknown, more: object = {}) =>
  template({ Assertions: [{ Assert, AssertDescription: 'choose another' }], ...more });
const isStage = (stage: string) => ({ 'Fn::Equals': [{ Ref: 'Stage' }, stage] });
const YES = isStage('dev');
const NO = isStage('prod');
const REFUSED = 'ValidationError: Template validation error: rule Rule: choose another';

describe('an assertion holds or not by', () => {
  test.each<[unknown, boolean]>([
    [YES, true],
    [NO, false],
    [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, REGION] }, true],
    [{ 'Fn::Equals': [{ Ref: 'AWS::StackName' }, 'test'] }, true],
    [{ 'Fn::Not': [YES] }, false],
    [{ 'Fn::Not': [NO] }, true],
    [{ 'Fn::And': [YES, YES] }, true],
    [{ 'Fn::And': [YES, NO] }, false],
    [{ 'Fn::Or': [YES, NO] }, true],
    [{ 'Fn::Or': [NO, NO] }, false],
    [{ 'Fn::Contains': [['dev', 'mgmt'], { Ref: 'Stage' }] }, true],
    [{ 'Fn::Contains': [['stage', 'prod'], { Ref: 'Stage' }] }, false],
    [{ 'Fn::Contains': [{ Ref: 'Zones' }, 'b'] }, true],
    [{ 'Fn::Contains': [{ Ref: 'Zones' }, 'c'] }, false],
    [{ 'Fn::EachMemberEquals': [{ Ref: 'Same' }, 'a'] }, true],
    [{ 'Fn::EachMemberEquals': [{ Ref: 'Zones' }, 'a'] }, false],
    [{ 'Fn::EachMemberIn': [{ Ref: 'Zones' }, ['a', 'b', 'c']] }, true],
    [{ 'Fn::EachMemberIn': [['a', 'c'], { Ref: 'Zones' }] }, false],
  ])('%j: %s', async (assertion, expected) => {
    const outcome = await refusal(stacks.deploy(asserting(assertion)));
    expect(outcome).toBe(expected ? 'none' : REFUSED);
    expect(await stacks.status()).toBe(expected ? 'CREATE_COMPLETE' : 'none');
  });
});

test.each([
  ['true', YES, REFUSED],
  ['false', NO, 'none'],
])('a rule whose condition is %s is held so', async (_what, RuleCondition, outcome) => {
  expect(await refusal(stacks.deploy(asserting(NO, { RuleCondition })))).toBe(outcome);
});

test('a rule fails on each of its assertions, and names itself when an assertion has no description', async () => {
  const rule = { Assertions: [{ Assert: YES }, { Assert: NO }] };
  expect(await refusal(stacks.deploy(template(rule)))).toBe(
    'ValidationError: Template validation error: rule Rule: an assertion fails',
  );
});

describe('a value that a rule refuses fails', () => {
  const body = asserting(YES);
  const Parameters = [{ ParameterKey: 'Stage', ParameterValue: 'prod' }];

  test('CreateStack, and no stack is made', async () => {
    expect(await refusal(stacks.deploy(body, undefined, { Parameters }))).toBe(REFUSED);
    expect(await stacks.status()).toBe('none');
  });

  test('UpdateStack, and the stack stays as it is', async () => {
    await stacks.deploy(body);
    expect(await refusal(stacks.deploy(body, undefined, { Parameters }))).toBe(REFUSED);
    expect([await stacks.status(), await stacks.parameter('/a')]).toEqual(['CREATE_COMPLETE', 'dev']);
  });

  test('CreateChangeSet, and neither stack nor change set is made', async () => {
    expect(await refusal(stacks.changes(body, 'CREATE', { Parameters }))).toBe(REFUSED);
    expect(await stacks.status()).toBe('none');
  });
});

test.each<[unknown, RegExp]>([
  [{ 'Fn::EachMemberIn': [{ 'Fn::RefAll': 'AWS::EC2::VPC::Id' }, ['a']] }, /"Fn::RefAll"$/],
  [{ 'Fn::Equals': [{ 'Fn::ValueOf': ['Stage', 'Tags.x'] }, 'a'] }, /"Fn::ValueOf"$/],
  [{ 'Fn::EachMemberEquals': [{ 'Fn::ValueOfAll': ['x', 'y'] }, 'a'] }, /"Fn::ValueOfAll"$/],
  [{ 'Fn::Equals': [{ 'Fn::Join': ['', ['a']] }, 'a'] }, /"Fn::Join"$/],
  [{ 'Fn::If': ['Yes', true, false] }, /"Fn::If"$/],
  [{ 'Fn::Equals': [{ Ref: 'AWS::StackId' }, 'a'] }, /"AWS::StackId" in a rule$/],
])('fails for %j, which is not implemented, even where the rule does not apply', async (assertion, named) => {
  const outcome = await refusal(stacks.deploy(asserting(assertion, { RuleCondition: NO })));
  expect(outcome).toMatch(/^NotImplemented: the local endpoint does not implement/);
  expect(outcome).toMatch(named);
  expect(await stacks.status()).toBe('none');
});

test.each<[string, object]>([
  ['a member that rules do not have', { Assertion: [{ Assert: YES }] }],
  ['no assertions', { RuleCondition: YES }],
  ['an assertion without a function', { Assertions: [{ AssertDescription: 'x' }] }],
  ['an assertion that is plainly true', { Assertions: [{ Assert: true }] }],
  ['two functions in one', { Assertions: [{ Assert: { ...YES, 'Fn::Not': [NO] } }] }],
  ['too few arguments', { Assertions: [{ Assert: { 'Fn::Equals': ['a'] } }] }],
  ['too many arguments', { Assertions: [{ Assert: { 'Fn::Not': [NO, YES] } }] }],
  ['a string for a list', { Assertions: [{ Assert: { 'Fn::Contains': ['abc', 'b'] } }] }],
  ['a list for a string', { Assertions: [{ Assert: { 'Fn::Contains': [['a'], { Ref: 'Zones' }] } }] }],
  ['a reference to a resource', { Assertions: [{ Assert: { 'Fn::Equals': [{ Ref: 'A' }, '/a'] } }] }],
])('fails for a rule with %s', async (_what, rule) => {
  expect(await refusal(stacks.deploy(template(rule)))).toMatch(
    /^ValidationError: Template (format )?error: /,
  );
});

describe('the rule that the CDK puts into every template', () => {
  const synthesized = () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    new CfnOutput(stack, 'Region', { value: stack.region });
    const { template } = app.synth().getStackArtifact(stack.artifactId) as { template: object };
    return { ...template, Resources: { A: parameter('/a', 'x') } };
  };
  const bootstrapped = (Value: string) =>
    stacks.aws('ssm', 'PutParameter', { Name: '/cdk-bootstrap/hnb659fds/version', Type: 'String', Value });

  test('fails the deployment where the bootstrap stack is too old', async () => {
    await bootstrapped('5');
    expect(await refusal(stacks.deploy(synthesized()))).toMatch(
      /^ValidationError: .*rule CheckBootstrapVersion: CDK bootstrap stack version 6 required\./,
    );
    expect([await stacks.status(), await stacks.parameter('/a')]).toEqual(['none', 'none']);
  });

  test('lets it pass from the version that it asks for', async () => {
    await bootstrapped('6');
    expect(await stacks.deploy(synthesized())).toBe('CREATE_COMPLETE');
  });
});
