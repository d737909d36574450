import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DescribeTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { App } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesStacks } from '../../lib';
import { bootstrap, cdkDone, PROJECT } from './cdk';
import { liveTable, tableNames, type LiveTable } from './live-tables';
import { MiniStack } from './ministack';

// connect-dynamodb ships its test suite in its package, and the suite uses a table of this name.
const TABLE = 'sessions-test';
const PACKAGE = path.join(PROJECT, 'node_modules', 'connect-dynamodb');
const MOCHA = path.join(PROJECT, 'node_modules', 'mocha', 'bin', 'mocha.js');

const PRIMARY = 'eu-central-1';
const REPLICA = 'us-east-1';
const MINUTE = 60_000;

interface MochaReport {
  readonly stats: { readonly tests: number; readonly passes: number; readonly failures: number; readonly pending: number };
  readonly failures: ReadonlyArray<{ readonly fullTitle: string; readonly err: { readonly message?: string } }>;
}

interface Identity {
  readonly id: string | undefined;
  readonly created: Date | undefined;
  readonly table: LiveTable;
}

let cloud: MiniStack;

beforeAll(async () => {
  cloud = await MiniStack.start();
  const assembly = path.join(cloud.directory, 'cdk.out');
  const app = new App({ outdir: assembly, analyticsReporting: false });
  new IdentityTablesStacks(app, 'Sessions', {
    server: IdentityServer.connectDynamoDb({ tableName: TABLE }),
    primaryRegion: PRIMARY,
    replicaRegions: [REPLICA],
  });
  app.synth();
  await bootstrap(cloud, [PRIMARY, REPLICA]);
  await cdkDone(cloud, ['deploy', '--app', assembly, '--all', '--require-approval', 'never']);
}, 5 * MINUTE);

afterAll(() => cloud?.stop());

async function identity(region: string): Promise<Identity> {
  const { Table } = await cloud.dynamoDb(region).send(new DescribeTableCommand({ TableName: TABLE }));
  return { id: Table?.TableId, created: Table?.CreationDateTime, table: await liveTable(cloud.dynamoDb(region), TABLE) };
}

/** Runs the suite as the package's own `npm test` does. */
async function runSuite(region: string): Promise<MochaReport> {
  const report = path.join(cloud.directory, `mocha-${region}.json`);
  const args = [MOCHA, '--timeout', '5000', '--reporter', 'json', '--reporter-option', `output=${report}`];
  const suite = spawn(process.execPath, args, {
    cwd: PACKAGE,
    stdio: 'ignore',
    env: { ...cloud.environment, AWS_REGION: region, ENDPOINT: cloud.endpoint },
  });
  await once(suite, 'close');
  return JSON.parse(fs.readFileSync(report, 'utf8')) as MochaReport;
}

test.each([PRIMARY, REPLICA])(
  'the suite of connect-dynamodb 3.0.5 passes on the table that was deployed, in %s',
  async (region) => {
    const before = await identity(region);
    expect(before.table).toMatchObject({
      keys: ['id S'],
      expiry: 'expires',
      protectedFromDeletion: true,
      tags: { 'identity-tables:server': 'connect-dynamodb', 'identity-tables:table': TABLE },
    });

    const { stats, failures } = await runSuite(region);
    expect(failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message}`)).toEqual([]);
    expect(stats).toMatchObject({ tests: 14, passes: 14, failures: 0, pending: 0 });

    // Neither made again nor changed; the tables that the suite makes for itself are gone.
    expect(await identity(region)).toEqual(before);
    expect(await tableNames(cloud.dynamoDb(region))).toEqual([TABLE]);
    const { Items = [] } = await cloud.dynamoDb(region).send(new ScanCommand({ TableName: TABLE }));
    expect(Items.map((item) => item.type)).toContainEqual({ S: 'connect-session' });
  },
  MINUTE,
);
