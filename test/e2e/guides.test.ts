import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
  type LocalSecondaryIndexDescription,
} from '@aws-sdk/client-dynamodb';
import { bootstrap } from './cdk';
import { Guide } from './guide';
import { liveTables, tableNames } from './live-tables';
import { MiniStack } from './ministack';
import { identityTables, isOperation } from './run-plan';
import { CONNECT2ID_18, CURITY_11, replicates, type TableFacts } from './vendor-facts';

// The guides of docs/ as their reader follows them: restore.md goes on where regions.md ends, and that where upgrade.md ends.

const PRIMARY = 'eu-central-1';
const OTHER = 'us-east-1';
const MINUTE = 60_000;

type Item = Record<string, AttributeValue>;

let cloud: MiniStack;

beforeAll(async () => {
  cloud = await MiniStack.start();
  await bootstrap(cloud, [PRIMARY, OTHER]);
}, 5 * MINUTE);

afterAll(() => cloud?.stop());

const open = (page: string, project: string): Guide => new Guide(cloud, page, path.join(cloud.directory, project));

async function put(region: string, TableName: string, item: Item): Promise<void> {
  await cloud.dynamoDb(region).send(new PutItemCommand({ TableName, Item: item }));
}

async function has(region: string, TableName: string, Key: Item): Promise<boolean> {
  return (await cloud.dynamoDb(region).send(new GetItemCommand({ TableName, Key }))).Item !== undefined;
}

/** Names of this server that are others than the bundled ones: only its own tables tell them. */
const OWN_NAMES: Readonly<Record<string, Partial<TableFacts>>> = {
  revocation_journal: { keys: ['jti S'] },
  long_lived_authorizations: { keys: ['id S'], globalIndexes: ['by-sub: sub S', 'by-act: act S', 'by-cid: cid S'] },
};
const MADE_BY_SERVER = Object.entries({ ...CONNECT2ID_18 }).map(([name, facts]) => ({ name, ...facts, ...OWN_NAMES[name] }));

/** A table as the server makes it: with a fixed capacity, without stream, recovery, protection or tags; and an item. */
async function makeAsServer({ name, keys, globalIndexes = [], expiry }: { name: string } & TableFacts): Promise<void> {
  const client = cloud.dynamoDb(PRIMARY);
  const TableName = `c2id-${name}`;
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
  const indexes = globalIndexes
    .map((line) => line.split(': '))
    .map(([IndexName, key]) => ({ IndexName, key: key.split(' ')[0] }));
  const [key] = keys[0].split(' ');
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [key, ...indexes.map((index) => index.key)].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      ProvisionedThroughput,
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index.IndexName,
          KeySchema: [{ AttributeName: index.key, KeyType: 'HASH' as const }],
          Projection: { ProjectionType: 'ALL' as const },
          ProvisionedThroughput,
        })),
      }),
    }),
  );
  if (expiry !== undefined) {
    await client.send(
      new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: expiry, Enabled: true } }),
    );
  }
  await put(PRIMARY, TableName, firstItem(keys));
}

function firstItem([key]: readonly string[]): Item {
  return { [key.split(' ')[0]]: { S: 'first' } };
}

/** Tables of the server that have its first item in a region. */
async function withFirstItem(region: string): Promise<string[]> {
  const found = await Promise.all(
    MADE_BY_SERVER.map(async ({ name, keys }) => ((await has(region, `c2id-${name}`, firstItem(keys))) ? [name] : [])),
  );
  return found.flat();
}

