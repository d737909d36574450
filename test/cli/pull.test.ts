import { IdentityServer } from '../../lib';
import { codes, EU, PullSetup } from './pull-setup';
import { jsonIn, mistakesIn } from './schema-directory';
import { runCommand } from './support';
import type { StubDynamo } from './verify-stub';

const TODAY = new Date().toISOString().slice(0, 10);

let setup: PullSetup;
let stub: StubDynamo;
let output: string;
beforeEach(async () => {
  setup = await PullSetup.start();
  ({ stub, output } = setup);
});
afterEach(() => setup.stop());

const pull: PullSetup['pull'] = (...args) => setup.pull(...args);
const written = (): string[] => setup.written();

const RANGE = { AttributeName: 'sort', KeyType: 'RANGE' };

describe('pull writes what stands', () => {
  test('a create-table file for each table, sorted, and server.json with time to live and recovery', async () => {
    stub.set(EU, 'prod-users', {
      table: {
        KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' }, RANGE],
        AttributeDefinitions: [
          { AttributeName: 'user', AttributeType: 'S' },
          { AttributeName: 'sort', AttributeType: 'N' },
          { AttributeName: 'mail', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-mail',
            IndexStatus: 'ACTIVE',
            KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['zip', 'name'] },
          },
        ],
      },
      recovery: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 7 },
    });
    stub.set(EU, 'prod-codes', { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'exp' } });
    stub.set(EU, 'other');

    const ran = await pull('--prefix', 'prod-', '--server-version', '2.1', '--mode', 'stateless', '--range-key', 'none');
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
    expect(written()).toEqual(['create-table-codes.json', 'create-table-users.json', 'server.json']);
    expect(mistakesIn(output)).toEqual([]);
    expect(jsonIn(output, 'create-table-users.json')).toEqual({
      TableName: 'users',
      AttributeDefinitions: [
        { AttributeName: 'mail', AttributeType: 'S' },
        { AttributeName: 'sort', AttributeType: 'N' },
        { AttributeName: 'user', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' }, RANGE],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-mail',
          KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name', 'zip'] },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    });
    const fact = { level: 'captured', source: 'own-server' };
    expect(jsonIn(output, 'server.json')).toEqual({
      server: 'custom-server',
      sources: { 'own-server': 'live tables of eu-central-1, read by identity-tables pull' },
      captured: { date: TODAY, serverVersion: '2.1', mode: 'stateless', rangeKey: null },
      tables: {
        codes: {
          pointInTimeRecovery: false,
          timeToLive: { attribute: 'exp', use: 'always' },
          evidence: { name: fact, partitionKey: fact, timeToLive: fact, pointInTimeRecovery: fact },
        },
        users: {
          pointInTimeRecovery: true,
          evidence: { name: fact, partitionKey: fact, sortKey: fact, indexes: fact, pointInTimeRecovery: fact },
        },
      },
    });
    expect(ran.out).toContain("prefix 'prod-' is taken off: pass it to the construct as tablePrefix");
    expect(ran.out).toContain("point-in-time recovery is off for 'codes'; remove the line in server.json where it should be on");
  });

  test('an index that is on its way out is left out, one that is being filled is not', async () => {
    const index = (IndexName: string, IndexStatus: string, Backfilling?: boolean): object => ({
      IndexName,
      IndexStatus,
      Backfilling,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    });
    stub.set(EU, 'sessions', {
      table: { TableStatus: 'UPDATING', GlobalSecondaryIndexes: [index('going', 'DELETING'), index('coming', 'CREATING', true)] },
    });
    expect((await pull('--timeout', '0')).code).toBe(0);
    expect(jsonIn(output, 'create-table-sessions.json')).toMatchObject({ GlobalSecondaryIndexes: [{ IndexName: 'coming' }] });
  });

  test('the construct takes the directory: evidence captured, no warning', async () => {
    stub.set(EU, 'app-people', { recovery: { PointInTimeRecoveryStatus: 'ENABLED' } });
    await pull('--prefix', 'app-', '--server', 'people-server');
    const { id, tables } = IdentityServer.fromSchemaDirectory(output)._definition;
    expect({ id, tables: tables.map(({ baseName, evidence }) => ({ baseName, evidence })) }).toEqual({
      id: 'people-server',
      tables: [{ baseName: 'people', evidence: 'captured' }],
    });
  });
});

test('what is said of recovery that is off is what the construct does with it', async () => {
  const names = ['clients', 'jwks'];
  names.forEach((name) => stub.set(EU, name));
  const ran = await pull('--server-version', '18.0', '--mode', 'stateless', '--edition', 'regular', '--range-key', 'none');
  expect(ran.out).toContain(
    "point-in-time recovery is off for 'clients', 'jwks'; connect2id({ schemaDirectory }) decides by its own profiles",
  );
  const props = { version: '18.0', schemaDirectory: output, acceptAssumedSchema: true };
  const made = IdentityServer.connect2id(props)._definition.tables.filter(({ baseName }) => names.includes(baseName));
  expect(made.map(({ profile }) => profile.pointInTimeRecovery)).toEqual([true, true]);
});

describe('which tables', () => {
  test('without a prefix those with the name of a bundled server, which is told by them', async () => {
    ['clients', 'jwks', 'sub_sessions', 'unrelated', 'my-clients'].forEach((name) => stub.set(EU, name));
    expect((await pull()).code).toBe(0);
    expect(written()).toEqual([
      'create-table-clients.json',
      'create-table-jwks.json',
      'create-table-sub_sessions.json',
      'server.json',
    ]);
    expect(jsonIn(output, 'server.json')).toMatchObject({ server: 'connect2id' });
  });

  test('a table of a common name with another key is of no bundled server', async () => {
    const key = 'sessionId';
    stub.set(EU, 'sessions', {
      table: {
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      },
    });
    await pull();
    expect(jsonIn(output, 'server.json')).toMatchObject({ server: 'custom-server' });
  });

  test('--tables names them without the prefix, --map gives one the base name of its file and keeps its own name', async () => {
    ['prod-clients', 'prod-jwks', 'prod-subjects', 'prod-other'].forEach((name) => stub.set(EU, name));
    const ran = await pull(
      '--prefix',
      'prod-',
      '--tables',
      'clients,jwks',
      '--map',
      'prod-subjects=sub_index',
      '--server',
      'connect2id',
    );
    expect(ran.code).toBe(0);
    expect(written()).toEqual([
      'create-table-clients.json',
      'create-table-jwks.json',
      'create-table-sub_index.json',
      'server.json',
    ]);
    expect(jsonIn(output, 'create-table-sub_index.json')).toMatchObject({ TableName: 'subjects' });
    expect(Object.keys((jsonIn(output, 'server.json') as { tables: object }).tables)).toEqual(['clients', 'jwks', 'sub_index']);
  });

  test('fails for a name that does not stand, with the nearest', async () => {
    stub.set(EU, 'prod-clients');
    const ran = await pull('--tables', 'prod-client', '--map', 'gone=clients');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("[IDT1409] there is no table 'gone' in the region");
    expect(ran.err).toContain("did you mean 'prod-clients'?");
    expect(written()).toEqual([]);
  });

  test('fails when two tables have one base name', async () => {
    ['clients', 'prod-clients'].forEach((name) => stub.set(EU, name));
    const ran = await pull('--map', 'prod-clients=clients');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("[IDT1410] 2 live tables have the base name 'clients'");
  });

  test('fails when none matches, and tells what stands', async () => {
    stub.set(EU, 'unrelated');
    expect((await pull()).err).toContain("given:   1 table, such as 'unrelated'");
    stub.set(EU, 'zz');
    expect((await pull('--prefix', 'prod-')).err).toContain("no table in eu-central-1 has a name that starts with 'prod-'");
  });

  test('fails in an empty region with the question for account and region', async () => {
    const ran = await pull('--json');
    expect({ code: ran.code, codes: codes(ran) }).toEqual({ code: 2, codes: ['IDT1408'] });
    expect(ran.out).toContain('another account or region?');
  });
});

describe('the list of tables', () => {
  const many = (): void => {
    for (let i = 0; i < 125; i++) {
      stub.set(EU, `many-${String(i).padStart(3, '0')}`);
    }
    ['zz-one', 'zz-two', 'zz-three'].forEach((name) => stub.set(EU, name));
  };

  test('is followed to its end, in pages of at most 100', async () => {
    many();
    await pull('--prefix', 'zz-');
    expect(written()).toEqual(['create-table-one.json', 'create-table-three.json', 'create-table-two.json', 'server.json']);
    expect(stub.callsOf('ListTables').map(({ input }) => input.ExclusiveStartTableName)).toEqual([undefined, 'many-099']);
  });

  test('goes on after an empty page with a token', async () => {
    many();
    stub.before = ({ operation, input }) =>
      operation === 'ListTables' && input.ExclusiveStartTableName === undefined
        ? { status: 200, body: { TableNames: [], LastEvaluatedTableName: 'many-100' } }
        : undefined;
    expect((await pull('--prefix', 'zz-')).code).toBe(0);
  });

  test('fails when it goes round in a circle', async () => {
    stub.before = ({ operation }) =>
      operation === 'ListTables'
        ? { status: 200, body: { TableNames: ['zz-one'], LastEvaluatedTableName: 'zz-one' } }
        : undefined;
    const ran = await pull('--prefix', 'zz-', '--json');
    expect({ code: ran.code, codes: codes(ran) }).toEqual({ code: 2, codes: ['IDT1203'] });
    expect(stub.callsOf('ListTables')).toHaveLength(2);
  });
});

test('fails with every option that is wrong at once', async () => {
  const args = [
    '--region',
    'Frankfurt',
    '--prefix',
    'a b',
    '--map',
    'x',
    '--mode',
    'stateles',
    '--edition',
    'big',
    '--timeout',
    '1m',
  ];
  const ran = await runCommand(['pull', '--server-version', 'new', '--json', ...args]);
  expect(codes(ran)).toEqual(Array(7).fill('IDT0703'));
  expect(ran.out).toContain("did you mean 'stateless'?");
});

test('fails for a name that is too short without the prefix', async () => {
  stub.set(EU, 'prod-ab');
  const ran = await pull('--prefix', 'prod-');
  expect(ran.code).toBe(2);
  expect(ran.err).toContain("table 'ab'");
  expect(written()).toEqual([]);
});
