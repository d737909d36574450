import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { App } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesStacks, Replication } from '../../lib';
import { startEmbeddedEngine, type EmbeddedEngine } from '../../lib/cli/engine';
import { bareEngine, clientOf, runCommand, type Ran } from './support';
import { globalTable, writeAssembly } from './verify-assembly';

const REGIONS = ['eu-central-1', 'us-east-1', 'ap-southeast-2'];

let directory: string;
let engine: EmbeddedEngine;
beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'verify-engine-'));
  const app = new App({ outdir: path.join(directory, 'cdk.out'), analyticsReporting: false });
  new IdentityTablesStacks(app, 'Identity', {
    primaryRegion: REGIONS[0],
    replicaRegions: REGIONS.slice(1),
    server: IdentityServer.curity({ version: '11.0' }),
    replication: Replication.minimal(),
    tablePrefix: 'prod-',
  });
  app.synth();
  engine = await startEmbeddedEngine({ regions: REGIONS });
  expect((await command('local', '--once')).code).toBe(0);
}, 60_000);
afterAll(async () => {
  await engine.stop();
  rmSync(directory, { recursive: true });
});

function command(name: string, ...args: string[]): Promise<Ran> {
  return runCommand([name, '--app', path.join(directory, 'cdk.out'), '--endpoint', engine.endpoint, ...args]);
}

interface Changes {
  readonly changes: { tableName: string; region: string; kind: string; severity: string }[];
}

async function verified(): Promise<{ code: number; changes: string[]; out: string }> {
  const { code, out } = await command('verify', '--json');
  const { changes } = JSON.parse(out) as Changes;
  return {
    code,
    out,
    changes: changes.map(({ tableName, region, kind, severity }) => `${tableName} ${region} ${kind}: ${severity}`),
  };
}

test('the tables that local makes are those of the assembly, in every region', async () => {
  const { code, out, err } = await command('verify');
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toMatch(/33 tables in 3 regions: no difference/);
  for (const region of REGIONS) {
    expect(out).toMatch(new RegExp(`${region} +000000000000 +11 of 11`));
  }
}, 30_000);

test('a table of our prefix in one region that the assembly does not have is a remark', async () => {
  const client = clientOf(engine.endpoint, 'us-east-1');
  const TableName = 'prod-curity-buckets-copy';
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const { code, out } = await command('verify');
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
  expect(code).toBe(0);
  expect(out).toContain(`left alone:\n  ${TableName}  us-east-1\n\n`);
  expect(out).toMatch(/33 tables in 3 regions: no difference/);
}, 30_000);

// The table is made in one region, and the server shows it in every other one.
test('the engine without its router keeps no regions apart: an error, and no comparison', async () => {
  const bare = await bareEngine();
  try {
    const client = clientOf(bare.endpoint, 'eu-central-1');
    const app = path.join(directory, 'two');
    const regions = ['eu-central-1', 'us-east-1'];
    writeAssembly(
      app,
      regions.map((region) => ({ name: `Identity-${region}`, region, tables: { Users: globalTable('users', [region]) } })),
    );
    await client.send(
      new CreateTableCommand({
        TableName: 'users',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    client.destroy();
    const verifyOf = (...args: string[]) => runCommand(['verify', '--app', app, '--endpoint', bare.endpoint, ...args]);
    const { code, out, err } = await verifyOf();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`[IDT0713] ${bare.endpoint} does not keep regions apart`);
    expect(err).toContain("given:   table 'users' is the same one in eu-central-1, us-east-1");
    // One region alone is what it shows.
    expect((await verifyOf('--region', 'us-east-1')).code).toBe(0);
  } finally {
    await bare.stop();
  }
}, 30_000);

test('what somebody changes by hand is found: protection, ttl, a table that is gone', async () => {
  const client = clientOf(engine.endpoint, 'us-east-1');
  const TableName = 'prod-curity-sessions';
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await client.send(
    new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: false, AttributeName: 'deletableAt' } }),
  );
  await client.send(new UpdateTableCommand({ TableName: 'prod-curity-nonces', DeletionProtectionEnabled: false }));
  await client.send(new DeleteTableCommand({ TableName: 'prod-curity-nonces' }));
  const { code, changes } = await verified();
  expect(code).toBe(1);
  expect(changes).toEqual([
    'prod-curity-nonces us-east-1 table-missing: in place',
    'prod-curity-sessions us-east-1 time-to-live: in place',
    'prod-curity-sessions us-east-1 deletion-protection: in place',
  ]);
  client.destroy();
}, 30_000);

test('the table of another server under our name is a replacement', async () => {
  const client = clientOf(engine.endpoint, 'us-east-1');
  await client.send(
    new CreateTableCommand({
      TableName: 'prod-curity-nonces',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const { changes } = await verified();
  expect(changes).toContain('prod-curity-nonces us-east-1 key-schema: replacement');
  client.destroy();
}, 30_000);

test('a missing replica of a server that has none', async () => {
  const client = clientOf(engine.endpoint, 'ap-southeast-2');
  const TableName = 'prod-curity-accounts';
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await client.send(new DeleteTableCommand({ TableName }));
  expect((await verified()).changes).toContain('prod-curity-accounts ap-southeast-2 replica-added: in place');
  client.destroy();
}, 30_000);

test('files of aws dynamodb describe-table, read without a server', async () => {
  const client = clientOf(engine.endpoint, 'eu-central-1');
  const files = path.join(directory, 'described');
  mkdirSync(files);
  for (const name of ['prod-curity-accounts', 'prod-curity-devices']) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    const shown = name === 'prod-curity-devices' ? { ...Table, DeletionProtectionEnabled: false } : Table;
    writeFileSync(path.join(files, `${name}.json`), JSON.stringify({ Table: shown }));
  }
  client.destroy();
  const { code, out } = await runCommand(['verify', '--app', path.join(directory, 'cdk.out'), '--against', files]);
  expect(code).toBe(1);
  expect(out).toContain(`against ${files}`);
  expect(out).toMatch(/eu-central-1 +000000000000 +2 of 11 +9 not known\n/);
  expect(out).toMatch(/us-east-1 +- +0 of 11 +11 not known\n/);
  expect(out).toMatch(/^ +eu-central-1 +deletion protection +off +on +in place$/m);
  expect(out.match(/deletion protection/g)).toHaveLength(1);
  expect(out).toMatch(/ttl +2 tables in 1 region +describe-table does not tell it/);
});

test('fails for a directory without such files, with one problem a file', async () => {
  const files = path.join(directory, 'other');
  mkdirSync(files);
  const against = () => runCommand(['verify', '--app', path.join(directory, 'cdk.out'), '--against', files]);
  expect((await against()).err).toContain('[IDT1207]');
  writeFileSync(path.join(files, 'a.json'), '{');
  writeFileSync(path.join(files, 'b.json'), '{"Table":{"TableArn":"arn:aws:s3:::bucket"}}');
  writeFileSync(path.join(files, 'c.json'), '[]');
  const { code, err } = await against();
  expect(code).toBe(2);
  expect(err.match(/\[IDT1207\] .*/g)).toEqual([
    `[IDT1207] the file ${path.join(files, 'a.json')} cannot be read`,
    `[IDT1207] the file ${path.join(files, 'b.json')} does not describe a table`,
    `[IDT1207] the file ${path.join(files, 'c.json')} does not describe a table`,
  ]);
});
