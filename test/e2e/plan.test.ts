import * as path from 'node:path';
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  PutItemCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { App } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesStacks, Replication } from '../../lib';
import type { PlanFile, PlannedStep } from '../../lib/cli/plan/plan-file';
import { bootstrap, cdkDone } from './cdk';
import { itemsOf, liveTables, tableNames, type Item, type LiveTable } from './live-tables';
import { MiniStack } from './ministack';
import { expectNoDiff, planLive, runLine, takeSteps } from './run-plan';
import { CONNECT2ID_18, CONNECT_DYNAMODB, CURITY_11, replicates, type ServerFacts, type TableFacts } from './vendor-facts';

const PRIMARY = 'eu-central-1';
const REPLICAS = ['us-east-1', 'ap-southeast-2'];
const REGIONS = [PRIMARY, ...REPLICAS];
const MINUTE = 60_000;

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

/** The assembly of an app with one stack per region, in the directory of this name. */
function synthesize(id: string, name: string, { replicaRegions, ...options }: AppOptions): string {
  const outdir = path.join(directory, name);
  const app = new App({ outdir, analyticsReporting: false });
  new IdentityTablesStacks(app, id, {
    ...options,
    primaryRegion: PRIMARY,
    ...(replicaRegions && { replicaRegions: [...replicaRegions] }),
  });
  app.synth();
  return name;
}

/** Names and types of attributes that keys of a table and of its indexes are made of. */
function keyAttributes({ keys, globalIndexes = [], localIndexes = [] }: TableFacts): [name: string, type: string][] {
  const ofIndexes = [...globalIndexes, ...localIndexes].flatMap((line) =>
    line
      .slice(line.indexOf(': ') + 2)
      .split(' -> ')[0]
      .split(', '),
  );
  return [...keys, ...ofIndexes].map((key) => key.split(' ') as [string, string]);
}

/** An item that is in every index, tells where it was written, and has values of every kind. */
function itemOf(table: TableFacts, value: string, region: string): Item {
  const keys = keyAttributes(table).map(([name, type]) => [name, type === 'N' ? { N: '1767225600' } : { S: value }] as const);
  return {
    ...Object.fromEntries<AttributeValue>(keys),
    ...(table.expiry !== undefined && { [table.expiry]: { N: '4102444800' } }),
    writtenIn: { S: region },
    document: {
      M: {
        list: { L: [{ BOOL: true }, { NULL: true }, { S: '' }] },
        number: { N: '12345678901234567890123456789012345678' },
        bytes: { B: Uint8Array.of(0, 127, 255) },
        texts: { SS: ['a', 'b'] },
      },
    },
  };
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
  const items = Array.from({ length: 30 }, (_, i) => itemOf(table, `${mark}-${i}`, region));
  for (let start = 0; start < items.length; start += 25) {
    const requests = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    await cloud.dynamoDb(region).send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  }
}

/** What is in the tables of each region, by `table@region` and key: whole items as text, a line for each in what a test prints. */
type Contents = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function contentsOf(facts: ServerFacts, prefix: string): Promise<Contents> {
  const tables = async (region: string): Promise<[place: string, items: Contents[string]][]> => {
    const client = cloud.dynamoDb(region);
    const names = (await tableNames(client)).filter((name) => name.startsWith(prefix));
    return Promise.all(
      names.map(async (name) => [`${name}@${region}`, byKey(facts[name.slice(prefix.length)], await itemsOf(client, name))]),
    );
  };
  return Object.fromEntries((await Promise.all(REGIONS.map(tables))).flat());
}

