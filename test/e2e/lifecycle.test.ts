import { DescribeTableCommand, GetItemCommand, PutItemCommand, QueryCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { bootstrap, cdk, cdkDone, PROJECT, type Run } from './cdk';
import { liveTable, liveTables, tableNames, type LiveTable } from './live-tables';
import { MiniStack } from './ministack';

// One deployment of the app of cdk.json from its first `cdk deploy` to `cdk destroy`; the tests build upon each other.

const PRIMARY = 'eu-central-1';
const REPLICA = 'us-east-1';
const FURTHER = 'ap-southeast-2';
const REGIONS = [PRIMARY, REPLICA, FURTHER];
const MINUTE = 60_000;

const DEVICE = { pk: { S: 'id#1' }, sk: { S: 'sk' }, deviceId: { S: 'phone' } };
const DEVICE_KEY = { pk: DEVICE.pk, sk: DEVICE.sk };
const SESSION = { id: { S: 'only-here' } };

/** Tables of a Curity server before 11.0. */
const TABLES = [
  'curity-accounts',
  'curity-bucket',
  'curity-database-clients',
  'curity-delegations',
  'curity-devices',
  'curity-dynamic-clients',
  'curity-links',
  'curity-nonces',
  'curity-sessions',
  'curity-tokens',
].map((name) => `life-${name}`);

let cloud: MiniStack;

beforeAll(async () => {
  cloud = await MiniStack.start();
  await bootstrap(cloud, REGIONS);
}, 5 * MINUTE);

afterAll(() => cloud?.stop());

/** Arguments for the app of cdk.json, with a cloud assembly of the test's own. */
function app(command: string, context: Record<string, string>, ...options: string[]): string[] {
  const values = { server: 'curity', preset: 'minimal', id: 'Life', prefix: 'life-', ...context };
  const contextArgs = Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return [command, '--output', `${cloud.directory}/cdk.out`, ...contextArgs, ...options];
}

function deploy(context: Record<string, string>): Promise<Run> {
  return cdk(cloud, app('deploy', context, '--all', '--concurrency', '3', '--require-approval', 'never'), PROJECT);
}

async function deployed(context: Record<string, string>): Promise<void> {
  const { exitCode, output } = await deploy(context);
  if (exitCode !== 0) throw new Error(output);
}

function destroy(context: Record<string, string>): Promise<Run> {
  return cdk(cloud, app('destroy', context, '--all', '--force'), PROJECT);
}

async function tableId(region: string, name: string): Promise<string | undefined> {
  return (await cloud.dynamoDb(region).send(new DescribeTableCommand({ TableName: name }))).Table?.TableId;
}

async function device(region: string): Promise<unknown> {
  return (await cloud.dynamoDb(region).send(new GetItemCommand({ TableName: 'life-curity-devices', Key: DEVICE_KEY }))).Item;
}

test(
  'the app of cdk.json deploys by context alone',
  async () => {
    await deployed({ version: '9.0' });
    for (const region of REGIONS) {
      expect(await tableNames(cloud.dynamoDb(region))).toEqual(TABLES);
      expect((await liveTable(cloud.dynamoDb(region), 'life-curity-devices')).globalIndexes).toEqual([]);
    }
    await cloud.dynamoDb(REPLICA).send(new PutItemCommand({ TableName: 'life-curity-devices', Item: DEVICE }));
    await cloud.dynamoDb(REPLICA).send(new PutItemCommand({ TableName: 'life-curity-sessions', Item: SESSION }));
  },
  2 * MINUTE,
);

test(
  'cdk diff finds no difference after the deployment, and one for the next version',
  async () => {
    const same = await cdk(cloud, app('diff', { version: '9.0' }, '--fail'), PROJECT);
    expect(same.output).toContain('Number of stacks with differences: 0');
    expect(same.exitCode).toBe(0);
    const next = await cdk(cloud, app('diff', { version: '9.3' }, '--fail'), PROJECT);
    expect(next.output).toContain('Number of stacks with differences: 1');
    expect(next.output).toContain('deviceId-index');
    expect(next.output).not.toContain('requires replacement');
    expect(next.exitCode).toBe(1);
  },
  2 * MINUTE,
);

test(
  'an upgrade that adds one index reaches every region and keeps tables and items',
  async () => {
    const before = await Promise.all(REGIONS.map((region) => tableId(region, 'life-curity-devices')));
    await deployed({ version: '9.3' });
    expect(await Promise.all(REGIONS.map((region) => tableId(region, 'life-curity-devices')))).toEqual(before);
    for (const region of REGIONS) {
      expect((await liveTable(cloud.dynamoDb(region), 'life-curity-devices')).globalIndexes).toEqual([
        'deviceId-index: deviceId S -> ALL',
      ]);
      const found = await cloud.dynamoDb(region).send(
        new QueryCommand({
          TableName: 'life-curity-devices',
          IndexName: 'deviceId-index',
          KeyConditionExpression: 'deviceId = :id',
          ExpressionAttributeValues: { ':id': DEVICE.deviceId },
        }),
      );
      expect(found.Items).toEqual([DEVICE]);
    }
  },
  2 * MINUTE,
);

test(
  'a further region gets its replicas with the items, and regional tables of its own',
  async () => {
    const grow = { server: 'connect2id', id: 'Grow', prefix: 'grow-' };
    await deployed({ ...grow, replicaRegions: REPLICA });
    const client = { client_id: { S: 'early' } };
    await cloud.dynamoDb(PRIMARY).send(new PutItemCommand({ TableName: 'grow-clients', Item: client }));
    const before = await liveTables(cloud.dynamoDb(REPLICA), 'grow-');

    await deployed({ ...grow, replicaRegions: `${REPLICA},${FURTHER}` });
    const after = await liveTables(cloud.dynamoDb(FURTHER), 'grow-');
    const settings = (tables: Record<string, LiveTable>): unknown[] =>
      Object.entries(tables).map(([name, { otherRegions, ...table }]) => [name, otherRegions.length > 0, table]);
    expect(settings(after)).toHaveLength(16);
    expect(settings(after)).toEqual(settings(before));
    expect(after.clients.otherRegions).toEqual([PRIMARY, REPLICA]);
    const found = await cloud.dynamoDb(FURTHER).send(new GetItemCommand({ TableName: 'grow-clients', Key: client }));
    expect(found.Item).toEqual(client);
  },
  2 * MINUTE,
);

test(
  'fails to add two indexes to one table in one update, and rolls back',
  async () => {
    await deployed({ version: '7.4', id: 'Old', prefix: 'old-', replicaRegions: '' });
    const { exitCode, output } = await deploy({ version: '8.0', id: 'Old', prefix: 'old-', replicaRegions: '' });
    expect(exitCode).toBe(1);
    expect(output).toContain('Cannot perform more than one GSI creation or deletion in a single update');
    expect((await liveTable(cloud.dynamoDb(PRIMARY), 'old-curity-accounts')).globalIndexes).toEqual([]);
    expect(
      await cdkDone(cloud, app('diff', { version: '7.4', id: 'Old', prefix: 'old-', replicaRegions: '' }), PROJECT),
    ).toContain('Number of stacks with differences: 0');
  },
  2 * MINUTE,
);

test(
  'fails to deploy over tables that stand already, and touches none of them',
  async () => {
    const before = await Promise.all(REGIONS.map((region) => tableId(region, 'life-curity-devices')));
    const { exitCode, output } = await deploy({ version: '9.3', id: 'Second' });
    expect(exitCode).toBe(1);
    expect(output).toContain('Table already exists: life-curity-');
    expect(await Promise.all(REGIONS.map((region) => tableId(region, 'life-curity-devices')))).toEqual(before);
    expect(await device(PRIMARY)).toEqual(DEVICE);
  },
  2 * MINUTE,
);

test(
  'development protection lifts deletion protection and point-in-time recovery in every region, and keeps the items',
  async () => {
    await deployed({ version: '9.3', protection: 'development' });
    for (const region of REGIONS) {
      const tables = Object.values(await liveTables(cloud.dynamoDb(region), 'life-'));
      expect(tables).toHaveLength(10);
      expect(tables.filter((table) => table.protectedFromDeletion || table.recovery)).toEqual([]);
      expect(await device(region)).toEqual(DEVICE);
    }
  },
  2 * MINUTE,
);

test(
  'fails to destroy while one replica is protected, and its table stands in every region',
  async () => {
    const protect = { TableName: 'life-curity-devices', DeletionProtectionEnabled: true };
    await cloud.dynamoDb(REPLICA).send(new UpdateTableCommand(protect));
    const { exitCode, output } = await destroy({ version: '9.3', protection: 'development' });
    expect(exitCode).toBe(1);
    expect(output).toContain(`Table life-curity-devices is protected against deletion in ${REPLICA}`);
    for (const region of REGIONS) {
      expect(await device(region)).toEqual(DEVICE);
    }
  },
  2 * MINUTE,
);

test(
  'cdk destroy leaves nothing behind once nothing is protected',
  async () => {
    const release = { TableName: 'life-curity-devices', DeletionProtectionEnabled: false };
    await cloud.dynamoDb(REPLICA).send(new UpdateTableCommand(release));
    const { exitCode, output } = await destroy({ version: '9.3', protection: 'development' });
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    for (const region of REGIONS) {
      expect((await tableNames(cloud.dynamoDb(region))).filter((name) => name.startsWith('life-'))).toEqual([]);
    }
  },
  2 * MINUTE,
);

test(
  'cdk destroy under production protection takes the stacks and leaves every table with its items',
  async () => {
    await deployed({ version: '9.3' });
    await cloud.dynamoDb(REPLICA).send(new PutItemCommand({ TableName: 'life-curity-devices', Item: DEVICE }));
    const { output } = await destroy({ version: '9.3' });
    for (const region of REGIONS) expect(output).toContain(`(Life-${region}): destroyed`);
    for (const region of REGIONS) {
      const tables = await liveTables(cloud.dynamoDb(region), '');
      const standing = Object.entries(tables).filter(([name, table]) => name.startsWith('life-') && table.protectedFromDeletion);
      expect(standing.map(([name]) => name)).toEqual(TABLES);
      expect(await device(region)).toEqual(DEVICE);
    }
  },
  2 * MINUTE,
);
