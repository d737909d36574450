import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { IdentityTablesError } from '../../lib/errors';
import { stacksWithParameters, tableStatesOfAssembly } from '../../lib/state';

type Json = Record<string, unknown>;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'nested-conditions-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (name: string, content: object): void => writeFileSync(path.join(directory, name), JSON.stringify(content));
const TABLE = {
  Type: 'AWS::DynamoDB::GlobalTable',
  Condition: 'Wanted',
  Properties: {
    TableName: { Ref: 'Name' },
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    Replicas: [{ Region: 'eu-west-1' }],
  },
};

/** A stack with parameters of CDK itself and of its own, and a nested stack that has the table. */
function app(nested: Json, region = 'eu-west-1'): void {
  write('manifest.json', {
    version: '55.0.0',
    artifacts: Object.fromEntries(
      ['Identity', 'Other'].map((name) => [
        name,
        {
          type: 'aws:cloudformation:stack',
          environment: `aws://111122223333/${region}`,
          properties: { templateFile: `${name}.template.json` },
        },
      ]),
    ),
  });
  const parameters = { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/version' } };
  write('Other.template.json', { Parameters: parameters, Resources: { Queue: { Type: 'AWS::SQS::Queue' } } });
  write('Identity.template.json', {
    Parameters: { ...parameters, Stage: { Type: 'String' } },
    Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
    Resources: {
      Tables: {
        Type: 'AWS::CloudFormation::Stack',
        Metadata: { 'aws:asset:path': 'nested.template.json' },
        Properties: { Parameters: { Name: { 'Fn::If': ['IsProd', 'users', 'users-dev'] }, Stage: { Ref: 'Stage' } } },
        ...nested,
      },
    },
  });
  write('nested.template.json', {
    Parameters: { Name: { Type: 'String' }, Stage: { Type: 'String' } },
    // The names of conditions are those of each template.
    Conditions: { Wanted: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'test'] }] }, IsProd: { 'Fn::Equals': [1, 2] } },
    Resources: { Users: TABLE },
  });
}

const namesOf = (Stage?: string): string[] =>
  tableStatesOfAssembly(directory, {
    account: '1',
    region: undefined,
    parametersOf: ({ stackName }) => (stackName === 'Identity' && Stage !== undefined ? { Stage } : undefined),
  }).map(({ tableName }) => tableName);

test('parameters and conditions reach the tables of a nested stack', () => {
  app({});
  expect([namesOf('prod'), namesOf('dev'), namesOf('test')]).toEqual([['users'], ['users-dev'], []]);
});

test('a nested stack whose condition does not hold has no tables', () => {
  app({ Condition: 'IsProd' });
  expect([namesOf('prod'), namesOf('dev')]).toEqual([['users'], []]);
});

test.each([
  [
    'of the nested stack',
    { Properties: { Parameters: { Name: 'users', Stage: 'prod' } } },
    'stack Identity, nested stack Tables',
  ],
  ['of its tables', {}, 'stack Identity-Tables, table Users'],
])('a condition that cannot be decided is a problem: %s', (_, nested, subject) => {
  app({ Condition: 'IsProd', ...nested });
  let problems: readonly string[] = [];
  try {
    namesOf();
  } catch (error) {
    problems = (error as IdentityTablesError).problems.map(({ code, what }) => `${code} ${what}`);
  }
  expect(problems).toEqual([`IDT0722 ${subject}: whether it is made is known to CloudFormation only`]);
});

test('parameters are wanted of the stacks whose tables they may decide', () => {
  app({});
  const defaults = { account: '1', region: undefined };
  expect(stacksWithParameters(directory, defaults)).toEqual([
    { account: '111122223333', region: 'eu-west-1', stackName: 'Identity' },
  ]);
  expect(stacksWithParameters(path.join(directory, 'nowhere'), defaults)).toEqual([]);
  // Nobody can be asked about a stack whose region is not known.
  app({}, 'unknown-region');
  expect(stacksWithParameters(directory, defaults)).toEqual([]);
});
