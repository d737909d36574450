import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { IdentityServer } from '../../lib';
import { runtimeStatements } from '../../lib/access';
import { regionalAccess } from '../access/regional-access';
import { startLocal } from '../cli/running-local';
import { filesIn, jsonIn, mistakesIn, temporaryDirectory } from '../cli/schema-directory';
import { runCommand, type Ran } from '../cli/support';
import { synthesize } from './tables';

const REGION = 'eu-central-1';

interface Profile {
  readonly timeToLive?: object;
  readonly runtime: {
    readonly data: string[];
    readonly describe: string[];
    readonly manage: string[];
    readonly indexQueries: string[];
  };
}

/** A store of npm, the program that uses it, and what its table and its documentation say. */
interface Store {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly table: string;
  readonly createTable: object;
  readonly profile: Profile;
}

const STORES: readonly Store[] = [
  {
    name: 'dynamodb-store 1.2.0',
    script: 'dynamodb-store.js',
    args: [],
    table: 'sessions',
    createTable: {
      TableName: 'sessions',
      AttributeDefinitions: [{ AttributeName: 'sessionId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'sessionId', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
    profile: {
      runtime: {
        data: ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
        describe: ['DescribeTable'],
        manage: ['CreateTable'],
        indexQueries: [],
      },
    },
  },
  {
    name: '@auth/dynamodb-adapter 2.11.3',
    script: 'auth-adapter.mjs',
    args: ['create'],
    table: 'next-auth',
    createTable: {
      TableName: 'next-auth',
      AttributeDefinitions: ['GSI1PK', 'GSI1SK', 'pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'GSI1',
          KeySchema: [
            { AttributeName: 'GSI1PK', KeyType: 'HASH' },
            { AttributeName: 'GSI1SK', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    },
    profile: {
      timeToLive: { attribute: 'expires', use: 'always' },
      runtime: {
        data: ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
        describe: [],
        manage: ['CreateTable', 'UpdateTimeToLive'],
        indexQueries: ['GSI1'],
      },
    },
  },
];

let directory: string;
beforeAll(() => {
  directory = temporaryDirectory();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the program of a store on tables that stand. */
async function runStore({ script }: Store, endpoint: string): Promise<{ code: number; err: string }> {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  };
  const child = spawn(process.execPath, [path.join(__dirname, script)], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, err };
}

// It takes every error of DescribeTable for a missing table.
test('dynamodb-store without DescribeTable tries to make its table', async () => {
  const [store] = STORES;
  const schemas = path.join(directory, 'by-hand');
  mkdirSync(schemas);
  writeFileSync(path.join(schemas, 'create-table-sessions.json'), JSON.stringify(store.createTable));
  const assembly = synthesize(IdentityServer.fromSchemaDirectory(schemas), REGION, path.join(directory, 'by-hand-cdk.out'));
  const args = [
    '--output',
    path.join(directory, 'denied'),
    '--existing',
    assembly,
    '--deny',
    'DescribeTable,CreateTable',
    '--json',
  ];
  const command = [process.execPath, path.join(__dirname, store.script)];
  const { code, out } = await runCommand(['capture', ...args, '--', ...command], { PATH: process.env.PATH });
  const { problems, tables, uses } = JSON.parse(out) as {
    problems: { code: string }[];
    tables: { runtime?: object }[];
    uses: { action: string; denied: number }[];
  };
  expect({ code, problems: problems.map((problem) => problem.code) }).toEqual({ code: 2, problems: ['IDT1407'] });
  expect(uses.map(({ action, denied }) => [action, denied])).toEqual([
    ['CreateTable', 1],
    ['DescribeTable', 1],
  ]);
  expect(tables.map(({ runtime }) => runtime)).toEqual([{ data: [], describe: [], manage: [], indexQueries: [] }]);
}, 30_000);

describe.each(STORES)('$name', (store) => {
  let captured: string;
  let assembly: string;
  let ran: Ran;
  beforeAll(async () => {
    captured = path.join(directory, store.table);
    const command = [process.execPath, path.join(__dirname, store.script), ...store.args];
    const args = ['--output', captured, '--region', REGION, '--server', store.table];
    ran = await runCommand(['capture', ...args, '--', ...command], { PATH: process.env.PATH });
    assembly = synthesize(IdentityServer.fromSchemaDirectory(captured), REGION, path.join(directory, `${store.table}-cdk.out`));
  }, 60_000);

  async function runUnderPolicy(server: string): Promise<{ code: number; err: string }> {
    const local = await startLocal('--app', assembly, '--server', server, '--policy', 'runtime');
    try {
      return await runStore(store, local.endpoint);
    } finally {
      await local.stop();
    }
  }

  test('a capture gives its table and its exact actions', () => {
    expect({ code: ran.code, problems: ran.err.match(/IDT\d+.*/g) }).toEqual({ code: 0, problems: null });
    expect(Object.keys(filesIn(captured))).toEqual([`create-table-${store.table}.json`, 'server.json']);
    expect(mistakesIn(captured)).toEqual([]);
    expect(jsonIn(captured, `create-table-${store.table}.json`)).toEqual(store.createTable);
    const { tables } = jsonIn(captured, 'server.json') as { tables: Record<string, Profile> };
    const { timeToLive, runtime } = tables[store.table];
    expect({ timeToLive, runtime }).toEqual({ timeToLive: undefined, ...store.profile });
  });

  test('the runtime grant is these actions on exactly this table, and the indexes that are queried', () => {
    const { data, describe: described, indexQueries } = store.profile.runtime;
    const access = regionalAccess(IdentityServer.fromSchemaDirectory(captured), { prefix: 'web-' });
    const allowed = runtimeStatements(access).flatMap(({ Action, Resource }) =>
      Resource.flatMap((arn) => Action.map((action) => `${action} ${arn}`)),
    );
    const arn = `arn:aws:dynamodb:eu-central-1:123456789012:table/web-${store.table}`;
    expect(allowed.sort()).toEqual(
      [
        ...[...data, ...described].map((action) => `dynamodb:${action} ${arn}`),
        ...indexQueries.map((index) => `dynamodb:Query ${arn}/index/${index}`),
      ].sort(),
    );
  });

  test('it runs on the table of the library, and the captured policy denies nothing', async () => {
    expect(await runUnderPolicy(captured)).toEqual({ code: 0, err: '' });
  }, 60_000);

  test.each(store.profile.runtime.data)(
    'fails when %s is taken out of the profile: it is denied',
    async (action) => {
      const less = path.join(directory, `${store.table}-${action}`);
      cpSync(captured, less, { recursive: true });
      const file = jsonIn(captured, 'server.json') as { tables: Record<string, Profile> };
      const profile = file.tables[store.table];
      const data = profile.runtime.data.filter((each) => each !== action);
      const indexQueries = action === 'Query' ? [] : profile.runtime.indexQueries;
      const tables = { [store.table]: { ...profile, runtime: { ...profile.runtime, data, indexQueries } } };
      writeFileSync(path.join(less, 'server.json'), JSON.stringify({ ...file, tables }));
      const { code, err } = await runUnderPolicy(less);
      expect(code).toBe(1);
      expect(err).toContain(`is not authorized to perform: dynamodb:${action}`);
    },
    60_000,
  );
});
