import { EU, notReached, PlanSetup, reached, ttl, unknown, US } from './plan-setup';
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

test('a step is reached by what it changes itself, whatever a later one has changed by then', async () => {
  const from = app('old', { Users: globalTable('users', [EU]), Codes: globalTable('codes', [EU]) });
  const to = app('new', {
    Users: globalTable('users', [EU], indexed('mail', 'phone')),
    Codes: globalTable('codes', [EU], indexed('mail')),
  });
  await setup.between(from, to);
  expect(setup.steps.map(({ kind }) => kind)).toEqual(['deploy', 'wait', 'deploy']);
  setup.stub.set(EU, 'users', { table: indexed('mail') });
  setup.stub.set(EU, 'codes');
  expect(await setup.checked('01')).toEqual(
    notReached('01', "codes@eu-central-1: index 'mail': live missing, wanted mail (S) ALL"),
  );
  setup.stub.set(EU, 'users', { table: indexed('mail', 'phone') });
  setup.stub.set(EU, 'codes', { table: indexed('mail') });
  expect(await setup.checked('01')).toEqual({ ...reached('01'), reasons: [] });
});

test('a finished step is reached while a setting waits for the last step', async () => {
  const table = (TableClass: string, more: Json = {}): Json => globalTable('users', [EU], more, { TableClass });
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
  setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify({ Resources: { Users: table('STANDARD') } }) };
  const byHand = { TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' } };
  setup.stub.set(EU, 'users', { table: byHand });
  await setup.fromLive(app('new', { Users: table('STANDARD_INFREQUENT_ACCESS', indexed('mail')) }));
  expect(setup.steps.map(({ kind }) => kind)).toEqual(['deploy', 'wait', 'deploy']);
  expect(await setup.checked('01')).toMatchObject({ code: 1, says: 'step 01 is not reached' });
  setup.stub.set(EU, 'users', { table: { ...byHand, ...indexed('mail') } });
  expect(await setup.checked('01')).toEqual({ ...reached('01'), reasons: [] });
});

test('protection that goes on and off again tells nothing of the steps before', async () => {
  const table = (more: Json = {}): Json => globalTable('users', [EU], more);
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
  const deployed = { Users: { ...table(indexed('mail')), DeletionPolicy: 'Delete' } };
  setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify({ Resources: deployed }) };
  setup.stub.set(EU, 'users');
  await setup.fromLive(app('new', { Users: table() }));
  expect(setup.steps.map(({ changes }) => changes)).toEqual([
    ['users: DeletionPolicy Retain, deletion protection on'],
    ["users: leaves the stack and stands on without one: index 'mail' was removed beside the stack"],
    ['users: imported in eu-central-1'],
    [],
    ['users: deletion protection'],
  ]);
  expect(await setup.checked('01')).toEqual(notReached('01', 'users@eu-central-1: deletion protection: live off, wanted on'));
  expect(await setup.checked('02')).toEqual(notReached('02', 'users@eu-central-1 is still in stack Identity'));
  setup.stub.stacks = undefined;
  expect(await setup.checked('02')).toEqual(unknown('02', 'CloudFormation does not tell: there is none beside these tables'));
});

describe('a wait until tables are ACTIVE', () => {
  const stream = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
  const settled = (): string => setup.step(({ wait }) => wait === 'settled').number;

  test('is not over before all steps that it waits for are made', async () => {
    const stacks = (name: string, more: Json): string =>
      setup.app(
        name,
        { name: 'A', region: EU, tables: { Users: globalTable('users', [EU], { ...stream, ...more }) } },
        { name: 'B', region: EU, tables: { Codes: globalTable('codes', [EU], { ...stream, ...more }) } },
      );
    await setup.between(stacks('old', {}), stacks('new', indexed('mail', 'phone')));
    expect(setup.steps.map(({ title }) => title.slice(0, 14))).toEqual([
      'A: add one ind',
      'wait until tab',
      'A: add one ind',
      'B: add one ind',
      'wait until tab',
      'B: add one ind',
    ]);
    const live = (name: string, ...indexes: string[]): void =>
      setup.stub.set(EU, name, {
        table: { ...indexed(...indexes), StreamSpecification: { ...stream.StreamSpecification, StreamEnabled: true } },
      });
    live('users');
    live('codes');
    expect(await setup.checked('02')).toEqual(notReached('02', 'step 01 is not reached'));
    expect(await setup.checked('05')).toEqual(notReached('05', 'step 04 is not reached'));
    live('users', 'mail');
    expect(await setup.checked('02')).toMatchObject(reached('02'));
    live('users', 'mail', 'phone');
    live('codes', 'mail');
    expect(await setup.checked('02')).toMatchObject(reached('02'));
    expect(await setup.checked('05')).toMatchObject(reached('05'));
  });

  test('is over with its tables when it stands first', async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    setup.stub.set(EU, 'users', { table: { TableStatus: 'UPDATING' } });
    await setup.fromLive(app('new', { Users: globalTable('users', [EU], ttl('expires')) }));
    expect(settled()).toBe('01');
    expect(await setup.checked('01')).toEqual(notReached('01', 'users@eu-central-1: table is UPDATING'));
    setup.stub.set(EU, 'users');
    expect(await setup.checked('01')).toMatchObject(reached('01'));
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
  expect({ code, isSaid: err.includes('[IDT1205] ttl of users@eu-central-1 could not be read') }).toEqual({
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
