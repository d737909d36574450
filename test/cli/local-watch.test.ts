import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib/core';
import { AttributeType, TableV2, type TablePropsV2 } from 'aws-cdk-lib/aws-dynamodb';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { startLocal, type RunningLocal } from './running-local';
import { eventually, runCommand } from './support';

const root = mkdtempSync(path.join(tmpdir(), 'local-watch-'));
afterAll(() => rmSync(root, { recursive: true }));

const text = (name: string) => ({ name, type: AttributeType.STRING });
const replicas = [{ region: 'us-east-1' }];
const index = (name: string) => ({ indexName: `${name}-index`, partitionKey: text(name) });

let assemblies = 0;
/** Writes the assembly of these tables into the directory that is watched. */
function synthesize(tables: { readonly [name: string]: Partial<TablePropsV2> }): string {
  const outdir = path.join(root, `assembly-${++assemblies}`);
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Identity', { env: { account: '111122223333', region: 'eu-central-1' } });
  for (const [tableName, props] of Object.entries(tables)) {
    new TableV2(stack, tableName, { tableName, partitionKey: text('id'), ...props });
  }
  app.synth();
  const watched = path.join(root, 'watched');
  cpSync(outdir, watched, { recursive: true });
  return watched;
}

let local: RunningLocal;
afterEach(() => local.stop());

const told = async (count: number): Promise<readonly string[]> => {
  await eventually(() => local.said.length >= count, `${count} lines are said`);
  return local.said;
};

test('new tables and indexes are added, items stay, and new tables replicate', async () => {
  const assembly = synthesize({ accounts: { replicas } });
  local = await startLocal('--app', assembly, '--watch');
  const client = local.client('eu-central-1');
  await client.send(new PutItemCommand({ TableName: 'accounts', Item: { id: { S: '1' }, user: { S: 'u' }, mail: { S: 'm' } } }));
  synthesize({
    accounts: { replicas, globalSecondaryIndexes: [index('user'), index('mail')] },
    sessions: { replicas, timeToLiveAttribute: 'expires' },
  });
  expect([...(await told(6))].sort()).toEqual([
    '+ index mail-index of accounts in eu-central-1',
    '+ index mail-index of accounts in us-east-1',
    '+ index user-index of accounts in eu-central-1',
    '+ index user-index of accounts in us-east-1',
    '+ table sessions in eu-central-1',
    '+ table sessions in us-east-1',
  ]);
  const { Items } = await client.send(
    new QueryCommand({
      TableName: 'accounts',
      IndexName: 'user-index',
      KeyConditionExpression: '#u = :u',
      ExpressionAttributeNames: { '#u': 'user' },
      ExpressionAttributeValues: { ':u': { S: 'u' } },
    }),
  );
  expect(Items?.map(({ id }) => id.S)).toEqual(['1']);
  await client.send(new PutItemCommand({ TableName: 'sessions', Item: { id: { S: 's' } } }));
  let item: unknown;
  const look = (): void => {
    void local
      .client('us-east-1')
      .send(new GetItemCommand({ TableName: 'sessions', Key: { id: { S: 's' } } }))
      .then((answer) => (item = answer.Item));
  };
  await eventually(() => (look(), item !== undefined), 'the item is in the other region');

  // A second time, from what stands now.
  synthesize({
    accounts: { replicas, globalSecondaryIndexes: [index('user'), index('mail')] },
    sessions: { replicas, timeToLiveAttribute: 'expires', globalSecondaryIndexes: [index('user')] },
  });
  expect((await told(8)).slice(6)).toEqual([
    '+ index user-index of sessions in eu-central-1',
    '+ index user-index of sessions in us-east-1',
  ]);
}, 40_000);

test('every other change is told and left, beside an index that is added, and so is an assembly that cannot be read', async () => {
  const assembly = synthesize({ accounts: { globalSecondaryIndexes: [index('user')] }, links: {} });
  local = await startLocal('--app', assembly, '--watch');
  synthesize({ accounts: { globalSecondaryIndexes: [index('user'), index('mail')], timeToLiveAttribute: 'expires' } });
  expect([...(await told(3))].sort()).toEqual([
    '! table of links in eu-central-1 differs: start local again, without its data, to have it as in the assembly',
    '! ttl of accounts in eu-central-1 differs: start local again, without its data, to have it as in the assembly',
    '+ index mail-index of accounts in eu-central-1',
  ]);
  writeFileSync(path.join(assembly, 'manifest.json'), '{');
  expect((await told(4))[3]).toContain('[IDT0704]');
  const { TableNames } = await local.client('eu-central-1').send(new ListTablesCommand({}));
  expect(TableNames).toEqual(['accounts', 'links']);
}, 40_000);

test('an index that cannot be added is told with the reason, beside the one that can, and is tried again with the next assembly', async () => {
  const assembly = synthesize({ accounts: { replicas } });
  local = await startLocal('--app', assembly, '--watch');
  const client = local.client('us-east-1');
  await client.send(new DeleteTableCommand({ TableName: 'accounts' }));
  const wanted = { accounts: { replicas, globalSecondaryIndexes: [index('user')] } };
  synthesize(wanted);
  const [added, failed] = [...(await told(2))].sort();
  expect(added).toBe('+ index user-index of accounts in eu-central-1');
  expect(failed).toMatch(/^x index user-index of accounts in us-east-1: ResourceNotFoundException: \S/);

  await client.send(
    new CreateTableCommand({
      TableName: 'accounts',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  synthesize(wanted);
  expect((await told(3))[2]).toBe('+ index user-index of accounts in us-east-1');
}, 40_000);

test('an index that goes or becomes another one is told and left, with its items', async () => {
  const assembly = synthesize({ accounts: { globalSecondaryIndexes: [index('user'), index('mail')] } });
  local = await startLocal('--app', assembly, '--watch');
  synthesize({ accounts: { globalSecondaryIndexes: [{ ...index('mail'), partitionKey: text('address') }] } });
  const hint = 'differs: start local again, without its data, to have it as in the assembly';
  expect([...(await told(2))].sort()).toEqual([
    `! index mail-index of accounts in eu-central-1 ${hint}`,
    `! index user-index of accounts in eu-central-1 ${hint}`,
  ]);
  const { Table } = await local.client('eu-central-1').send(new DescribeTableCommand({ TableName: 'accounts' }));
  const keys = Table?.GlobalSecondaryIndexes?.map(({ KeySchema }) => KeySchema?.[0].AttributeName);
  expect(keys?.sort()).toEqual(['mail', 'user']);
}, 40_000);

test('fails without an assembly', async () => {
  const { code, err } = await runCommand([
    'local',
    ...['--server', 'curity', '--version', '11.0', '--regions', 'eu-central-1', '--watch', '--port', '0'],
  ]);
  expect([code, err.split('\n')[0]]).toEqual([2, "[IDT0703] option '--watch' needs a cloud assembly"]);
}, 20_000);
