import { cpSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { IdentityServer } from '../../lib';
import { startLocal } from '../cli/running-local';
import { filesIn, jsonIn, mistakesIn, temporaryDirectory } from '../cli/schema-directory';
import { runCommand } from '../cli/support';
import { REGION, runSuite, suiteCommand, suiteResult, SUITE_DIRECTORY, TABLE, type SuiteResult } from './suite';
import { synthesize } from './tables';

let directory: string;
let captured: string;
let assembly: string;
let suite: SuiteResult;

beforeAll(async () => {
  directory = temporaryDirectory();
  captured = path.join(directory, 'captured');
  const report = path.join(directory, 'mocha.json');
  const script = 'cd "$0" && ENDPOINT=$AWS_ENDPOINT_URL_DYNAMODB exec "$@"';
  const command = ['sh', '-c', script, SUITE_DIRECTORY, ...suiteCommand(report)];
  const args = ['--output', captured, '--region', REGION, '--server', 'sessions', '--server-version', '3.0.5'];
  const { code, err } = await runCommand(['capture', ...args, '--', ...command], { PATH: process.env.PATH });
  expect({ code, problems: err.match(/IDT\d+.*/g) }).toEqual({ code: 0, problems: null });
  suite = suiteResult(report);
  assembly = synthesize(IdentityServer.fromSchemaDirectory(captured), REGION, path.join(directory, 'cdk.out'));
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Captured {
  readonly tables: Readonly<Record<string, { readonly runtime: { readonly data: string[] } }>>;
}

/** Runs what the suite does with its own table on the tables of the library, with the policy of the captured profile. */
async function runUnderPolicy(server: string): Promise<SuiteResult> {
  const local = await startLocal('--app', assembly, '--server', server, '--policy', 'runtime');
  try {
    return await runSuite(local.endpoint, directory, { ownTableOnly: true });
  } finally {
    await local.stop();
  }
}

test('a capture of the suite of connect-dynamodb gives its table and its exact actions', () => {
  expect(suite).toEqual({ passes: 14, failures: [] });
  // The tables that the suite makes for itself and deletes again are none of the store.
  expect(Object.keys(filesIn(captured))).toEqual([`create-table-${TABLE}.json`, 'server.json']);
  expect(mistakesIn(captured)).toEqual([]);
  expect(jsonIn(captured, `create-table-${TABLE}.json`)).toEqual({
    TableName: TABLE,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const { runtime } = (jsonIn(captured, 'server.json') as Captured).tables[TABLE];
  expect(runtime).toEqual({
    data: ['DeleteItem', 'GetItem', 'PutItem', 'Scan', 'UpdateItem'],
    describe: ['DescribeTable'],
    manage: ['CreateTable'],
    indexQueries: [],
  });
});

test('the suite runs on the table of the library, and the captured policy denies nothing', async () => {
  expect(await runUnderPolicy(captured)).toEqual({ passes: 12, failures: [] });
}, 60_000);

test.each(['Scan', 'DeleteItem', 'GetItem'])(
  'fails when %s is taken out of the profile: it is denied',
  async (action) => {
    const less = path.join(directory, `without-${action}`);
    const file = jsonIn(captured, 'server.json') as Captured;
    const { runtime } = file.tables[TABLE];
    const tables = {
      [TABLE]: { ...file.tables[TABLE], runtime: { ...runtime, data: runtime.data.filter((each) => each !== action) } },
    };
    cpSync(captured, less, { recursive: true });
    writeFileSync(path.join(less, 'server.json'), JSON.stringify({ ...file, tables }));
    const { failures } = await runUnderPolicy(less);
    expect(failures.join('\n')).toContain(`is not authorized to perform: dynamodb:${action}`);
  },
  60_000,
);
