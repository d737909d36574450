import { globalTable } from './verify-assembly';
import { VerifySetup } from './verify-setup';

// Tables under other names that may be the missing ones: a prefix that the server was not told of, or one too many.

type Json = Record<string, unknown>;

const EU = 'eu-central-1';

let setup: VerifySetup;
beforeEach(async () => {
  setup = await VerifySetup.start();
});
afterEach(() => setup.stop());

const keyed = (name: string, type = 'S'): Json => ({
  KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: name, AttributeType: type }],
});

type Index = readonly [name: string, partition: string, sort?: string];

/** Indexes on the attributes of these names, each with a sort key where one is given. */
function indexed(...indexes: readonly Index[]): Json {
  const attributes = [...new Set(['id', ...indexes.flatMap(([, partition, sort]) => [partition, ...(sort ? [sort] : [])])])];
  return {
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: indexes.map(([IndexName, partition, sort]) => ({
      IndexName,
      KeySchema: [
        { AttributeName: partition, KeyType: 'HASH' },
        ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' }]),
      ],
      Projection: { ProjectionType: 'ALL' },
    })),
  };
}

const wanted = (tables: Record<string, Json>): void => setup.assembly({ name: 'Identity', region: EU, tables });
const found = async (): Promise<string[]> =>
  (await setup.verify()).lookalikes.map(({ missing, tableName, isSameShape }) => `${missing} ${tableName} ${isSameShape}`);
/** The tables that were described though the assembly has none of their names. */
const lookedAt = (...known: string[]): string[] =>
  setup.stub
    .callsOf('DescribeTable')
    .map(({ input }) => String(input.TableName))
    .filter((name) => !known.includes(name));

test('a table that the assembly has is not taken for another one that is missing', async () => {
  wanted({ Users: globalTable('users', [EU]), Codes: globalTable('codes', [EU]) });
  setup.stub.set(EU, 'users');
  expect(await found()).toEqual([]);
  expect(lookedAt('users', 'codes')).toEqual([]);
});

test('those of the same shape come first, then those whose keys alone are the same, each by name', async () => {
  wanted({
    Sessions: globalTable('app-sessions', [EU], { TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } }),
  });
  const on = { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' } };
  setup.stub.set(EU, 'app-sess');
  setup.stub.set(EU, 'a-cache');
  setup.stub.set(EU, 'app-session-z', on);
  setup.stub.set(EU, 'app-other-a', on);
  setup.stub.set(EU, 'c-other', { table: keyed('no') });
  setup.stub.set(EU, 'd-number', { table: keyed('id', 'N') });
  expect(await found()).toEqual([
    'app-sessions app-other-a true',
    'app-sessions app-session-z true',
    'app-sessions a-cache false',
    'app-sessions app-sess false',
  ]);
});

test('indexes count by their keys, whatever their names and order are', async () => {
  wanted({ Users: globalTable('app-users', [EU], indexed(['mail-index', 'mail'], ['name-index', 'name', 'at'])) });
  const live = (...indexes: readonly Index[]): { table: Json } => ({ table: indexed(...indexes) });
  setup.stub.set(EU, 'users-turned', live(['one', 'name', 'at'], ['two', 'mail']));
  setup.stub.set(EU, 'users-less', live(['mail-index', 'mail']));
  setup.stub.set(EU, 'users-unsorted', live(['mail-index', 'mail'], ['name-index', 'name']));
  setup.stub.set(EU, 'users-without');
  expect(await found()).toEqual(['app-users users-turned true']);
});

test('of many tables the 50 with the nearest names are looked at; one that holds the other name is nearest', async () => {
  wanted({ Sessions: globalTable('prod-sessions', [EU]) });
  for (let i = 10; i < 70; i++) {
    setup.stub.set(EU, `prod-sess${i}ns`, { table: keyed('no') });
    setup.stub.set(EU, `a-table-of-somebody-else-${i}`);
  }
  setup.stub.set(EU, 'sessions');
  setup.stub.set(EU, 'prod-sessions-of-the-year-before');
  expect(await found()).toEqual(['prod-sessions prod-sessions-of-the-year-before true', 'prod-sessions sessions true']);
  // One call for each, but for the two that are then read whole.
  const names = lookedAt('prod-sessions');
  expect(new Set(names).size).toBe(50);
  expect(names).toHaveLength(52);
});

test('of several missing tables each has its own', async () => {
  wanted({ Users: globalTable('prod-users', [EU]), Codes: globalTable('prod-codes', [EU], keyed('code')) });
  setup.stub.set(EU, 'users');
  setup.stub.set(EU, 'codes', { table: keyed('code') });
  expect((await found()).sort()).toEqual(['prod-codes codes true', 'prod-users users true']);
});

test('a table that is listed and gone by then is none', async () => {
  wanted({ Users: globalTable('prod-users', [EU]) });
  setup.stub.set(EU, 'my-users');
  setup.stub.before = ({ operation }) =>
    operation === 'ListTables' ? { status: 200, body: { TableNames: ['gone-users', 'my-users'] } } : undefined;
  expect(await found()).toEqual(['prod-users my-users true']);
});
