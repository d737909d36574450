import { rmSync } from 'node:fs';
import * as path from 'node:path';
import { DescribeContributorInsightsCommand } from '@aws-sdk/client-dynamodb';
import { startEmbeddedEngine, type EmbeddedEngine } from '../../lib/cli/engine';
import type { Step } from '../../lib/cli/engine/answer';
import { temporaryDirectory } from './schema-directory';
import { clientOf, runCommand } from './support';
import { globalTable, writeAssembly } from './verify-assembly';

// `local` turns contributor insights on in the mode that the assembly states, for the table and for each index.

const EU = 'eu-central-1';
const AttributeDefinitions = ['id', 'email', 'phone'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
const index = (name: string): object => ({
  IndexName: `${name}-index`,
  KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
});

let directory: string;
let app: string;
let engine: EmbeddedEngine;
/** What was asked to be turned on. */
let updates: unknown[];
beforeEach(async () => {
  directory = temporaryDirectory();
  app = path.join(directory, 'app');
  updates = [];
  const record: Step = (request, next) => {
    if (request.operation === 'UpdateContributorInsights') {
      updates.push(JSON.parse(request.body.toString()));
    }
    return next(request);
  };
  engine = await startEmbeddedEngine({ regions: [EU], steps: [record] });
});
afterEach(async () => {
  await engine.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** The table with insights as they are given, which `undefined` leaves out. */
function write(ofTable: object | undefined, ofIndexes: Readonly<Record<string, object>>): void {
  const replica = {
    ...(ofTable && { ContributorInsightsSpecification: ofTable }),
    GlobalSecondaryIndexes: Object.entries(ofIndexes).map(([name, specification]) => ({
      IndexName: `${name}-index`,
      ContributorInsightsSpecification: specification,
    })),
  };
  const properties = { AttributeDefinitions, GlobalSecondaryIndexes: [index('email'), index('phone')] };
  writeAssembly(app, [{ name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU], properties, replica) } }]);
}

async function modes(): Promise<Record<string, string | undefined>> {
  const client = clientOf(engine.endpoint, EU);
  const found: Record<string, string | undefined> = {};
  for (const IndexName of [undefined, 'email-index', 'phone-index']) {
    const answer = await client.send(new DescribeContributorInsightsCommand({ TableName: 'users', IndexName }));
    found[IndexName ?? 'table'] =
      answer.ContributorInsightsStatus === 'ENABLED' ? answer.ContributorInsightsMode : answer.ContributorInsightsStatus;
  }
  client.destroy();
  return found;
}

const local = () => runCommand(['local', '--once', '--app', app, '--endpoint', engine.endpoint]);
const verify = () => runCommand(['verify', '--app', app, '--endpoint', engine.endpoint]);

test('a table and an index with modes of their own; verify finds no difference', async () => {
  write({ Enabled: true, Mode: 'THROTTLED_KEYS' }, { email: { Enabled: true, Mode: 'ACCESSED_AND_THROTTLED_KEYS' } });
  expect((await local()).code).toBe(0);
  expect(await modes()).toEqual({
    table: 'THROTTLED_KEYS',
    'email-index': 'ACCESSED_AND_THROTTLED_KEYS',
    'phone-index': 'DISABLED',
  });
  const { code, out } = await verify();
  expect(code).toBe(0);
  expect(out).toMatch(/1 table in 1 region: no difference/);
});

test('an index alone; a table that stands is turned to another mode', async () => {
  write(undefined, { phone: { Enabled: true, Mode: 'THROTTLED_KEYS' } });
  expect((await local()).code).toBe(0);
  expect(await modes()).toEqual({ table: 'DISABLED', 'email-index': 'DISABLED', 'phone-index': 'THROTTLED_KEYS' });
  write({ Enabled: true, Mode: 'THROTTLED_KEYS' }, { phone: { Enabled: true } });
  expect((await local()).code).toBe(0);
  expect(await modes()).toEqual({
    table: 'THROTTLED_KEYS',
    'email-index': 'DISABLED',
    'phone-index': 'ACCESSED_AND_THROTTLED_KEYS',
  });
  expect((await verify()).code).toBe(0);
});

test('an index with a mode, of a table that states none', async () => {
  write({ Enabled: true }, { email: { Enabled: true, Mode: 'THROTTLED_KEYS' } });
  expect((await local()).code).toBe(0);
  expect(await modes()).toEqual({
    table: 'ACCESSED_AND_THROTTLED_KEYS',
    'email-index': 'THROTTLED_KEYS',
    'phone-index': 'DISABLED',
  });
});

test('a mode that only CloudFormation knows is not sent, and said', async () => {
  write({ Enabled: true, Mode: { 'Fn::ImportValue': 'mode' } }, {});
  const { code, out } = await local();
  expect(code).toBe(0);
  expect(out).toMatch(/contributor insights +1 table +it is on, but its mode is known to CloudFormation only/);
  expect((await modes()).table).toBe('ACCESSED_AND_THROTTLED_KEYS');
});

test('without a stated mode none is sent', async () => {
  write({ Enabled: true }, { email: { Enabled: true } });
  expect((await local()).code).toBe(0);
  expect(updates).toEqual([
    { TableName: 'users', ContributorInsightsAction: 'ENABLE' },
    { TableName: 'users', IndexName: 'email-index', ContributorInsightsAction: 'ENABLE' },
  ]);
});
