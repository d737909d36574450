import { Problems } from '../../lib/errors';
import { contextOf, resolve, tableStatesOfTemplate } from '../../lib/state';

const TEMPLATE = {
  Parameters: {
    Stage: { Type: 'String', Default: 'prod' },
    Names: { Type: 'CommaDelimitedList', Default: 'one, two' },
    Stored: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/names' },
    Secret: { Type: 'String', Default: 'default' },
  },
  Mappings: { Stages: { prod: { Days: 35, Zones: ['a', 'b'] } } },
  Conditions: {
    Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    Open: { 'Fn::Equals': [{ Ref: 'Secret' }, ''] },
  },
};
const PLACE = { account: '111122223333', region: 'eu-central-1', stackName: 'Identity' };
/** A hidden parameter is not known, and not its default. */
const context = contextOf(TEMPLATE, { ...PLACE, parameters: { Secret: undefined } });
const unresolved = (value: object): string => `unresolved:${JSON.stringify(value)}`;
const inMap = (...keys: unknown[]): object => ({ 'Fn::FindInMap': ['Stages', ...keys] });

test.each<[object, unknown]>([
  [{ Ref: 'Stage' }, 'prod'],
  [{ Ref: 'Names' }, ['one', 'two']],
  [{ Ref: 'Stored' }, unresolved({ Ref: 'Stored' })],
  [{ Ref: 'Secret' }, unresolved({ Ref: 'Secret' })],
  [{ Ref: 'Role' }, unresolved({ Ref: 'Role' })],
  [{ Ref: 'constructor' }, unresolved({ Ref: 'constructor' })],
  [{ 'Fn::Sub': 'x-${Stage}-${!Kept}' }, 'x-prod-${Kept}'],
  [{ 'Fn::Sub': '${Role.Arn}' }, unresolved({ 'Fn::GetAtt': ['Role', 'Arn'] })],
  [{ 'Fn::Sub': 'x-${Nested.Outputs.Arn}' }, `x-${unresolved({ 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] })}`],
  [{ 'Fn::GetAtt': 'Role.Arn' }, unresolved({ 'Fn::GetAtt': ['Role', 'Arn'] })],
  [{ 'Fn::GetAtt': ['Role', 'Arn'] }, unresolved({ 'Fn::GetAtt': ['Role', 'Arn'] })],
  [{ 'Fn::If': ['Prod', { Ref: 'Stage' }, 'x'] }, 'prod'],
  [{ 'Fn::If': ['Prod', { Ref: 'AWS::NoValue' }, 'x'] }, undefined],
  [{ 'Fn::If': ['Open', 1, 2] }, unresolved({ 'Fn::If': ['Open', 1, 2] })],
  [{ 'Fn::If': ['Nowhere', 1, 2] }, unresolved({ 'Fn::If': ['Nowhere', 1, 2] })],
  [inMap({ Ref: 'Stage' }, 'Days'), 35],
  [inMap('prod', 'Zones'), ['a', 'b']],
  [inMap('dev', 'Days'), unresolved(inMap('dev', 'Days'))],
  [inMap('dev', 'Days', { DefaultValue: 7 }), 7],
  [inMap({ Ref: 'Secret' }, 'Days', { DefaultValue: 7 }), unresolved(inMap({ Ref: 'Secret' }, 'Days', { DefaultValue: 7 }))],
  [{ 'Fn::Select': [1, { Ref: 'Names' }] }, 'two'],
  [{ 'Fn::Select': ['0', [{ Ref: 'Stage' }, { Ref: 'Secret' }]] }, 'prod'],
  [{ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, unresolved({ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] })],
  [{ 'Fn::Split': ['-', { 'Fn::Sub': 'a-${Stage}' }] }, ['a', 'prod']],
  [{ 'Fn::Split': ['-', { Ref: 'Secret' }] }, unresolved({ 'Fn::Split': ['-', { Ref: 'Secret' }] })],
  [{ 'Fn::Join': ['+', { 'Fn::Split': ['-', 'a-b'] }] }, 'a+b'],
  [{ 'Fn::Length': { Ref: 'Names' } }, unresolved({ 'Fn::Length': { Ref: 'Names' } })],
])('%j', (value, resolved) => {
  expect(resolve(value, context)).toEqual(resolved);
});

test('an SSM parameter that was given is a list where its type says so', () => {
  expect(resolve({ Ref: 'Stored' }, contextOf(TEMPLATE, { ...PLACE, parameters: { Stored: 'a,b' } }))).toEqual(['a', 'b']);
});

test('what only CloudFormation knows is written as a function again, also an attribute in a text', () => {
  const Statement = [{ Principal: { AWS: { 'Fn::Sub': '${Role.Arn}' } } }];
  const table = {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ResourcePolicy: { PolicyDocument: { Statement } },
    },
  };
  const [state] = tableStatesOfTemplate({ Resources: { T: table } }, { ...PLACE, parameters: {} }, new Problems());
  expect(state.resourcePolicy).toEqual({
    Statement: [{ Principal: { AWS: 'unresolved:{"Fn::GetAtt":["Role","Arn"]}' } }],
  });
});
