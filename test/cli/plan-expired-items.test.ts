import * as fs from 'node:fs';
import { EU, PlanSetup, PROVISIONED, replicaOf, ttl, US } from './plan-setup';
import { globalTable } from './verify-assembly';
import { refusal, type StubTable } from './verify-stub';

// Which items are counted before TTL is turned on: they go at once, and each is counted where it costs least.

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

type Json = Record<string, unknown>;

const target = (tables: Record<string, Json>): string => setup.app('new', { name: 'Identity', region: EU, tables });
const owned = (tables: Record<string, string>): void => {
  setup.stub.stacks = { [`${EU}/Identity`]: tables };
};
const scans = (): unknown[] =>
  setup.stub
    .callsOf('Scan')
    .map(({ region, input }) => [region, input.TableName, (input.ExpressionAttributeNames as Record<string, string>)['#expiry']]);
const text = (): string => fs.readFileSync(setup.file('plan/plan.md'), 'utf8');
/** A table whose items are read in these pages, each of ten items. */
const pages = (...counts: number[]): StubTable => ({ pages: counts.map((count) => ({ count, scanned: 10, units: 1 })) });

test('of a replicated table the items are counted in one region only', async () => {
  owned({ Users: 'users' });
  setup.stub.set(EU, 'users', { table: replicaOf(US), ...pages(3) });
  setup.stub.set(US, 'users', { table: replicaOf(EU), ...pages(3) });
  expect(await setup.fromLive(target({ Users: globalTable('users', [EU, US], ttl('expires')) }))).toMatchObject({ code: 0 });
  expect(scans()).toEqual([[EU, 'users', 'expires']]);
  expect(text()).toContain('3 of 10 items have expired already');
});

test('of tables of one name that each region has for itself, the items of each are counted', async () => {
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' }, [`${US}/IdentityUs`]: { Users: 'users' } };
  setup.stub.set(EU, 'users', pages(3));
  setup.stub.set(US, 'users', pages(4));
  const users = (region: string): Record<string, Json> => ({ Users: globalTable('users', [region], ttl('expires')) });
  const to = setup.app(
    'new',
    { name: 'Identity', region: EU, tables: users(EU) },
    { name: 'IdentityUs', region: US, tables: users(US) },
  );
  expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
  expect(scans().sort()).toEqual([
    [EU, 'users', 'expires'],
    [US, 'users', 'expires'],
  ]);
  const notes = setup.steps.flatMap(({ changes }) => changes.map((change) => change.split('; ')[1]));
  expect(notes.sort()).toEqual([
    '3 of 10 items have expired already and are deleted within days',
    '4 of 10 items have expired already and are deleted within days',
  ]);
});

test('of tables of one name the items are counted in the region whose TTL is turned on', async () => {
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' }, [`${US}/IdentityUs`]: { Users: 'users' } };
  [EU, US].forEach((region) => setup.stub.set(region, 'users', pages(3)));
  const to = setup.app(
    'new',
    { name: 'IdentityUs', region: US, tables: { Users: globalTable('users', [US], ttl('expires')) } },
    { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU]) } },
  );
  expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
  expect(scans()).toEqual([[US, 'users', 'expires']]);
});

test('only those are counted whose TTL is turned on, or turned to another attribute', async () => {
  owned({ Users: 'users', Codes: 'codes', Tokens: 'tokens', Nonces: 'nonces' });
  const on = (AttributeName: string): StubTable => ({ timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName } });
  setup.stub.set(EU, 'users', on('ttl'));
  setup.stub.set(EU, 'codes', on('expires'));
  setup.stub.set(EU, 'tokens', on('expires'));
  setup.stub.set(EU, 'nonces');
  const to = target({
    Users: globalTable('users', [EU], ttl('expires')),
    Codes: globalTable('codes', [EU], ttl('expires')),
    Tokens: globalTable('tokens', [EU]),
    Nonces: globalTable('nonces', [EU], ttl('gone')),
  });
  expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
  expect(scans()).toEqual([
    [EU, 'nonces', 'gone'],
    [EU, 'users', 'expires'],
  ]);
});

test('of a table that is billed by request whole pages are read; of a provisioned one small ones, by what it provides', async () => {
  owned({ Users: 'users' });
  const many = pages(...Array.from({ length: 100 }, () => 1));
  const to = target({ Users: globalTable('users', [EU], ttl('expires')) });
  setup.stub.set(EU, 'users', many);
  await setup.fromLive(to);
  expect(setup.stub.callsOf('Scan').map(({ input }) => input.Limit)).toEqual(Array.from({ length: 100 }));
  setup.stub.calls.length = 0;
  setup.stub.set(EU, 'users', {
    ...many,
    table: { ...PROVISIONED, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 9 } },
  });
  await setup.fromLive(to, '--force');
  // 30 units in half a minute, one a page.
  expect(setup.stub.callsOf('Scan').map(({ input }) => input.Limit)).toEqual(Array.from({ length: 30 }, () => 100));
  expect(text()).toContain('30 of the first 300 items have expired already');
});

test('a server that does not tell what a page took, nor how many items it had, is not read without end', async () => {
  owned({ Users: 'users' });
  setup.stub.set(EU, 'users');
  setup.stub.before = ({ operation }) =>
    operation === 'Scan' ? { status: 200, body: { LastEvaluatedKey: { id: { S: 'more' } } } } : undefined;
  expect(await setup.fromLive(target({ Users: globalTable('users', [EU], ttl('expires')) }))).toMatchObject({ code: 0, err: '' });
  // 3200 units, 128 for each page.
  expect(setup.stub.callsOf('Scan')).toHaveLength(25);
  expect(text()).toContain("TTL on 'expires' on; items that have expired already are deleted within days; this counts all");
});

test('what was counted before a page is refused is told, with the reason', async () => {
  owned({ Users: 'users' });
  setup.stub.set(EU, 'users', pages(7, 7));
  setup.stub.before = ({ operation, input }) =>
    operation === 'Scan' && input.ExclusiveStartKey !== undefined ? refusal('AccessDeniedException', 'enough') : undefined;
  expect(await setup.fromLive(target({ Users: globalTable('users', [EU], ttl('expires')) }))).toMatchObject({ code: 0, err: '' });
  expect(text()).toContain(
    '7 of the first 10 items have expired already, and such items are deleted within days ' +
      '(they could not be counted: AccessDeniedException: enough); this counts all',
  );
});

test('fails when the login expires while items are counted', async () => {
  owned({ Users: 'users' });
  setup.stub.set(EU, 'users');
  setup.stub.before = ({ operation }) => (operation === 'Scan' ? refusal('ExpiredTokenException', 'too late') : undefined);
  const { code, err } = await setup.fromLive(target({ Users: globalTable('users', [EU], ttl('expires')) }));
  expect({ code, isSaid: err.includes('too late') }).toEqual({ code: 2, isSaid: true });
});
