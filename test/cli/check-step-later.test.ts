import { EU, notReached, PlanSetup, reached, ttl, US } from './plan-setup';
import { globalTable } from './verify-assembly';
import { refusal } from './verify-stub';

// What `plan --check` says of a step by what comes after it, and where it may not look.

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

const app = (name: string, tables: Record<string, Json>): string => setup.app(name, { name: 'Identity', region: EU, tables });
const indexed = (...names: string[]): Json => ({
  AttributeDefinitions: ['id', ...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: names.map((name) => ({
    IndexName: name,
    KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  })),
});

test('a step is reached when a later one of its stack is, which changes fewer tables', async () => {
  const from = app('old', { Users: globalTable('users', [EU]), Codes: globalTable('codes', [EU]) });
  const to = app('new', {
    Users: globalTable('users', [EU], indexed('mail', 'phone')),
    Codes: globalTable('codes', [EU], indexed('mail')),
  });
  await setup.between(from, to);
  expect(setup.steps.map(({ kind }) => kind)).toEqual(['deploy', 'wait', 'deploy']);
  setup.stub.set(EU, 'users', { table: indexed('mail') });
  setup.stub.set(EU, 'codes');
  expect(await setup.checked('01')).toEqual(notReached('01', 'codes@eu-central-1: index-added'));
  setup.stub.set(EU, 'users', { table: indexed('mail', 'phone') });
  setup.stub.set(EU, 'codes', { table: indexed('mail') });
  expect(await setup.checked('01')).toEqual({
    ...reached('01'),
    reasons: ['step 03 is reached, which comes later'],
  });
});

test('everything but tables is deployed when the import after it is made', async () => {
  setup.stub.stacks = { [`${EU}/Identity`]: {} };
  setup.stub.set(EU, 'users');
  await setup.fromLive(app('new', { Users: globalTable('users', [EU]) }));
  expect(setup.steps.map(({ kind }) => kind)).toEqual(['deploy', 'import', 'wait', 'deploy']);
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
  expect(await setup.checked('01')).toEqual({ ...reached('01'), reasons: ['step 02 is reached, which comes later'] });
});

test('a setting that may not be read ends the check: whether it was reached is not known', async () => {
  await setup.between(
    app('old', { Users: globalTable('users', [EU]) }),
    app('new', { Users: globalTable('users', [EU], ttl('expires')) }),
  );
  setup.stub.set(EU, 'users');
  setup.stub.before = ({ operation }) =>
    operation === 'DescribeTimeToLive' ? refusal('AccessDeniedException', 'not you') : undefined;
  const { code, err } = await setup.check('01');
  expect({ code, isSaid: err.includes('[IDT1205] time-to-live of users@eu-central-1 could not be read') }).toEqual({
    code: 2,
    isSaid: true,
  });
});

test('a login that ends while items are counted is told as one', async () => {
  setup.stub.set(EU, 'users');
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
  setup.stub.before = ({ operation }) => (operation === 'Scan' ? refusal('ExpiredTokenException', 'too late') : undefined);
  const { code, err } = await setup.fromLive(app('new', { Users: globalTable('users', [EU], ttl('expires')) }));
  expect(code).toBe(2);
  expect(err).toContain('[IDT1201]');
  expect(err).toContain("any more: how many items of 'users' in eu-central-1 have expired could not be read");
});

test('a replica whose table a stack owns is not asked whether it is of version 2017.11.29', async () => {
  const table = (other: string): Json => ({
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    Replicas: [{ RegionName: other, ReplicaStatus: 'ACTIVE' }],
  });
  setup.stub.set(EU, 'users', { table: table(US) });
  setup.stub.set(US, 'users', { table: table(EU) });
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
  expect(await setup.fromLive(app('new', { Users: globalTable('users', [EU, US]) }))).toMatchObject({ code: 0, err: '' });
  expect(setup.stub.callsOf('DescribeGlobalTable')).toEqual([]);
});