test(
  'docs/adopt.md: tables that the server made, with names of its own, end up in stacks and in a second region',
  async () => {
    for (const table of MADE_BY_SERVER) await makeAsServer(table);
    const every = MADE_BY_SERVER.map(({ name }) => name);
    const guide = open('adopt.md', 'adopt');
    await guide.follow('Write the schema down');
    await guide.follow('Tell the server to leave its tables alone');
    await guide.follow('Plan the adoption');
    await guide.takeSteps();
    await guide.follow('Verify');

    const adopted = await liveTables(cloud.dynamoDb(PRIMARY), 'c2id-');
    expect(Object.keys(adopted)).toEqual(every);
    for (const [name, live] of Object.entries(adopted)) {
      expect(live).toMatchObject({
        billing: 'PAY_PER_REQUEST',
        protectedFromDeletion: true,
        stream: 'NEW_AND_OLD_IMAGES',
        recovery: CONNECT2ID_18[name].recovery,
      });
    }
    expect(adopted.long_lived_authorizations.globalIndexes.map((line) => line.split(':')[0])).toEqual([
      'by-act',
      'by-cid',
      'by-sub',
    ]);
    expect(await withFirstItem(PRIMARY)).toEqual(every);

    await guide.follow('Go back');
    // All else in the stack is deployed already.
    expect(guide.plan().steps.map(({ kind }) => kind)).toEqual(['import', 'wait', 'deploy']);
    expect(await liveTables(cloud.dynamoDb(PRIMARY), 'c2id-')).toEqual(adopted);
    await guide.takeSteps();

    await guide.follow('Replicate to a further region');
    await guide.takeSteps('plan-us');
    await guide.follow('Verify');
    expect(await withFirstItem(OTHER)).toEqual(every.filter((name) => replicates('minimal', CONNECT2ID_18[name])));
    expect(Object.keys(await liveTables(cloud.dynamoDb(OTHER), 'c2id-'))).toEqual(every);
    expect(guide.left).toEqual([]);
  },
  10 * MINUTE,
);

const ACCOUNT = { pk: { S: 'account' } };
const session = (region: string): Item => ({ id: { S: `made in ${region}` } });
const CURITY_NAMES = Object.keys(CURITY_11).map((name) => `prod-${name}`);

test(
  'docs/upgrade.md: Curity 7.4 to 11.0, the migration before the indexes that need it',
  async () => {
    const guide = open('upgrade.md', 'curity');
    guide.write('What is deployed');
    await guide.runAll(['npx cdk deploy --all']);
    expect(await tableNames(cloud.dynamoDb(PRIMARY))).not.toContain('prod-curity-database-clients');
    await put(PRIMARY, 'prod-curity-accounts', ACCOUNT);
    await guide.follow('What is deployed');
    await guide.follow('Permissions');
    await guide.follow('Plan');
    expect(guide.plan('plan-offline').steps.map(({ title }) => title)).toEqual(guide.plan().steps.map(({ title }) => title));
    await guide.takeSteps('plan', async ({ kind }) => {
      if (kind === 'server') {
        await put(PRIMARY, 'prod-curity-accounts', { ...ACCOUNT, userNameInitial: { S: 'use' }, userName: { S: 'user' } });
      }
    });
    await guide.follow('Verify, then the server');
    expect(guide.left).toEqual([]);

    const upgraded = await liveTables(cloud.dynamoDb(PRIMARY), 'prod-');
    for (const [name, facts] of Object.entries(CURITY_11)) {
      expect(upgraded[name]).toMatchObject({ keys: facts.keys, globalIndexes: facts.globalIndexes ?? [] });
    }
    const found = await cloud.dynamoDb(PRIMARY).send(
      new QueryCommand({
        TableName: 'prod-curity-accounts',
        IndexName: 'userNameInitial-userName-index',
        KeyConditionExpression: 'userNameInitial = :i',
        ExpressionAttributeValues: { ':i': { S: 'use' } },
      }),
    );
    expect(found.Items).toHaveLength(1);
  },
  10 * MINUTE,
);

