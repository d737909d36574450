import {
  BatchGetItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib/core';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IdentityServer, IdentityTablesStacks } from '../../lib';
import { startLocal, type RunningLocal } from './running-local';
import { runCommand } from './support';

const root = mkdtempSync(path.join(tmpdir(), 'local-policy-'));
afterAll(() => rmSync(root, { recursive: true }));

function assemblyOf(name: string, build: (app: App) => void): string {
  const outdir = path.join(root, name);
  const app = new App({ outdir, analyticsReporting: false });
  build(app);
  app.synth();
  return outdir;
}

const CURITY = ['--server', 'curity', '--version', '11.0', '--prefix', 'prod-', '--regions', 'eu-central-1,us-east-1'];

function refusal(action: string, resource: string, region = 'eu-central-1'): object {
  return {
    name: 'AccessDeniedException',
    message:
      `User: arn:aws:sts::000000000000:assumed-role/identity-server/local is not authorized to perform: dynamodb:${action} ` +
      `on resource: arn:aws:dynamodb:${region}:000000000000:table/${resource} ` +
      `because no identity-based policy allows the dynamodb:${action} action`,
  };
}

describe('--policy runtime', () => {
  let local: RunningLocal;
  beforeAll(async () => {
    local = await startLocal(...CURITY, '--policy', 'runtime');
  });
  afterAll(() => local.stop());

  const accounts = 'prod-curity-accounts';
  const nonces = 'prod-curity-nonces';
  const put = (TableName: string, Item: Record<string, { S: string }>) => ({ Put: { TableName, Item } });

  test('lets the server do what its profile says, on tables, indexes and in transactions', async () => {
    const client = local.client('eu-central-1');
    await client.send(new DescribeTableCommand({ TableName: accounts }));
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [put(accounts, { pk: { S: '1' } }), put('prod-curity-devices', { pk: { S: '1' }, sk: { S: '1' } })],
      }),
    );
    const { Item } = await local.client('us-east-1').send(new GetItemCommand({ TableName: nonces, Key: { nonce: { S: '1' } } }));
    expect(Item).toBeUndefined();
    const { Count } = await client.send(
      new QueryCommand({
        TableName: 'prod-curity-devices',
        IndexName: 'deviceId-index',
        KeyConditionExpression: 'deviceId = :id',
        ExpressionAttributeValues: { ':id': { S: '1' } },
      }),
    );
    expect(Count).toBe(0);
  });

  test('refuses as DynamoDB does what the profile does not say', async () => {
    const client = local.client('eu-central-1');
    await expect(client.send(new ScanCommand({ TableName: accounts }))).rejects.toMatchObject(refusal('Scan', accounts));
    await expect(local.client('us-east-1').send(new DescribeTableCommand({ TableName: nonces }))).rejects.toMatchObject(
      refusal('DescribeTable', nonces, 'us-east-1'),
    );
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject(refusal('ListTables', '*'));
    await expect(
      client.send(new BatchGetItemCommand({ RequestItems: { [accounts]: { Keys: [{ pk: { S: '1' } }] } } })),
    ).rejects.toMatchObject(refusal('BatchGetItem', accounts));
    await expect(
      client.send(
        new CreateTableCommand({
          TableName: 'prod-curity-extra',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        }),
      ),
    ).rejects.toMatchObject(refusal('CreateTable', 'prod-curity-extra'));
    await expect(
      client.send(new ExecuteStatementCommand({ Statement: `SELECT * FROM "${accounts}" WHERE pk = '1'` })),
    ).rejects.toMatchObject(refusal('PartiQLSelect', accounts));
  });

  test('judges an index query by the index, and a transaction by each of its parts', async () => {
    const client = local.client('eu-central-1');
    const query = { KeyConditionExpression: 'pk = :id', ExpressionAttributeValues: { ':id': { S: '1' } } };
    await client.send(new QueryCommand({ TableName: accounts, ...query }));
    await expect(
      client.send(new QueryCommand({ TableName: accounts, IndexName: 'other-index', ...query })),
    ).rejects.toMatchObject(refusal('Query', `${accounts}/index/other-index`));
    await expect(
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            put(accounts, { pk: { S: 'never' } }),
            { ConditionCheck: { TableName: nonces, Key: { nonce: { S: '1' } }, ConditionExpression: 'attribute_exists(nonce)' } },
          ],
        }),
      ),
    ).rejects.toMatchObject(refusal('ConditionCheckItem', nonces));
    const { Item } = await client.send(new GetItemCommand({ TableName: accounts, Key: { pk: { S: 'never' } } }));
    expect(Item).toBeUndefined();
  });
});

test('the options of the server decide', async () => {
  const local = await startLocal(...CURITY, '--policy', 'runtime', '--allow-table-scans');
  const { Count } = await local.client('eu-central-1').send(new ScanCommand({ TableName: 'prod-curity-accounts' }));
  expect(Count).toBe(0);
  await local.stop();
});

test('the server is found by the tags of the tables', async () => {
  const assembly = assemblyOf('tagged', (app) => {
    new IdentityTablesStacks(app, 'Sessions', {
      server: IdentityServer.connectDynamoDb({ tableName: 'web-sessions' }),
      primaryRegion: 'eu-central-1',
      tablePrefix: 'prod-',
    });
  });
  const local = await startLocal('--app', assembly, '--policy', 'runtime');
  const client = local.client('eu-central-1');
  const TableName = 'prod-web-sessions';
  await client.send(new PutItemCommand({ TableName, Item: { id: { S: '1' } } }));
  await expect(client.send(new ScanCommand({ TableName }))).rejects.toMatchObject(refusal('Scan', TableName));
  await local.stop();
});

test('fails when the server is not known, or none of the tables is one of it', async () => {
  const untagged = assemblyOf('untagged', (app) => {
    const stack = new Stack(app, 'Other', { env: { region: 'eu-central-1' } });
    new TableV2(stack, 'T', { tableName: 'other', partitionKey: { name: 'id', type: AttributeType.STRING } });
  });
  const problems = async (...more: string[]): Promise<unknown> => {
    const { code, out } = await runCommand(['local', '--json', '--app', untagged, '--policy', 'runtime', ...more]);
    expect(code).toBe(2);
    return (JSON.parse(out) as { problems: unknown }).problems;
  };
  expect(await problems()).toMatchObject([{ code: 'IDT0703', what: "option '--policy' needs to know the server" }]);
  expect(await problems('--server', 'connect-dynamodb')).toMatchObject([
    { code: 'IDT0703', what: "option '--policy': none of the tables is one of connect-dynamodb", given: 'other' },
  ]);
});
