import * as path from 'node:path';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { App } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesStacks, Replication } from '../../lib';
import type { PlanFile } from '../../lib/cli/plan/plan-file';
import { bootstrap, cdkDone } from './cdk';
import { liveTables, tableNames, type LiveTable } from './live-tables';
import { MiniStack } from './ministack';
import { identityTables, planLive, takeSteps } from './run-plan';
import { CONNECT2ID_18, CONNECT_DYNAMODB, replicates, type ServerFacts, type TableFacts } from './vendor-facts';

const PRIMARY = 'eu-central-1';
const REPLICAS = ['us-east-1', 'ap-southeast-2'];
const REGIONS = [PRIMARY, ...REPLICAS];
const MINUTE = 60_000;

type Item = Record<string, AttributeValue>;

let cloud: MiniStack;
let directory: string;

beforeAll(async () => {
  cloud = await MiniStack.start();
  directory = cloud.directory;
  await bootstrap(cloud, REGIONS);
}, 5 * MINUTE);

afterAll(() => cloud?.stop());

interface AppOptions {
  readonly server: IdentityServer;
  readonly replicaRegions?: readonly string[];
  readonly replication?: Replication;
  readonly tablePrefix: string;
}

/** The assembly of an app with one stack per region. */
function synthesize(id: string, name: string, { replicaRegions, ...options }: AppOptions): string {
  const outdir = path.join(directory, name);
  const app = new App({ outdir, analyticsReporting: false });
  new IdentityTablesStacks(app, id, {
    ...options,
    primaryRegion: PRIMARY,
    ...(replicaRegions && { replicaRegions: [...replicaRegions] }),
  });
  app.synth();
  return outdir;
}

const output = (name: string): string => path.join(directory, `plan-${name}`);

function keyOf(table: TableFacts, value: string): Item {
  return Object.fromEntries(
    table.keys.map((key) => {
      const [name, type] = key.split(' ');
      return [name, type === 'N' ? { N: '1' } : { S: value }];
    }),
  );
}

/** Makes tables as a server does: with capacity, without stream, recovery, protection or tags. */
async function createAsServer(facts: ServerFacts, prefix: string, region = PRIMARY): Promise<void> {
  const client = cloud.dynamoDb(region);
  const capacity = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  for (const [name, table] of Object.entries(facts)) {
    const TableName = prefix + name;
    const indexes = (table.globalIndexes ?? []).map((line) => {
      const [, IndexName, AttributeName] = /^(\S+): (\S+) S -> ALL$/.exec(line) ?? [];
      return { IndexName, AttributeName };
    });
    const attributes = [...table.keys, ...indexes.map(({ AttributeName }) => `${AttributeName} S`)].map((line) => {
      const [AttributeName, type] = line.split(' ');
      return { AttributeName, AttributeType: type as 'S' };
    });
    await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: attributes,
        KeySchema: table.keys.map((key, i) => ({ AttributeName: key.split(' ')[0], KeyType: i === 0 ? 'HASH' : 'RANGE' })),
        ProvisionedThroughput: capacity,
        ...(indexes.length > 0 && {
          GlobalSecondaryIndexes: indexes.map(({ IndexName, AttributeName }) => ({
            IndexName,
            KeySchema: [{ AttributeName, KeyType: 'HASH' as const }],
            Projection: { ProjectionType: 'ALL' as const },
            ProvisionedThroughput: capacity,
          })),
        }),
      }),
    );
    if (table.expiry !== undefined) {
      const TimeToLiveSpecification = { AttributeName: table.expiry, Enabled: true };
      await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    }
    await fill(region, TableName, table, `server-${region}`);
  }
}

/** Thirty items, more than one call writes. */
async function fill(region: string, TableName: string, table: TableFacts, mark: string): Promise<void> {
  const items = Array.from({ length: 30 }, (_, i) => ({ ...keyOf(table, `${mark}-${i}`), writtenIn: { S: region } }));
  for (let start = 0; start < items.length; start += 25) {
    const requests = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    await cloud.dynamoDb(region).send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  }
}

/** How many of the thirty items of a mark a table has. */
async function count(region: string, TableName: string, table: TableFacts, mark: string): Promise<number> {
  const found = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      cloud.dynamoDb(region).send(new GetItemCommand({ TableName, Key: keyOf(table, `${mark}-${i}`) })),
    ),
  );
  return found.filter(({ Item }) => Item !== undefined).length;
}

