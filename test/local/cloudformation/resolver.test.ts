import { ACCOUNT, parameter, refusal, REGION, StackTests } from './stacks';

let stacks: StackTests;
beforeAll(async () => {
  stacks = await StackTests.start();
});
afterAll(() => stacks.stop());
afterEach(async () => {
  await stacks.call('DeleteStack', {});
});

const template = (value: unknown) => ({
  Mappings: { ByRegion: { [REGION]: { Name: 'Frankfurt' } } },
  Parameters: {
    Word: { Type: 'String', Default: 'word' },
    List: { Type: 'CommaDelimitedList', Default: 'a,b' },
  },
  Conditions: {
    Yes: { 'Fn::Equals': [{ Ref: 'Word' }, 'word'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
  },
  Resources: {
    A: parameter('/a', value),
    Here: parameter('/here', 'x', { Condition: 'Either' }),
    Nowhere: parameter('/nowhere', 'x', { Condition: 'Both' }),
  },
});

test.each<[unknown, string]>([
  [{ Ref: 'Word' }, 'word'],
  [{ Ref: 'AWS::AccountId' }, ACCOUNT],
  [{ Ref: 'AWS::Region' }, REGION],
  [{ Ref: 'AWS::Partition' }, 'aws'],
  [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  [{ Ref: 'AWS::StackName' }, 'test'],
  [{ Ref: 'Here' }, '/here'],
  [{ 'Fn::GetAtt': ['Here', 'Value'] }, 'x'],
  [{ 'Fn::GetAtt': 'Here.Value' }, 'x'],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'Word' }, { Ref: 'AWS::NoValue' }]] }, 'a-word'],
  [{ 'Fn::Join': ['+', { Ref: 'List' }] }, 'a+b'],
  [{ 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  [{ 'Fn::Sub': '${Word} in ${AWS::Region}: ${Here.Value} ${!Word}' }, `word in ${REGION}: x \${Word}`],
  [{ 'Fn::Sub': ['${Word} ${Other}', { Other: { Ref: 'Word' } }] }, 'word word'],
  [{ 'Fn::FindInMap': ['ByRegion', { Ref: 'AWS::Region' }, 'Name'] }, 'Frankfurt'],
  [{ 'Fn::If': ['Yes', 'yes', { Ref: 'Nowhere' }] }, 'yes'],
  [{ 'Fn::If': ['No', { Ref: 'Nowhere' }, 'no'] }, 'no'],
  [{ 'Fn::Base64': 'hi' }, 'aGk='],
])('%j is %j', async (value, expected) => {
  expect(await stacks.deploy(template(value))).toBe('CREATE_COMPLETE');
  expect(await stacks.parameter('/a')).toBe(expected);
  expect([await stacks.parameter('/here'), await stacks.parameter('/nowhere')]).toEqual(['x', 'none']);
});

test.each<[unknown, RegExp]>([
  [{ 'Fn::Select': [2, ['a', 'b']] }, /Fn::Select cannot select nonexistent value at index 2/],
  [{ 'Fn::Join': ['a'] }, /every Fn::Join object requires 2 parameters/],
  [{ 'Fn::FindInMap': ['ByRegion', 'nowhere', 'Name'] }, /Unable to get mapping for ByRegion::nowhere::Name/],
  [{ 'Fn::If': ['Maybe', 'a', 'b'] }, /unresolved condition dependency Maybe/],
  [{ 'Fn::GetAtt': ['Here', 'Colour'] }, /resource Here does not support attribute type Colour/],
  [{ 'Fn::ImportValue': 'nothing' }, /No export named nothing found/],
  [{ Ref: 'AWS::Weather' }, /the pseudo parameter "AWS::Weather"/],
])('fails for %j, and makes nothing that stays', async (value, message) => {
  const outcome = await refusal(stacks.deploy(template(value)));
  const events = await stacks.call('DescribeStackEvents', {}).catch(() => undefined);
  const reasons = (events?.StackEvents ?? []).map(({ ResourceStatusReason }) => ResourceStatusReason);
  expect([outcome, ...reasons].join('\n')).toMatch(message);
  expect([await stacks.parameter('/a'), await stacks.parameter('/here')]).toEqual(['none', 'none']);
});
