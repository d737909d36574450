import { App, Stack } from 'aws-cdk-lib/core';
import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import { Preflight } from 'cdk-preflight';
import { IdentityTablesStacks } from '../lib';
import { PRESET_NAMES, PRESETS, REPLICA_REGIONS, SERVERS } from './tables/cases';

// CDK's built-in CloudFormation validation is off in the other tests for speed. Here it is on, and a finding is an error.

function appWithValidation(): App {
  return new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true }, builtinCloudFormationValidation: true });
}

function addEverySet(app: App): number {
  let count = 0;
  for (const server of Object.values(SERVERS)) {
    for (const preset of PRESET_NAMES) {
      for (const replicaRegions of Object.values(REPLICA_REGIONS)) {
        const id = `Set${count++}`;
        new IdentityTablesStacks(app, id, {
          server,
          primaryRegion: 'eu-central-1',
          replicaRegions,
          replication: PRESETS[preset](),
          tablePrefix: `${id}-`,
        });
      }
    }
  }
  return count;
}

function addBrokenTable(app: App): void {
  const stack = new Stack(app, 'Broken', { env: { region: 'eu-central-1' } });
  new CfnGlobalTable(stack, 'Table', {
    tableName: 'ab',
    attributeDefinitions: [
      { attributeName: 'id', attributeType: 'S' },
      { attributeName: 'unused', attributeType: 'S' },
    ],
    keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
    replicas: [{ region: 'eu-central-1' }, { region: 'us-east-1' }],
  });
}

const { CDK_VALIDATION } = process.env;

beforeAll(() => {
  delete process.env.CDK_VALIDATION;
});

afterAll(() => {
  process.env.CDK_VALIDATION = CDK_VALIDATION;
});

test('CloudFormation validation finds nothing in any template of any server, preset and number of regions', () => {
  const app = appWithValidation();
  expect(addEverySet(app)).toBe(12 * 4 * 2);
  expect(() => app.synth()).not.toThrow();
}, 120_000);

test('CloudFormation validation does find a stack that CloudFormation refuses', () => {
  const app = appWithValidation();
  new Stack(app, 'Empty', { env: { region: 'eu-central-1' } });
  expect(() => app.synth()).toThrow('F0001');
}, 60_000);

test('the rules of cdk-preflight, reproduced on AWS by their author, find nothing either', () => {
  const app = new App({ builtinCloudFormationValidation: false });
  Preflight.apply(app);
  addEverySet(app);
  expect(() => app.synth()).not.toThrow();
}, 120_000);

test('cdk-preflight does find a broken table', () => {
  const app = new App({ builtinCloudFormationValidation: false });
  Preflight.apply(app);
  addBrokenTable(app);
  expect(() => app.synth()).toThrow('pf-dynamodb-global-table-stream-required');
}, 60_000);
