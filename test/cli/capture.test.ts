import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { startEmbeddedEngine } from '../../lib/cli/engine';
import { Refusal, type Step } from '../../lib/cli/engine/answer';
import { captureCalls, createTable, timeToLive, type Call } from './capture-server';
import { filesIn, jsonIn, mistakesIn, temporaryDirectory } from './schema-directory';
import type { Ran } from './support';

const TODAY = new Date().toISOString().slice(0, 10);
const REGION = ['--region', 'eu-central-1'];

let directory: string;
let output: string;
beforeEach(() => {
  directory = temporaryDirectory();
  output = path.join(directory, 'captured');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface ServerJson {
  readonly server: string;
  readonly captured: object;
  readonly tables: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function serverJson(): ServerJson {
  return jsonIn(output, 'server.json') as ServerJson;
}

/** Captures without a problem. */
async function captured(calls: readonly Call[], ...args: string[]): Promise<Ran> {
  const ran = await captureCalls(directory, calls, [...REGION, ...args]);
  expect({ code: ran.code, problems: ran.err.includes('[IDT') ? ran.err : 'none' }).toEqual({ code: 0, problems: 'none' });
  expect(mistakesIn(output)).toEqual([]);
  return ran;
}

describe('the tables of IdentityServer4 on DynamoDB', () => {
  // Four tables with the whole document as key of an index; time to live is asked for while the table is still being made.
  const CALLS: Call[] = [
    createTable('ids-Client', 'ClientId', { 'JsonString-Index': 'JsonString' }),
    createTable('ids-IdentityResource', 'Name', { 'JsonString-Index': 'JsonString' }),
    createTable('ids-ApiResource', 'Name', { 'JsonString-Index': 'JsonString' }),
    createTable('ids-PersistedGrant', 'Key', {
      'Type-Index': 'Type',
      'SubjectId-Index': 'SubjectId',
      'ClientId-Index': 'ClientId',
    }),
    timeToLive('ids-PersistedGrant', 'Expiration'),
    timeToLive('ids-PersistedGrant', 'Expiration'),
  ];

  /** As AWS does while a table is CREATING. */
  const refuseFirst = (refused: string[]): Step => {
    return async (request, next) => {
      if (request.operation === 'UpdateTimeToLive' && refused.length === 0) {
        refused.push(request.operation);
        throw new Refusal('ResourceInUseException', 'Attempt to change a resource which is still in use');
      }
      return next(request);
    };
  };

  test('come out as four tables, sorted, with time to live on one', async () => {
    const refused: string[] = [];
    const engine = await startEmbeddedEngine({ regions: ['eu-central-1'], steps: [refuseFirst(refused)] });
    const ran = await captured(CALLS, '--upstream', engine.endpoint, '--prefix', 'ids-').finally(engine.stop);
    expect(refused).toEqual(['UpdateTimeToLive']);
    expect(Object.keys(filesIn(output))).toEqual([
      'create-table-ApiResource.json',
      'create-table-Client.json',
      'create-table-IdentityResource.json',
      'create-table-PersistedGrant.json',
      'server.json',
    ]);
    expect(jsonIn(output, 'create-table-PersistedGrant.json')).toEqual({
      TableName: 'PersistedGrant',
      AttributeDefinitions: ['ClientId', 'Key', 'SubjectId', 'Type'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [{ AttributeName: 'Key', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: ['ClientId', 'SubjectId', 'Type'].map((name) => ({
        IndexName: `${name}-Index`,
        KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      })),
      BillingMode: 'PAY_PER_REQUEST',
    });
    const { tables, server } = serverJson();
    expect(server).toBe('custom-server');
    expect(Object.keys(tables)).toEqual(['ApiResource', 'Client', 'IdentityResource', 'PersistedGrant']);
    expect(Object.entries(tables).map(([name, table]) => [name, table.timeToLive])).toEqual([
      ['ApiResource', undefined],
      ['Client', undefined],
      ['IdentityResource', undefined],
      ['PersistedGrant', { attribute: 'Expiration', use: 'always' }],
    ]);
    expect(tables.PersistedGrant.runtime).toEqual({
      data: [],
      describe: [],
      manage: ['CreateTable', 'UpdateTimeToLive'],
      indexQueries: [],
    });
    expect(ran.out).toContain(
      'index JsonString-Index of Client has the key JsonString: if that holds a document, items with more than 2,048 bytes in it are refused',
    );
    expect(ran.out).toContain("prefix 'ids-' is taken off: pass it to the construct as tablePrefix");
  });

  test('a prefix that nothing tells stays, and is spoken of', async () => {
    const { out } = await captured(CALLS.slice(0, 4));
    expect(Object.keys(filesIn(output))[0]).toBe('create-table-ids-ApiResource.json');
    expect(out).toContain("all names begin with 'ids-': if that is a prefix, capture again with --prefix ids-");
  });
});

describe('what the server asked for', () => {
  const protect = (DeletionProtectionEnabled: boolean): Call => [
    'UpdateTable',
    { TableName: 'users', DeletionProtectionEnabled },
  ];
  const recovery: Call = [
    'UpdateContinuousBackups',
    { TableName: 'users', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
  ];

  test('protection, recovery, stream and encryption are facts of the table or notes', async () => {
    const settings = {
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const },
      SSESpecification: { Enabled: true, SSEType: 'KMS' as const },
    };
    await captured([createTable('users', 'id', {}, settings), createTable('plain'), protect(true), recovery]);
    const { users, plain } = serverJson().tables;
    expect(users).toMatchObject({
      pointInTimeRecovery: true,
      notes: [
        'the server asked for a stream: NEW_AND_OLD_IMAGES',
        'the server asked for deletion protection',
        'the server asked for encryption with a key of AWS KMS',
      ],
      runtime: { manage: ['CreateTable'], manageProtection: ['UpdateContinuousBackups', 'UpdateTable'] },
    });
    expect(Object.keys(plain)).toEqual(['runtime', 'evidence']);
  });

  test('only the last word counts', async () => {
    await captured([
      createTable('users'),
      timeToLive('users', 'expires'),
      timeToLive('users', 'expires', false),
      protect(true),
      protect(false),
      createTable('gone'),
      ['DeleteTable', { TableName: 'gone' }],
    ]);
    expect(Object.keys(filesIn(output))).toEqual(['create-table-users.json', 'server.json']);
    const { users } = serverJson().tables;
    expect(users.timeToLive).toBeUndefined();
    expect(users.notes).toBeUndefined();
  });

  test('indexes that are added and removed later', async () => {
    const update = (GlobalSecondaryIndexUpdates: object[], ...names: string[]): Call => [
      'UpdateTable',
      {
        TableName: 'users',
        ...(names.length > 0 && {
          AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'N' })),
        }),
        GlobalSecondaryIndexUpdates,
      },
    ];
    const added = {
      IndexName: 'by-age',
      KeySchema: [{ AttributeName: 'age', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    };
    await captured([
      createTable('users', 'id sort', { 'by-mail': 'mail' }),
      update([{ Create: added }], 'age'),
      update([{ Delete: { IndexName: 'by-mail' } }]),
    ]);
    expect(jsonIn(output, 'create-table-users.json')).toEqual({
      TableName: 'users',
      AttributeDefinitions: [
        { AttributeName: 'age', AttributeType: 'N' },
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'sort', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'sort', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-age',
          KeySchema: [{ AttributeName: 'age', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    });
    expect(serverJson().tables.users.runtime).toMatchObject({ manage: ['CreateTable', 'UpdateTable'] });
  });

  test('a table of two regions is one table', async () => {
    const [operation, input] = createTable('users');
    await captured([createTable('users'), [operation, input, 'us-east-1']]);
    expect(Object.keys(filesIn(output))).toEqual(['create-table-users.json', 'server.json']);
  });

  test('fails when the regions have it with other keys', async () => {
    const [operation, input] = createTable('users', 'name');
    const ran = await captureCalls(directory, [createTable('users'), [operation, input, 'us-east-1']], REGION);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("[IDT1405] table 'users' has other keys or indexes in us-east-1 than in eu-central-1");
    expect(filesIn(output)).toEqual({});
  });
});

test('the actions of a table and its indexes, and how they were used', async () => {
  const key = { id: { S: 'a' } };
  const query = { KeyConditionExpression: '#k = :v', ExpressionAttributeValues: { ':v': { S: 'a' } } };
  await captured([
    createTable('users', 'id', { 'by-mail': 'mail', 'by-name': 'name', 'by-age': 'age' }),
    createTable('codes'),
    ['DescribeTable', { TableName: 'users' }],
    ['PutItem', { TableName: 'users', Item: key, ConditionExpression: 'attribute_not_exists(id)' }],
    ['PutItem', { TableName: 'users', Item: key, ConditionExpression: 'attribute_not_exists(id)' }],
    ['GetItem', { TableName: 'users', Key: key, ConsistentRead: true }],
    ['Query', { TableName: 'users', IndexName: 'by-mail', ...query, ExpressionAttributeNames: { '#k': 'mail' } }],
    ['Scan', { TableName: 'users', IndexName: 'by-age' }],
    [
      'TransactWriteItems',
      { TransactItems: [{ Put: { TableName: 'users', Item: key } }, { Delete: { TableName: 'codes', Key: key } }] },
    ],
  ]).then(({ out }) => expect(out).toContain('no runtime grant allows Scan on users index by-age, which the server called'));
  const { users, codes } = serverJson().tables;
  expect(users.runtime).toEqual({
    data: ['GetItem', 'PutItem'],
    describe: ['DescribeTable'],
    manage: ['CreateTable'],
    indexQueries: ['by-mail'],
  });
  expect(users.notes).toEqual(['with a condition: PutItem', 'strongly consistent: GetItem', 'in transactions: PutItem']);
  expect(codes.runtime).toEqual({
    data: ['DeleteItem'],
    describe: [],
    manage: ['CreateTable'],
    indexQueries: [],
    transactOnly: ['DeleteItem'],
  });
});

describe('which server', () => {
  test('the names of a bundled server tell it, and its prefix', async () => {
    const calls = ['c2id_clients', 'c2id_federation_clients', 'c2id_jwks', 'c2id_unheard_of'].map((name) => createTable(name));
    const ran = await captured(
      calls,
      '--server-version',
      '18.0',
      '--mode',
      'stateless',
      '--edition',
      'regular',
      '--range-key',
      'none',
    );
    const { server, captured: record, tables } = serverJson();
    expect({ server, record, tables: Object.keys(tables) }).toEqual({
      server: 'connect2id',
      record: { date: TODAY, serverVersion: '18.0', mode: 'stateless', edition: 'regular', rangeKey: null },
      tables: ['clients', 'federation_clients', 'jwks', 'unheard_of'],
    });
    expect(ran.out).toContain("prefix 'c2id_' is taken off");
  });

  test('names that stand as they are keep what they begin with', async () => {
    await captured(['curity-accounts', 'curity-sessions', 'curity-tokens'].map((name) => createTable(name)));
    const { server, tables } = serverJson();
    expect({ server, tables: Object.keys(tables) }).toEqual({
      server: 'curity',
      tables: ['curity-accounts', 'curity-sessions', 'curity-tokens'],
    });
  });

  test.each([
    ['a table without the prefix', ['c2id_clients', 'c2id_jwks', 'audit'], ['audit', 'c2id_clients', 'c2id_jwks']],
    ['a name that needs nothing taken off', ['federation_clients', 'federation_jwks'], ['federation_clients', 'federation_jwks']],
  ])('%s keeps all names as they are', async (_, names, expected) => {
    await captured(names.map((name) => createTable(name)));
    expect(Object.keys(serverJson().tables)).toEqual(expected);
  });

  test('two common names among many others tell no server', async () => {
    await captured(['clients', 'jwks', 'audit', 'mails', 'quotas'].map((name) => createTable(name)));
    expect(serverJson().server).toBe('custom-server');
  });

  test('one table alone tells neither prefix nor, with another key, server', async () => {
    await captured([createTable('prod-sessions', 'sid')]);
    expect(serverJson()).toMatchObject({ server: 'custom-server', tables: { 'prod-sessions': {} } });
  });

  test('fails for tables without the prefix: they are left out and told', async () => {
    const ran = await captureCalls(directory, [createTable('a-users'), createTable('users')], [...REGION, '--prefix', 'a-']);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("[IDT1412] 1 table without the prefix 'a-' left out");
    expect(Object.keys(filesIn(output))).toEqual(['create-table-users.json', 'server.json']);
  });
});

describe('the directory', () => {
  test('fails when it holds something, before the command is started', async () => {
    mkdirSync(output);
    writeFileSync(path.join(output, 'old.txt'), '');
    const ran = await captureCalls(directory, [createTable('users')], REGION);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('[IDT1401]');
    expect(ran.err).not.toContain('recording at');
  });

  test('fails for a second capture into it at the same time, --force or not', async () => {
    const calls = [createTable('users')];
    const both = await Promise.all([
      captureCalls(directory, calls, REGION),
      captureCalls(directory, calls, [...REGION, '--force']),
    ]);
    expect(both.map(({ code }) => code)).toEqual([0, 2]);
    expect(both[1].err).toContain('[IDT1402] another process captures or pulls into');
  });

  test('the same calls give the same bytes', async () => {
    const calls = [createTable('users', 'id', { 'by-mail': 'mail' }), createTable('codes'), timeToLive('codes', 'exp')];
    await captured(calls);
    const first = filesIn(output);
    await captured([calls[1], calls[2], calls[0]], '--force');
    expect(filesIn(output)).toEqual(first);
  });
});
