import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib/core';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { app as express } from '../examples/connect-dynamodb-express';
import { addTables, app as connect2id } from '../examples/connect2id-captured';
import { app as curity } from '../examples/curity-three-regions';
import { app as overseas } from '../examples/separate-apps/overseas';
import { app as platform } from '../examples/separate-apps/platform';

const EXAMPLES = path.join(__dirname, '..', 'examples');

interface Table {
  readonly Properties: { readonly TableName: string; readonly Replicas: readonly { readonly Region: unknown }[] };
}

/** The tables of each stack, each with the number of its replicas when there are several. */
function tablesOf(app: App): Record<string, string[]> {
  const stacks = app.node.findAll().filter(Stack.isStack);
  const line = ({ Properties }: Table) =>
    Properties.TableName + (Properties.Replicas.length > 1 ? ` x ${Properties.Replicas.length}` : '');
  return Object.fromEntries(
    stacks.map((stack) => {
      const tables = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::GlobalTable')) as Table[];
      return [stack.stackName, tables.map(line).sort()];
    }),
  );
}

function regionalPolicies(app: App, stackName: string): number {
  const stack = app.node.findAll().find((node) => Stack.isStack(node) && node.stackName === stackName) as Stack;
  return Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy')).length;
}

const CURITY_REGIONAL = ['prod-curity-nonces', 'prod-curity-sessions'];
const CURITY_MINIMAL = ['accounts', 'bucket', 'database-clients', 'database-service-providers', 'delegations'];
CURITY_MINIMAL.push('devices', 'dynamic-clients', 'links', 'tokens');

test('curity-three-regions: nine replicated tables, two in each region, a role in each', () => {
  const replicated = CURITY_MINIMAL.map((name) => `prod-curity-${name} x 3`);
  expect(tablesOf(curity)).toEqual({
    'Identity-eu-central-1': [...replicated, ...CURITY_REGIONAL].sort(),
    'Identity-us-east-1': CURITY_REGIONAL,
    'Identity-ap-southeast-2': CURITY_REGIONAL,
  });
  expect(regionalPolicies(curity, 'Identity-us-east-1')).toBe(1);
});

describe('connect2id-captured', () => {
  const REPLICATED = ['clients', 'federation_clients', 'jwks', 'jwks_history', 'long_lived_authorizations', 'revocation_journal'];
  const lines = REPLICATED.map((name) => `prod-${name} x 2`);

  test('without a directory: assumed names, easy to replace', () => {
    const tables = tablesOf(connect2id);
    expect(tables['Identity-eu-central-1'].filter((line) => line.endsWith('x 2'))).toEqual(lines);
    expect(tables['Identity-eu-central-1']).toHaveLength(16);
    expect(tables['Identity-us-east-1']).toHaveLength(10);
    const stack = connect2id.node.findAll().find(Stack.isStack) as Stack;
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('16 of 16 tables use names'));
    Template.fromStack(stack).allResources('AWS::DynamoDB::GlobalTable', { DeletionPolicy: 'Delete' });
  });

  test('with a directory: its names, production protection, no such warning', () => {
    const app = new App({ context: { schemaDirectory: path.join(__dirname, '..', 'schemas', 'connect2id') } });
    const [stack] = addTables(app).stacks;
    expect(tablesOf(app)).toEqual(tablesOf(connect2id));
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('tables use names'));
    Template.fromStack(stack).allResources('AWS::DynamoDB::GlobalTable', { DeletionPolicy: 'Retain' });
  });
});

test('connect-dynamodb-express: the table and the policy of the role in an environment-agnostic stack', () => {
  expect(tablesOf(express)).toEqual({ WebShop: ['shop-sessions'] });
  expect(regionalPolicies(express, 'WebShop')).toBe(1);
});

test('separate-apps: together they have every table once, without a warning of a missing region', () => {
  const replicated = CURITY_MINIMAL.map((name) => `prod-curity-${name} x 2`);
  expect(tablesOf(platform)).toEqual({ Identity: [...replicated, ...CURITY_REGIONAL].sort() });
  expect(tablesOf(overseas)).toEqual({ IdentityOverseas: CURITY_REGIONAL });
  expect(regionalPolicies(overseas, 'IdentityOverseas')).toBe(2);
  const [stack] = platform.node.findAll().filter(Stack.isStack);
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
});

test('every example is short, and tested here', () => {
  const files = fs.readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const tested = ['connect-dynamodb-express.ts', 'connect2id-captured.ts', 'curity-three-regions.ts'];
  tested.push('separate-apps/overseas.ts', 'separate-apps/platform.ts', 'separate-apps/shared.ts');
  expect(files.sort()).toEqual(tested);
  for (const file of files) {
    expect(fs.readFileSync(path.join(EXAMPLES, file), 'utf8').split('\n').length).toBeLessThan(40);
  }
});