async function counts(region: string, facts: ServerFacts, prefix: string, mark: string): Promise<Record<string, number>> {
  const entries = Object.entries(facts).map(
    async ([name, table]) => [name, await count(region, prefix + name, table, mark)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

const all = (facts: ServerFacts, value: number): Record<string, number> =>
  Object.fromEntries(Object.keys(facts).map((name) => [name, value]));

const places = (names: readonly string[], regions: readonly string[]): string[] =>
  regions.flatMap((region) => names.map((name) => `${name}@${region}`));

const lossesOf = ({ steps }: PlanFile): string[] =>
  steps.flatMap(({ losses }) => losses.map(({ tableName, region }) => `${tableName}@${region}`)).sort();

/** Every live table is as the assembly says. */
async function expectVerified(app: string): Promise<void> {
  const { code, out, err } = await identityTables(cloud, ['verify', '--app', app, '--endpoint', cloud.endpoint]);
  expect(`${code}\n${out}\n${err}`).toMatch(/^0\n/);
}

async function expectNothingToDo(app: string): Promise<void> {
  expect((await planLive(cloud, app, output('again'))).steps).toEqual([]);
}

describe('Connect2id: tables that the server made are adopted, replicated, and change their preset', () => {
  const PREFIX = 'c2id-';
  const server = IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true });
  const minimalNames = Object.keys(CONNECT2ID_18).filter((name) => replicates('minimal', CONNECT2ID_18[name]));
  const regionalNames = Object.keys(CONNECT2ID_18).filter((name) => !minimalNames.includes(name));
  const named = (names: readonly string[]): string[] => names.map((name) => PREFIX + name);

  test(
    'adopts sixteen tables with their items, and protects them',
    async () => {
      await createAsServer(CONNECT2ID_18, PREFIX);
      const app = synthesize('C2id', 'c2id-one', { server, tablePrefix: PREFIX });
      const plan = await planLive(cloud, app, output('adopt'));
      expect(plan.steps.map(({ kind }) => kind).slice(0, 6)).toEqual(['api', 'api', 'wait', 'deploy', 'import', 'wait']);
      expect(lossesOf(plan)).toEqual([]);
      await takeSteps(cloud, output('adopt'), plan.steps);

      await expectVerified(app);
      expect(await counts(PRIMARY, CONNECT2ID_18, PREFIX, `server-${PRIMARY}`)).toEqual(all(CONNECT2ID_18, 30));
      const tables = Object.values(await liveTables(cloud.dynamoDb(PRIMARY), PREFIX));
      expect(
        tables.filter((table: LiveTable) => table.protectedFromDeletion && table.billing === 'PAY_PER_REQUEST'),
      ).toHaveLength(16);
      await expectNothingToDo(app);
    },
    5 * MINUTE,
  );

  test(
    'replicates the tables of the minimal preset to two regions, and makes the others there',
    async () => {
      const app = synthesize('C2id', 'c2id-minimal', {
        server,
        tablePrefix: PREFIX,
        replicaRegions: REPLICAS,
        replication: Replication.minimal(),
      });
      const plan = await planLive(cloud, app, output('minimal'));
      expect(lossesOf(plan)).toEqual([]);
      await takeSteps(cloud, output('minimal'), plan.steps);

      await expectVerified(app);
      for (const region of REPLICAS) {
        const expected = Object.keys(CONNECT2ID_18).map((name) => [name, minimalNames.includes(name) ? 30 : 0] as const);
        expect(await counts(region, CONNECT2ID_18, PREFIX, `server-${PRIMARY}`)).toEqual(Object.fromEntries(expected));
      }
      await expectNothingToDo(app);
    },
    5 * MINUTE,
  );

  test(
    'changes the preset to full: only what was confirmed is lost, in the regions where it was written',
    async () => {
      for (const name of regionalNames) await fill(REPLICAS[0], PREFIX + name, CONNECT2ID_18[name], 'regional');
      const app = synthesize('C2id', 'c2id-full', {
        server,
        tablePrefix: PREFIX,
        replicaRegions: REPLICAS,
        replication: Replication.full(),
      });
      const refused = await identityTables(cloud, ['plan', '--app', app, '--output', output('no'), '--endpoint', cloud.endpoint]);
      expect(refused).toMatchObject({ code: 2 });
      expect(refused.err).toContain('[IDT1305] the plan would lose items of 18 tables');

      const losses = places(named(regionalNames), REPLICAS);
      const plan = await planLive(cloud, app, output('full'), losses);
      expect(lossesOf(plan)).toEqual([...losses].sort());
      await takeSteps(cloud, output('full'), plan.steps, {
        before: async (step) => {
          // What the plan says to copy by hand: the durable items, none of which are in a regional table of this preset.
          if (step.kind === 'confirm') {
            for (const { tableName, region } of step.losses) {
              expect(await tableNames(cloud.dynamoDb(region))).toContain(tableName);
            }
          }
        },
      });

      await expectVerified(app);
      for (const region of REGIONS) {
        expect(await counts(region, CONNECT2ID_18, PREFIX, `server-${PRIMARY}`)).toEqual(all(CONNECT2ID_18, 30));
        expect(await counts(region, CONNECT2ID_18, PREFIX, 'regional')).toEqual(all(CONNECT2ID_18, 0));
      }
      await expectNothingToDo(app);
    },
    10 * MINUTE,
  );

  test(
    'changes it back, half of it in a second plan: each region starts with empty tables of its own, the primary keeps every item',
    async () => {
      const app = path.join(directory, 'c2id-minimal');
      const losses = places(named(regionalNames), REPLICAS);
      const first = await planLive(cloud, app, output('back'), losses);
      expect(lossesOf(first)).toEqual([...losses].sort());
      const half = first.steps.findIndex(({ kind }) => kind === 'confirm') + 2;
      await takeSteps(cloud, output('back'), first.steps.slice(0, half));
      const done = first.steps[half - 1];
      const check = ['plan', '--check', done.number, '--output', output('back'), '--endpoint', cloud.endpoint];
      expect(await identityTables(cloud, check)).toMatchObject({ code: 0, out: expect.stringContaining('is reached') as string });

      const rest = await planLive(cloud, app, output('rest'), losses);
      expect(lossesOf(rest)).toHaveLength(losses.length / 2);
      await takeSteps(cloud, output('rest'), rest.steps);

      await expectVerified(app);
      expect(await counts(PRIMARY, CONNECT2ID_18, PREFIX, `server-${PRIMARY}`)).toEqual(all(CONNECT2ID_18, 30));
      for (const region of REPLICAS) {
        const expected = Object.keys(CONNECT2ID_18).map((name) => [name, minimalNames.includes(name) ? 30 : 0] as const);
        expect(await counts(region, CONNECT2ID_18, PREFIX, `server-${PRIMARY}`)).toEqual(Object.fromEntries(expected));
      }
      await expectNothingToDo(app);
    },
    10 * MINUTE,
  );
});

test(
  'connect-dynamodb: the session table that an application made in each of two regions becomes one, and keeps the items of the first',
  async () => {
    const prefix = 'web-';
    const other = REPLICAS[0];
    await createAsServer(CONNECT_DYNAMODB, prefix);
    await createAsServer(CONNECT_DYNAMODB, prefix, other);
    const [TableName, table] = [`${prefix}sessions`, CONNECT_DYNAMODB.sessions];
    const server = IdentityServer.connectDynamoDb();
    const app = synthesize('Web', 'web', { server, tablePrefix: prefix, replicaRegions: [other] });
    const plan = await planLive(cloud, app, output('web'), [`${TableName}@${other}`]);
    expect(lossesOf(plan)).toEqual([`${TableName}@${other}`]);
    await takeSteps(cloud, output('web'), plan.steps);

    await expectVerified(app);
    for (const region of [PRIMARY, other]) {
      expect(await count(region, TableName, table, `server-${PRIMARY}`)).toBe(30);
      expect(await count(region, TableName, table, `server-${other}`)).toBe(0);
    }
    await expectNothingToDo(app);
  },
  5 * MINUTE,
);

test(
  "Curity 7.4 to 11.0: eight indexes one by one, the vendor's migration before those that need it, every item kept in every region",
  async () => {
    const prefix = 'idsvr-';
    const options = { tablePrefix: prefix, replicaRegions: REPLICAS, replication: Replication.minimal() };
    const before = synthesize('Curity', 'curity-7.4', { ...options, server: IdentityServer.curity({ version: '7.4' }) });
    await cdkDone(cloud, ['deploy', '--app', before, '--all', '--concurrency', '3', '--require-approval', 'never']);
    const account = (i: number): Item => ({ pk: { S: `account#${i}` } });
    const client = cloud.dynamoDb(REPLICAS[0]);
    const TableName = `${prefix}curity-accounts`;
    for (let i = 0; i < 10; i++) await client.send(new PutItemCommand({ TableName, Item: account(i) }));

    const app = synthesize('Curity', 'curity-11.0', { ...options, server: IdentityServer.curity({ version: '11.0' }) });
    const plan = await planLive(cloud, app, output('curity'));
    expect(lossesOf(plan)).toEqual([]);
    const titles = plan.steps.map(({ title }) => title);
    const migration = titles.indexOf('migrate the accounts for Curity 8.0');
    const firstIndex = plan.steps.findIndex(({ changes }) => changes.some((change) => change.startsWith(`${TableName}: index`)));
    expect(migration).toBeGreaterThanOrEqual(0);
    expect(migration).toBeLessThan(firstIndex);
    await takeSteps(cloud, output('curity'), plan.steps, {
      before: async (step) => {
        if (step.title === titles[migration]) {
          for (let i = 0; i < 10; i++) {
            const migrated = { ...account(i), userNameInitial: { S: 'use' }, userName: { S: `user-${i}` } };
            await client.send(new PutItemCommand({ TableName, Item: migrated }));
          }
        }
      },
    });

    await expectVerified(app);
    for (const region of REGIONS) {
      const found = await cloud.dynamoDb(region).send(
        new QueryCommand({
          TableName,
          IndexName: 'userNameInitial-userName-index',
          KeyConditionExpression: 'userNameInitial = :i',
          ExpressionAttributeValues: { ':i': { S: 'use' } },
        }),
      );
      expect(found.Items).toHaveLength(10);
    }
    await expectNothingToDo(app);
  },
  10 * MINUTE,
);
