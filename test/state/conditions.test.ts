import { conditionsOf } from '../../lib/state/conditions';

const context = {
  account: 'unknown-account',
  region: 'eu-central-1',
  stackName: 'Identity',
  parameters: { Stage: 'prod', Count: '3', Hidden: undefined },
};
const equal = (a: unknown, b: unknown): object => ({ 'Fn::Equals': [a, b] });
const YES = equal('a', 'a');
const NO = equal('a', 'b');
const OPEN = equal({ Ref: 'Hidden' }, 'a');

test.each<[string, unknown, boolean | undefined]>([
  ['equal texts', YES, true],
  ['other texts', NO, false],
  ['a text and a number', equal('3', 3), true],
  ['a text and a truth', equal('true', true), true],
  ['a parameter', equal({ Ref: 'Stage' }, 'prod'), true],
  ['a parameter and a number', equal({ Ref: 'Count' }, 3), true],
  ['the region', equal({ Ref: 'AWS::Region' }, 'us-east-1'), false],
  ['a joined text', equal({ 'Fn::Join': ['-', [{ Ref: 'Stage' }, 'eu']] }, 'prod-eu'), true],
  ['lists', equal(['a', { Ref: 'Stage' }], ['a', 'prod']), true],
  ['a hidden parameter', OPEN, undefined],
  ['what only CloudFormation knows', equal({ Ref: 'AWS::StackId' }, 'a'), undefined],
  ['an account that is not known', equal({ Ref: 'AWS::AccountId' }, '111122223333'), undefined],
  ['not', { 'Fn::Not': [YES] }, false],
  ['not, of an open one', { 'Fn::Not': [OPEN] }, undefined],
  ['and', { 'Fn::And': [YES, YES] }, true],
  ['and, one does not hold', { 'Fn::And': [OPEN, NO] }, false],
  ['and, one is open', { 'Fn::And': [YES, OPEN] }, undefined],
  ['or', { 'Fn::Or': [NO, NO] }, false],
  ['or, one holds', { 'Fn::Or': [OPEN, YES] }, true],
  ['or, one is open', { 'Fn::Or': [NO, OPEN] }, undefined],
  ['another condition', { Condition: 'Yes' }, true],
  ['another condition inside', { 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Not': [{ Condition: 'No' }] }] }, true],
  ['itself', { Condition: 'Asked' }, undefined],
  ['itself beside one that does not hold', { 'Fn::And': [{ Condition: 'Asked' }, NO] }, false],
  ['one that is not there', { Condition: 'Nowhere' }, undefined],
  ['one that every object has', { Condition: 'constructor' }, undefined],
  ['a function of another kind', { 'Fn::Transform': { Name: 'Macro' } }, undefined],
  ['nothing', {}, undefined],
])('a condition of %s', (_, condition, holds) => {
  expect(conditionsOf({ Yes: YES, No: NO, Asked: condition }, context)('Asked')).toBe(holds);
});