function byKey({ keys }: TableFacts, items: readonly Item[]): Contents[string] {
  const keyOf = (item: Item): string => keys.map((key) => Object.values(item[key.split(' ')[0]]).join()).join('/');
  return Object.fromEntries(items.map((item) => [keyOf(item), JSON.stringify(sorted(item))]));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Where an item is gone or another one. */
function lostPlaces(before: Contents, after: Contents): string[] {
  const isLost = (place: string): boolean => Object.entries(before[place]).some(([key, item]) => item !== after[place]?.[key]);
  return Object.keys(before).filter(isLost).sort();
}

/**
 * Tables that have become one in some regions: with the items of the primary, and, of those that are merged, the items of other
 * regions with keys that the primary does not have. The region whose name is first comes first.
 */
function joined(before: Contents, names: readonly string[], merged: readonly string[], regions = REGIONS): Contents {
  const itemsOfAll = (name: string): Contents[string] => {
    const sources = [...(merged.includes(name) ? [...REPLICAS].sort().reverse() : []), PRIMARY];
    return Object.assign({}, ...sources.map((region) => before[`${name}@${region}`])) as Contents[string];
  };
  return Object.fromEntries(regions.flatMap((region) => names.map((name) => [`${name}@${region}`, itemsOfAll(name)])));
}

const empty = (names: readonly string[], regions: readonly string[]): Contents =>
  Object.fromEntries(places(names, regions).map((place) => [place, {}]));

const places = (names: readonly string[], regions: readonly string[]): string[] =>
  regions.flatMap((region) => names.map((name) => `${name}@${region}`));

const lossesOf = ({ steps }: PlanFile): string[] =>
  steps.flatMap(({ losses }) => losses.map(({ tableName, region }) => `${tableName}@${region}`)).sort();

/**
 * Takes steps and does by hand what they say. Before each confirmation and at the end, items are gone from exactly the places that
 * were confirmed until then.
 */
async function take(
  facts: ServerFacts,
  prefix: string,
  steps: readonly PlannedStep[],
  byHand: (step: PlannedStep) => Promise<void> = doAsInstructed,
): Promise<{ before: Contents; after: Contents }> {
  const before = await contentsOf(facts, prefix);
  const confirmed: string[] = [];
  const seen = async (): Promise<Contents> => {
    const now = await contentsOf(facts, prefix);
    expect(lostPlaces(before, now)).toEqual(confirmed.sort());
    return now;
  };
  await takeSteps(cloud, directory, steps, async (step) => {
    if (step.kind === 'confirm') {
      await seen();
      confirmed.push(...step.losses.map(({ tableName, region }) => `${tableName}@${region}`));
    } else {
      await byHand(step);
    }
  });
  return { before, after: await seen() };
}

const MERGE =
  /^(\S+)@(\S+) is durable: put each of its items into the primary region on condition attribute_not_exists\(#k\), where #k is (\w+)$/;
/** Of what leaves the items as they are. */
const NO_ITEMS = /^((stop|start) the server in \S+|\S+@\S+ is (recoverable|transient): its items may go$)/;

/** What is instructed is done, no more and no less; an instruction that cannot be read is an error. */
async function doAsInstructed({ instructions }: PlannedStep): Promise<void> {
  for (const instruction of instructions) {
    const [, TableName, region, key] = MERGE.exec(instruction) ?? [];
    if (TableName === undefined) {
      expect(instruction).toMatch(NO_ITEMS);
      continue;
    }
    for (const item of await itemsOf(cloud.dynamoDb(region), TableName)) {
      const absent = { ConditionExpression: 'attribute_not_exists(#k)', ExpressionAttributeNames: { '#k': key } };
      await cloud
        .dynamoDb(PRIMARY)
        .send(new PutItemCommand({ TableName, Item: item, ...absent }))
        .catch((error: unknown) => {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        });
    }
  }
}

/** Every live table is as the assembly says, the app is what is deployed, and there is nothing left to plan. */
async function expectReached(app: string): Promise<void> {
  const verify = `npx identity-tables verify --app ${app} --endpoint ${cloud.endpoint}`;
  const { code, out, err } = await runLine(cloud, verify, directory);
  expect(`${code}\n${out}\n${err}`).toMatch(/^0\n/);
  await expectNoDiff(cloud, app);
  expect((await planLive(cloud, app, 'plan-again')).steps).toEqual([]);
}

describe('Connect2id: tables that the server made are adopted, replicated, and change their preset', () => {
  const PREFIX = 'c2id-';
  const server = IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true });
  const every = Object.keys(CONNECT2ID_18);
  const [absolute, minimal] = (['absolute-minimal', 'minimal'] as const).map((preset) =>
    every.filter((name) => replicates(preset, CONNECT2ID_18[name])),
  );
  const durable = every.filter((name) => CONNECT2ID_18[name].dataClass === 'durable').map((name) => PREFIX + name);
  const named = (names: readonly string[]): string[] => names.map((name) => PREFIX + name);
  const except = (names: readonly string[]): string[] => every.filter((name) => !names.includes(name));

  /** Items of keys that only one region has, that every region has, and that every region but the primary has. */
  async function fillRegions(names: readonly string[]): Promise<void> {
    for (const name of names) {
      for (const region of REGIONS) {
        const marks = region === PRIMARY ? ['everywhere'] : ['everywhere', 'abroad', `only-${region}`];
        for (const mark of marks) await fill(region, PREFIX + name, CONNECT2ID_18[name], mark);
      }
    }
  }

  test(
    'adopts sixteen tables with their items, and protects them',
    async () => {
      await createAsServer(CONNECT2ID_18, PREFIX);
      const app = synthesize('C2id', 'c2id-one', { server, tablePrefix: PREFIX });
      const plan = await planLive(cloud, app, 'plan-adopt');
      expect(plan.steps.map(({ kind }) => kind).slice(0, 6)).toEqual(['api', 'api', 'wait', 'deploy', 'import', 'wait']);
      expect(lossesOf(plan)).toEqual([]);
      const { before, after } = await take(CONNECT2ID_18, PREFIX, plan.steps);

      expect(Object.values(before).map((items) => Object.keys(items).length)).toEqual(every.map(() => 30));
      expect(after).toEqual(before);
      const tables = Object.values(await liveTables(cloud.dynamoDb(PRIMARY), PREFIX));
      expect(
        tables.filter((table: LiveTable) => table.protectedFromDeletion && table.billing === 'PAY_PER_REQUEST'),
      ).toHaveLength(16);
      await expectReached(app);
    },
    5 * MINUTE,
  );

  test(
    'replicates the tables of the absolute minimal preset to two regions, and makes the others there',
    async () => {
      const app = synthesize('C2id', 'c2id-absolute', {
        server,
        tablePrefix: PREFIX,
        replicaRegions: REPLICAS,
        replication: Replication.absoluteMinimal(),
      });
      const plan = await planLive(cloud, app, 'plan-absolute');
      expect(lossesOf(plan)).toEqual([]);
      const { before, after } = await take(CONNECT2ID_18, PREFIX, plan.steps);

      expect(after).toEqual({ ...before, ...joined(before, named(absolute), []), ...empty(named(except(absolute)), REPLICAS) });
      await expectReached(app);
    },
    5 * MINUTE,
  );

  test(
    'changes the preset to minimal: durable items of each region are merged into the primary where it has none of that key',
    async () => {
      const added = minimal.filter((name) => !absolute.includes(name));
      await fillRegions(added);
      const app = synthesize('C2id', 'c2id-minimal', {
        server,
        tablePrefix: PREFIX,
        replicaRegions: REPLICAS,
        replication: Replication.minimal(),
      });
      const losses = places(named(added), REPLICAS);
      const plan = await planLive(cloud, app, 'plan-minimal', losses);
      expect(lossesOf(plan)).toEqual([...losses].sort());
      const { before, after } = await take(CONNECT2ID_18, PREFIX, plan.steps);

      expect(after).toEqual({ ...before, ...joined(before, named(added), durable) });
      for (const region of REGIONS) {
        const items = Object.values(after[`${PREFIX}long_lived_authorizations@${region}`]);
        const writtenIn = (of: string): number => items.filter((item) => item.includes(`"writtenIn":{"S":"${of}"}`)).length;
        // server-* and everywhere-*; abroad-* of the region that is merged first, and only-* of each.
        expect([items.length, ...REGIONS.map(writtenIn)]).toEqual([150, 60, 30, 60]);
      }
      await expectReached(app);
    },
    10 * MINUTE,
  );

  test(
    'changes the preset to full: only what was confirmed is lost, in the regions where it was written',
    async () => {
      const added = except(minimal);
      await fillRegions(added);
      const app = synthesize('C2id', 'c2id-full', {
        server,
        tablePrefix: PREFIX,
        replicaRegions: REPLICAS,
        replication: Replication.full(),
      });
      const refused = await runLine(
        cloud,
        `npx identity-tables plan --app ${app} --output plan-no --endpoint ${cloud.endpoint}`,
        directory,
      );
      expect(refused).toMatchObject({ code: 2 });
      expect(refused.err).toContain('[IDT1305] the plan would lose items of 18 tables');

      const losses = places(named(added), REPLICAS);
      const plan = await planLive(cloud, app, 'plan-full', losses);
      expect(lossesOf(plan)).toEqual([...losses].sort());
      const { before, after } = await take(CONNECT2ID_18, PREFIX, plan.steps);

      expect(after).toEqual({ ...before, ...joined(before, named(added), durable) });
      await expectReached(app);
    },
    10 * MINUTE,
  );

  test(
    'changes it back, half of it in a second plan: each region starts with empty tables of its own, the primary keeps every item',
    async () => {
      const app = 'c2id-minimal';
      const removed = named(except(minimal));
      const losses = places(removed, REPLICAS);
      const first = await planLive(cloud, app, 'plan-back', losses);
      expect(lossesOf(first)).toEqual([...losses].sort());
      const half = first.steps.findIndex(({ kind }) => kind === 'confirm') + 2;
      const { before } = await take(CONNECT2ID_18, PREFIX, first.steps.slice(0, half));
      const done = first.steps[half - 1];
      const check = `npx identity-tables plan --check ${done.number} --output plan-back --endpoint ${cloud.endpoint}`;
      expect(await runLine(cloud, check, directory)).toMatchObject({
        code: 0,
        out: expect.stringContaining('is reached') as string,
      });

      const rest = await planLive(cloud, app, 'plan-rest', losses);
      expect(lossesOf(rest)).toHaveLength(losses.length / 2);
      const { after } = await take(CONNECT2ID_18, PREFIX, rest.steps);

      expect(after).toEqual({ ...before, ...empty(removed, REPLICAS) });
      await expectReached(app);
    },
    10 * MINUTE,
  );

  test(
    'servers of two regions that have made tables each become one set: imported where regional, merged where replicated',
    async () => {
      const prefix = 'pair-';
      const regions = [PRIMARY, REPLICAS[0]];
      for (const region of regions) {
        await createAsServer(CONNECT2ID_18, prefix, region);
        for (const name of every) await fill(region, prefix + name, CONNECT2ID_18[name], 'everywhere');
      }
      const options = { server, tablePrefix: prefix, replicaRegions: [REPLICAS[0]], replication: Replication.minimal() };
      const app = synthesize('Pair', 'c2id-pair', options);
      const replicated = minimal.map((name) => prefix + name);
      const losses = places(replicated, [REPLICAS[0]]);
      const plan = await planLive(cloud, app, 'plan-pair', losses);
      expect(lossesOf(plan)).toEqual([...losses].sort());
      const { before, after } = await take(CONNECT2ID_18, prefix, plan.steps);

      // Tables that a server made have no tags, and nobody has said that their items may go.
      expect(after).toEqual({ ...before, ...joined(before, replicated, replicated, regions) });
      await expectReached(app);
    },
    10 * MINUTE,
  );
});

