import { Aws } from 'aws-cdk-lib/core';
import { packStatements, policySize, statementsByActions } from '../../lib/access/statement';

const tables = (count: number, actions = ['dynamodb:GetItem']) =>
  [...Array(count).keys()].map((i) => ({ resource: `arn:${i}`, actions }));

test('one statement per set of actions, whatever their order', () => {
  expect(
    statementsByActions([
      { resource: 'a', actions: ['x', 'y'] },
      { resource: 'b', actions: ['z'] },
      { resource: 'c', actions: ['y', 'x', 'x'] },
      { resource: 'd', actions: [] },
    ]),
  ).toEqual([
    { Effect: 'Allow', Action: ['x', 'y'], Resource: ['a', 'c'] },
    { Effect: 'Allow', Action: ['z'], Resource: ['b'] },
  ]);
});

test('at most 40 ARNs in a statement, and every one of them once', () => {
  const statements = statementsByActions(tables(81));
  expect(statements.map(({ Resource }) => Resource.length)).toEqual([40, 40, 1]);
  expect(statements.flatMap(({ Resource }) => Resource)).toEqual(tables(81).map(({ resource }) => resource));
});

test('a token counts as 20 characters, more than an account has', () => {
  const of = (account: string) => policySize(statementsByActions([{ resource: `table:${account}`, actions: ['x'] }]));
  expect(of(Aws.ACCOUNT_ID)).toBe(of('1'.repeat(20)));
});

test('as few policies as fit, in order', () => {
  const statements = ['a', 'b', 'c'].map((action) => statementsByActions(tables(2, [action]))[0]);
  const size = policySize(statements.slice(0, 2));
  expect(packStatements(statements, size)).toEqual([statements.slice(0, 2), statements.slice(2)]);
  expect(packStatements(statements, size - 1)).toEqual(statements.map((statement) => [statement]));
  expect(packStatements([], size)).toEqual([]);
});
