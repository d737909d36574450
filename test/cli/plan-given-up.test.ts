import { EU, PlanSetup, replicaOf, US } from './plan-setup';
import { globalTable } from './verify-assembly';

// Tables that are deleted with the consent of the user: what is asked, and what happens before.

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

const outline = (): unknown[] =>
  setup.steps.map(({ kind, changes, calls, wait, instructions, losses }) => [
    kind,
    ...changes,
    ...calls.map(({ name, region }) => `${name} in ${region}`),
    ...(wait ? [wait] : []),
    ...instructions,
    ...losses.map(({ tableName, region }) => `${tableName}@${region}`),
  ]);

/** The table with another partition key. */
const keyed = (name: string, regions: readonly string[]): Json =>
  globalTable('users', regions, {
    AttributeDefinitions: [{ AttributeName: name, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
  });

describe('another key', () => {
  beforeEach(() => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    const template = { Resources: { Users: globalTable('users', [EU, US]) } };
    setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify(template) };
    setup.stub.set(EU, 'users', { table: replicaOf(US) });
    setup.stub.set(US, 'users', { table: { ...replicaOf(EU), DeletionProtectionEnabled: false } });
  });
  const target = (): string => setup.app('new', { name: 'Identity', region: EU, tables: { Users: keyed('sub', [EU, US]) } });

  test.each([[[]], [['--accept-data-loss', 'users@eu-central-1']]])(
    'fails unless the items of every region are given up: %j',
    async (args) => {
      const { code, err } = await setup.fromLive(target(), ...args);
      expect(code).toBe(2);
      expect(err).toContain("[IDT1301] the key of table 'users' is fixed when the table is made");
      expect(err).toContain('to lose the items and begin empty: --accept-data-loss users@eu-central-1,users@us-east-1');
    },
  );

  test('deletes the table and makes it anew when they are, with the servers stopped', async () => {
    const accepted = ['--accept-data-loss', 'users@eu-central-1', '--accept-data-loss', 'users@us-east-1'];
    expect(await setup.fromLive(target(), ...accepted)).toMatchObject({ code: 0, err: '' });
    expect(outline()).toEqual([
      ['server', 'stop the server in eu-central-1: users are made anew'],
      ['server', 'stop the server in us-east-1: users are made anew'],
      ['api', 'create-backup in eu-central-1'],
      ['deploy', 'users: deletion protection off, DeletionPolicy Delete'],
      ['wait', 'replica-lock'],
      ['confirm', 'users@eu-central-1', 'users@us-east-1'],
      ['deploy', 'users: deleted with its items'],
      ['deploy', 'users: created in eu-central-1, us-east-1 with 0 indexes'],
      ['wait', 'settled'],
      ['server', 'start the server in eu-central-1: its new tables are empty'],
      ['server', 'start the server in us-east-1: its new tables are empty'],
    ]);
    expect(setup.template('07', 'Identity').Resources.Users).toBeUndefined();
  });
});

test('a table in the stack of another app that blocks a replica is let go there, and deleted by a call', async () => {
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' }, [`${US}/Legacy`]: { Table: 'users' } };
  setup.stub.set(EU, 'users', { table: { StreamSpecification: replicaOf(US).StreamSpecification } });
  setup.stub.set(US, 'users', { table: { DeletionProtectionEnabled: true } });
  const to = setup.app('new', { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU, US]) } });
  expect(await setup.fromLive(to, '--accept-data-loss', 'users@us-east-1')).toMatchObject({ code: 0, err: '' });
  expect(outline()).toEqual([
    ['server', 'stop the server in us-east-1: it would make a missing table again'],
    ['api', 'create-backup in us-east-1'],
    [
      'server',
      'users@us-east-1 is durable: put each of its items into the primary region on condition attribute_not_exists(#k), where #k is id',
    ],
    [
      'server',
      'in the app of stack Legacy in us-east-1, set the removal policy of these tables to RETAIN and deploy: users (Table)',
      'then remove the tables from the app and deploy again; they stand on without a stack',
    ],
    ['api', 'protection-off in us-east-1'],
    ['confirm', 'users@us-east-1'],
    ['api', 'delete-table in us-east-1'],
    ['wait', 'gone'],
    ['deploy', 'users: replica in us-east-1 added'],
    ['wait', 'settled'],
    ['server', 'start the server in us-east-1: it finds the replicated tables'],
  ]);
});

test('fails where a resource gets a table of another name, which would replace the one that stands', async () => {
  const app = (name: string, tableName: string): string =>
    setup.app(name, { name: 'Identity', region: EU, tables: { Users: globalTable(tableName, [EU]) } });
  const { code, err } = await setup.between(app('old', 'users'), app('new', 'people'));
  expect(code).toBe(2);
  expect(err).toContain("[IDT1301] the name of table 'users' is fixed when the table is made");
});