test(
  'connect-dynamodb: the session table that an application made in each of two regions becomes one with the items of both',
  async () => {
    const prefix = 'web-';
    const other = REPLICAS[0];
    const [TableName, table] = [`${prefix}sessions`, CONNECT_DYNAMODB.sessions];
    await createAsServer(CONNECT_DYNAMODB, prefix);
    await createAsServer(CONNECT_DYNAMODB, prefix, other);
    for (const region of [PRIMARY, other]) await fill(region, TableName, table, 'everywhere');
    const server = IdentityServer.connectDynamoDb();
    const app = synthesize('Web', 'web', { server, tablePrefix: prefix, replicaRegions: [other] });
    const plan = await planLive(cloud, app, 'plan-web', [`${TableName}@${other}`]);
    expect(lossesOf(plan)).toEqual([`${TableName}@${other}`]);
    const { before, after } = await take(CONNECT_DYNAMODB, prefix, plan.steps);

    // Nobody has said what is in a table without tags, so it is merged as a durable one.
    expect(after).toEqual(joined(before, [TableName], [TableName], [PRIMARY, other]));
    expect(Object.keys(after[`${TableName}@${PRIMARY}`])).toHaveLength(90);
    await expectReached(app);
  },
  5 * MINUTE,
);

test(
  "Curity 7.4 to 11.0: eight indexes one by one, the vendor's migration before those that need it, every item kept in every region",
  async () => {
    const prefix = 'idsvr-';
    const options = { tablePrefix: prefix, replicaRegions: REPLICAS, replication: Replication.minimal() };
    const old = synthesize('Curity', 'curity-7.4', { ...options, server: IdentityServer.curity({ version: '7.4' }) });
    await cdkDone(cloud, ['deploy', '--app', old, '--all', '--concurrency', '3', '--require-approval', 'never']);
    const names = Object.keys(await liveTables(cloud.dynamoDb(PRIMARY), prefix));
    const added = Object.keys(CURITY_11).filter((name) => !names.includes(name));
    expect(added).toEqual(['curity-database-clients', 'curity-database-service-providers']);
    const accounts = `${prefix}curity-accounts`;
    for (const name of names) {
      // What the indexes on accounts need is written by the migration.
      const facts = { ...CURITY_11[name], ...(prefix + name === accounts && { globalIndexes: [] }) };
      const regions = replicates('minimal', facts) ? [REPLICAS[0]] : REGIONS;
      for (const region of regions) await fill(region, prefix + name, facts, `written-in-${region}`);
    }

    const app = synthesize('Curity', 'curity-11.0', { ...options, server: IdentityServer.curity({ version: '11.0' }) });
    const plan = await planLive(cloud, app, 'plan-curity');
    expect(lossesOf(plan)).toEqual([]);
    expect(plan.steps.filter(({ commands }) => commands.length === 0).map(({ title }) => title)).toEqual([
      'grant the new release its permissions',
      'migrate the accounts for Curity 8.0',
      'upgrade the server',
    ]);
    const leaveItems = (): Promise<void> => Promise.resolve();
    const titles = plan.steps.map(({ title }) => title);
    const migration = titles.indexOf('migrate the accounts for Curity 8.0');
    const firstIndex = plan.steps.findIndex(({ changes }) => changes.some((change) => change.startsWith(`${accounts}: index`)));
    expect(migration).toBeLessThan(firstIndex);
    const { before } = await take(CURITY_11, prefix, plan.steps.slice(0, migration), leaveItems);
    const upgraded = (await itemsOf(cloud.dynamoDb(REPLICAS[0]), accounts)).map(migrated);
    for (const Item of upgraded) await cloud.dynamoDb(REPLICAS[0]).send(new PutItemCommand({ TableName: accounts, Item }));
    const { after } = await take(CURITY_11, prefix, plan.steps.slice(migration), leaveItems);

    expect(Object.values(before).map((items) => Object.keys(items).length)).toEqual(places(names, REGIONS).map(() => 30));
    expect(after).toEqual({
      ...before,
      ...Object.fromEntries(places([accounts], REGIONS).map((place) => [place, byKey(CURITY_11['curity-accounts'], upgraded)])),
      ...empty(
        added.map((name) => prefix + name),
        REGIONS,
      ),
    });
    for (const [name, region, index] of names.flatMap(indexesOf)) {
      const items = await itemsOf(cloud.dynamoDb(region), prefix + name, index);
      expect({ index, items: byKey(CURITY_11[name], items) }).toEqual({ index, items: after[`${prefix}${name}@${region}`] });
    }
    await expectReached(app);
  },
  10 * MINUTE,
);

/** An account as the vendor's migration leaves it. */
function migrated(item: Item): Item & Record<string, AttributeValue> {
  const [userName, email] = [`user-${item.pk.S}`, `${item.pk.S}@example.com`];
  const initials = { userNameInitial: { S: userName.slice(0, 3) }, emailInitial: { S: email.slice(0, 3) } };
  return { ...item, ...initials, userName: { S: userName }, email: { S: email } };
}

function indexesOf(name: string): [name: string, region: string, index: string][] {
  const lines = [...(CURITY_11[name].globalIndexes ?? []), ...(CURITY_11[name].localIndexes ?? [])];
  return lines.flatMap((line) => REGIONS.map((region): [string, string, string] => [name, region, line.split(':')[0]]));
}