test(
  'docs/regions.md: a region comes, changes its preset twice, and goes; only what was accepted is lost',
  async () => {
    const guide = open('regions.md', 'curity');
    const sessions = 'prod-curity-sessions';
    await put(PRIMARY, sessions, session(PRIMARY));

    await guide.follow('Add a region');
    await guide.takeSteps('plan-add');
    expect((await tableNames(cloud.dynamoDb(OTHER))).filter((name) => name.startsWith('prod-'))).toEqual(CURITY_NAMES);
    expect(await has(OTHER, 'prod-curity-accounts', ACCOUNT)).toBe(true);
    expect(await has(OTHER, sessions, session(PRIMARY))).toBe(false);
    await put(OTHER, sessions, session(OTHER));

    await guide.follow('A larger preset');
    const refused = await identityTables(cloud, [
      'plan',
      '--app',
      path.join(cloud.directory, 'curity', 'cdk.out.full'),
      '--output',
      path.join(cloud.directory, 'refused'),
      '--endpoint',
      cloud.endpoint,
    ]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('[IDT1305]') as string });
    await guide.takeSteps('plan-full');
    expect(await has(OTHER, sessions, session(PRIMARY))).toBe(true);
    expect(await has(OTHER, sessions, session(OTHER))).toBe(false);

    await guide.follow('A smaller preset');
    await guide.takeSteps('plan-minimal');
    expect(await has(OTHER, sessions, session(PRIMARY))).toBe(false);
    expect(await has(PRIMARY, sessions, session(PRIMARY))).toBe(true);
    await guide.runAll(['npx identity-tables verify --app cdk.out.minimal']);

    await guide.follow('Remove a region');
    await guide.takeSteps('plan-remove');
    await guide.runAll(['npx identity-tables verify --app cdk.out']);
    const regional = (await tableNames(cloud.dynamoDb(OTHER))).filter((name) => name.startsWith('prod-'));
    expect(regional).toEqual(['prod-curity-nonces', sessions]);
    await guide.follow('After a region is removed');
    expect((await tableNames(cloud.dynamoDb(OTHER))).filter((name) => name.startsWith('prod-'))).toEqual([]);
    expect(await has(PRIMARY, 'prod-curity-accounts', ACCOUNT)).toBe(true);
    expect(guide.left).toEqual([]);
  },
  10 * MINUTE,
);

/** What a restore makes of a table: keys, indexes and items, and none of the settings. */
async function restoreAs(source: string, target: string): Promise<void> {
  const client = cloud.dynamoDb(PRIMARY);
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: source }));
  const indexes = (list: readonly LocalSecondaryIndexDescription[]) =>
    list.map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }));
  await client.send(
    new CreateTableCommand({
      TableName: target,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: table?.AttributeDefinitions,
      KeySchema: table?.KeySchema,
      ...(table?.GlobalSecondaryIndexes && { GlobalSecondaryIndexes: indexes(table.GlobalSecondaryIndexes) }),
      ...(table?.LocalSecondaryIndexes && { LocalSecondaryIndexes: indexes(table.LocalSecondaryIndexes) }),
    }),
  );
}

test(
  'docs/restore.md: tables like restored ones are adopted under the new prefix and replicated; the old set is untouched',
  async () => {
    const restored = Object.keys(CURITY_11).filter((name) => !['curity-nonces', 'curity-sessions'].includes(name));
    for (const name of restored) await restoreAs(`prod-${name}`, `prod2-${name}`);
    await put(PRIMARY, 'prod2-curity-accounts', ACCOUNT);
    const before = await liveTables(cloud.dynamoDb(PRIMARY), 'prod-');

    const guide = open('restore.md', 'restored');
    await guide.follow('3. Adopt the restored tables');
    expect(guide.plan().steps.flatMap(({ losses }) => losses)).toEqual([]);
    await guide.takeSteps();
    await guide.follow('4. Verify');
    await guide.follow('5. Let the server use them');

    for (const region of [PRIMARY, OTHER]) {
      const tables = await liveTables(cloud.dynamoDb(region), 'prod2-');
      for (const [name, { recovery, expiry, keys }] of Object.entries(CURITY_11)) {
        expect(tables[name]).toMatchObject({ keys, recovery, expiry, protectedFromDeletion: true });
      }
      expect(await has(region, 'prod2-curity-accounts', ACCOUNT)).toBe(true);
    }
    expect(await liveTables(cloud.dynamoDb(PRIMARY), 'prod-')).toEqual(before);
    expect(guide.left).toEqual([]);
  },
  10 * MINUTE,
);

test.each(['adopt.md', 'upgrade.md', 'regions.md', 'restore.md'])(
  '%s: the commands that this cloud cannot run can be read by the shell, and are operations of the API',
  (page) => {
    for (const text of open(page, 'unused').blocks('bash')) {
      execFileSync('bash', ['-n', '-c', text]);
      for (const [, operation] of text.matchAll(/aws dynamodb (\S+)/g))
        expect(`${operation} ${isOperation(operation)}`).toBe(`${operation} true`);
    }
  },
);
